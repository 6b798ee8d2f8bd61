//! The token budget: the estimated tokens of a document's tools, and notes on tools that cost more.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::report_note::ReportNote;
use super::tool_location::ToolLocation;
use crate::error::Result;
use crate::registry::{Snapshot, TokenMeter, ToolTokens};
use crate::schema::{Note, kind};

/// The number of most expensive tools in a report.
const LARGEST: usize = 5;

/// A token budget. It refuses no tool: tools over it are noted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenBudget {
    /// The target and its tokenizer estimate.
    pub meter: TokenMeter,
    /// The most tokens of one tool. Default: no bound.
    pub tool: Option<usize>,
    /// The most tokens of all tools of the document together. Default: no bound.
    pub document: Option<usize>,
}

/// The option `limits.tokens` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTokenBudget {
    target: Option<String>,
    tool: Option<usize>,
    document: Option<usize>,
}

impl RawTokenBudget {
    pub fn parse(self) -> Result<TokenBudget> {
        let meter = self.target.as_deref().map(TokenMeter::parse).transpose()?.unwrap_or_default();
        Ok(TokenBudget { meter, tool: self.tool, document: self.document })
    }
}

/// The estimated tokens of the tools of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenCost {
    /// The target's name.
    pub target: &'static str,
    /// The tokens of all tools.
    pub total: usize,
    /// The most expensive tools, in descending order.
    pub largest: Vec<ToolTokens>,
}

impl TokenBudget {
    /// Counts the tokens of tools in a revision, with a note for each tool and total over the budget.
    pub fn check(&self, tools: &[ToolLocation], snapshot: &Snapshot) -> (TokenCost, Vec<ReportNote>) {
        let target = self.meter.target();
        let tokens = |tool: &ToolLocation| snapshot.get(&tool.tool).map_or(0, |tool| self.meter.tokens(tool));
        let mut costs: Vec<(&ToolLocation, usize)> = tools.iter().map(|tool| (tool, tokens(tool))).collect();
        let total = costs.iter().map(|(_, tokens)| tokens).sum();
        let mut notes = Vec::new();
        let over = |cost: usize, budget: Option<usize>| budget.filter(|budget| cost > *budget);
        for (location, tokens) in &costs {
            if let Some(budget) = over(*tokens, self.tool) {
                let tool = &location.tool;
                let message =
                    format!("\"{tool}\" costs {target} about {tokens} tokens; the budget is {budget}");
                let note = Note::new(kind::TOKENS_OVER_BUDGET, &*location.pointer, message);
                notes.push(ReportNote { note, tools: vec![tool.clone()] });
            }
        }
        if let Some(budget) = over(total, self.document) {
            let message = format!("all tools cost {target} about {total} tokens; the budget is {budget}");
            notes.push(ReportNote {
                note: Note::new(kind::TOKENS_OVER_BUDGET, "", message),
                tools: Vec::new(),
            });
        }
        costs.sort_by_key(|(_, tokens)| Reverse(*tokens));
        let largest =
            |(tool, tokens): &(&ToolLocation, usize)| ToolTokens { name: tool.tool.clone(), tokens: *tokens };
        (TokenCost { target, total, largest: costs.iter().take(LARGEST).map(largest).collect() }, notes)
    }
}
