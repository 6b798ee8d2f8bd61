//! Notes of the report: where a tool differs from its document. Equal notes are merged into one.

use std::sync::Arc;

use serde::Serialize;

use crate::json::HashMap;
use crate::schema::Note;

/// A note, and the tools that it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportNote {
    /// The note: code, pointer and message.
    #[serde(flatten)]
    pub note: Note,
    /// The tools that it is about; empty for a note about the document.
    pub tools: Vec<String>,
}

/// Merges equal notes, in the order in which they first appear. Each comes with the tool that it is about; `None` stands for
/// the document.
///
/// A definition that a thousand tools reach gives the same note a thousand times.
pub fn merge_notes(notes: impl IntoIterator<Item = (Note, Option<String>)>) -> Vec<ReportNote> {
    let mut merged: Vec<ReportNote> = Vec::new();
    let mut positions: HashMap<(&'static str, Arc<str>, Arc<str>), usize> = HashMap::default();
    for (note, tool) in notes {
        let key = (note.kind.code, Arc::clone(&note.pointer), Arc::clone(&note.message));
        let position = *positions.entry(key).or_insert_with(|| {
            merged.push(ReportNote { note, tools: Vec::new() });
            merged.len() - 1
        });
        merged[position].tools.extend(tool);
    }
    merged
}
