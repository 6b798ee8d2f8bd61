//! Admission of a document's tools: converted, compared with those in use, judged by the gates, applied as one revision.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use url::Url;

use super::load_report::LoadReport;
use super::options::LoadOptions;
use super::progress::LoadInputs;
use super::truncated_document::{Truncation, takes_only_the_end};
use crate::convert::ConversionInput;
use crate::convert::SkippedOperation;
use crate::convert::ToolLocation;
use crate::convert::{Conversion, ConversionContext, ConversionOutcome, convert};
use crate::error::{Error, GateRefusal, Result};
use crate::http::HttpClient;
use crate::json::{HashMap, HashSet};
use crate::registry::{
    AppliedReplacement, Identity, RegisteredTool, ReplacementPlan, Snapshot, SourceReplacement, ToolRegistry,
};
use crate::review::{Classification, Decision, Objection, Pins, Policy, Proposal, Side, ToolChange, Verdict};
use crate::review::{HeldChange, asked, print_of};
use crate::spec::SpecSource;
use crate::tool::Version;

/// What an admission needs to know of its source.
pub struct Admission<'a> {
    pub registry: &'a ToolRegistry,
    pub client: &'a Arc<dyn HttpClient>,
    pub source: &'a str,
    pub place: &'a SpecSource,
    pub options: &'a LoadOptions,
    /// Whether the source is new.
    pub is_first: bool,
    /// The document version in use.
    pub version: Option<&'a str>,
    /// The pins of its tools.
    pub pins: &'a BTreeMap<String, String>,
    /// Rejected changes: by tool, the fingerprint of what it would have become.
    pub rejected: &'a HashMap<String, String>,
    /// The names of its tools, in the order of the document.
    pub order: &'a [String],
    pub now: u64,
    /// Whether nothing is applied (a check).
    pub is_dry: bool,
}

/// The outcome of an admission, or a question.
pub enum Admitted {
    Done(Box<Entered>),
    /// The filter function has to be called.
    Asks(Vec<crate::convert::FilterQuestion>),
    /// The custom gates have to be called.
    Judges(Value),
    /// The document looks truncated.
    Truncated,
}

/// What was applied, held and refused.
pub struct Entered {
    pub report: LoadReport,
    /// The names of all its tools in the order of the document.
    pub order: Vec<String>,
    pub verdict: Verdict,
    /// The held change.
    pub held: Option<HeldChange>,
    /// The revision that has the tools.
    pub snapshot: Arc<Snapshot>,
    /// A version downgrade: from, to.
    pub downgrade: Option<(String, String)>,
}

/// The judgement of a plan.
struct Ruling {
    changes: Classification,
    verdict: Verdict,
    held: Option<HeldChange>,
    /// Names of tools whose change was rejected before.
    rejected: Vec<String>,
    downgrade: Option<(String, String)>,
}

