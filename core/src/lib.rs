//! toolrack: the live tool registry for AI agents. This crate is its core, which knows no JavaScript.
//!
//! An API document becomes tools, tools are rendered for a model provider, and the provider's calls are carried out:
//!
//! ```
//! use std::sync::Arc;
//! use toolrack_core::{http::TlsClient, loader::{LoadOptions, SpecLoader}, registry::{OnConflict, ToolRegistry}, spec::SpecSource};
//!
//! # async fn example() -> toolrack_core::error::Result<()> {
//! let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
//! let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
//! let document = r#"{"openapi": "3.1.0", "servers": [{"url": "https://api.example.com"}],
//!     "paths": {"/pets/{id}": {"get": {"operationId": "get_pet", "parameters":
//!         [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}]}}}}"#;
//! let report = loader.load(SpecSource::Text(document.into()), LoadOptions::default()).await?;
//! assert_eq!(report.added, ["get_pet"]);
//! assert!(registry.snapshot().get("get_pet").is_some());
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().expect("a runtime").block_on(example()).expect("loads");
//! ```
//!
//! # Where to look
//! | you search for | room |
//! |---|---|
//! | error codes and messages | [`error`] |
//! | JSON Schema: Draft 4 to 2020-12, `$ref`, validation, defaults, what a change of a schema breaks | [`schema`] |
//! | OpenAPI 2.0 to 3.2, YAML, overlays, parameters, bodies | [`spec`] |
//! | `OpenAI`, Anthropic, Gemini (`nullable`), Bedrock, MCP ...: a file for each provider, strict mode | [`target`] |
//! | which tools there are: snapshots, names, filters, deltas, several versions of an API side by side; search by words | [`registry`], [`search`] |
//! | HTTP client (`tls_client.rs`: TLS, `HTTPS_PROXY`), redirects, SSRF guard, circuit breaker, `Retry-After`, backoff | [`http`] |
//! | credentials, token endpoints, origin binding; redaction of secrets in results and errors | [`auth`] |
//! | rate limit, concurrency, idempotency | [`limit`] |
//! | the time as a value: clocks, timeouts, deadlines | [`clock`] |
//! | parameters and bodies on the wire: `deepObject`, multipart, charsets, media types | [`wire`] |
//! | one call from end to end; truncation of what a model reads | [`exec`] |
//! | files, directories and addresses of documents; which `$ref`s may be followed | [`retrieve`] |
//! | which operations become tools; overrides, token budget | [`convert`] |
//! | tools that call one endpoint, without a document | [`http_tool`] |
//! | gates, breaking changes, held changes; the history of a document, rollback to a version of it | [`review`] |
//! | the configuration file: YAML and JSON into types, mistakes by line, variables of the environment | [`config`] |
//! | the state file over a restart | [`state`] |
//! | load, reload and unload of a document | [`loader`] |
//! | debounce, file events, symlinks (`ConfigMap`), bind mounts, polling | [`watch`] |
//! | JavaScript and TypeScript modules: `import`, `require`, type stripping, resolution of specifiers | [`module`] |
//! | audit log, hash chain | [`audit`] |
//! | borrowed JSON values, pointers, canonical text; hidden characters | [`json`], [`unicode`] |
//! | what a tool is, the trait `Executor` | [`tool`] |
//!
//! # Three trips
//! - **Bytes → tools**: [`retrieve`] → [`spec`] → [`convert`] → [`review`] → [`registry`] → report of the [`loader`].
//! - **A call → its result**: snapshot → context → validation → [`limit`] → [`auth`] → executor ([`wire`], [`http`]) → reply ([`exec`]).
//! - **A file changes → new tools**: [`watch`] waits until the new content of a file is stable, then starts the first trip.
#![forbid(unsafe_code)]

pub mod audit;
pub mod auth;
pub mod clock;
pub mod config;
pub mod convert;
pub mod error;
pub mod exec;
pub mod http;
pub mod http_tool;
pub mod json;
pub mod limit;
pub mod loader;
pub mod module;
pub mod registry;
pub mod retrieve;
pub mod review;
pub mod schema;
pub mod search;
pub mod spec;
pub mod state;
pub mod target;
pub mod tool;
pub mod unicode;
pub mod watch;
pub mod wire;
