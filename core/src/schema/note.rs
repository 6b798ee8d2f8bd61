//! What a conversion had to change.

use serde::Serialize;

/// One change that a reader of the load report should know of: something of the document that the tool does not say
/// in the same way. Changes that keep the meaning make no note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What kind of change, for programs.
    pub code: &'static str,
    /// Where in the document.
    pub pointer: String,
    /// What was changed, for people.
    pub message: String,
}
