//! Targets in a configuration: model providers, protocols and frameworks.

use serde::Deserialize;

use crate::config::alternatives::FlagOr;

/// A target: a model provider's API, a protocol or a framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TargetWord {
    /// The Responses API of OpenAI.
    Openai,
    /// The Responses API of OpenAI.
    OpenaiResponses,
    /// The Chat Completions API of OpenAI.
    OpenaiChat,
    /// The Messages API of Anthropic.
    Anthropic,
    /// The Gemini API, with JSON Schema.
    Gemini,
    /// The Gemini API, with OpenAPI schemas.
    GeminiOpenapi,
    /// The Converse API of Amazon Bedrock.
    Bedrock,
    /// The Model Context Protocol.
    Mcp,
    /// The AI SDK.
    AiSdk,
    /// The API of Mistral.
    Mistral,
    /// The API of Cohere.
    Cohere,
    /// No provider: a plain definition.
    Plain,
}

/// A target with options of its definitions.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetChoiceConfig {
    /// The target.
    pub target: TargetWord,
    /// Strict mode of the provider: `true`, `false` or `auto`. Default: `false`.
    pub strict: Option<FlagOr<AutoWord>>,
    /// The revision of the Model Context Protocol. For `mcp` only. Default: `"2025-11-25"`.
    pub revision: Option<McpRevisionWord>,
}

/// Strict mode where nothing is lost by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AutoWord {
    /// Tools for which strict mode refuses nothing but undeclared properties.
    Auto,
}

/// A revision of the Model Context Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum McpRevisionWord {
    /// The revision of June 2025.
    #[serde(rename = "2025-06-18")]
    June2025,
    /// The revision of November 2025.
    #[serde(rename = "2025-11-25")]
    November2025,
    /// The revision of July 2026.
    #[serde(rename = "2026-07-28")]
    July2026,
}
