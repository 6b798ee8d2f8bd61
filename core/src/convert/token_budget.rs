//! What the tools of a document may cost a model.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::report_note::ReportNote;
use super::tool_location::ToolLocation;
use crate::error::Result;
use crate::registry::{Snapshot, TokenMeter, ToolTokens};
use crate::schema::{Note, kind};

/// How many of the most expensive tools a report names.
const LARGEST: usize = 5;

/// What tools may cost. More is told, not refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenBudget {
    /// What the tokens are counted for.
    pub meter: TokenMeter,
    /// What one tool may cost.
    pub tool: Option<usize>,
    /// What all tools of the document may cost together.
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

/// What the tools of a document cost a target: an estimate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenCost {
    /// The target.
    pub target: &'static str,
    /// All together.
    pub total: usize,
    /// The most expensive ones, the first of them first.
    pub largest: Vec<ToolTokens>,
}

impl TokenBudget {
    /// What tools cost in a revision, and a note for each that costs too much.
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
