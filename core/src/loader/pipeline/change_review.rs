//! The review step: the change is classified, every gate is asked, and what waits for approval is held.

use serde_json::{Value, json};

use super::load_inputs::{LoadQuestion, StepError, StepResult};
use super::proposed_change::{ChangeContext, ProposedChange};
use crate::error::{Error, GateRefusal};
use crate::json::{HashMap, HashSet};
use crate::registry::{RegisteredTool, Snapshot};
use crate::review::{
    Classification, ComparedTool, CustomGateAnswers, Decision, GatePolicy, HeldChange, Objection, PinGate,
    Proposal, ToolChange, Verdict, describe_change, tool_fingerprint,
};
use crate::tool::Version;

/// The review of a change.
pub struct ChangeReview {
    /// What changes, tool by tool, without what was rejected before.
    pub changes: Classification,
    pub verdict: Verdict,
    /// The part of the change that waits for approval.
    pub held: Option<HeldChange>,
    /// Names of tools whose change was rejected before.
    pub rejected: Vec<String>,
    /// A downgrade of the document's version: from, to.
    pub downgrade: Option<(String, String)>,
}

/// Asks every gate about a change. `answers` are those of the custom gates, where they were asked.
pub fn review_change(
    context: &ChangeContext<'_>,
    change: &ProposedChange,
    answers: Option<&CustomGateAnswers>,
) -> StepResult<ChangeReview> {
    let after = change.tools_by_name();
    let all = classify(context, change, &after);
    let rejected = rejected_before(context, &all, &after);
    let is_rejected: HashSet<&str> = rejected.iter().map(String::as_str).collect();
    let changes: Classification =
        all.tools.into_iter().filter(|tool| !is_rejected.contains(&*tool.tool)).collect();
    let from = context.version.map(Version::new);
    let to = change.converted.conversion.version.as_deref().map(Version::new);
    let proposal = Proposal {
        source: context.source,
        is_first: context.is_first,
        before: change.plan.before,
        from: from.as_ref(),
        to: to.as_ref(),
        changes: &changes,
        hash_after: &|tool| after.get(tool).map(|tool| tool.schema_hash().to_owned()),
    };
    let policy = GatePolicy { pins: PinGate(context.pins.clone()), ..context.options.gates.clone() };
    let mut objections = policy.judge(&proposal).objections().to_vec();
    if let Some(gates) = &context.options.custom_gates
        && !changes.tools.is_empty()
    {
        let question = describe_change(&proposal, &changed_tools(&changes, &change.current, &after));
        match answers.and_then(|answers| answers.objections_to(gates, &question)) {
            Some(answers) => objections.extend_from_slice(answers),
            None => return Err(StepError::Question(LoadQuestion::CustomGates(gates.clone(), question))),
        }
    }
    let downgrade = to.zip(from).filter(|(to, from)| to.is_before(from));
    let downgrade = downgrade.map(|(to, from)| (from.as_str().to_owned(), to.as_str().to_owned()));
    let verdict: Verdict = objections.into_iter().collect();
    let held = held_change(context, &changes, &verdict, change);
    Ok(ChangeReview { changes, verdict, held, rejected, downgrade })
}

/// Classifies a change, tool by tool.
fn classify(
    context: &ChangeContext<'_>,
    change: &ProposedChange,
    after: &HashMap<&str, &RegisteredTool>,
) -> Classification {
    let current = &change.current;
    Classification::classify(
        &change.plan.change_set(context.source),
        |name| current.get(name).map(|tool| ComparedTool::new(tool)),
        |name| after.get(name).map(|tool| ComparedTool::new(tool)),
        context.removed,
    )
}

/// Names of tools whose very change was rejected before.
fn rejected_before(
    context: &ChangeContext<'_>,
    changes: &Classification,
    after: &HashMap<&str, &RegisteredTool>,
) -> Vec<String> {
    // A fingerprint costs more than the conversion: it is computed only for tools that were rejected before.
    let is_rejected = |change: &&ToolChange| {
        let known = context.rejected.get(&change.tool);
        known.is_some_and(|known| *known == tool_fingerprint(after.get(&*change.tool).copied()))
    };
    changes.tools.iter().filter(is_rejected).map(|change| change.tool.clone()).collect()
}

/// The held part of a change.
fn held_change(
    context: &ChangeContext<'_>,
    changes: &Classification,
    verdict: &Verdict,
    change: &ProposedChange,
) -> Option<HeldChange> {
    let after = change.tools_by_name();
    let names = verdict.held();
    let is_held = |change: &&ToolChange| names.as_ref().is_none_or(|names| names.contains(&*change.tool));
    let held: Vec<&ToolChange> = changes.tools.iter().filter(is_held).collect();
    let (kept, removed): (Vec<&ToolChange>, Vec<&ToolChange>) =
        held.iter().partition(|change| after.contains_key(&*change.tool));
    let tools =
        kept.iter().filter_map(|change| after.get(&*change.tool)).map(|tool| RegisteredTool::clone(tool));
    let removed = removed.iter().map(|change| change.tool.clone()).collect();
    let own: HashSet<&str> = change.current.tools_of(context.source).map(|tool| tool.name()).collect();
    let is_new = |name: &str| !own.contains(name);
    let waiting = HeldChange::new(context.source, tools.collect(), removed, is_new)?;
    let waiting = waiting.with_objections(verdict.objections());
    let waiting = waiting.with_expiry(context.now, context.options.gates.expiry);
    Some(HeldChange { changes: held.into_iter().cloned().collect(), ..waiting })
}

/// Each changed tool for custom gates: its findings, and the tool before and after.
fn changed_tools(
    changes: &Classification,
    before: &Snapshot,
    after: &HashMap<&str, &RegisteredTool>,
) -> Vec<Value> {
    // Without timestamps: the question has to be equal when the load is attempted again with the answer.
    let to_json = |tool: Option<&RegisteredTool>| {
        tool.map_or(Value::Null, |tool| Value::Object(tool.definition_json()))
    };
    let tool = |change: &ToolChange| {
        json!({
            "tool": change.tool,
            "class": change.class,
            "findings": change.findings,
            "before": to_json(before.get(&change.tool).map(|tool| &**tool)),
            "after": to_json(after.get(&*change.tool).copied()),
        })
    };
    changes.tools.iter().map(tool).collect()
}

/// The error of a change that a gate refuses.
pub fn refused(source: &str, verdict: &Verdict) -> Error {
    let refusal = |one: &Objection| {
        let Objection { gate, tool, reason, .. } = one.clone();
        GateRefusal { gate, tool, reason }
    };
    let refusing = verdict.objections().iter().filter(|one| one.decision == Decision::Refuse);
    Error::GateRefused { source_name: source.to_owned(), refusals: refusing.map(refusal).collect() }
}
