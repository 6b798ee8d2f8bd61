//! Bitmap: which tools of a segment are meant, one bit for each.

use std::ops::Range;

/// A set of tools of one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::search) struct Bitmap(Box<[u64]>);

impl Bitmap {
    /// The tools that are chosen, of so many.
    pub(in crate::search) fn of(tools: usize, mut is_chosen: impl FnMut(u32) -> bool) -> Self {
        let mut words = vec![0_u64; tools.div_ceil(64)];
        for (at, word) in words.iter_mut().enumerate() {
            for bit in 0..64_usize.min(tools - at * 64) {
                let tool = u32::try_from(at * 64 + bit).unwrap_or(u32::MAX);
                *word |= u64::from(is_chosen(tool)) << bit;
            }
        }
        Self(words.into())
    }

    /// No tool of so many.
    pub(in crate::search) fn none(tools: usize) -> Self {
        Self(vec![0; tools.div_ceil(64)].into())
    }

    /// All of so many tools.
    pub(in crate::search) fn all(tools: usize) -> Self {
        let mut all = Self(vec![u64::MAX; tools.div_ceil(64)].into());
        if let Some(last) = all.0.last_mut().filter(|_| !tools.is_multiple_of(64)) {
            *last = (1 << (tools % 64)) - 1;
        }
        all
    }

    /// Calls `take` with each tool, ascending.
    pub(in crate::search) fn for_each(&self, mut take: impl FnMut(u32)) {
        for (start, word) in (0..).step_by(64).zip(&self.0) {
            let mut rest = *word;
            while rest != 0 {
                take(start + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }

    /// Whether all tools of this set are in another one.
    pub(in crate::search) fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(own, other)| own & !other == 0)
    }

    pub(in crate::search) fn has(&self, tool: u32) -> bool {
        self.0.get(tool as usize / 64).is_some_and(|word| word >> (tool % 64) & 1 == 1)
    }

    pub(in crate::search) fn add(&mut self, tool: u32) {
        if let Some(word) = self.0.get_mut(tool as usize / 64) {
            *word |= 1 << (tool % 64);
        }
    }

    /// The tools that are in both.
    pub(in crate::search) fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(own, other)| own & other).collect())
    }

    pub(in crate::search) fn remove(&mut self, tool: u32) {
        if let Some(word) = self.0.get_mut(tool as usize / 64) {
            *word &= !(1 << (tool % 64));
        }
    }

    /// The ranges in which tools are missing, ascending, of so many tools: whole words, neighbours as one.
    pub(in crate::search) fn gaps(&self, tools: usize) -> Vec<Range<u32>> {
        let mut gaps: Vec<Range<u32>> = Vec::new();
        for ((start, word), all) in (0..).step_by(64).zip(&self.0).zip(&Self::all(tools).0) {
            match gaps.last_mut().filter(|last| last.end == start) {
                _ if word == all => {}
                Some(last) => last.end += 64,
                None => gaps.push(start..start + 64),
            }
        }
        gaps
    }

    pub(in crate::search) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}
