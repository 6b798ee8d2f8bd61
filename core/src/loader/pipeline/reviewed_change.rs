//! The apply step: what the gates admit of a change enters the registry, in one revision.

use super::applied_load::{AppliedLoad, LoadOutcome};
use super::change_review::{ChangeReview, refused};
use super::proposed_change::{ChangeContext, ProposedChange};
use super::truncated_document::Truncation;
use crate::error::Result;
use crate::registry::{AppliedReplacement, RegisteredTool, SourceReplacement};
use crate::review::{Decision, HeldChange};

/// A change that no gate refuses.
pub struct ReviewedChange {
    change: ProposedChange,
    review: ChangeReview,
}

impl ReviewedChange {
    /// Joins a change and its review.
    ///
    /// # Errors
    /// `GATE_REFUSED` where a gate refuses the change. A check goes on: it reports what the load would do.
    pub fn new(context: &ChangeContext<'_>, change: ProposedChange, review: ChangeReview) -> Result<Self> {
        if review.verdict.decision() == Decision::Refuse && !context.is_check {
            return Err(refused(context.source, &review.verdict));
        }
        Ok(Self { change, review })
    }

    /// Applies the change. A check computes the outcome only. `None` where another source changed the registry since the change
    /// was reviewed.
    pub fn apply(mut self, context: &ChangeContext<'_>) -> Result<Option<AppliedLoad>> {
        let tools = self.take_tools();
        let (names, replacement) = (&self.change.converted.names, self.replacement(tools));
        let applied = if context.is_check {
            context.registry.preview(context.source, replacement)?
        } else {
            context.registry.apply_drafted(names, replacement)?
        };
        Ok(applied.map(|applied| self.finish(context, applied)))
    }

    /// Takes the tools out of the change, for [`ReviewedChange::replacement`].
    pub fn take_tools(&mut self) -> Vec<RegisteredTool> {
        std::mem::take(&mut self.change.converted.tools)
    }

    /// The tools that the source is to have.
    pub fn tools(&self) -> &[RegisteredTool] {
        &self.change.converted.tools
    }

    /// Whether the change takes a tool out of the source: it is removed, and no gate keeps it.
    pub fn removes(&self, tool: &str) -> bool {
        let ChangeReview { held, rejected, .. } = &self.review;
        self.change.plan.removed.iter().any(|removed| removed.name() == tool)
            && !held.iter().flat_map(HeldChange::names).chain(rejected).any(|kept| kept == tool)
    }

    /// What the registry is to replace.
    pub fn replacement(&self, tools: Vec<RegisteredTool>) -> SourceReplacement<'_> {
        let ChangeReview { held, rejected, .. } = &self.review;
        SourceReplacement {
            tools,
            unread: &self.change.converted.unread,
            held: held.iter().flat_map(HeldChange::names).chain(rejected).cloned().collect(),
            judged: Some(&self.change.plan),
        }
    }

    /// The load, now that the registry has replaced the tools.
    pub fn finish(self, context: &ChangeContext<'_>, applied: AppliedReplacement) -> AppliedLoad {
        let ProposedChange { converted, current, is_truncated, truncation, .. } = self.change;
        let is_prefix = truncation == Some(Truncation::Waited { is_prefix: true });
        let (conversion, locations) = (converted.conversion, converted.locations);
        let outcome = LoadOutcome { conversion, locations, applied, review: self.review, before: current };
        let mut load = AppliedLoad::new(context, outcome);
        load.report.truncated = is_prefix || is_truncated;
        load
    }
}
