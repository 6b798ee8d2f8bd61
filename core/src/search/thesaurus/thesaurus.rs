//! Thesaurus: expansions of words and replacements of phrases.

use std::sync::{Arc, LazyLock};

use super::expansion::Expansion;
use super::phrase_table::{PhraseTable, PhraseWord};
use super::thesaurus_reader::{Group, Relation, read_groups};
use crate::json::HashMap;
use crate::search::stop_words::is_stop_word;
use crate::search::words::{for_each_word, stem};

/// What a synonym, and a related word, count as shares of the word that was said.
const OF_SYNONYM: f32 = 0.95;
const OF_RELATED: f32 = 0.45;

/// What each further word of a line counts, as a share of the one before: the best stands first.
const OF_NEXT: f32 = 0.95;

/// Synonyms, abbreviations and phrases.
#[derive(Clone, Debug, Default)]
pub struct Thesaurus {
    /// By the stem of a word.
    words: HashMap<String, Vec<Expansion>>,
    /// The same for words that are said as verbs: to `file` a ticket.
    verbs: HashMap<String, Vec<Expansion>>,
    phrases: PhraseTable,
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
        let all_meant = weighed_meanings(group);
        for said in &group.said {
            let key = stems_of(said);
            // A phrase that nothing stands for stays the words that it has.
            if all_meant.iter().all(|one| *one.stems == *key) {
                continue;
            }
            let known = match key.len() {
                0 => continue,
                1 if group.is_of_verbs => self.verbs.entry(key[0].clone()).or_default(),
                1 => self.words.entry(key[0].clone()).or_default(),
                _ => self.phrases.entry(&key),
            };
            for one in all_meant.iter().filter(|one| *one.stems != *key) {
                match known.iter_mut().find(|expansion| expansion.stems == one.stems) {
                    Some(expansion) => expansion.weight = expansion.weight.max(one.weight),
                    None => known.push(one.clone()),
                }
            }
        }
    }

    /// What stands for a word, by its stem: where it is said as a verb, what stands for the verb first.
    pub(in crate::search) fn expansions(
        &self,
        stem: &str,
        is_verb: bool,
    ) -> impl Iterator<Item = &Expansion> {
        let verb = if is_verb { self.verbs.get(stem) } else { None };
        verb.into_iter().chain(self.words.get(stem)).flatten()
    }

    /// Whether a word, by its stem, stands for others.
    pub(in crate::search) fn knows(&self, stem: &str) -> bool {
        self.words.contains_key(stem) || self.verbs.contains_key(stem)
    }

    /// Whether a word, by its stem, is known as a verb.
    pub(in crate::search) fn knows_verb(&self, stem: &str) -> bool {
        self.verbs.contains_key(stem)
    }

    /// The words of a query for `phrase_at`, by their stems.
    pub(in crate::search) fn phrase_words(&self, stems: &[String]) -> Vec<PhraseWord> {
        self.phrases.words(stems)
    }

    /// The longest phrase that begins with the first of these words: the places of its words, and what stands for it. A few
    /// other words may stand between them: `log a user out`. `is_held` says whether any tool has what stands for a phrase:
    /// another phrase is no more than its words.
    pub(in crate::search) fn phrase_at(
        &self,
        words: &[PhraseWord],
        is_held: impl Fn(&[Expansion]) -> bool,
    ) -> Option<(Vec<usize>, &[Expansion])> {
        self.phrases.find(words, is_held)
    }
}

/// What a group means, with what it counts.
fn weighed_meanings(group: &Group) -> Vec<Expansion> {
    let first = if group.relation == Relation::Related { OF_RELATED } else { OF_SYNONYM };
    let weigh = |at| if group.relation == Relation::Equal { first } else { first * OF_NEXT.powi(at) };
    let all = (0..).zip(&group.meant);
    let all = all.map(|(at, meant)| Expansion { stems: found_stems_of(meant).into(), weight: weigh(at) });
    all.filter(|one| !one.stems.is_empty()).collect()
}

