//! Request limits: how many tools a provider takes in one request, and what strict tools may cost together.
//!
//! Each provider's table of limits stands in its file below `provider/`; this file counts a request and applies a table.

use serde_json::{Map, Value};

use crate::json::HashSet;
use crate::target::check::schema_census::SchemaCensus;
use crate::target::diagnostic::{TargetFinding, Weight};

/// Figures of a request that providers limit.
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

/// No two tools share a name. Holds for every provider.
pub const TOOL_NAME_CONFLICT: RequestLimit = RequestLimit {
    code: "TOOL_NAME_CONFLICT",
    says: "two tools with one name",
    next: "rename one of them",
    source: "anthropic 2.11.0 error code tool_name_conflict, 2026-11",
    breaks: |figures| figures.is_repeated,
    figure: |figures| figures.tools,
};

/// Some tool is not deferred. Holds for providers with a tool search.
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
    /// Strict tools.
    pub tools: usize,
    /// Optional parameters of strict tools.
    pub optionals: usize,
    /// Parameters of strict tools that are unions.
    pub unions: usize,
}

/// What the limits count of one tool.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestFacts {
    has_examples: bool,
    /// What a strict tool takes of the budget, for a provider that has one.
    pub strict: Option<StrictCost>,
}

impl RequestFacts {
    /// Reads the facts of a tool in its provider's form.
    pub fn new(tool: &Value, strict: Option<StrictCost>) -> Self {
        Self { has_examples: tool.get("input_examples").is_some(), strict }
    }
}

/// One tool of a request, as far as the limits look at it.
#[derive(Clone, Copy, Debug)]
pub struct RequestTool<'m> {
    /// The name that the provider sees.
    pub name: &'m str,
    /// Whether the provider's tool search loads it.
    pub is_deferred: bool,
    /// Its facts.
    pub facts: RequestFacts,
}

/// The limits of a table that a request breaks.
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

/// What a strict tool takes of its provider's budget.
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

    /// The sum of two costs.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { optionals: self.optionals + other.optionals, unions: self.unions + other.unions }
    }
}

impl StrictBudget {
    /// The share that a tool takes of the three budgets, in parts of 480.
    pub const fn share(self, cost: StrictCost) -> usize {
        480 / self.tools + cost.optionals * 480 / self.optionals + cost.unions * 480 / self.unions
    }

    /// Whether one more tool fits after `count` tools; `total` is what all would cost.
    pub const fn fits(self, count: usize, total: StrictCost) -> bool {
        count < self.tools && total.optionals <= self.optionals && total.unions <= self.unions
    }
}

/// Why one more strict tool would be too many: the first limit of the provider's table that it breaks.
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

/// Whether a tool is deferred: the provider's tool search loads it when it is needed.
pub fn is_deferred(tool: &Value) -> bool {
    tool.get("defer_loading").is_some_and(|deferred| *deferred == Value::Bool(true))
}
