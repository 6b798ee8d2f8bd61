//! What is asked of one reading of a document.

use super::options::LoadOptions;
use crate::review::Trigger;
use crate::spec::SpecSource;

/// One reading of a document.
#[derive(Clone, Copy)]
pub struct LoadRequest<'r> {
    /// Its number.
    pub reading: u64,
    pub purpose: LoadPurpose,
    pub place: &'r SpecSource,
    pub options: &'r LoadOptions,
}

/// What a document is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LoadPurpose {
    /// Its tools are to be in the registry.
    Entry(Trigger),
    /// Somebody wants to know what would come of it.
    Check,
}
