//! The targets: model providers and frameworks that take tools, by name.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::target::check::definition_check::ToolParts;
use crate::target::provider::{anthropic, bedrock, gemini, mcp, openai};

/// Whether tools are sent in strict mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strict {
    /// No.
    #[default]
    Off,
    /// Yes; a tool that cannot be is sent without, and says so.
    On,
    /// Where that takes nothing away but undeclared properties.
    Auto,
}

/// A model provider's way to take tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// `OpenAI`'s Responses API: `tools`.
    OpenAi,
    /// `OpenAI`'s Chat Completions: `tools`.
    OpenAiChat,
    /// Anthropic's Messages API: `tools`.
    Anthropic,
    /// Google's Gemini API: `config.tools`, with `parametersJsonSchema`.
    Gemini,
    /// Google's Gemini API with `parameters`: the Live API, older models.
    GeminiOpenApi,
    /// Amazon Bedrock's Converse API: `toolConfig.tools`.
    Bedrock,
    /// Model Context Protocol: `tools` of a `tools/list` result.
    Mcp,
    /// Vercel's AI SDK: tools with their names.
    AiSdk,
    /// Mistral's Chat Completions: `tools`.
    Mistral,
    /// Cohere's v2 Chat: `tools`.
    Cohere,
    /// No provider's words: for frameworks that have their own.
    Plain,
}

impl Target {
    /// The names a target goes by.
    const NAMES: [(&'static str, Self); 12] = [
        ("openai", Self::OpenAi),
        ("openai-responses", Self::OpenAi),
        ("openai-chat", Self::OpenAiChat),
        ("anthropic", Self::Anthropic),
        ("gemini", Self::Gemini),
        ("gemini-openapi", Self::GeminiOpenApi),
        ("bedrock", Self::Bedrock),
        ("mcp", Self::Mcp),
        ("ai-sdk", Self::AiSdk),
        ("mistral", Self::Mistral),
        ("cohere", Self::Cohere),
        ("plain", Self::Plain),
    ];

    /// Every target.
    pub const ALL: [Self; 11] = [
        Self::OpenAi,
        Self::OpenAiChat,
        Self::Anthropic,
        Self::Gemini,
        Self::GeminiOpenApi,
        Self::Bedrock,
        Self::Mcp,
        Self::AiSdk,
        Self::Mistral,
        Self::Cohere,
        Self::Plain,
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

    /// Its name; the shorter one where it has two.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::OpenAiChat => "openai-chat",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::GeminiOpenApi => "gemini-openapi",
            Self::Bedrock => "bedrock",
            Self::Mcp => "mcp",
            Self::AiSdk => "ai-sdk",
            Self::Mistral => "mistral",
            Self::Cohere => "cohere",
            Self::Plain => "plain",
        }
    }

    /// Whether it has a strict mode that asks something of schemas.
    pub const fn has_strict(self) -> bool {
        !matches!(self, Self::Gemini | Self::GeminiOpenApi | Self::Mcp | Self::Plain)
    }

    /// Whether the provider's tool search finds tools that are deferred.
    pub(in crate::target) const fn defers(self) -> bool {
        matches!(self, Self::Anthropic | Self::OpenAi)
    }

    /// Whether the last tool of a request says that the provider is to cache them.
    pub const fn marks_last(self) -> bool {
        matches!(self, Self::Anthropic)
    }

    /// What stands around the tools of a request, where it is more than a list.
    pub(in crate::target) const fn envelope(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Gemini | Self::GeminiOpenApi => Some(gemini::ENVELOPE),
            _ => None,
        }
    }

    /// The parts of a tool as this provider names them.
    pub(in crate::target) fn shown(self, tool: &Value) -> ToolParts<'_> {
        match self {
            Self::OpenAi => openai::shown(tool),
            Self::OpenAiChat | Self::Mistral | Self::Cohere => openai::chat_shown(tool),
            Self::Anthropic => anthropic::shown(tool),
            Self::Gemini => gemini::shown(tool),
            Self::GeminiOpenApi => gemini::proto_shown(tool),
            Self::Bedrock => bedrock::shown(tool),
            Self::Mcp | Self::AiSdk | Self::Plain => mcp::shown(tool),
        }
    }
}