impl Admission<'_> {
    /// Converts a document and applies the changes that the gates admit.
    ///
    /// # Errors
    /// `GATE_REFUSED` where a gate refuses the document.
    pub fn admit(&self, opening: &ConversionInput<'_>, given: &LoadInputs) -> Result<Admitted> {
        let location: Option<&Url> = match self.place {
            SpecSource::Url(url) => Some(url),
            SpecSource::Path(_) | SpecSource::Text(_) => None,
        };
        let Self { registry, client, options, source, now, .. } = *self;
        let (limits, options) = (&options.limits, &options.conversion);
        let shared = ConversionContext { options, limits, source, location, client, registry, now };
        // Another source may change the registry meanwhile: then the plan is out of date, and all is done once more.
        let (conversion, sites, applied, ruling, is_truncated) = loop {
            let outcome = convert(opening, given.answers.as_ref(), &shared)?;
            let (mut conversion, names) = match outcome {
                ConversionOutcome::Done(conversion, names) => (*conversion, names),
                ConversionOutcome::Asks(asked) => return Ok(Admitted::Asks(asked)),
            };
            let (tools, sites): (Vec<_>, Vec<_>) = std::mem::take(&mut conversion.tools).into_iter().unzip();
            let unread: Vec<_> = conversion.skipped.iter().map(|skipped| skipped.unread(now)).collect();
            let mut renewal = SourceReplacement { tools, unread: &unread, ..SourceReplacement::default() };
            let current = registry.snapshot().view_of(source);
            let plan = renewal.plan(&current, source);
            let is_truncated = given.truncation.is_some() && self.takes_only_the_end(&plan, &sites, &current);
            if is_truncated && given.truncation == Some(Truncation::Possible) {
                return Ok(Admitted::Truncated);
            }
            let ruling = match self.rule(&plan, &renewal, &current, given, conversion.version.as_deref()) {
                Ok(ruling) => ruling,
                Err(asked) => return Ok(Admitted::Judges(asked)),
            };
            let decision = ruling.verdict.decision();
            if decision == Decision::Refuse && !self.is_dry {
                return Err(refused(source, &ruling.verdict));
            }
            renewal.held =
                ruling.held.iter().flat_map(HeldChange::names).chain(&ruling.rejected).cloned().collect();
            renewal.judged = Some(&plan);
            let applied = if self.is_dry {
                registry.preview(source, renewal)?
            } else {
                registry.apply_drafted(&names, renewal)?
            };
            if let Some(applied) = applied {
                break (conversion, sites, applied, ruling, is_truncated);
            }
        };
        let mut entered = self.report(conversion, sites, applied, ruling);
        let is_prefix = given.truncation == Some(Truncation::Waited { is_prefix: true });
        entered.report.truncated = is_prefix || is_truncated;
        Ok(Admitted::Done(Box::new(entered)))
    }

    /// Whether a plan removes only tools from the end of the document (truncation).
    fn takes_only_the_end(&self, plan: &ReplacementPlan, sites: &[ToolLocation], current: &Snapshot) -> bool {
        let own =
            || current.tools_of(self.source).filter(|tool| tool.stale.is_none()).map(|tool| tool.name());
        let there: HashSet<&str> = own().collect();
        let known: Vec<&str> = if self.order.is_empty() {
            own().collect() // It was restored, and came in that order.
        } else {
            self.order.iter().map(String::as_str).filter(|name| there.contains(name)).collect()
        };
        takes_only_the_end(plan, &known, sites)
    }

    /// Asks every gate about a plan. The error is the question for custom gates.
    fn rule(
        &self,
        plan: &ReplacementPlan,
        renewal: &SourceReplacement<'_>,
        current: &Snapshot,
        given: &LoadInputs,
        version: Option<&str>,
    ) -> Result<Ruling, Value> {
        let after: HashMap<&str, &RegisteredTool> =
            renewal.tools.iter().map(|tool| (tool.name(), tool)).collect();
        let changes = classify(plan, current, &after, self.source);
        let print = |change: &ToolChange| print_of(after.get(&*change.tool).copied());
        // A fingerprint costs more than the conversion: it is computed only for tools that were rejected before.
        let was_rejected = |change: &&ToolChange| {
            self.rejected.get(&change.tool).is_some_and(|known| *known == print(change))
        };
        let rejected: Vec<String> =
            changes.tools.iter().filter(was_rejected).map(|change| change.tool.clone()).collect();
        let is_rejected: HashSet<&str> = rejected.iter().map(String::as_str).collect();
        let changes: Classification =
            changes.tools.into_iter().filter(|change| !is_rejected.contains(&*change.tool)).collect();
        let (from, to) = (self.version.map(Version::new), version.map(Version::new));
        let proposal = Proposal {
            source: self.source,
            is_first: self.is_first,
            before: plan.before,
            from: from.as_ref(),
            to: to.as_ref(),
            changes: &changes,
            hash_after: &|tool| after.get(tool).map(|tool| tool.schema_hash().to_owned()),
        };
        let policy = Policy { pins: Pins(self.pins.clone()), ..self.options.gates.clone() };
        let mut objections = policy.judge(&proposal).objections().to_vec();
        if let Some(jury) = &self.options.jury
            && !changes.tools.is_empty()
        {
            let asked = asked(&proposal, &changed_tools(&changes, current, &after));
            match given.opinions.as_ref().and_then(|opinions| opinions.of(jury, &asked)) {
                Some(opinions) => objections.extend_from_slice(opinions),
                None => return Err(asked),
            }
        }
        let downgrade = to.zip(from).filter(|(to, from)| to.is_before(from));
        let downgrade = downgrade.map(|(to, from)| (from.as_str().to_owned(), to.as_str().to_owned()));
        let verdict: Verdict = objections.into_iter().collect();
        let held = self.hold(&changes, &verdict, &after, current);
        Ok(Ruling { changes, verdict, held, rejected, downgrade })
    }

    /// The held part of the changes.
    fn hold(
        &self,
        changes: &Classification,
        verdict: &Verdict,
        after: &HashMap<&str, &RegisteredTool>,
        current: &Snapshot,
    ) -> Option<HeldChange> {
        let held = verdict.held();
        let is_held = |change: &&ToolChange| held.as_ref().is_none_or(|held| held.contains(&*change.tool));
        let held: Vec<&ToolChange> = changes.tools.iter().filter(is_held).collect();
        let (there, gone): (Vec<&ToolChange>, Vec<&ToolChange>) =
            held.iter().partition(|change| after.contains_key(&*change.tool));
        let tools = there
            .iter()
            .filter_map(|change| after.get(&*change.tool))
            .map(|tool| RegisteredTool::clone(tool));
        let removed = gone.iter().map(|change| change.tool.clone()).collect();
        let own: HashSet<&str> = current.tools_of(self.source).map(|tool| tool.name()).collect();
        let mut change = HeldChange::new(self.source, tools.collect(), removed, |name| !own.contains(name))?;
        change.object(verdict.objections());
        change.changes = held.into_iter().cloned().collect();
        change.wait(self.now, self.options.gates.expiry);
        Some(change)
    }

    fn report(
        &self,
        conversion: Conversion,
        mut sites: Vec<ToolLocation>,
        applied: AppliedReplacement,
        ruling: Ruling,
    ) -> Entered {
        let Conversion { version, operations, mut skipped, excluded, notes, .. } = conversion;
        let order = sites.iter().map(|site| site.tool.clone()).collect();
        for (tool, error) in applied.refused {
            let place = sites.iter().position(|site| site.tool == tool);
            let site = sites.remove(place.expect("only tools of this document are refused"));
            let Identity { path, method, id } = &site.identity;
            skipped.push(SkippedOperation::new(id.as_deref(), method, path, &site.pointer, &error));
        }
        let Ruling { changes, verdict, mut held, rejected, downgrade } = ruling;
        if let Some(held) = &mut held {
            held.version.clone_from(&version);
        }
        let snapshot = applied.snapshot.unwrap_or_else(|| self.registry.snapshot().view_of(self.source));
        let mut report = LoadReport {
            source: self.source.to_owned(),
            version,
            revision: applied.revision,
            operations,
            added: applied.added,
            updated: applied.updated,
            removed: applied.removed,
            unchanged: applied.unchanged,
            stale: applied.stale,
            held: held.iter().flat_map(HeldChange::names).cloned().collect(),
            hold_id: held.as_ref().map(|held| held.id.clone()),
            rejected,
            changes: (!self.is_first).then_some(changes),
            skipped,
            excluded,
            notes,
            ..LoadReport::default()
        };
        let names = [&report.added, &report.updated, &report.unchanged].into_iter().flatten();
        let tools: Vec<_> = names.filter_map(|name| snapshot.get(name)).map(|tool| &**tool).collect();
        report.judgements = self.options.targets.judge(&tools);
        let budget = self.options.token_budget.or(self.is_dry.then(Default::default));
        if let Some(budget) = budget {
            let (cost, notes) = budget.judge(&sites, &snapshot);
            report.tokens = Some(cost);
            report.notes.extend(notes);
        }
        for site in sites {
            report.count(&site.tool, site.account);
        }
        Entered { report, order, verdict, held, snapshot, downgrade }
    }
}

