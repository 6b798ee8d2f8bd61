//! Which bytes a document and all that it refers to have, and where they come from.

mod bundle;
mod dependencies;
mod directory_listing;
mod fetch;
mod options;
mod revalidation;
mod watch_target;

pub(crate) use bundle::{Bundle, BundledDocument};
pub(crate) use dependencies::Dependencies;
pub use dependencies::DependencyFile;
pub use directory_listing::documents_in;
pub(crate) use fetch::{FetchedDocument, Validators, file, read};
pub use options::ReferencePolicy;
pub use revalidation::PollOutcome;
pub(crate) use revalidation::{PollAnswer, decide, question};
pub use watch_target::{FileContents, WatchLocation, WatchTarget};
