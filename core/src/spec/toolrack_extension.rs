//! `x-toolrack`: what a document says to toolrack about an operation or a parameter; and `x-toolrack-aliases`, the aliases
//! of an operation alone.

use serde_json::Value;

use crate::json::pointer;
use crate::schema::{DocumentSet, LocatedNode, Note, TextRole, kind};
use crate::unicode::HiddenUnicode;

/// The key of the extension.
const KEY: &str = "x-toolrack";
/// The key of the aliases of an operation.
const ALIASES_KEY: &str = "x-toolrack-aliases";

/// An extension for toolrack.
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
        Self::read_key(KEY, located, library, strip_texts)
    }

    /// Reads the `x-toolrack-aliases` of an operation, where it has one.
    pub fn read_aliases(located: &LocatedNode<'_>, library: &DocumentSet<'_>) -> Option<Self> {
        Self::read_key(ALIASES_KEY, located, library, strip_list)
    }

    /// Reads an extension by its key. `strip` strips its texts of hidden characters.
    fn read_key(
        key: &str,
        located: &LocatedNode<'_>,
        library: &DocumentSet<'_>,
        strip: impl FnOnce(&mut Value, &DocumentSet<'_>, &str) -> Vec<Note>,
    ) -> Option<Self> {
        let own = located.key(key)?;
        let pointer = library.display_location(own.location);
        let rounded = own.node.inexact_number().map(|number| {
            let message = format!("{} is rounded to what 64 bits can hold", number.as_str());
            Note::new(kind::NUMBER_ROUNDED, &*pointer, message)
        });
        let mut value = own.node.to_value();
        let mut notes: Vec<Note> = rounded.into_iter().collect();
        notes.extend(strip(&mut value, library, &pointer));
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
                notes.extend(strip_text(text, library, || here));
            }
            ("tags" | "aliases", list) => notes.extend(strip_list(list, library, &here)),
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

/// Strips the texts of a list.
fn strip_list(value: &mut Value, library: &DocumentSet<'_>, pointer: &str) -> Vec<Note> {
    let items = value.as_array_mut().into_iter().flatten().enumerate();
    let stripped = items.filter_map(|(i, item)| {
        let Value::String(text) = item else { return None };
        strip_text(text, library, || format!("{pointer}/{i}"))
    });
    stripped.collect()
}

fn strip_text(
    text: &mut String,
    library: &DocumentSet<'_>,
    pointer: impl FnOnce() -> String,
) -> Option<Note> {
    let note = library.hidden_text_note(text, TextRole::Read, pointer);
    if library.hidden_unicode() == HiddenUnicode::Strip {
        HiddenUnicode::Strip.apply(text);
    }
    note
}