/// Classifies the changes of a plan, tool by tool.
fn classify(
    plan: &ReplacementPlan,
    current: &Snapshot,
    after: &HashMap<&str, &RegisteredTool>,
    source: &str,
) -> Classification {
    Classification::of(
        &plan.set(source),
        |name| current.get(name).map(|tool| Side { definition: &tool.definition, executor: &*tool.executor }),
        |name| after.get(name).map(|tool| Side { definition: &tool.definition, executor: &*tool.executor }),
    )
}

/// Each changed tool for custom gates: its findings, and the tool before and after.
fn changed_tools(
    changes: &Classification,
    before: &Snapshot,
    after: &HashMap<&str, &RegisteredTool>,
) -> Vec<Value> {
    // Without timestamps: the question has to be equal when the attempt is run again with the answer.
    let shown = |tool: Option<&RegisteredTool>| tool.map_or(Value::Null, |tool| Value::Object(tool.said()));
    let tool = |change: &ToolChange| {
        json!({
            "tool": change.tool,
            "class": change.class,
            "findings": change.findings,
            "before": shown(before.get(&change.tool).map(|tool| &**tool)),
            "after": shown(after.get(&*change.tool).copied()),
        })
    };
    changes.tools.iter().map(tool).collect()
}

fn refused(source: &str, verdict: &Verdict) -> Error {
    let refusal = |one: &Objection| {
        let Objection { gate, tool, reason, .. } = one.clone();
        GateRefusal { gate, tool, reason }
    };
    let against = verdict.objections().iter().filter(|one| one.decision == Decision::Refuse);
    Error::GateRefused { source_name: source.to_owned(), refusals: against.map(refusal).collect() }
}
