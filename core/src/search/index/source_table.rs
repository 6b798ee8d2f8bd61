//! Source table: what names the sources of a segment in a query.

use super::segment::SourceStems;
use crate::search::words::{for_each_word, stem};

/// The sources of a segment by number.
#[derive(Debug, Default)]
pub(super) struct SourceTable(Vec<SourceStems>);

impl SourceTable {
    /// The number of a source. There are few of them, and the last one is asked for most often.
    pub(super) fn number(&mut self, stems: SourceStems) -> u32 {
        let known = self.0.iter().rposition(|known| *known == stems);
        let number = known.unwrap_or_else(|| {
            self.0.push(stems);
            self.0.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    pub(super) fn into_stems(self) -> Vec<SourceStems> {
        self.0
    }
}

/// The stems of the words of a source's name, and of the namespace of its tools.
pub(super) fn stems_of(source: &str, namespace: Option<&str>) -> SourceStems {
    [source, namespace.unwrap_or_default()].map(|text| {
        let mut stems = Vec::new();
        for_each_word(text, |word, _| stems.push(stem(word)));
        stems.into()
    })
}
