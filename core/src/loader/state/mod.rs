//! What outlives the process: one file with the names of all operations and, of each source, its documents, its pins, what
//! was rejected and its history.
//!
//! Tools are not written down: what carries their calls out cannot be, and the options that made them have secrets. The
//! documents are, each content once, with which tool was made of which; a restart makes the tools again with the options
//! that it gives. A tool that is held back from a newer document is made of the older one again.
//!
//! | file | holds |
//! |---|---|
//! | `keeper` | [`Keeper`]: what is known of each source, and the thread that writes it |
//! | `record` | what is known of one source |
//! | `edition` | the bytes of a document and of all that belongs to it |
//! | `shelf` | which edition each tool was made of |
//! | `wire` | all of that as JSON |
//! | `format` | the layout of the file: pure, any damage is found |
//! | `file` | the door to the file system: lock, replace as a whole |
//!
//! Limits: a change writes the whole file, some hundred MB a second. Contents are in memory until they are in the file.

mod edition;
mod file;
mod format;
mod keeper;
mod options;
mod record;
mod shelf;
mod wire;

pub use edition::{Edition, Hash, digest_of};
pub use keeper::{Keeper, StateFailure};
pub use options::StateOptions;
pub use record::Record;
pub use shelf::{Lineage, Shelf};
