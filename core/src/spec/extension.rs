//! What a document says to toolrack itself.

use serde_json::Value;

use crate::schema::{Library, Note, Spot, kind};

/// The key under which a document speaks to toolrack.
const KEY: &str = "x-toolrack";

/// What stands under `x-toolrack`.
#[derive(Clone, Debug, PartialEq)]
pub struct Extension {
    /// Where it stands, as reports show it.
    pub pointer: String,
    /// What it says.
    pub value: Value,
    /// Numbers in it that are not what they were.
    pub notes: Vec<Note>,
}

impl Extension {
    /// The extension of an operation or a parameter, where it has one.
    pub fn of(spot: &Spot<'_>, library: &Library<'_>) -> Option<Self> {
        let own = spot.key(KEY)?;
        let pointer = library.show(own.place);
        let notes = own.node.inexact().map(|number| {
            let message = format!("{} is rounded to what 64 bits can hold", number.as_str());
            Note::new(kind::NUMBER_ROUNDED, &*pointer, message)
        });
        Some(Self {
            value: own.node.to_value(),
            notes: notes.into_iter().collect(),
            pointer: pointer.into_owned(),
        })
    }
}
