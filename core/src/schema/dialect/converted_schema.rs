//! Result of a conversion.

use crate::json::{Arena, Node};
use crate::schema::note::Note;

/// A 2020-12 schema with its references and notes.
#[derive(Clone, Debug, Default)]
pub struct ConvertedSchema<'a> {
    /// The schema. Its references are `#/$defs/…`.
    pub schema: Node<'a>,
    /// Referenced definitions, distinct, in order.
    pub reaches: Vec<DefinitionId>,
    /// Notes on changes.
    pub notes: Vec<Note>,
}

impl<'a> ConvertedSchema<'a> {
    /// Creates a schema that accepts anything.
    pub fn allow_all(arena: &'a Arena) -> Self {
        Self::unchanged(Node::map(&[], arena))
    }

    /// Wraps a schema that needs no change.
    pub fn unchanged(schema: Node<'a>) -> Self {
        Self { schema, reaches: Vec::new(), notes: Vec::new() }
    }
}

/// Id of a definition within a converter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DefinitionId(pub(in crate::schema) usize);
