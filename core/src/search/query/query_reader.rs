//! Query reader: from the words of a phrasing to what each of them needs of a tool.

use std::sync::Arc;

use super::search_query::{Phrasing, QueryWord};
use crate::search::analysis::Intent;
use crate::search::index::{SegmentView, shows_all};
use crate::search::stop_words::{is_minor_word, is_stop_word};
use crate::search::thesaurus::{Expansion, Thesaurus};
use crate::search::words::stem;

/// How an alternative stands for what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum Said {
    /// It is the word, or a form of it.
    Word,
    /// It is the word joined with its neighbour.
    Joined,
    /// It stands for it in the thesaurus.
    Synonym,
    /// It is the known word that is spelled most alike.
    Typo,
}

/// Terms that meet a need: a tool has to have all of them.
#[derive(Clone, Debug)]
pub(in crate::search) struct Alternative {
    pub stems: Arc<[String]>,
    pub weight: f32,
    pub said: Said,
}

/// What a word, or a phrase, of a request needs of a tool: the best of its alternatives counts.
#[derive(Clone, Debug)]
pub(in crate::search) struct Need {
    /// The word or phrase as it was said.
    pub text: String,
    pub alternatives: Vec<Alternative>,
    /// What it counts, as a share of a word of the same rarity that names what is wanted.
    pub weight: f32,
}

/// What a verb counts: what kind of operation is wanted is judged by the intent.
const OF_VERB: f32 = 0.6;
/// What a minor word counts.
const OF_MINOR: f32 = 0.3;

/// A phrasing as needs, with the kind of operation that it asks for.
#[derive(Clone, Debug)]
pub(in crate::search) struct QueryPlan {
    pub needs: Vec<Need>,
    /// Its minor words: they count where a tool has something of the needs, and are neither matched nor missing.
    pub minor: Vec<Need>,
    pub intent: Option<Intent>,
    /// The stems of all words.
    pub stems: Vec<String>,
}

impl Need {
    /// Whether it is the need of a word with this stem.
    fn is_of(&self, stem: &str) -> bool {
        self.alternatives.first().is_some_and(|one| one.said == Said::Word && *one.stems == [stem])
    }
}

