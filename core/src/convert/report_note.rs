//! What the tools of a document say differently from it, each note once.

use std::sync::Arc;

use serde::Serialize;

use crate::json::HashMap;
use crate::schema::Note;

/// Something that tools say differently from the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportNote {
    /// What it is.
    #[serde(flatten)]
    pub note: Note,
    /// The tools that it is true of; none where it is true of the document.
    pub tools: Vec<String>,
}

/// Collects notes, each once however many tools it is true of: a definition that a thousand tools reach tells its own a
/// thousand times.
#[derive(Default)]
pub struct NoteCollector {
    list: Vec<ReportNote>,
    known: HashMap<(&'static str, Arc<str>, Arc<str>), usize>,
}

impl NoteCollector {
    /// A note that is true of a tool, or of the document.
    pub fn add(&mut self, note: Note, tool: Option<&str>) {
        let key = (note.kind.code, Arc::clone(&note.pointer), Arc::clone(&note.message));
        let position = *self.known.entry(key).or_insert_with(|| {
            self.list.push(ReportNote { note, tools: Vec::new() });
            self.list.len() - 1
        });
        self.list[position].tools.extend(tool.map(ToOwned::to_owned));
    }

    /// All of them.
    pub fn finish(self) -> Vec<ReportNote> {
        self.list
    }
}
