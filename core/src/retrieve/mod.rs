//! Which bytes a document and all that it refers to have, and where they come from.

mod bundle;
mod dependencies;
mod directory_listing;
mod fetch;
mod options;
mod revalidation;
mod watch_target;

pub(crate) use bundle::{Bundle, Volume};
pub(crate) use dependencies::Made;
pub use dependencies::Part;
pub use directory_listing::documents_in;
pub(crate) use fetch::{Reading, Validators, file, read};
pub use options::References;
pub use revalidation::Polled;
pub(crate) use revalidation::{Answer, decide, question};
pub use watch_target::{Files, Stand, Watched};
