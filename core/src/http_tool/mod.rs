//! HTTP tools: tools that call one endpoint of an API, from a definition instead of a document.
//!
//! The need: an API has no document, or a program needs two of its operations. Closures would repeat what calls over HTTP
//! need: escaping, credentials, retry, limits, the guard against private addresses (SSRF).
//!
//! The answer: a definition of plain data names the endpoint and says where each parameter goes. It becomes the same
//! [`Endpoint`](crate::wire::Endpoint) and [`HttpOperation`](crate::exec::HttpOperation) as an operation of a document.
//! Fixed headers, query parameters and members of the body are sent with each request, and no model sees them. Their
//! placeholders (`{context.userId}`) are filled from the caller's context, never from arguments.
//!
//! ```
//! use std::sync::Arc;
//! use toolrack_core::http_tool::{GivenHttpTool, HttpTools};
//! use toolrack_core::{clock::system_clock, http::TlsClient, registry::{OnConflict, ToolRegistry}};
//!
//! let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
//! let tools = HttpTools::new(Arc::clone(&registry), Arc::new(TlsClient::new()), system_clock());
//! let definition = serde_json::json!({
//!     "name": "crm-lookup", "description": "Looks up a customer",
//!     "parameters": {"customerId": {"type": "string"}},
//!     "endpoint": "https://crm.example.com/customers/{customerId}",
//!     "headers": {"X-User-Id": "{context.userId}"}
//! });
//! let given = GivenHttpTool { text: definition.to_string(), unsaid: Vec::new(), function: None };
//! tools.register(given, &[], None)?;
//! assert!(registry.snapshot().get("crm-lookup").expect("it is registered").definition.requires_auth);
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! | file | what it decides |
//! |---|---|
//! | `http_tools` | registers one, or replaces a source as a whole; shares credentials |
//! | `http_tool_definition`, `http_tool_reader`, `tool_arguments` | the definition, method, body; all problems at once |
//! | `tool_endpoint` | which URLs are endpoints, and which hosts they may name |
//! | `argument_places`, `request_place`, `taken_places`, `misplaced_schemas` | where each parameter goes |
//! | `fixed_members`, `tool_credential` | `headers`, `query`, `body`, placeholders; `auth`, `authScheme` |
//!
//! Limits: one method and one server for each tool. Parameters have the default style of OpenAPI. A source of HTTP tools
//! has no gates, no versions to roll back to and no state file, as tools of code have none.

mod argument_places;
mod fixed_members;
mod http_tool_definition;
mod http_tool_reader;
mod http_tools;
mod misplaced_schemas;
mod request_place;
mod taken_places;
mod tool_arguments;
mod tool_credential;
mod tool_endpoint;

pub use http_tools::{GivenHttpTool, HttpTools};
