//! Notes of the report: what tools have in another way than their document. Each note is told once.

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

/// Collects notes and merges equal ones: a definition that a thousand tools reach gives the same note a thousand times.
#[derive(Default)]
pub struct NoteCollector {
    list: Vec<ReportNote>,
    known: HashMap<(&'static str, Arc<str>, Arc<str>), usize>,
}

impl NoteCollector {
    /// Adds a note about a tool, or about the document.
    pub fn add(&mut self, note: Note, tool: Option<&str>) {
        let key = (note.kind.code, Arc::clone(&note.pointer), Arc::clone(&note.message));
        let position = *self.known.entry(key).or_insert_with(|| {
            self.list.push(ReportNote { note, tools: Vec::new() });
            self.list.len() - 1
        });
        self.list[position].tools.extend(tool.map(ToOwned::to_owned));
    }

    /// The notes, in the order in which they were first added.
    pub fn finish(self) -> Vec<ReportNote> {
        self.list
    }
}
