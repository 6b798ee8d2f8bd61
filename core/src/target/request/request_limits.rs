//! Request limits: how many tools a provider takes in one request, and what strict tools may cost together.
//!
//! The limits of a provider are in its file below `provider/`. This file counts a request and checks it against the
//! limits.

use serde_json::{Map, Value};

use crate::json::HashSet;
use crate::target::check::schema_census::SchemaCensus;
use crate::target::diagnostic::{TargetFinding, Weight};

/// The figures of a request that providers limit.
#[derive(Debug, Default)]
pub struct RequestFigures {
    pub tools: usize,
    pub deferred: usize,
    pub is_repeated: bool,
    pub strict: usize,
    pub optionals: usize,
    pub unions: usize,
    pub has_deferred_examples: bool,
}

/// One limit of a request, with its source.
#[derive(Debug)]
pub struct RequestLimit {
    pub code: &'static str,
    pub says: &'static str,
    pub next: &'static str,
    pub source: &'static str,
    pub breaks: fn(&RequestFigures) -> bool,
    pub figure: fn(&RequestFigures) -> usize,
}

/// No two tools have one name. Holds for every provider.
pub const TOOL_NAME_CONFLICT: RequestLimit = RequestLimit {
    code: "TOOL_NAME_CONFLICT",
    says: "two tools with one name",
    next: "rename one of them",
    source: "anthropic 2.11.0 error code tool_name_conflict, 2026-11",
    breaks: |figures| figures.is_repeated,
    figure: |figures| figures.tools,
};

/// At least one tool is not deferred. Holds for providers with a tool search.
pub const ALL_DEFERRED: RequestLimit = RequestLimit {
    code: "ALL_DEFERRED",
    says: "every tool is deferred",
    next: "take at least one tool out of deferLoading",
    source: "error text, tool search guide, 2026-11",
    breaks: |figures| figures.tools > 0 && figures.deferred == figures.tools,
    figure: |figures| figures.deferred,
};

/// What the strict tools of one request may cost together.
#[derive(Clone, Copy, Debug)]
pub struct StrictBudget {
    /// Number of strict tools.
    pub tools: usize,
    /// Number of optional parameters of strict tools.
    pub optionals: usize,
    /// Number of parameters of strict tools that are unions.
    pub unions: usize,
}

/// What the limits count of one tool.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestFacts {
    has_examples: bool,
    /// What a strict tool takes of the budget, if the provider has one.
    pub strict: Option<StrictCost>,
}

impl RequestFacts {
    /// Reads the facts of a rendered tool.
    pub fn new(tool: &Value, strict: Option<StrictCost>) -> Self {
        Self { has_examples: tool.get("input_examples").is_some(), strict }
    }
}

/// One tool of a request, as the limits see it.
#[derive(Clone, Copy, Debug)]
pub struct RequestTool<'m> {
    /// The name that the provider sees.
    pub name: &'m str,
    /// Whether the provider's tool search loads it.
    pub is_deferred: bool,
    /// Its facts.
    pub facts: RequestFacts,
}

/// Finds the limits that a request exceeds.
pub fn check_request<'m>(
    limits: &[RequestLimit],
    members: impl Iterator<Item = RequestTool<'m>>,
) -> Vec<TargetFinding> {
    let figures = RequestFigures::of(members);
    let broken = limits.iter().filter(|limit| (limit.breaks)(&figures));
    broken
        .map(|limit| limit.finding(format!("{} ({}); {}", limit.says, (limit.figure)(&figures), limit.next)))
        .collect()
}

impl RequestLimit {
    fn finding(&self, message: String) -> TargetFinding {
        TargetFinding {
            code: self.code.into(),
            weight: Weight::Refused,
            pointer: String::new(),
            message: message.into(),
            source: self.source.into(),
        }
    }
}

impl RequestFigures {
    fn of<'m>(members: impl Iterator<Item = RequestTool<'m>>) -> Self {
        let mut figures = Self::default();
        let mut names = HashSet::default();
        for RequestTool { name, is_deferred, facts } in members {
            figures.tools += 1;
            figures.is_repeated |= !name.is_empty() && !names.insert(name);
            figures.deferred += usize::from(is_deferred);
            figures.has_deferred_examples |= facts.has_examples;
            if let Some(cost) = facts.strict {
                figures.strict += 1;
                figures.optionals += cost.optionals;
                figures.unions += cost.unions;
            }
        }
        figures.has_deferred_examples &= figures.deferred > 0;
        figures
    }
}

/// What a strict tool takes of the budget.
#[derive(Clone, Copy, Debug, Default)]
pub struct StrictCost {
    /// Optional parameters.
    pub optionals: usize,
    /// Parameters that are unions.
    pub unions: usize,
}

impl StrictCost {
    /// Counts the schema of a strict tool.
    pub fn of_schema(schema: Option<&Map<String, Value>>) -> Self {
        let census = schema.map(SchemaCensus::of).unwrap_or_default();
        Self { optionals: census.optionals, unions: census.unions }
    }

    /// Adds two costs.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { optionals: self.optionals + other.optionals, unions: self.unions + other.unions }
    }
}

impl StrictBudget {
    /// The share that a tool takes of the three budgets, in units of 1/480.
    pub const fn share(self, cost: StrictCost) -> usize {
        480 / self.tools + cost.optionals * 480 / self.optionals + cost.unions * 480 / self.unions
    }

    /// Whether one more tool fits after `count` tools. `total` is the cost of all.
    pub const fn fits(self, count: usize, total: StrictCost) -> bool {
        count < self.tools && total.optionals <= self.optionals && total.unions <= self.unions
    }
}

/// The first limit that one more strict tool exceeds.
pub fn over_budget(limits: &[RequestLimit], count: usize, total: StrictCost) -> TargetFinding {
    let figures = RequestFigures {
        strict: count + 1,
        optionals: total.optionals,
        unions: total.unions,
        ..RequestFigures::default()
    };
    let limit = limits.iter().find(|limit| (limit.breaks)(&figures)).unwrap_or(&TOOL_NAME_CONFLICT);
    limit.finding(format!("{}; {}", limit.says, limit.next))
}

/// Whether a tool is deferred: the provider's tool search loads it on demand.
pub fn is_deferred(tool: &Value) -> bool {
    tool.get("defer_loading").is_some_and(|deferred| *deferred == Value::Bool(true))
}
