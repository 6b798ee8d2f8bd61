//! Targets: the providers and frameworks that take tools, by the names that options use.

use crate::error::{Error, Result, describe_unknown, excerpt};
use crate::target::provider::{
    CacheMark, Provider, ai_sdk, anthropic, bedrock, cohere, gemini, gemini_openapi, mcp, mistral, openai,
    openai_chat, plain,
};

/// Whether tools are sent in strict mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strict {
    /// Never.
    #[default]
    Off,
    /// Always. A tool that strict mode cannot express is sent without it and reported as downgraded.
    On,
    /// Where strict mode only forbids undeclared properties.
    Auto,
}

/// A model provider or framework.
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
    /// Vercel's AI SDK: a map of tools.
    AiSdk,
    /// Mistral's Chat Completions: `tools`.
    Mistral,
    /// Cohere's v2 Chat: `tools`.
    Cohere,
    /// No provider: name, description and schema, for frameworks with a format of their own.
    Plain,
}

impl Target {
    /// The names that options use.
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

    /// All targets.
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

    /// Parses a target's name.
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown name.
    pub fn parse(name: &str) -> Result<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, target)| *target).ok_or_else(|| {
            let known: Vec<_> = Self::NAMES.iter().map(|(name, _)| *name).collect();
            Error::InvalidOptions {
                option: "target".to_owned(),
                reason: format!("\"{}\" {}", excerpt(name).escape_debug(), describe_unknown(name, &known)),
            }
        })
    }

    /// The name of the target; the shorter one of two.
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

    /// The provider of a target. No other code knows which provider a target has.
    pub(in crate::target) fn provider(self) -> &'static dyn Provider {
        match self {
            Self::OpenAi => &openai::OpenAi,
            Self::OpenAiChat => &openai_chat::OPENAI_CHAT,
            Self::Anthropic => &anthropic::Anthropic,
            Self::Gemini => &gemini::GEMINI,
            Self::GeminiOpenApi => &gemini_openapi::GEMINI_OPENAPI,
            Self::Bedrock => &bedrock::Bedrock,
            Self::Mcp => &mcp::Mcp,
            Self::AiSdk => &ai_sdk::AiSdk,
            Self::Mistral => &mistral::MISTRAL,
            Self::Cohere => &cohere::COHERE,
            Self::Plain => &plain::Plain,
        }
    }

    /// Whether strict mode changes what the provider takes.
    pub fn has_strict(self) -> bool {
        self.provider().has_strict()
    }

    /// Whether the last tool of a request carries the cache mark.
    pub fn marks_last(self) -> bool {
        self.provider().cache_mark() == CacheMark::LastTool
    }
}
