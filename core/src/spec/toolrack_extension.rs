//! What a document says to toolrack itself.

use serde_json::Value;

use crate::json::pointer;
use crate::schema::{Library, Note, Spot, TextRole, kind};
use crate::unicode::HiddenUnicode;

/// The key under which a document speaks to toolrack.
const KEY: &str = "x-toolrack";

/// What stands under `x-toolrack`.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolrackExtension {
    /// Where it stands, as reports show it.
    pub pointer: String,
    /// What it says.
    pub value: Value,
    /// Numbers in it that are not what they were.
    pub notes: Vec<Note>,
}

impl ToolrackExtension {
    /// The extension of an operation or a parameter, where it has one.
    pub fn of(spot: &Spot<'_>, library: &Library<'_>) -> Option<Self> {
        let own = spot.key(KEY)?;
        let pointer = library.show(own.place);
        let notes = own.node.inexact().map(|number| {
            let message = format!("{} is rounded to what 64 bits can hold", number.as_str());
            Note::new(kind::NUMBER_ROUNDED, &*pointer, message)
        });
        let (mut value, mut notes) = (own.node.to_value(), notes.into_iter().collect());
        treat(&mut value, library, &pointer, &mut notes);
        Some(Self { pointer: pointer.into_owned(), value, notes })
    }
}

/// What a model reads of what a document says to toolrack. A fixed value is sent, and stays as it is.
fn treat(value: &mut Value, library: &Library<'_>, pointer: &str, notes: &mut Vec<Note>) {
    let Value::Object(members) = value else { return };
    for (key, held) in members {
        let here = pointer::push(pointer, key);
        match (key.as_str(), held) {
            ("name" | "description" | "category", Value::String(text)) => {
                notes.extend(library.hidden_in(text, TextRole::Read, || here));
                if library.hidden_unicode() == HiddenUnicode::Strip {
                    HiddenUnicode::Strip.treat(text);
                }
            }
            ("tags", Value::Array(tags)) => {
                for (i, tag) in tags.iter_mut().enumerate() {
                    let Value::String(text) = tag else { continue };
                    notes.extend(library.hidden_in(text, TextRole::Read, || format!("{here}/{i}")));
                    if library.hidden_unicode() == HiddenUnicode::Strip {
                        HiddenUnicode::Strip.treat(text);
                    }
                }
            }
            ("parameters", Value::Object(parameters)) => {
                for (name, parameter) in parameters {
                    treat(parameter, library, &pointer::push(&here, name), notes);
                }
            }
            _ => {}
        }
    }
}
