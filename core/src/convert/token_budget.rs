//! The token budget: what the tools of a document cost a model, and notes where that is more than the caller allows.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::report_note::ReportNote;
use super::tool_location::ToolLocation;
use crate::error::Result;
use crate::registry::{Snapshot, TokenMeter, ToolTokens};
use crate::schema::{Note, kind};

/// The number of most expensive tools in a report.
const LARGEST: usize = 5;

/// A token budget. Tools over it are noted, and enter nevertheless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenBudget {
    /// The target and its tokenizer estimate.
    pub meter: TokenMeter,
    /// The tokens of one tool.
    pub tool: Option<usize>,
    /// The tokens of all tools of the document together.
    pub document: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTokenBudget {
    target: Option<String>,
    tool: Option<usize>,
    document: Option<usize>,
}

impl RawTokenBudget {
    pub fn read(self) -> Result<TokenBudget> {
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
    pub fn judge(&self, sites: &[ToolLocation], snapshot: &Snapshot) -> (TokenCost, Vec<ReportNote>) {
        let target = self.meter.target();
        let tokens = |site: &ToolLocation| snapshot.get(&site.tool).map_or(0, |tool| self.meter.tokens(tool));
        let mut costs: Vec<(&ToolLocation, usize)> = sites.iter().map(|site| (site, tokens(site))).collect();
        let total = costs.iter().map(|(_, tokens)| tokens).sum();
        let mut notes = Vec::new();
        let over = |cost: usize, budget: Option<usize>| budget.filter(|budget| cost > *budget);
        for (site, tokens) in &costs {
            if let Some(budget) = over(*tokens, self.tool) {
                let tool = &site.tool;
                let message =
                    format!("\"{tool}\" costs {target} about {tokens} tokens; the budget is {budget}");
                let note = Note::new(kind::TOKENS_OVER_BUDGET, &*site.pointer, message);
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
        let shown =
            |(site, tokens): &(&ToolLocation, usize)| ToolTokens { name: site.tool.clone(), tokens: *tokens };
        (TokenCost { target, total, largest: costs.iter().take(LARGEST).map(shown).collect() }, notes)
    }
}
