//! The state file: names, documents, pins, rejections and history of all sources outlive a restart of the process.
//!
//! The need: after a restart a document may be unreadable, or newer than the one that was approved. Tools must keep their
//! names and their approved definitions nevertheless.
//!
//! The answer: one file has the name ledger and a record of each source. A record has the bytes of the documents that its
//! tools were made of, each content once, and which tool was made of which. A restart makes the tools again, from these bytes
//! and the options that it gives. Tools themselves are not written: executors cannot be, and options have secrets. The file is
//! replaced atomically, and verified by a hash when it is read.
//!
//! ```
//! # use std::sync::Arc;
//! # use serde_json::json;
//! # use toolrack_core::http::TlsClient;
//! # use toolrack_core::loader::{LoadOptions, SpecLoader};
//! # use toolrack_core::registry::{OnConflict, ToolRegistry};
//! # use toolrack_core::spec::SpecSource;
//! use toolrack_core::state::StateOptions;
//!
//! let folder = tempfile::tempdir()?;
//! let document = folder.path().join("pets.json");
//! std::fs::write(&document, json!({"openapi": "3.1.0", "info": {"title": "Pets", "version": "1"},
//!     "paths": {"/pets": {"get": {"operationId": "list_pets"}}}}).to_string())?;
//! let options = StateOptions::parse(&json!(folder.path().join("toolrack.state")))?;
//! let start = || {
//!     let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
//!     SpecLoader::new(registry, Arc::new(TlsClient::new())).with_state(&options, |failure| panic!("{failure:?}"))
//! };
//! let load = async |loader: SpecLoader| loader.load(SpecSource::Path(document.clone()), LoadOptions::default()).await;
//! # let runtime = tokio::runtime::Runtime::new()?;
//! assert_eq!(runtime.block_on(load(start()?))?.added, ["list_pets"]);
//! std::fs::remove_file(&document)?;
//! assert_eq!(runtime.block_on(load(start()?))?.stale, ["list_pets"], "the tool outlives its document");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `state_keeper` writes the state file from a background thread; `state_file` does the disk I/O. `state_format` is the
//! layout of the file, `state_json` its header.
//!
//! Limits: a change writes the whole file, some hundred MB a second. Documents are in memory until they are in the file.

mod blob;
mod options;
mod saved_address;
mod saved_inputs;
mod source_inputs;
mod source_record;
mod state_file;
mod state_format;
mod state_json;
mod state_keeper;

pub(crate) use blob::BlobHash;
pub use options::StateOptions;
pub(crate) use saved_inputs::{SavedInputs, source_digest};
pub(crate) use source_inputs::{InputsByOperation, SourceInputs};
pub(crate) use source_record::SourceRecord;
pub use state_keeper::StateFailure;
pub(crate) use state_keeper::StateKeeper;
