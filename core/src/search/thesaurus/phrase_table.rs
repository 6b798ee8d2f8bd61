//! Phrase table: what stands for phrases of two words or more.
//!
//! Words are numbers here: a query asks a hundred phrases for each of its words, and most of them are not said.

use super::expansion::Expansion;
use crate::json::HashMap;

/// The most words between two words of a phrase.
pub(super) const MOST_BETWEEN: usize = 3;

/// A word of a query by its number in the table. `None` is in no phrase, or used already.
pub(in crate::search) type PhraseWord = Option<u32>;

/// Phrases by their first words.
#[derive(Clone, Debug, Default)]
pub(super) struct PhraseTable {
    /// The numbers of all words of phrases, by their stems.
    numbers: HashMap<String, u32>,
    /// The phrases that begin with each word, the longest first.
    phrases: Vec<Vec<Phrase>>,
}

/// What stands for a phrase that is said.
#[derive(Clone, Debug)]
struct Phrase {
    /// Its words behind the first one.
    rest: Box<[PhraseWord]>,
    expansions: Vec<Expansion>,
}

impl PhraseTable {
    /// What stands for a phrase, by the stems of its words.
    pub(super) fn entry(&mut self, stems: &[String]) -> &mut Vec<Expansion> {
        let mut numbers = stems.iter().map(|stem| {
            let next = u32::try_from(self.phrases.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(stem.clone()).or_insert(next);
            if number == next {
                self.phrases.push(Vec::new());
            }
            number
        });
        let first = numbers.next().unwrap_or_default();
        let rest: Box<[PhraseWord]> = numbers.map(Some).collect();
        let phrases = &mut self.phrases[first as usize];
        let at = phrases.iter().position(|known| known.rest == rest).unwrap_or_else(|| {
            let at = phrases.partition_point(|known| known.rest.len() >= rest.len());
            phrases.insert(at, Phrase { rest, expansions: Vec::new() });
            at
        });
        &mut phrases[at].expansions
    }

    /// The numbers of words, by their stems.
    pub(super) fn words(&self, stems: &[String]) -> Vec<PhraseWord> {
        stems.iter().map(|stem| self.numbers.get(stem).copied()).collect()
    }

    /// The longest phrase that begins with the first of these words: the places of its words, and what stands for it.
    pub(super) fn find(
        &self,
        words: &[PhraseWord],
        is_held: impl Fn(&[Expansion]) -> bool,
    ) -> Option<(Vec<usize>, &[Expansion])> {
        self.beginning_with(*words.first()?).iter().find_map(|phrase| {
            let places = phrase.places_in(words)?;
            let is_own = is_held(&phrase.expansions) && !self.has_closer_phrase(words, &places, &is_held);
            is_own.then_some((places, phrase.expansions.as_slice()))
        })
    }

    fn beginning_with(&self, word: PhraseWord) -> &[Phrase] {
        word.map_or(&[], |word| &self.phrases[word as usize])
    }

    /// Whether a later word of a phrase with other words in it begins a phrase of neighbours that is as long, and goes on
    /// behind it: `add a tax` in `add a tax id`.
    fn has_closer_phrase(
        &self,
        words: &[PhraseWord],
        places: &[usize],
        is_held: impl Fn(&[Expansion]) -> bool,
    ) -> bool {
        let last = places[places.len() - 1];
        let is_closer = |at: usize, phrase: &Phrase| {
            phrase.rest.len() + 1 >= places.len()
                && at + phrase.rest.len() > last
                && words[at + 1..].starts_with(&phrase.rest)
                && is_held(&phrase.expansions)
        };
        let has_others = last >= places.len();
        let begins_closer = |at: usize| self.beginning_with(words[at]).iter().any(|one| is_closer(at, one));
        has_others && places[1..].iter().any(|at| begins_closer(*at))
    }
}

impl Phrase {
    /// The places of its words, with few words between them, where the first word is the first of these.
    fn places_in(&self, words: &[PhraseWord]) -> Option<Vec<usize>> {
        let next = |word: &PhraseWord, last: usize| {
            let near = words.iter().skip(last + 1).take(MOST_BETWEEN + 1);
            Some(last + 1 + near.into_iter().position(|one| one == word)?)
        };
        let (second, rest) = self.rest.split_first()?;
        let mut places = vec![0, next(second, 0)?];
        for word in rest {
            places.push(next(word, *places.last()?)?);
        }
        Some(places)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// A table in which the text of each phrase stands for it.
    fn table(phrases: &[&str]) -> PhraseTable {
        let mut table = PhraseTable::default();
        for phrase in phrases {
            let stems: Arc<[String]> = [(*phrase).to_owned()].into();
            table.entry(&split(phrase)).push(Expansion { stems, weight: 1.0 });
        }
        table
    }

    fn split(text: &str) -> Vec<String> {
        text.split_whitespace().map(ToOwned::to_owned).collect()
    }

    /// The places and the text of the phrase that a text begins with.
    fn find(table: &PhraseTable, text: &str) -> Option<(Vec<usize>, String)> {
        let words = table.words(&split(text));
        table.find(&words, |_| true).map(|(places, found)| (places, found[0].stems[0].clone()))
    }

    #[test]
    fn phrases_have_few_other_words_in_them_and_the_longest_is_meant() {
        let own = table(&["log out", "log out all", "log in as"]);
        let found = |places: &[usize], phrase: &str| Some((places.to_vec(), phrase.to_owned()));
        let (few, many) = ("b ".repeat(MOST_BETWEEN), "b ".repeat(MOST_BETWEEN + 1));
        for (text, expected) in [
            ("log out", found(&[0, 1], "log out")),
            ("log a user out", found(&[0, 3], "log out")),
            (&*format!("log {few}out"), found(&[0, MOST_BETWEEN + 1], "log out")),
            (&*format!("log {many}out"), None),
            ("log out of all", found(&[0, 1, 3], "log out all")),
            (&*format!("log in {few}as"), found(&[0, 1, MOST_BETWEEN + 2], "log in as")),
            ("out log", None),
            ("log", None),
            ("b b", None),
            ("", None),
        ] {
            assert_eq!(find(&own, text), expected, "{text}");
        }
    }

    #[test]
    fn a_used_word_is_in_no_phrase() {
        let own = table(&["log out"]);
        let words = own.words(&split("log b out"));
        let places = |words: &[_]| own.find(words, |_| true).map(|(places, _)| places);
        assert_eq!(places(&[words[0], None, words[2]]), Some(vec![0, 2]));
        assert!(places(&[None, words[2]]).is_none() && places(&[words[0], None]).is_none());
    }

    #[test]
    fn a_phrase_that_no_tool_has_is_passed_over() {
        let own = table(&["log out", "log out all"]);
        let words = own.words(&split("log out all"));
        let short = |found: &[Expansion]| found[0].stems[0] == "log out";
        assert_eq!(own.find(&words, short).map(|(places, _)| places), Some(vec![0, 1]));
        assert!(own.find(&words, |_| false).is_none());
    }

    #[test]
    fn a_word_belongs_to_the_phrase_of_its_neighbours_rather_than_to_one_with_other_words_in_it() {
        let own = table(&["add tax", "tax id", "tax id number"]);
        let places = |text: &str| find(&own, text).map(|(places, _)| places);
        for (text, expected) in [
            ("add a tax", Some(vec![0, 2])),
            ("add a tax to the id", Some(vec![0, 2])),
            ("add a tax id", None),
            ("add a tax id number", None),
            // Neighbours stay together.
            ("add tax id", Some(vec![0, 1])),
        ] {
            assert_eq!(places(text), expected, "{text}");
        }
        let words = own.words(&split("add a tax id"));
        let is_held = |found: &[Expansion]| found[0].stems[0] == "add tax";
        assert!(own.find(&words, is_held).is_some(), "no tool has what stands for the closer one");
    }
}
