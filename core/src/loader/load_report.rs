//! What came of a load.

use serde::Serialize;

use crate::convert::ReportNote;
use crate::convert::TokenCost;
use crate::convert::{Excluded, SkippedOperation};
use crate::registry::TargetJudgements;
use crate::review::{ChangeReport, Classification, Decision, Objection, SourceVersion, Trigger};
use crate::spec::{InputCounts, InputCoverage};

/// What came of a load. Every operation of the document is in it: as a tool (added, updated, unchanged), held, rejected,
/// skipped with the reason, or excluded by the options.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadReport {
    /// The source's name.
    pub source: String,
    /// The document's version, or the one that the options gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The revision of the registry that has the tools.
    pub revision: u64,
    /// How many operations the document has.
    pub operations: usize,
    /// Names of tools that are new.
    pub added: Vec<String>,
    /// Names of tools that are not what they were.
    pub updated: Vec<String>,
    /// Names of tools that are gone.
    pub removed: Vec<String>,
    /// Names of tools that are what they were.
    pub unchanged: Vec<String>,
    /// Names of tools that are what they were because their operation is among the skipped ones by now.
    pub stale: Vec<String>,
    /// Names of tools that are what they were, or not there, because their change is held.
    pub held: Vec<String>,
    /// What the held change is approved or rejected by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_id: Option<String>,
    /// Names of tools that are what they were, or not there, because the same change was rejected before.
    pub rejected: Vec<String>,
    /// What differs, tool by tool, from what was there; left out where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Classification>,
    /// Operations that are no tools, and why.
    pub skipped: Vec<SkippedOperation>,
    /// Whether a watched file lost its end, and nothing came after it for as long as was waited for more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// How many operations the options left out.
    pub excluded: Excluded,
    /// How many inputs the operations have that are tools, and what became of them.
    pub inputs: Inputs,
    /// Inputs that are in no tool and in no note: there is none, or toolrack has a fault.
    pub lost: Vec<LostInput>,
    /// What the tools cost a model, where the options say what they may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<TokenCost>,
    /// What targets make of the tools, where the options name targets.
    #[serde(flatten)]
    pub judgements: Option<TargetJudgements>,
    /// What the tools say differently from the document, each once.
    pub notes: Vec<ReportNote>,
    /// The document's length in bytes.
    pub bytes: usize,
    /// SHA-256 of the document, in hex.
    pub hash: String,
    /// Where the source was restored from a state file first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<Restored>,
}

/// Says in a report that its source was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// When what was restored was saved, in ms since 1970.
    pub saved_at: u64,
    /// Why the document is not in use as it stands now, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Box<RestoredError>>,
}

/// Why a document that was restored is not in use as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestoredError {
    /// The code of the error.
    pub code: &'static str,
    /// Where in the document the fault is; empty where it is in none.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

/// What would come of a load, which was not done.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// What its report would be; the revision that it names is the one after the newest, where anything would change.
    #[serde(flatten)]
    pub report: LoadReport,
    /// What the gates would make of it.
    pub decision: Decision,
    /// All that they have against it.
    pub objections: Vec<Objection>,
}

/// What became of the inputs that operations declare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inputs {
    /// Parameters in path, query, header and cookie.
    pub parameters: InputCounts,
    /// Properties of bodies, and fields of forms. A body without any counts as one.
    pub body_properties: InputCounts,
}

/// An input that is in no tool and in no note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LostInput {
    /// The tool that should have it.
    pub tool: String,
    /// Where the document declares it.
    pub pointer: String,
    /// Its name.
    pub name: String,
}

impl LoadReport {
    /// The version that the load brought into use.
    pub(super) fn source_version(&self, trigger: Trigger, at: u64) -> SourceVersion {
        let changed = ChangeReport {
            source: self.source.clone(),
            version: self.version.clone(),
            hash: self.hash.clone(),
            revision: self.revision,
            added: self.added.clone(),
            updated: self.updated.clone(),
            removed: self.removed.clone(),
            refused: Vec::new(),
        };
        let class = self.changes.as_ref().map(|changes| changes.class).unwrap_or_default();
        SourceVersion { class, ..SourceVersion::after(&changed, trigger, at) }
    }

    /// Counts the inputs of a tool.
    pub(super) fn count(&mut self, tool: &str, account: InputCoverage) {
        self.inputs.parameters.add(&account.parameters);
        self.inputs.body_properties.add(&account.body_properties);
        let lost = account.lost.into_iter();
        self.lost.extend(lost.map(|loss| LostInput {
            tool: tool.to_owned(),
            pointer: loss.pointer,
            name: loss.name,
        }));
    }
}
