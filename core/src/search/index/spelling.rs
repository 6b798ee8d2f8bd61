//! Spelling table: the terms of a segment by their trigrams, to find the known word that is spelled most alike. Only this file
//! uses the crate `strsim`.

use strsim::osa_distance;

use super::dictionary::TermId;
use crate::json::HashMap;

/// The shortest word that is corrected, in characters.
const SHORTEST: usize = 4;
/// The length from which two mistakes are corrected.
const OF_TWO_MISTAKES: usize = 8;

/// Terms by trigrams.
#[derive(Debug, Default)]
pub(in crate::search) struct SpellingTable {
    by_trigram: HashMap<[char; 3], Vec<TermId>>,
}

impl SpellingTable {
    /// A table of terms. Terms with digits, and longer ones than words are, are never meant.
    pub(super) fn new<'t>(terms: impl Iterator<Item = (TermId, &'t str)>) -> Self {
        let mut table = Self::default();
        let is_word = |term: &str| {
            (SHORTEST - 1..=24).contains(&term.len()) && term.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        for (number, term) in terms.filter(|(_, term)| is_word(term)) {
            for trigram in trigrams(term) {
                let known = table.by_trigram.entry(trigram).or_default();
                if known.last() != Some(&number) {
                    known.push(number);
                }
            }
        }
        table
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
        let own = trigrams(word);
        let mut shared: HashMap<TermId, usize> = HashMap::default();
        for trigram in &own {
            for term in self.by_trigram.get(trigram).into_iter().flatten() {
                *shared.entry(*term).or_default() += 1;
            }
        }
        // One mistake spoils three trigrams; two letters in the wrong order spoil four.
        let least = own.len().saturating_sub(4 * most).max(1);
        let is_near = |(term, count): (TermId, usize)| {
            let other = term_of(term);
            // The first letter is seldom wrong, and words that differ in it are others: `seven`, `even`.
            let is_possible = count >= least
                && other.len().abs_diff(word.len()) <= most
                && other.as_bytes().first() == word.as_bytes().first();
            let distance = is_possible.then(|| osa_distance(word, other))?;
            (distance <= most).then_some((distance, term))
        };
        shared.into_iter().filter_map(is_near).collect()
    }

    pub(super) fn bytes(&self) -> usize {
        self.by_trigram.values().map(|terms| 4 * terms.capacity() + 48).sum()
    }
}

/// The trigrams of a word with a space before and behind it.
fn trigrams(word: &str) -> Vec<[char; 3]> {
    let letters: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
    letters.windows(3).map(|three| [three[0], three[1], three[2]]).collect()
}
