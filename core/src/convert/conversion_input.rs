//! What a conversion starts from.

use crate::schema::Note;
use crate::spec::Document;

/// A document that can be converted, and what its reading had to change.
pub struct ConversionInput<'a> {
    pub document: Document<'a>,
    pub notes: Vec<Note>,
    /// The length of the document and of those that it refers to.
    pub bytes: usize,
}
