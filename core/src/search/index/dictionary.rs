//! Dictionary of a segment: terms in one text, found by their hash.

use crate::json::checksum;

/// The number of a term in a segment.
pub(in crate::search) type TermId = u32;

/// A slot without a term.
const EMPTY: u32 = u32::MAX;

/// A term that is sought, with its hash: it is looked up in many segments.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct TermKey<'t> {
    term: &'t str,
    hash: u64,
}

impl<'t> TermKey<'t> {
    pub(in crate::search) fn new(term: &'t str) -> Self {
        Self { term, hash: checksum(term.as_bytes()) }
    }
}

/// The terms of a segment by number.
#[derive(Debug)]
pub(super) struct Dictionary {
    /// All terms, one behind the other.
    text: Box<str>,
    /// Where each term ends.
    ends: Box<[u32]>,
    /// Numbers of terms, at the places of their hashes (open addressing). The length is a power of two.
    slots: Box<[u32]>,
}

impl Dictionary {
    /// A dictionary of terms without repetitions, by number.
    pub(super) fn new<'t>(terms: impl ExactSizeIterator<Item = &'t str>) -> Self {
        let count = terms.len();
        let (mut text, mut ends) = (String::new(), Vec::with_capacity(count));
        let mut slots = vec![EMPTY; (count * 2).next_power_of_two().max(2)];
        for (number, term) in terms.enumerate() {
            text.push_str(term);
            ends.push(to_number(text.len()));
            let mut at = place(TermKey::new(term), slots.len());
            while slots[at] != EMPTY {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = to_number(number);
        }
        Self { text: text.into(), ends: ends.into(), slots: slots.into() }
    }

    /// The number of a term.
    pub(super) fn find(&self, key: TermKey<'_>) -> Option<u32> {
        let mut at = place(key, self.slots.len());
        loop {
            match self.slots[at] {
                EMPTY => return None,
                number if self.term(number) == key.term => return Some(number),
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        }
    }

    /// The term with a number.
    pub(super) fn term(&self, number: u32) -> &str {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.text[start..self.ends[number] as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.text.len() + 4 * (self.ends.len() + self.slots.len())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lowest bits of the hash are the place")]
fn place(key: TermKey<'_>, slots: usize) -> usize {
    key.hash as usize & (slots - 1)
}

/// A count that four bytes hold: a segment has fewer than 4 GB of terms.
pub(super) fn to_number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
