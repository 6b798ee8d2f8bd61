//! What a configuration says, as types: their doc comments are the descriptions of the JSON Schema, `Default: X.` its
//! defaults. Names, types and defaults are those of the options in `types/`; a test compares them.

mod call_limits_config;
mod credential_config;
mod document_config;
mod document_limits_config;
mod gates_config;
mod http_tool_config;
mod loader_config;
mod mcp_server_config;
mod module_config;
mod override_config;
mod registry_config;
mod search_config;
mod selection_config;
mod serve_auth_config;
mod serve_config;
mod target_config;
mod tool_filter_config;
mod watch_config;

pub use call_limits_config::*;
pub use credential_config::*;
pub use document_config::*;
pub use document_limits_config::*;
pub use gates_config::*;
pub use http_tool_config::*;
pub use loader_config::*;
pub use mcp_server_config::*;
pub use module_config::*;
pub use override_config::*;
pub use registry_config::*;
pub use search_config::*;
pub use selection_config::*;
pub use serve_auth_config::*;
pub use serve_config::*;
pub use target_config::*;
pub use tool_filter_config::*;
pub use watch_config::*;
