//! What outlives the process: one file with the names of all operations and, of each source, its documents, its pins, what
//! was rejected and its history.
//!
//! Tools are not written down: what carries their calls out cannot be, and the options that made them have secrets. The
//! documents are, each content once, with which tool was made of which; a restart makes the tools again with the options
//! that it gives. A tool that is held back from a newer document is made of the older one again.
//!
//! | file | holds |
//! |---|---|
//! | `state_keeper` | `Keeper`: what is known of each source, and the thread that writes it |
//! | `source_record` | what is known of one source |
//! | `edition` | the bytes of a document and of all that belongs to it |
//! | `edition_cache` | which edition each tool was made of |
//! | `state_json` | all of that as JSON |
//! | `state_format` | the layout of the file: pure, any damage is found |
//! | `state_file` | the door to the file system: lock, replace as a whole |
//!
//! Limits: a change writes the whole file, some hundred MB a second. Contents are in memory until they are in the file.

mod edition;
mod edition_cache;
mod options;
mod source_record;
mod state_file;
mod state_format;
mod state_json;
mod state_keeper;

pub(crate) use edition::{Edition, Hash, digest_of};
pub(crate) use edition_cache::{Lineage, Shelf};
pub use options::StateOptions;
pub(crate) use source_record::Record;
pub(crate) use state_keeper::Keeper;
pub use state_keeper::StateFailure;
