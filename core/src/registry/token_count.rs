//! What it costs to show tools to a model: an estimate, by one rule for all targets.
//!
//! A token stands for each four bytes of the compact JSON that the target is sent. Providers count with tokenizers of
//! their own, write definitions out in ways they do not publish, and change both from model to model, so that a count to
//! the token would be wrong as well, and slower. Beside the tokenizer of OpenAI's newer models (o200k) the rule says 15 %
//! too much for the 1,223 definitions of GitHub together, and between 6 % and 27 % too much for nine in ten of them;
//! `bench/tokens.mjs` measures it.

use serde::Serialize;

use super::{Filter, RegisteredTool, Snapshot};
use crate::error::Result;
use crate::target::Target;

/// The rule as reports name it.
pub const RULE: &str = "bytes/4";

/// The tokens that a text of so many bytes stands for.
pub const fn of_bytes(bytes: usize) -> usize {
    bytes.div_ceil(4)
}

/// Says what tools cost one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenMeter(Target);

/// What one tool costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToolTokens {
    /// The tool.
    pub name: String,
    /// Its tokens.
    pub tokens: usize,
}

/// What tools cost a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenCount {
    /// The target.
    pub target: &'static str,
    /// [`RULE`].
    pub rule: &'static str,
    /// All together.
    pub total: usize,
    /// Each, in the order of registration.
    pub tools: Vec<ToolTokens>,
}

impl Default for TokenMeter {
    fn default() -> Self {
        Self(Target::OpenAi)
    }
}

impl TokenMeter {
    /// The meter of a target.
    pub fn parse(target: &str) -> Result<Self> {
        Target::parse(target).map(Self)
    }

    /// The target.
    pub const fn target(self) -> &'static str {
        self.0.as_str()
    }

    /// What a tool costs. One that does not go out, because the target would refuse it, costs nothing.
    pub fn tokens(self, tool: &RegisteredTool) -> usize {
        tool.rendered(self.0.into()).text.as_ref().map_or(0, |text| of_bytes(text.len()))
    }
}

impl Snapshot {
    /// What the tools that a filter means cost a target.
    pub fn tokens(&self, meter: TokenMeter, filter: &Filter) -> TokenCount {
        let one =
            |tool: &RegisteredTool| ToolTokens { name: tool.name().to_owned(), tokens: meter.tokens(tool) };
        let tools: Vec<_> = self.matching(filter).map(|tool| one(tool)).collect();
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
    fn a_tool_costs_a_token_for_each_four_bytes_that_its_target_is_sent() {
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
