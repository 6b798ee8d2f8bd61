//! Thesaurus: expansions of words and replacements of phrases.

use std::sync::{Arc, LazyLock};

use super::thesaurus_reader::{Group, Relation, read_groups};
use crate::json::HashMap;
use crate::search::words::{for_each_word, stem};

/// What a synonym, and a related word, count as shares of the word that was said.
const OF_SYNONYM: f32 = 0.95;
const OF_RELATED: f32 = 0.45;

/// What each further word of a line counts, as a share of the one before: the best stands first.
const OF_NEXT: f32 = 0.95;

/// The most words between two words of a phrase.
const MOST_BETWEEN: usize = 3;

/// A word or phrase of an API that stands for what was said.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::search) struct Expansion {
    /// The stems of its words: a tool has to have all of them.
    pub stems: Vec<String>,
    /// What it counts, as a share of the word that was said.
    pub weight: f32,
}

/// Synonyms, abbreviations and phrases.
#[derive(Clone, Debug, Default)]
pub struct Thesaurus {
    /// By the stem of a word.
    words: HashMap<String, Vec<Expansion>>,
    /// The same for words that are said as verbs: to `file` a ticket.
    verbs: HashMap<String, Vec<Expansion>>,
    /// Phrases of two words or more by the first of them, the longest first.
    phrases: HashMap<String, Vec<Phrase>>,
}

/// What stands for a phrase that is said.
#[derive(Clone, Debug)]
struct Phrase {
    /// The stems of its words behind the first one.
    rest: Vec<String>,
    expansions: Vec<Expansion>,
}

impl Thesaurus {
    /// The thesaurus of English that comes with toolrack.
    pub fn english() -> Arc<Self> {
        static ENGLISH: LazyLock<Arc<Thesaurus>> =
            LazyLock::new(|| Arc::new(Thesaurus::of_groups(read_groups(include_str!("english.txt")))));
        Arc::clone(&ENGLISH)
    }

    pub(super) fn of_groups(groups: impl IntoIterator<Item = Group>) -> Self {
        let mut thesaurus = Self::default();
        for group in groups {
            thesaurus.add(&group);
        }
        thesaurus
    }

    /// The same with words of a user: what each of them finds.
    #[must_use]
    pub fn with_words(mut self, words: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        for (said, meant) in words {
            self.add(&Group { said: vec![said], meant, relation: Relation::Directed, is_of_verbs: false });
        }
        self
    }

    fn add(&mut self, group: &Group) {
        let weight = if group.relation == Relation::Related { OF_RELATED } else { OF_SYNONYM };
        let all_meant: Vec<Vec<String>> = group.meant.iter().map(|meant| stems_of(meant)).collect();
        for said in &group.said {
            let key = stems_of(said);
            let known = match key.len() {
                0 => continue,
                1 if group.is_of_verbs => self.verbs.entry(key[0].clone()).or_default(),
                1 => self.words.entry(key[0].clone()).or_default(),
                _ => self.phrase(key[0].clone(), &key[1..]),
            };
            for (at, stems) in (0..).zip(&all_meant) {
                let weight =
                    if group.relation == Relation::Equal { weight } else { weight * OF_NEXT.powi(at) };
                match known.iter_mut().find(|expansion| expansion.stems == *stems) {
                    Some(expansion) => expansion.weight = expansion.weight.max(weight),
                    None if *stems != key && !stems.is_empty() => {
                        known.push(Expansion { stems: stems.clone(), weight });
                    }
                    None => {}
                }
            }
        }
    }

    /// What stands for a phrase.
    fn phrase(&mut self, first: String, rest: &[String]) -> &mut Vec<Expansion> {
        let phrases = self.phrases.entry(first).or_default();
        let at = phrases.iter().position(|known| known.rest == rest).unwrap_or_else(|| {
            let at = phrases.partition_point(|known| known.rest.len() >= rest.len());
            phrases.insert(at, Phrase { rest: rest.to_vec(), expansions: Vec::new() });
            at
        });
        &mut phrases[at].expansions
    }

    /// What stands for a word, by its stem. A word that is said as a verb has what stands for the verb first.
    pub(in crate::search) fn expansions(
        &self,
        stem: &str,
        is_verb: bool,
    ) -> impl Iterator<Item = &Expansion> {
        let verb = if is_verb { self.verbs.get(stem) } else { None };
        let word = if is_verb && verb.is_some() { None } else { self.words.get(stem) };
        verb.into_iter().chain(word).flatten()
    }

    /// Whether a word, by its stem, is known as a verb.
    pub(in crate::search) fn knows_verb(&self, stem: &str) -> bool {
        self.verbs.contains_key(stem)
    }

    /// The longest phrase that begins with the first of these stems: the places of its words, and what stands for it. A few
    /// other words may stand between them: `log a user out`. `None` in place of a stem is a word that is used already.
    /// `is_held` says whether any tool has what stands for a phrase: another phrase is no more than its words.
    pub(in crate::search) fn phrase_at(
        &self,
        stems: &[Option<String>],
        is_held: impl Fn(&[Expansion]) -> bool,
    ) -> Option<(Vec<usize>, &[Expansion])> {
        let first = stems.first()?.as_ref()?;
        self.phrases.get(first)?.iter().find_map(|phrase| {
            let places = places_of(&phrase.rest, stems)?;
            is_held(&phrase.expansions).then_some((places, phrase.expansions.as_slice()))
        })
    }
}

/// The places of the words of a phrase behind its first one, with few words between them.
fn places_of(rest: &[String], stems: &[Option<String>]) -> Option<Vec<usize>> {
    let mut places = vec![0];
    for word in rest {
        let start = places.last()? + 1;
        let near = stems.iter().enumerate().skip(start).take(MOST_BETWEEN + 1);
        let found = near.filter(|(_, stem)| stem.as_ref() == Some(word)).map(|(at, _)| at).next()?;
        places.push(found);
    }
    Some(places)
}

/// The stems of a word or phrase.
fn stems_of(text: &str) -> Vec<String> {
    let mut stems = Vec::new();
    for_each_word(text, |word, _| stems.push(stem(word)));
    stems
}
