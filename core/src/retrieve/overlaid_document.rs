//! Overlays: applies OpenAPI overlays to the text of a document before it is parsed.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::json::Arena;
use crate::schema::{Note, kind};
use crate::spec::{
    Bytes, Overlay, OverlayBudget, ParseLimits, SpecSource, decode_text, parse_document, value_under_overlays,
};

/// The text of a document with overlays applied in order, and notes on what changed.
///
/// # Errors
/// `SYNTAX_ERROR`, `INVALID_SPEC` and `LIMIT_EXCEEDED`. An error in an overlay names the overlay.
pub fn apply_overlays(
    original: &[u8],
    overlays: &[(SpecSource, Bytes)],
    limits: &ParseLimits,
) -> Result<(String, Vec<Note>)> {
    let (mut document, mut notes) = parse_part("", original, limits)?;
    let mut parsed = Vec::with_capacity(overlays.len());
    // All are parsed before the first is applied, so that a broken one costs no work on the document.
    for (number, (source, bytes)) in overlays.iter().enumerate() {
        let name = overlay_name(source, number);
        let (value, part_notes) =
            parse_part(&name, bytes, limits).map_err(|error| with_overlay_name(&name, error))?;
        notes.extend(part_notes);
        parsed.push(Overlay::read(&name, &value)?);
    }
    let mut budget = OverlayBudget::new(*limits);
    for overlay in &parsed {
        let overlaid = overlay.apply(document, budget)?;
        (document, budget) = (overlaid.document, overlaid.budget);
        notes.extend(overlaid.notes);
    }
    Ok((document.to_string(), notes))
}

/// Parses the document (`name` is empty) or an overlay, with notes on duplicate keys and rounded numbers.
fn parse_part(name: &str, bytes: &[u8], limits: &ParseLimits) -> Result<(Value, Vec<Note>)> {
    let (text, arena) = (decode_text(bytes, limits)?, Arena::new());
    let parsed = parse_document(&text, limits, &arena)?;
    let located =
        |pointer: &str| if name.is_empty() { pointer.to_owned() } else { format!("{name}#{pointer}") };
    let duplicates = parsed.twice.iter().map(|(pointer, key)| duplicate_key_note(located(pointer), key));
    let mut notes: Vec<Note> = duplicates.collect();
    let (value, rounded) = value_under_overlays(parsed.root, name);
    notes.extend(rounded);
    Ok((value, notes))
}

/// The note of a key that an object has twice.
pub fn duplicate_key_note(pointer: String, key: &str) -> Note {
    Note::new(kind::DUPLICATE_KEY, pointer, format!("key \"{key}\" stands twice; the last value counts"))
}

fn overlay_name(source: &SpecSource, number: usize) -> String {
    match source {
        SpecSource::Text(_) => format!("overlays/{number}"),
        SpecSource::Path(_) | SpecSource::Url(_) | SpecSource::Program(_) => source.display_location(),
    }
}

/// Adds the name of an overlay to an error in it.
fn with_overlay_name(name: &str, error: Error) -> Error {
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
