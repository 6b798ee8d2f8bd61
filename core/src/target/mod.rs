//! From a definition to what one model provider takes, and from what the model answers back.
//!
//! Every provider refuses a whole request for one tool that breaks its rules, and each has rules of its own. A target
//! is a table of them ([`Rules`]) and a shape; the walk over the schema is shared. What is rewritten here only widens
//! what a model may send: the call is judged by the tool's own schema all the same.

mod anthropic;
mod definitions;
mod exchange;
mod gemini;
mod keys;
mod names;
mod openai;
mod rewrite;
mod root;
mod rules;

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::tool::ToolDefinition;

pub use exchange::{Sent, fault};
pub use names::WireNames;
use rules::Rules;

/// A model provider's way to take tools, without its strict mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `OpenAI`'s Responses API: `tools`.
    OpenAi,
    /// Anthropic's Messages API: `tools`.
    Anthropic,
    /// Google's Gemini API: `config.tools`, with `parametersJsonSchema`.
    Gemini,
}

impl Target {
    /// The names a target goes by.
    const NAMES: [(&'static str, Self); 4] = [
        ("openai", Self::OpenAi),
        ("openai-responses", Self::OpenAi),
        ("anthropic", Self::Anthropic),
        ("gemini", Self::Gemini),
    ];

    /// The target of a name.
    pub fn parse(name: &str) -> Result<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, target)| *target).ok_or_else(|| {
            let known: Vec<_> = Self::NAMES.iter().map(|(name, _)| *name).collect();
            Error::InvalidOptions {
                option: "target".to_owned(),
                reason: format!("\"{name}\" is none of {}", known.join(", ")),
            }
        })
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
        }
    }

    const fn rules(self) -> &'static Rules {
        match self {
            Self::OpenAi => &openai::RULES,
            Self::Anthropic => &anthropic::RULES,
            Self::Gemini => &gemini::RULES,
        }
    }

    /// The value that the provider's request takes for these tools, as JSON text.
    pub fn render<'t>(
        self,
        tools: impl Iterator<Item = &'t ToolDefinition>,
        names: &WireNames,
    ) -> Result<String> {
        let shown: Vec<Value> = tools.map(|tool| self.definition(tool, names.wire(&tool.name))).collect();
        let request = if self == Self::Gemini { gemini::request(&shown) } else { Value::Array(shown) };
        serde_json::to_string(&request).map_err(|error| Error::Internal { reason: error.to_string() })
    }

    /// One tool as the provider takes it, under the name that it is told.
    pub fn definition(self, tool: &ToolDefinition, name: &str) -> Value {
        let schema = rewrite::schema(&tool.input_schema.value(), self.rules());
        match self {
            Self::OpenAi => openai::shape(name, &tool.description, &schema),
            Self::Anthropic => anthropic::shape(name, &tool.description, &schema),
            Self::Gemini => gemini::shape(name, &tool.description, &schema),
        }
    }

    /// The arguments as the tool names them, from what a model sent under the names it was shown.
    pub fn arguments(self, tool: &ToolDefinition, sent: Map<String, Value>) -> Map<String, Value> {
        keys::restore(&tool.input_schema.value(), sent, self.rules().keys)
    }
}
