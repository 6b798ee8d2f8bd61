//! Token estimates: the cost of tool definitions in a prompt, by one rule for all targets.
//!
//! The rule is one token per four bytes of the compact JSON that the target is sent. An exact count is not possible:
//! providers do not publish how they write definitions into a prompt, and tokenizers differ by model. Against OpenAI's o200k
//! tokenizer, the rule is 15 % too high for all 1,223 definitions of GitHub, and 6 % to 27 % too high for nine in ten of them;
//! `bench/tokens.mjs` measures it.

use serde::Serialize;

use crate::error::Result;
use crate::registry::{Filter, RegisteredTool, Snapshot};
use crate::target::Target;

/// The name of the rule in reports.
pub const RULE: &str = "bytes/4";

/// The estimated tokens of a text of `bytes` bytes.
pub const fn of_bytes(bytes: usize) -> usize {
    bytes.div_ceil(4)
}

/// The most bytes of a text that costs so many tokens.
pub const fn bytes_of_tokens(tokens: usize) -> usize {
    tokens.saturating_mul(4)
}

/// Estimates the tokens of tools for one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenMeter(Target);

/// The estimate for one tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToolTokens {
    /// The tool's name.
    pub name: String,
    /// Its estimated tokens.
    pub tokens: usize,
}

/// The estimate for several tools.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenCount {
    /// The target.
    pub target: &'static str,
    /// [`RULE`].
    pub rule: &'static str,
    /// The sum of all tools.
    pub total: usize,
    /// Each tool, in the order of registration.
    pub tools: Vec<ToolTokens>,
}

impl Default for TokenMeter {
    fn default() -> Self {
        Self(Target::OpenAi)
    }
}

impl TokenMeter {
    /// The meter of a target.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown target.
    pub fn parse(target: &str) -> Result<Self> {
        Target::parse(target).map(Self)
    }

    /// The target.
    pub const fn target(self) -> &'static str {
        self.0.as_str()
    }

    /// The tokens of a tool. A quarantined tool is not sent to the target, so it costs nothing.
    pub fn tokens(self, tool: &RegisteredTool) -> usize {
        tool.rendered(self.0.into()).text.as_ref().map_or(0, |text| of_bytes(text.len()))
    }
}

impl Snapshot {
    /// The tokens of the tools that a filter matches.
    pub fn tokens(&self, meter: TokenMeter, filter: &Filter) -> TokenCount {
        let estimate =
            |tool: &RegisteredTool| ToolTokens { name: tool.name().to_owned(), tokens: meter.tokens(tool) };
        let tools: Vec<_> = self.matching(filter).map(|tool| estimate(tool)).collect();
        let total = tools.iter().map(|tool| tool.tokens).sum();
        TokenCount { target: meter.target(), rule: RULE, total, tools }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::registry::Origin;
    use crate::registry::registered_tool::RemovedToolExecutor;
    use crate::target::TargetForm;
    use crate::tool::ToolDefinition;
    use serde_json::json;

    #[test]
    fn a_tool_costs_one_token_per_four_bytes_sent_to_its_target() {
        let tool = ToolDefinition::parse(
            &json!({"name": "a", "description": "Zürich \"x\"", "parameters": {"const": {"const": 1}}}),
            true,
        )
        .expect("valid");
        let tool = RegisteredTool::new(tool, Arc::new(RemovedToolExecutor), Origin::code(), 0);
        for target in [Target::OpenAi, Target::Anthropic, Target::Gemini] {
            let definition =
                TargetForm::from(target).render(&tool.definition, "a").definition.expect("goes out");
            let bytes = definition.to_string().len();
            assert_eq!(TokenMeter(target).tokens(&tool), bytes.div_ceil(4), "{target:?}");
        }
    }
}
