//! Reads the bytes of API documents: from a text, a file or an address, with overlays and all that a `$ref` leads to.
//!
//! The need: a document is rarely one file. It refers to others, it may come from a stranger, it changes while it is in use,
//! and a server that is polled should not send it again each time. The answer: a bundle has the bytes of all documents that
//! belong together. `reference_reach` decides which of them may be read at all: no path traversal out of the folder
//! (`$ref: ../common.yaml`), no SSRF to private addresses, no symlink that leads out. All is bounded in bytes, documents and
//! time. `revalidation` asks a server with `ETag` and `Last-Modified` whether a document has changed.
//!
//! Nothing here knows what an operation or a tool is: a bundle is parsed into a library of schemas, and no further.
//!
//! ```
//! use toolrack_core::retrieve::list_documents;
//!
//! let folder = tempfile::tempdir()?;
//! for name in ["petstore.yaml", "notes.txt", ".hidden.json"] {
//!     std::fs::write(folder.path().join(name), "openapi: 3.1.0")?;
//! }
//! assert_eq!(list_documents(folder.path())?, ["petstore.yaml"]);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `fetch`, `local_file` | one document, up to a size limit |
//! | `bundle`, `bundled_document` | a document, its overlays and its references |
//! | `reference_reach`, `options` | which references may be read (`references.outsideFolder`, `internet`, `hosts`) |
//! | `reference_reader` | reads references, and theirs |
//! | `overlaid_document` | applies overlays |
//! | `validators`, `revalidation` | conditional requests of polling: `ETag`, `Last-Modified`, `Retry-After` |
//! | `dependencies`, `watch_target` | what a watcher has to look at, and what it hands back |
//! | `directory_listing` | the documents of a directory |
//!
//! Limits: a document is in memory whole. Files are read while a load waits, without a timeout of their own. References of
//! one document take at most 120 s together.

mod bundle;
mod bundled_document;
mod dependencies;
mod directory_listing;
mod fetch;
mod local_file;
mod options;
mod overlaid_document;
mod reference_reach;
mod reference_reader;
mod revalidation;
mod validators;
mod watch_target;

pub(crate) use bundle::{Bundle, ParsedBundle, SavedBundle};
pub(crate) use bundled_document::BundledDocument;
pub(crate) use dependencies::Dependencies;
pub use dependencies::DependencyFile;
pub use directory_listing::list_documents;
pub(crate) use fetch::{FetchedDocument, fetch_document};
pub(crate) use local_file::read_file;
pub use options::ReferencePolicy;
pub(crate) use reference_reader::ReferenceReader;
pub use revalidation::PollOutcome;
pub(crate) use revalidation::{PollAnswer, PollRequest};
pub(crate) use validators::Validators;
pub use watch_target::{FileContents, WatchLocation, WatchTarget};
