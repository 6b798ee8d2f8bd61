//! `x-toolrack`: what a document says to toolrack about an operation or a parameter.

use serde_json::Value;

use crate::json::pointer;
use crate::schema::{DocumentSet, LocatedNode, Note, TextRole, kind};
use crate::unicode::HiddenUnicode;

/// The key of the extension.
const KEY: &str = "x-toolrack";

/// An `x-toolrack` extension.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolrackExtension {
    /// JSON pointer of the extension, as reports show it.
    pub pointer: String,
    /// Its value.
    pub value: Value,
    /// Notes of rounded numbers and hidden Unicode characters.
    pub notes: Vec<Note>,
}

impl ToolrackExtension {
    /// Reads the extension of an operation or a parameter, where it has one.
    pub fn read(located: &LocatedNode<'_>, library: &DocumentSet<'_>) -> Option<Self> {
        let own = located.key(KEY)?;
        let pointer = library.display_location(own.location);
        let rounded = own.node.inexact_number().map(|number| {
            let message = format!("{} is rounded to what 64 bits can hold", number.as_str());
            Note::new(kind::NUMBER_ROUNDED, &*pointer, message)
        });
        let mut value = own.node.to_value();
        let mut notes: Vec<Note> = rounded.into_iter().collect();
        notes.extend(strip_texts(&mut value, library, &pointer));
        Some(Self { pointer: pointer.into_owned(), value, notes })
    }
}

/// Strips hidden Unicode characters from the texts that a model reads, with a note for each. A fixed value is sent, and
/// stays as it is.
fn strip_texts(value: &mut Value, library: &DocumentSet<'_>, pointer: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    let Value::Object(members) = value else { return notes };
    for (key, held) in members {
        let here = pointer::push(pointer, key);
        match (key.as_str(), held) {
            ("name" | "description" | "category", Value::String(text)) => {
                notes.extend(library.hidden_text_note(text, TextRole::Read, || here));
                if library.hidden_unicode() == HiddenUnicode::Strip {
                    HiddenUnicode::Strip.apply(text);
                }
            }
            ("tags", Value::Array(tags)) => {
                for (i, tag) in tags.iter_mut().enumerate() {
                    let Value::String(text) = tag else { continue };
                    notes.extend(library.hidden_text_note(text, TextRole::Read, || format!("{here}/{i}")));
                    if library.hidden_unicode() == HiddenUnicode::Strip {
                        HiddenUnicode::Strip.apply(text);
                    }
                }
            }
            ("parameters", Value::Object(parameters)) => {
                for (name, parameter) in parameters {
                    notes.extend(strip_texts(parameter, library, &pointer::push(&here, name)));
                }
            }
            _ => {}
        }
    }
    notes
}
