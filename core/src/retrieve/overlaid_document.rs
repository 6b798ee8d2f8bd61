//! Applies OpenAPI overlays to the text of a document before it is read.

use crate::error::{Error, Result};
use crate::json::Arena;
use crate::schema::{Note, kind};
use crate::spec::{
    Bytes, Overlay, OverlayBudget, ParseLimits, SpecSource, decode_text, parse_document, value_under_overlays,
};

/// The text of a document with overlays applied in order, and notes on what had to change.
///
/// # Errors
/// `SYNTAX_ERROR`, `INVALID_SPEC` and `LIMIT_EXCEEDED`. An error in an overlay names the overlay.
pub fn apply_overlays(
    original: &[u8],
    overlays: &[(SpecSource, Bytes)],
    limits: &ParseLimits,
) -> Result<(String, Vec<Note>)> {
    let mut notes = Vec::new();
    let mut parse = |name: &str, bytes: &[u8]| {
        let (text, arena) = (decode_text(bytes, limits)?, Arena::new());
        let parsed = parse_document(&text, limits, &arena)?;
        let full =
            |pointer: &str| if name.is_empty() { pointer.to_owned() } else { format!("{name}#{pointer}") };
        notes.extend(parsed.twice.iter().map(|(pointer, key)| duplicate_key_note(full(pointer), key)));
        let (value, rounded) = value_under_overlays(parsed.root, name);
        notes.extend(rounded);
        Ok(value)
    };
    let mut document = parse("", original)?;
    let parsed = overlays.iter().enumerate().map(|(number, (place, bytes))| {
        let name = overlay_name(place, number);
        let value = parse(&name, bytes).map_err(|error| in_overlay(&name, error))?;
        Overlay::read(&name, &value)
    });
    // All are parsed before the first is applied, so that a broken one costs no work on the document.
    let parsed = parsed.collect::<Result<Vec<_>>>()?;
    let mut budget = OverlayBudget::new(*limits);
    for overlay in &parsed {
        let overlaid = overlay.apply(document, budget)?;
        (document, budget) = (overlaid.document, overlaid.budget);
        notes.extend(overlaid.notes);
    }
    Ok((document.to_string(), notes))
}

/// The note of a key that an object has twice.
pub fn duplicate_key_note(pointer: String, key: &str) -> Note {
    Note::new(kind::DUPLICATE_KEY, pointer, format!("\"{key}\" stands twice; the last counts"))
}

fn overlay_name(place: &SpecSource, number: usize) -> String {
    match place {
        SpecSource::Text(_) => format!("overlays/{number}"),
        SpecSource::Path(_) | SpecSource::Url(_) => place.location(),
    }
}

/// Adds the name of an overlay to an error in it.
fn in_overlay(name: &str, error: Error) -> Error {
    match error {
        Error::Syntax { format, reason, line, column, pointer } => {
            let pointer = Some(format!("{name}#{}", pointer.unwrap_or_default()));
            Error::Syntax { format, reason: format!("{reason} (in {name})"), line, column, pointer }
        }
        Error::InvalidSpec { pointer, reason } => {
            Error::InvalidSpec { pointer: format!("{name}#{pointer}"), reason }
        }
        other => other,
    }
}
