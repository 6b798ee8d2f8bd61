//! The loader: API documents become tools of a registry, in one revision, with a report.
//!
//! The need: documents change while their tools are in use, and a bad version must not take the good one away. The answer:
//! a [`SpecLoader`] knows each document as a source with a name, and loads it in one pipeline: `retrieve` reads the bytes,
//! `spec` parses them, `convert` makes tools, `review` classifies the change and asks every gate, `registry` applies it as one
//! revision. A load ends in a [`LoadReport`], or in an error that changes nothing. A step that needs something from outside
//! (an overlay, a `$ref`, the answer of a function) returns the question, and the load is run again with the answer.
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
//! | place | holds |
//! |---|---|
//! | `spec_loader`, `load_report` | the façade: load, reload, check, unload, close; report of a load |
//! | `options`, `option_groups` | the options, their groups, and where a misplaced option belongs |
//! | `pipeline/` | the trip of a document's bytes into the registry, as steps over values; truncation |
//! | `sources/` | the state of each source, and its status |
//! | `hot_reload/` | changed files, polling, directories of documents |
//! | `change_decisions` | approval, rejection, rollback, pins |
//! | `tool_sets/` | sources whose tools a program gives, such as a module: several in one revision |
//! | `restore/`, `source_unload` | sources of a state file after a restart; what is forgotten with a source |
//! | `loader_context`, `load_audit`, `load_listener`, `local_module_files` | what all parts share; audit records; notifications; files of modules |
//!
//! Limits: loads of one source run one after the other. The loader does not watch files itself.

mod change_decisions;
mod hot_reload;
mod load_audit;
mod load_listener;
mod load_report;
mod loader_context;
mod local_module_files;
mod mutex;
mod option_groups;
mod options;
mod pipeline;
mod restore;
mod source_unload;
mod sources;
mod spec_loader;
mod tool_sets;

pub use change_decisions::ChangeDecisions;
pub use hot_reload::{DirectoryChanges, DirectoryReport, FailedDocument, HotReload};
pub use load_listener::LoadListener;
pub use load_report::{CheckReport, Inputs, LoadReport, LostInput, Restored, RestoredError};
pub use local_module_files::LocalModuleFiles;
pub use option_groups::KeptVersions;
pub use options::LoadOptions;
pub use pipeline::{Truncation, TruncationVerdict};
pub use sources::{SourceFamily, SourceFault, SourceStatus};
pub use spec_loader::SpecLoader;
pub use tool_sets::{
    BatchOutcome, FailedExport, GivenTool, ListMessage, ListReading, ListedTools, NameOwner, OnError,
    ToolSet, ToolSets, local_name,
};
