//! A schema that was converted.

use crate::json::{Arena, Node};
use crate::schema::note::Note;

/// A schema of dialect 2020-12 and what it took to get there.
#[derive(Clone, Debug, Default)]
pub struct ConvertedSchema<'a> {
    /// The schema; references name `#/$defs/…`.
    pub schema: Node<'a>,
    /// Definitions that it refers to, each once, in order.
    pub reaches: Vec<DefinitionId>,
    /// What was changed on the way.
    pub notes: Vec<Note>,
}

impl<'a> ConvertedSchema<'a> {
    /// A schema that says nothing.
    pub fn allow_all(arena: &'a Arena) -> Self {
        Self::unchanged(Node::map(&[], arena))
    }

    /// A schema that needs no change.
    pub fn unchanged(schema: Node<'a>) -> Self {
        Self { schema, reaches: Vec::new(), notes: Vec::new() }
    }
}

/// A definition of a converter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DefinitionId(pub(in crate::schema) usize);
