//! Hot reload: what a watcher asks and hands over, polling of servers, directories of documents.
//!
//! The watcher itself is the room [`watch`](crate::watch); this room loads what it found.

mod directory_claims;
mod document_poll;
mod loaded_directory;
mod observed_files;

use super::loader_context::LoaderContext;

pub use directory_claims::{DirectoryChanges, DirectoryClaims};
pub use loaded_directory::{DirectoryLoader, DirectoryReport, FailedDocument};

/// The loader as a watcher knows it: watch targets, changed files, polls, new listings of directories.
#[derive(Clone, Copy)]
pub struct HotReload<'l>(pub(super) &'l LoaderContext);
