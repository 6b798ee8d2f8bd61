//! Reference faults: why a reference cannot be resolved.

use crate::error::Error;

/// Why a reference cannot be resolved.
#[derive(Clone)]
pub(in crate::schema) enum ReferenceFault {
    /// No document can have the target.
    Nowhere(&'static str),
    /// The target's document was not read.
    Unread(&'static str),
    /// The target's document is unavailable.
    Lacking(Error),
}

pub(super) const NOWHERE: ReferenceFault = ReferenceFault::Nowhere("has no target");
pub(super) const CIRCLE: ReferenceFault = ReferenceFault::Nowhere("leads back to itself");

impl ReferenceFault {
    /// Returns the error of a reference at a pointer.
    pub(in crate::schema) fn into_error(self, reference: &str, pointer: String) -> Error {
        let reference = reference.to_owned();
        match self {
            Self::Nowhere(reason) | Self::Unread(reason) => {
                Error::UnresolvedRef { pointer, reference, reason: reason.to_owned() }
            }
            Self::Lacking(error) => Error::UnusableRef { pointer, reference, error: Box::new(error) },
        }
    }
}
