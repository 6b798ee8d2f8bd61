//! Term table: the numbers that the stems of a query have in each segment. A stem is looked up once; the weights, the scores
//! and what is told of the hits are made of its numbers.

use crate::search::index::{SegmentView, TermId, TermKey};

/// The terms of the stems of alternatives, one row for each stem and one column for each segment.
#[derive(Debug)]
pub(in crate::search) struct TermTable {
    cells: Vec<Option<TermId>>,
    segments: usize,
}

/// The rows of the stems of one alternative.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct TermRows {
    first: usize,
    count: usize,
}

impl TermTable {
    pub(super) const fn new(segments: usize) -> Self {
        Self { cells: Vec::new(), segments }
    }

    /// Looks up the stems of an alternative.
    pub(super) fn add(&mut self, stems: &[String], views: &[SegmentView<'_>]) -> TermRows {
        let first = self.cells.len();
        for stem in stems {
            let key = TermKey::new(stem);
            self.cells.extend(views.iter().map(|view| view.segment.find_key(key)));
        }
        TermRows { first, count: stems.len() }
    }

    /// The number of live tools that have an alternative, at most: those with its rarest word.
    pub(super) fn holders(&self, rows: TermRows, views: &[SegmentView<'_>]) -> usize {
        let row = |at: usize| &self.cells[rows.first + at * self.segments..][..self.segments];
        let of_row = |cells: &[Option<TermId>]| {
            let holders =
                views.iter().zip(cells).map(|(view, term)| term.map_or(0, |term| view.holders(term)));
            holders.sum()
        };
        (0..rows.count).map(|at| of_row(row(at))).min().unwrap_or(0)
    }

    /// The term of each stem of an alternative in a segment; none where no tool of it has the stem.
    pub(super) fn terms(
        &self,
        rows: TermRows,
        segment: usize,
    ) -> impl ExactSizeIterator<Item = Option<TermId>> + Clone + '_ {
        (0..rows.count).map(move |at| self.cells[rows.first + at * self.segments + segment])
    }
}
