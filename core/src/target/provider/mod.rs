//! One file for each provider.

pub mod ai_sdk;
pub mod anthropic;
pub mod bedrock;
pub mod cohere;
pub mod gemini;
pub mod gemini_openapi;
pub mod mcp;
pub mod mcp_revision;
pub mod message_parts;
pub mod mistral;
pub mod openai;
pub mod plain;
