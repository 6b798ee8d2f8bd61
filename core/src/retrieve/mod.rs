//! Reads the bytes of API documents: a text, a file or an address, with overlays and the documents of its `$ref`s.
//!
//! The need: a document is rarely one file. It refers to others, it may come from a stranger, and it changes while it is in
//! use. A server that is polled should not send it again each time.
//!
//! The answer: a bundle has the bytes of all documents that belong together. `reference_reach` decides which references may
//! be read: no path traversal out of the folder (`$ref: ../common.yaml`), no private address (SSRF), no symlink that leads
//! out. Bytes, documents and time are bounded. `revalidation` asks a server by `ETag` and `Last-Modified` whether a document
//! has changed. No file here knows operations or tools: a bundle is parsed into a set of documents, and no further.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::retrieve::ReferencePolicy;
//!
//! let policy: ReferencePolicy = serde_json::from_value(json!({"hosts": ["schemas.corp:8443"]}))?;
//! assert!(!policy.outside_folder, "../common.yaml is refused");
//! assert!(policy.internet, "public addresses are read");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `fetch`, `local_file` | one document, up to a size limit |
//! | `bundle`, `bundled_document` | a document, its overlays and its references |
//! | `reference_reach`, `options` | which references may be read (`network.references`: `outsideFolder`, `internet`, `hosts`) |
//! | `reference_reader` | reads references, and theirs |
//! | `overlaid_document` | applies overlays |
//! | `validators`, `revalidation` | conditional requests of polling: `ETag`, `Last-Modified`, `Retry-After` |
//! | `dependencies`, `watch_target` | the files and addresses that a watcher observes |
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
pub use directory_listing::{DirectoryListing, ListedFiles, ListingDepth, UnlistedFolder};
pub(crate) use fetch::{FetchedDocument, fetch_document};
pub use local_file::unreadable_reason;
pub(crate) use local_file::{read_file, read_real_file};
pub use options::ReferencePolicy;
pub(crate) use reference_reader::ReferenceReader;
pub use revalidation::PollOutcome;
pub(crate) use revalidation::{PollAnswer, PollRequest};
pub(crate) use validators::Validators;
pub use watch_target::{FileContents, WatchLocation, WatchTarget};
