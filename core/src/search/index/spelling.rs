//! Spelling table: the terms of a segment by their first letters and lengths, to find the known word that is spelled most
//! alike. Only this file uses the crate `strsim`.
//!
//! It is made for each segment of a change, so that it costs one walk over the terms: a table of trigrams cost more than the
//! segment itself.

use strsim::osa_distance;

use super::dictionary::TermId;

/// The shortest word that is corrected, in characters.
const SHORTEST: usize = 4;
/// The length from which two mistakes are corrected.
const OF_TWO_MISTAKES: usize = 8;
/// The shortest and the longest term that may be meant.
const SHORTEST_TERM: usize = SHORTEST - 1;
const LONGEST_TERM: usize = 24;
const LENGTHS: usize = LONGEST_TERM - SHORTEST_TERM + 1;

/// Terms by first letter and length.
#[derive(Debug, Default)]
pub(in crate::search) struct SpellingTable {
    /// Where each group ends: by letter, then by length.
    ends: Vec<u32>,
    /// The letters of each term, a bit for each, with its number.
    terms: Vec<(u32, TermId)>,
}

impl SpellingTable {
    /// A table of terms. Terms with digits, and longer ones than words are, are never meant.
    pub(super) fn new<'t>(terms: impl Iterator<Item = (TermId, &'t str)>) -> Self {
        let mut grouped: Vec<(usize, u32, TermId)> = terms
            .filter_map(|(number, term)| Some((group(*term.as_bytes().first()?, term.len())?, term, number)))
            .filter(|(_, term, _)| term.bytes().all(|byte| byte.is_ascii_lowercase()))
            .map(|(group, term, number)| (group, letters_of(term), number))
            .collect();
        grouped.sort_unstable();
        let ends = (0..26 * LENGTHS).map(|at| grouped.partition_point(|(group, ..)| *group <= at));
        Self {
            ends: ends.map(|end| u32::try_from(end).unwrap_or(u32::MAX)).collect(),
            terms: grouped.into_iter().map(|(_, letters, number)| (letters, number)).collect(),
        }
    }

    /// The terms that share enough trigrams with a word to be meant by it, with the number of mistakes: 1, or 2 for words of
    /// eight letters.
    pub(in crate::search) fn candidates<'t>(
        &self,
        word: &str,
        term_of: impl Fn(TermId) -> &'t str,
    ) -> Vec<(usize, TermId)> {
        let length = word.chars().count();
        if length < SHORTEST {
            return Vec::new();
        }
        let most = if length < OF_TWO_MISTAKES { 1 } else { 2 };
        let (own, letters) = (trigrams(word), letters_of(word));
        // One mistake spoils three trigrams; two letters in the wrong order spoil four.
        let least = own.len().saturating_sub(4 * most).max(1);
        let is_near = |term: TermId| {
            let other = term_of(term);
            let distance = osa_distance(word, other);
            let is_near = distance <= most && shared(&own, &trigrams(other)) >= least;
            is_near.then_some((distance, term))
        };
        // One mistake adds a letter, and takes another one away, at most.
        let near = self
            .of_length(word, most)
            .filter(|(other, _)| (letters ^ other).count_ones() as usize <= 2 * most);
        near.filter_map(|(_, term)| is_near(*term)).collect()
    }

    /// The terms of about the length of a word. The first letter is seldom wrong, and words that differ in it are others:
    /// `seven`, `even`.
    fn of_length(&self, word: &str, most: usize) -> impl Iterator<Item = &(u32, TermId)> {
        let first = word.as_bytes().first().copied().unwrap_or_default();
        let lengths = word.len().saturating_sub(most)..=word.len() + most;
        lengths.filter_map(move |length| group(first, length)).flat_map(|group| {
            let start = group.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
            &self.terms[start..self.ends[group] as usize]
        })
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.terms) + size_of_val(&*self.ends)
    }
}

/// The number of the group of terms with a first letter and a length; none for terms that are never meant.
fn group(first: u8, length: usize) -> Option<usize> {
    let is_meant = first.is_ascii_lowercase() && (SHORTEST_TERM..=LONGEST_TERM).contains(&length);
    is_meant.then(|| usize::from(first - b'a') * LENGTHS + length - SHORTEST_TERM)
}

/// The letters of a word, a bit for each from a to z.
fn letters_of(word: &str) -> u32 {
    let letters = word.bytes().filter(u8::is_ascii_lowercase);
    letters.fold(0, |letters, one| letters | 1 << (one - b'a'))
}

/// The number of trigrams of a word that another one has.
fn shared(own: &[[char; 3]], other: &[[char; 3]]) -> usize {
    own.iter().filter(|trigram| other.contains(trigram)).count()
}

/// The trigrams of a word with a space before and behind it.
fn trigrams(word: &str) -> Vec<[char; 3]> {
    let letters: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
    letters.windows(3).map(|three| [three[0], three[1], three[2]]).collect()
}