impl QueryPlan {
    /// Reads a phrasing.
    pub(in crate::search) fn read(
        phrasing: &Phrasing,
        thesaurus: &Thesaurus,
        views: &[SegmentView<'_>],
    ) -> Self {
        let stems: Vec<String> = phrasing.words.iter().map(|word| stem(&word.text)).collect();
        let mut needs: Vec<Need> = Vec::new();
        let mut of_phrases = thesaurus.phrase_words(&stems);
        let mut is_used = vec![false; stems.len()];
        for at in 0..stems.len() {
            if is_used[at] {
                continue;
            }
            let is_held =
                |expansions: &[Expansion]| expansions.iter().any(|one| shows_all(views, &one.stems));
            if let Some((places, expansions)) = thesaurus.phrase_at(&of_phrases[at..], is_held) {
                let words: Vec<_> =
                    places.iter().map(|place| phrasing.words[at + place].text.as_str()).collect();
                add_phrase(&mut needs, &words, expansions);
                for place in places {
                    (of_phrases[at + place], is_used[at + place]) = (None, true);
                }
                continue;
            }
            if !phrasing.words[at].is_stop_word && !needs.iter().any(|need| need.is_of(&stems[at])) {
                needs.push(word_need(phrasing, &stems, at, thesaurus));
            }
        }
        let minor = minor_words(phrasing, &is_used);
        let intent = asks_for_list(phrasing)
            .then_some(Intent::List)
            .or_else(|| intent_of(&stems))
            .or_else(|| intent_of_needs(&needs))
            .or_else(|| is_order(phrasing, &stems, thesaurus).then_some(Intent::Act));
        Self { needs, minor, intent, stems }
    }
}

/// The minor words of a phrasing that are not in a phrase of the thesaurus.
fn minor_words(phrasing: &Phrasing, is_used: &[bool]) -> Vec<Need> {
    let mut minor: Vec<Need> = Vec::new();
    for (QueryWord { text, is_stop_word }, is_used) in phrasing.words.iter().zip(is_used) {
        let is_minor = !is_used && *is_stop_word && is_minor_word(text);
        if is_minor && !minor.iter().any(|need| need.text == *text) {
            let said = Alternative { stems: [text.clone()].into(), weight: 1.0, said: Said::Word };
            minor.push(Need { text: text.clone(), alternatives: vec![said], weight: OF_MINOR });
        }
    }
    minor
}

/// What one word needs.
fn word_need(phrasing: &Phrasing, stems: &[String], at: usize, thesaurus: &Thesaurus) -> Need {
    let own = stems[at].clone();
    let mut alternatives = vec![Alternative { stems: [own.clone()].into(), weight: 1.0, said: Said::Word }];
    let words = &phrasing.words;
    let joined_with = |left: usize, right: usize| format!("{}{}", words[left].text, words[right].text);
    let neighbours =
        [at.checked_sub(1).map(|left| (left, at)), (at + 1 < words.len()).then_some((at, at + 1))];
    for (left, right) in neighbours.into_iter().flatten() {
        if !words[left].is_stop_word && !words[right].is_stop_word {
            let joined = stem(&joined_with(left, right));
            alternatives.push(Alternative { stems: [joined].into(), weight: 1.0, said: Said::Joined });
        }
    }
    for Expansion { stems, weight } in thesaurus.expansions(&own, is_said_as_verb(words, at)) {
        alternatives.push(Alternative { stems: stems.clone(), weight: *weight, said: Said::Synonym });
    }
    let is_verb = Intent::of_verb(&own).is_some();
    let weight = if is_verb { OF_VERB } else { 1.0 };
    Need { text: words[at].text.clone(), alternatives, weight }
}

/// Words before a verb: `to close`, `and delete`, `can I see`.
const BEFORE_VERBS: [&str; 24] = [
    "and", "can", "could", "d", "i", "it", "let", "me", "must", "not", "or", "please", "should", "t", "that",
    "then", "they", "to", "us", "want", "we", "who", "would", "you",
];

/// Whether a word of a phrasing is said as a verb: as the first word that says anything, after a word that verbs follow, or in
/// a form that verbs have.
fn is_said_as_verb(words: &[QueryWord], at: usize) -> bool {
    let word = &words[at].text;
    let is_first = words[..at].iter().all(|before| before.is_stop_word);
    let follows = at > 0 && BEFORE_VERBS.contains(&words[at - 1].text.as_str());
    is_first || follows || word.len() > 5 && (word.ends_with("ing") || word.ends_with("ed"))
}

/// Adds what a phrase needs. It replaces its words.
fn add_phrase(needs: &mut Vec<Need>, words: &[&str], expansions: &[Expansion]) {
    let text = words.join(" ");
    if needs.iter().any(|need| need.text == text) {
        return;
    }
    let alternatives = expansions.iter().map(|Expansion { stems, weight }| Alternative {
        stems: stems.clone(),
        weight: *weight,
        said: Said::Synonym,
    });
    let mut alternatives: Vec<_> = alternatives.collect();
    // `turn off` as `turn` alone would be another word.
    if words.iter().all(|word| !is_stop_word(word)) {
        let literal: Arc<[String]> = words.iter().map(|word| stem(word)).collect();
        let joined = [stem(&words.concat())].into();
        let said = [(literal, Said::Word), (joined, Said::Joined)];
        let said = said.map(|(stems, said)| Alternative { stems, weight: 1.0, said });
        alternatives.splice(0..0, said);
    }
    needs.push(Need { text, alternatives, weight: 1.0 });
}

/// The most words of a phrasing before its verb.
const MOST_BEFORE_VERB: usize = 6;

/// The kind of operation that a phrasing asks for: that of its first verb, or of its first word if that is a question.
fn intent_of(stems: &[String]) -> Option<Intent> {
    stems.iter().take(MOST_BEFORE_VERB).find_map(|stem| Intent::of_verb(stem))
}

/// Words that begin a question after things, and how many words later the things are named at most.
const QUESTIONS: [&str; 4] = ["what", "which", "who", "whose"];
const MOST_BEFORE_THINGS: usize = 4;

/// Whether a phrasing asks which things there are: `which secrets does the repository have`.
fn asks_for_list(phrasing: &Phrasing) -> bool {
    let Some((first, rest)) = phrasing.words.split_first() else { return false };
    let is_plural = |word: &str| word.len() > 3 && word.ends_with('s') && !word.ends_with("ss");
    let is_plural =
        |word: &QueryWord| !word.is_stop_word && is_plural(&word.text) && stem(&word.text) != word.text;
    QUESTIONS.contains(&first.text.as_str()) && rest.iter().take(MOST_BEFORE_THINGS).any(is_plural)
}

/// The kind of operation that what is said first stands for: `kick off` is `run`.
fn intent_of_needs(needs: &[Need]) -> Option<Intent> {
    let first = needs.first()?;
    first.alternatives.iter().filter_map(|one| one.stems.first()).find_map(|stem| Intent::of_verb(stem))
}

/// Whether the first word that says anything is a verb that the thesaurus knows.
fn is_order(phrasing: &Phrasing, stems: &[String], thesaurus: &Thesaurus) -> bool {
    let first = phrasing.words.iter().position(|word| !word.is_stop_word);
    first.is_some_and(|at| thesaurus.knows_verb(&stems[at]))
}