/// The stems of a word or phrase that tools may have: an index has no stop words. `log in` without its stop word would be
/// another word: it is found where it is written as one, or in an identifier.
fn found_stems_of(text: &str) -> Vec<String> {
    let (mut stems, mut joined, mut words) = (Vec::new(), String::new(), 0);
    for_each_word(text, |word, _| {
        words += 1;
        joined.push_str(word);
        if !is_stop_word(word) {
            stems.push(stem(word));
        }
    });
    if stems.len() == 1 && words > 1 { vec![stem(&joined)] } else { stems }
}

/// The stems of a word or phrase.
fn stems_of(text: &str) -> Vec<String> {
    let mut stems = Vec::new();
    for_each_word(text, |word, _| stems.push(stem(word)));
    stems
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn thesaurus(text: &str) -> Thesaurus {
        Thesaurus::of_groups(read_groups(text))
    }

    /// What stands for a word, each as its stems and its weight in hundredths.
    fn meant(thesaurus: &Thesaurus, word: &str, is_verb: bool) -> Vec<(String, f32)> {
        let stem = stem(word);
        let all = thesaurus.expansions(&stem, is_verb);
        all.map(|one| (one.stems.join(" "), (one.weight * 100.0).round())).collect()
    }

    fn words(thesaurus: &Thesaurus, word: &str) -> Vec<String> {
        meant(thesaurus, word, false).into_iter().map(|(stems, _)| stems).collect()
    }

    /// The places of the phrase that a text begins with, and what stands for it.
    fn phrase(thesaurus: &Thesaurus, text: &str) -> Option<(Vec<usize>, Vec<String>)> {
        let words = thesaurus.phrase_words(&stems_of(text));
        let (places, expansions) = thesaurus.phrase_at(&words, |_| true)?;
        Some((places, expansions.iter().map(|one| one.stems.join(" ")).collect()))
    }

    #[test]
    fn each_form_of_a_line_says_what_finds_what() {
        let own =
            thesaurus("zarnot, blickum\nfropal > quindor, mavelt\ndorvak ~ yustam\nklopti > pull wemmuk\n");
        assert_eq!(
            (words(&own, "zarnot"), words(&own, "blickum")),
            (vec!["blickum".into()], vec!["zarnot".into()])
        );
        assert_eq!((words(&own, "fropal").len(), words(&own, "quindor").len()), (2, 0));
        assert_eq!((words(&own, "dorvak").len(), words(&own, "yustam").len()), (1, 0));
        assert_eq!(words(&own, "klopti"), ["pull wemmuk"]);
    }

    #[test]
    fn a_synonym_counts_less_than_the_word_and_a_related_word_less_than_that() {
        let own = thesaurus("zarnot, blickum\nfropal > quindor, mavelt\ndorvak ~ yustam\n");
        let weights =
            |word| meant(&own, word, false).into_iter().map(|(_, weight)| weight).collect::<Vec<_>>();
        let (equal, directed, related) = (weights("zarnot"), weights("fropal"), weights("dorvak"));
        assert!(equal[0] < 100.0 && directed[0] < 100.0 && directed[1] < directed[0]);
        assert!(related[0] < directed[1]);
    }

    #[test]
    fn the_best_weight_of_a_repeated_word_counts() {
        let own = thesaurus("zarnot ~ blickum\nzarnot, blickum\nzarnot ~ blickum\n");
        assert_eq!(meant(&own, "zarnot", false), meant(&thesaurus("zarnot, blickum"), "zarnot", false));
    }

    #[test]
    fn a_word_does_not_stand_for_itself() {
        let own =
            thesaurus("zarnot > zarnot, zarnots, blickum\nfropal > fropal\npull request > pull requests\n");
        assert_eq!(words(&own, "zarnot"), ["blickum"]);
        assert_eq!((words(&own, "fropal").len(), phrase(&own, "pull request")), (0, None));
    }

    #[test]
    fn what_is_said_as_a_verb_has_the_words_of_verbs_before_its_others() {
        let own = thesaurus("[verbs]\nfile > zarnot\n[words]\nfile, document\nissue > ticket\n");
        for (word, is_verb, expected) in [
            ("file", true, &["zarnot", "document"][..]),
            ("file", false, &["document"]),
            ("issue", true, &["ticket"]),
            ("issue", false, &["ticket"]),
        ] {
            let all: Vec<_> = meant(&own, word, is_verb).into_iter().map(|(stems, _)| stems).collect();
            assert_eq!(all, expected, "{word} {is_verb}");
        }
        assert!(own.knows_verb("fil") && !own.knows_verb("issu"));
    }

    #[test]
    fn phrases_are_known_by_the_stems_of_their_words() {
        let own = thesaurus("log out > zarnot\n");
        assert_eq!(phrase(&own, "logged a user out"), Some((vec![0, 3], vec!["zarnot".to_owned()])));
    }

    /// An index has no stop words: a synonym that needs one would find nothing.
    #[test]
    fn stop_words_of_what_is_meant_are_left_out() {
        let own = thesaurus("ooo > out of office hours\nzarnot > log in\nblickum > the\n");
        assert_eq!(words(&own, "ooo"), ["offic hour"]);
        assert_eq!((words(&own, "zarnot"), words(&own, "blickum").len()), (vec!["login".to_owned()], 0));
    }

    #[test]
    fn words_of_a_user_are_added_and_odd_ones_are_harmless() {
        let odd = [
            ("", "x"),
            ("zarnot", ""),
            ("the of", "the of"),
            ("turn off", "!!"),
            ("x y", "x y"),
            ("__proto__", "b"),
        ];
        let odd = odd.map(|(said, meant)| (said.to_owned(), vec![meant.to_owned()]));
        let own = thesaurus("fropal > quindor").with_words(odd);
        let own = own.with_words([("fropal".to_owned(), vec!["mavelt".to_owned(); 300])]);
        assert_eq!(words(&own, "fropal"), ["quindor", "mavelt"]);
        assert_eq!((words(&own, "proto"), words(&own, "zarnot").len()), (vec!["b".to_owned()], 0));
        // A phrase that nothing stands for stays the words that it has.
        assert_eq!(
            (phrase(&own, "turn off"), phrase(&own, "x y"), phrase(&own, "the of")),
            (None, None, None)
        );
    }

    #[test]
    fn english_has_the_words_that_every_api_has() {
        let own = Thesaurus::english();
        let verbs: HashSet<_> = meant(&own, "remove", true).into_iter().map(|(stems, _)| stems).collect();
        assert!(verbs.contains(&stem("delete")));
        assert!(words(&own, "repo").contains(&stem("repository")));
        assert!(words(&own, "pr").contains(&"pull request".to_owned()));
    }

    #[test]
    fn every_line_of_english_says_something() {
        let text = include_str!("english.txt");
        let is_line = |line: &&str| !line.split('#').next().unwrap_or_default().trim().is_empty();
        let lines: Vec<_> = text.lines().filter(is_line).collect();
        let sections = lines.iter().filter(|line| line.trim().starts_with('[')).count();
        assert_eq!(read_groups(text).count(), lines.len() - sections);
        for line in lines.iter().filter(|line| line.trim().starts_with('[')) {
            assert!(matches!(line.trim(), "[verbs]" | "[words]"), "{line}");
        }
        let says_something = |group: &Group| {
            let meanings = weighed_meanings(group);
            let is_said = |said: &String| meanings.iter().any(|one| *one.stems != *stems_of(said));
            let is_word = |word: &String| {
                !stems_of(word).is_empty() && *word == word.to_lowercase() && !is_stop_word(word)
            };
            // Each meaning is another one, and finds something.
            meanings.len() == group.meant.len()
                && group.said.iter().any(is_said)
                && group.said.iter().chain(&group.meant).all(is_word)
        };
        let others: Vec<_> = read_groups(text).filter(|group| !says_something(group)).collect();
        assert!(others.is_empty(), "{others:#?}");
    }
}
