//! What an operation has of an output schema: the schema, and notes of what was changed or left out.

use crate::schema::{Note, Schema, kind};

/// The bound of one output schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputBound {
    /// In estimated tokens, as a report names it.
    pub tokens: usize,
    /// In bytes of compact JSON.
    pub bytes: usize,
}

impl Default for OutputBound {
    fn default() -> Self {
        Self { tokens: 2_000, bytes: 8_000 }
    }
}

/// The output of an operation.
#[derive(Clone, Debug, Default)]
pub struct OperationOutput {
    /// The schema of a result; `None` where the document has none that holds in every case.
    pub schema: Option<Schema>,
    /// Notes of its conversion, or why it is left out.
    pub notes: Vec<Note>,
}

impl OperationOutput {
    /// No schema, with a note that says why.
    pub fn dropped(pointer: &str, reason: &str) -> Self {
        Self { schema: None, notes: vec![dropped_note(pointer, reason)] }
    }

    /// Its length in bytes, as a model reads it.
    pub fn len(&self) -> usize {
        self.schema.as_ref().map_or(0, Schema::len)
    }

    /// Whether there is no schema.
    pub const fn is_empty(&self) -> bool {
        self.schema.is_none()
    }
}

/// The note of a tool without an output schema that its document has.
pub(super) fn dropped_note(pointer: &str, reason: &str) -> Note {
    Note::new(kind::OUTPUT_SCHEMA_DROPPED, pointer, format!("the tool has no output schema: {reason}"))
}
