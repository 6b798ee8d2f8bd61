//! Score of a tool: what its words count, times what is known of it beside them.

use super::scratch::{IN_NAME, IN_TITLE, SAID, SAID_IN_NAME, SAID_IN_TITLE, Tally};
use super::weighed_plan::WeighedPlan;
use crate::search::analysis::Intent;
use crate::search::index::ToolFacts;

/// What a tool counts that has next to nothing of the query, and one whose name has next to nothing of it.
const COVERAGE_FLOOR: f32 = 0.35;
const NAME_FLOOR: f32 = 0.6;
/// What a tool counts more whose name and path have every word of the query.
const ALL_SAID: f32 = 1.3;
const ALL_SAID_ANYWHERE: f32 = 1.15;
/// What a tool counts that does what the query wants to be done, nearly that, or something else.
const SAME_INTENT: f32 = 1.25;
const NEAR_INTENT: f32 = 1.1;
const OTHER_INTENT: f32 = 0.9;
/// What a tool of another source counts where the query names one.
const OTHER_SOURCE: f32 = 0.4;

/// A part of a score: the score is the sum of the words times all factors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::search) struct Factors {
    /// From the share of the query's weighted words that the tool has.
    pub coverage: f32,
    /// From the share of the words of its name and path that the query says.
    pub name: f32,
    /// From what the tool does.
    pub intent: f32,
    /// From its source, where the query names another one.
    pub source: f32,
    /// From what is known of the tool whatever the query is.
    pub prior: f32,
}

impl Factors {
    /// What the product is at most, by the coverage alone: it is multiplied in the order of `product`, so that it is no less
    /// than that by a rounding.
    pub(super) fn most(plan: &WeighedPlan<'_>, tally: &Tally) -> f32 {
        coverage_factor(plan, tally) * ALL_SAID * SAME_INTENT
    }

    pub(super) fn of(plan: &WeighedPlan<'_>, segment: usize, tally: &Tally, facts: &ToolFacts) -> Self {
        Self {
            coverage: coverage_factor(plan, tally),
            name: name_factor(plan, tally, facts),
            intent: plan.plan.intent.map_or(1.0, |intent| intent_factor(intent, facts.intent)),
            source: source_factor(plan, segment, facts),
            prior: facts.prior,
        }
    }

    pub(in crate::search) fn product(self) -> f32 {
        self.coverage * self.name * self.intent * self.source * self.prior
    }
}

/// The share of the query's weighted words that a tool has, from 0 to 1.
pub(super) fn coverage(plan: &WeighedPlan<'_>, tally: &Tally) -> f32 {
    if plan.weight > 0.0 { (tally.covered / plan.weight).min(1.0) } else { 0.0 }
}

fn coverage_factor(plan: &WeighedPlan<'_>, tally: &Tally) -> f32 {
    COVERAGE_FLOOR + (1.0 - COVERAGE_FLOOR) * coverage(plan, tally)
}

fn name_factor(plan: &WeighedPlan<'_>, tally: &Tally, facts: &ToolFacts) -> f32 {
    let needs = plan.needs.len();
    if [SAID_IN_NAME, SAID_IN_TITLE].iter().any(|place| usize::from(tally.met(*place)) == needs) {
        return ALL_SAID;
    }
    if usize::from(tally.met(SAID)) == needs {
        return ALL_SAID_ANYWHERE;
    }
    let places = [(IN_NAME, facts.name_words), (IN_TITLE, facts.title_words)];
    // A name of other scripts or of digits alone has no words.
    let of_place =
        |(place, words): (u8, u8)| (f32::from(tally.met(place)) / f32::from(words.max(1))).min(1.0);
    NAME_FLOOR + (1.0 - NAME_FLOOR) * places.into_iter().map(of_place).fold(0.0, f32::max)
}

fn source_factor(plan: &WeighedPlan<'_>, segment: usize, facts: &ToolFacts) -> f32 {
    let Some(named) = plan.named_sources.get(segment) else { return 1.0 };
    if named.get(facts.source as usize) == Some(&true) { 1.0 } else { OTHER_SOURCE }
}

fn intent_factor(wanted: Intent, tool: Intent) -> f32 {
    if wanted == tool {
        SAME_INTENT
    } else if wanted.is_near(tool) {
        NEAR_INTENT
    } else if tool == Intent::Other {
        1.0
    } else {
        OTHER_INTENT
    }
}
