//! Requests: the tools of one request, in a stable order, within the limits of the provider.
//!
//! `rendering.rs` renders one tool for a target, in strict mode if that is requested and possible. `render_cache.rs`
//! keeps the rendered text beside the tool, so that a reload renders only changed tools. `tool_offer.rs` combines all
//! tools: deferred tools, the cache mark, trimming, the budget of strict tools. `request_limits.rs` counts a request
//! against published limits.
//!
//! Limits: 128 tools (OpenAI), 512 (Gemini), 10,000 (Anthropic); 20 strict tools, 24 optional parameters and 16 unions
//! (Anthropic).

pub mod render_cache;
pub mod rendering;
pub mod request_limits;
pub mod tool_offer;
