//! The report of a load.

use serde::Serialize;

use crate::convert::{Excluded, ReportNote, SkippedOperation, TokenCost};
use crate::registry::TargetJudgements;
use crate::review::{ChangeReport, Classification, Decision, LoadTrigger, Objection, SourceVersion};
use crate::spec::{InputCounts, InputCoverage};

/// The report of a load. It has every operation of the document: as a tool (added, updated, unchanged), held, rejected,
/// skipped with the reason, or excluded by the options.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadReport {
    /// The source's name.
    pub source: String,
    /// The document's version, or that of the options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The revision of the registry that has the tools.
    pub revision: u64,
    /// The number of operations of the document.
    pub operations: usize,
    /// Names of new tools.
    pub added: Vec<String>,
    /// Names of changed tools.
    pub updated: Vec<String>,
    /// Names of removed tools.
    pub removed: Vec<String>,
    /// Names of unchanged tools.
    pub unchanged: Vec<String>,
    /// Names of stale tools: unchanged, because their operation is skipped in this document.
    pub stale: Vec<String>,
    /// Names of tools whose change is held for approval.
    pub held: Vec<String>,
    /// The id of the held change, to approve or reject it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_id: Option<String>,
    /// Names of tools whose change was rejected before.
    pub rejected: Vec<String>,
    /// The classified changes, tool by tool; left out at a first load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Classification>,
    /// Operations that could not become tools, and why.
    pub skipped: Vec<SkippedOperation>,
    /// Whether a watched file looks truncated, and stayed so for the whole waiting time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// The number of operations that the options exclude.
    pub excluded: Excluded,
    /// Coverage of the inputs that the operations of its tools declare.
    pub inputs: Inputs,
    /// Inputs that are in no tool and in no note. The list is empty unless toolrack has a fault.
    pub lost: Vec<LostInput>,
    /// The number of its tools with an output schema, where the options ask for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_schemas: Option<usize>,
    /// The tokens of the tools, where the options have a token budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<TokenCost>,
    /// What the targets of the options refuse or downgrade.
    #[serde(flatten)]
    pub judgements: Option<TargetJudgements>,
    /// Differences between the tools and the document, each once.
    pub notes: Vec<ReportNote>,
    /// The document's length in bytes.
    pub bytes: usize,
    /// SHA-256 of the document, in hex.
    pub hash: String,
    /// Set where the source was restored from a state file first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<Restored>,
}

/// The restore that preceded a load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// When the state file was written, in ms since 1970.
    pub saved_at: u64,
    /// Why the newest document is not in use; the restored tools are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Box<RestoredError>>,
}

/// Why the newest document of a restored source is not in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestoredError {
    /// The error's code.
    pub code: &'static str,
    /// JSON pointer into the document; empty where the error is not of one place.
    pub pointer: String,
    /// The error's message.
    pub message: String,
}

/// The outcome of a check: the load that was not done.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// The report of the load. Where anything would change, its revision is the one after the newest.
    #[serde(flatten)]
    pub report: LoadReport,
    /// The decision of the gates.
    pub decision: Decision,
    /// The objections of the gates.
    pub objections: Vec<Objection>,
}

/// Coverage of declared inputs.
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
    /// The tool that lacks it.
    pub tool: String,
    /// JSON pointer to its declaration.
    pub pointer: String,
    /// Its name.
    pub name: String,
}

impl LoadReport {
    /// The version for the history.
    pub(super) fn source_version(&self, trigger: LoadTrigger, at: u64) -> SourceVersion {
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
        SourceVersion { class, ..SourceVersion::from_report(&changed, trigger, at) }
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
