//! The loader: API documents become tools of a registry, in one revision, with a report.
//!
//! The need: documents change while their tools are in use, and a bad version must not take the good one away. The answer:
//! a [`SpecLoader`] knows each document as a source with a name, and loads it in one pipeline: `retrieve` reads the bytes,
//! `spec` parses them, `convert` makes tools, `review` classifies the change and asks every gate, `registry` applies it as one
//! revision. A load ends in a [`LoadReport`], or in an error that changes nothing. A step that needs something from outside
//! (an overlay, a `$ref`, the answer of a function) returns the question, and the load is run again with the answer.
//!
//! A held change waits for an approval; older versions are kept for a rollback. A state file keeps both over a restart.
//!
//! ```
//! # use std::sync::Arc;
//! use toolrack_core::http::TlsClient;
//! use toolrack_core::loader::{LoadOptions, SpecLoader};
//! use toolrack_core::registry::{OnConflict, ToolRegistry};
//! use toolrack_core::spec::SpecSource;
//!
//! let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
//! let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
//! let document = r#"{"openapi": "3.1.0", "info": {"title": "Pets", "version": "1"},
//!     "servers": [{"url": "https://pets.example"}],
//!     "paths": {"/pets": {"get": {"operationId": "list_pets", "responses": {}}}}}"#;
//! let load = loader.load(SpecSource::Text(document.as_bytes().to_vec().into()), LoadOptions::default());
//! # let runtime = tokio::runtime::Runtime::new()?;
//! assert_eq!(runtime.block_on(load)?.added, ["list_pets"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `spec_loader`, `options` | the façade: load, reload, check, unload, close; the options of a load |
//! | `load_attempt`, `progress`, `load_request` | one attempt to load what was read, and the questions that it returns |
//! | `admission` | tools compared with those in use, judged, applied |
//! | `loaded_source`, `source_status` | the state of each source, and its status |
//! | `watched_sources`, `truncated_document`, `load_listener` | hot reload, polling, truncation, notifications |
//! | `directory`, `directory_claims` | directories: which file has which source name |
//! | `decisions`, `restoring` | approval, rejection, rollback, pins; sources of a state file |
//! | `load_report`, `load_audit` | the outcome of a load, for the caller and the audit log |
//!
//! Limits: loads of one source run one after the other. The loader does not watch files itself.

mod admission;
mod decisions;
mod directory;
mod directory_claims;
mod load_attempt;
mod load_audit;
mod load_listener;
mod load_report;
mod load_request;
mod loaded_source;
mod lock;
mod options;
mod progress;
mod restoring;
mod source_status;
mod spec_loader;
mod truncated_document;
mod watched_sources;

pub use directory::{DirectoryReport, FailedDocument};
pub use directory_claims::DirectoryChanges;
pub use load_listener::LoadListener;
pub use load_report::{CheckReport, Inputs, LoadReport, LostInput, Restored, RestoredError};
pub use options::{KeptVersions, LoadOptions};
pub use source_status::{SourceFamily, SourceFault, SourceStatus};
pub use spec_loader::SpecLoader;
pub use truncated_document::{Truncation, TruncationVerdict};
