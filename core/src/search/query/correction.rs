//! Correction of typos: a word that no tool has is taken for the known word that is spelled most alike.

use serde::Serialize;

use super::query_reader::{Alternative, Need, QueryPlan, Said};
use crate::search::index::{SegmentView, shows_all};
use crate::search::thesaurus::Thesaurus;
use crate::search::words::stem;

/// What a corrected word counts, as a share of one that was said.
const OF_TYPO: f32 = 0.8;
/// The most known words that one is taken for.
const MOST_MEANT: usize = 3;
/// The shortest part of a word that is split in two, in bytes.
const SHORTEST_PART: usize = 3;

/// A word that was taken for another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// The word of the query.
    pub from: String,
    /// What it was taken for: a known word, or two of them.
    pub to: String,
}

/// Corrects the words of a plan that no visible tool has and that the thesaurus does not know. Returns what was corrected.
pub(in crate::search) fn correct(
    plan: &mut QueryPlan,
    thesaurus: &Thesaurus,
    views: &[SegmentView<'_>],
) -> Vec<Correction> {
    let mut corrected = Vec::new();
    for need in &mut plan.needs {
        let is_unknown = !need.alternatives.iter().any(|one| shows_all(views, &one.stems));
        if is_unknown && need.is_one_word() && !thesaurus.knows(&stem(&need.text)) {
            let meant = meant_by(&need.text, views);
            if let Some(first) = meant.first() {
                corrected.push(Correction { from: need.text.clone(), to: first.join(" ") });
            }
            let typos = meant.into_iter().map(|stems| Alternative {
                stems: stems.into(),
                weight: OF_TYPO,
                said: Said::Typo,
            });
            need.alternatives.extend(typos);
        }
    }
    corrected
}

impl Need {
    fn is_one_word(&self) -> bool {
        self.alternatives.first().is_some_and(|one| one.said == Said::Word && one.stems.len() == 1)
    }
}

/// The known words that are spelled most alike, the most frequent first; else the two known words that it is made of.
fn meant_by(word: &str, views: &[SegmentView<'_>]) -> Vec<Vec<String>> {
    let own = stem(word);
    let mut near: Vec<(usize, std::cmp::Reverse<usize>, String)> = Vec::new();
    for view in views {
        let candidates = view.segment.spelling().candidates(&own, |term| view.segment.term(term));
        for (distance, term) in candidates.into_iter().filter(|(_, term)| view.shows(*term)) {
            let text = view.segment.term(term);
            if near.iter().all(|(.., known)| known != text) {
                // Those that may not be found must not decide either.
                let holders = views.iter().map(|view| view.shown_holders(text)).sum();
                near.push((distance, std::cmp::Reverse(holders), text.to_owned()));
            }
        }
    }
    near.sort();
    let nearest = near.first().map_or(0, |(distance, ..)| *distance);
    let near: Vec<_> = near.into_iter().filter(|(distance, ..)| *distance == nearest).collect();
    if near.is_empty() {
        return split(word, views).into_iter().collect();
    }
    near.into_iter().take(MOST_MEANT).map(|(.., stem)| vec![stem]).collect()
}

/// The two known words that a word is made of; the longest first one.
fn split(word: &str, views: &[SegmentView<'_>]) -> Option<Vec<String>> {
    if !word.is_ascii() || word.len() < 2 * SHORTEST_PART {
        return None;
    }
    (SHORTEST_PART..=word.len() - SHORTEST_PART).rev().find_map(|at| {
        let parts = [stem(&word[..at]), stem(&word[at..])];
        shows_all(views, &parts).then(|| parts.to_vec())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{FieldWeights, SearchIndex, SearchQuery, ToolText};

    /// The corrections of a query among tools with these descriptions, of which those with even numbers may be found.
    fn corrections(descriptions: &[&str], query: &str) -> Vec<(String, String)> {
        let tool = |description| ToolText { description, ..ToolText::default() };
        let tools = (0..).zip(descriptions.iter().map(|one| tool(*one)));
        let index = SearchIndex::build(tools, FieldWeights::default());
        let visible = index.visibility((0..descriptions.len() as u64).filter(|at| at % 2 == 0));
        let query = SearchQuery::parse(&serde_json::json!(query)).expect("a query");
        let views = index.views(&visible);
        let thesaurus = Thesaurus::default().with_words([("spend".to_owned(), vec!["fee".to_owned()])]);
        let mut plan = QueryPlan::read(&query.phrasings[0], &thesaurus, &views);
        let corrected = correct(&mut plan, &thesaurus, &views);
        corrected.into_iter().map(|one| (one.from, one.to)).collect()
    }

    #[test]
    fn a_word_with_few_mistakes_is_taken_for_the_known_one() {
        for (known, said, is_meant) in [
            ("zarnot", "zarnto", true),
            ("zarnot", "zarno", true),
            ("zarnot", "zarnoot", true),
            ("zarnot", "zernot", true),
            ("zarnot", "zernit", false),
            ("zarnotel", "zernitel", true),
            ("zarnotel", "zernitol", false),
            // The first letter is not corrected.
            ("zarnot", "sarnot", false),
            ("zarnot", "arnot", false),
            // Words of three letters are too short to say which is meant.
            ("zar", "zor", false),
            ("zarn", "zorn", true),
            // What a tool has is no mistake.
            ("zarnot zernot", "zernot", false),
            // Names with digits are no words, but the word before them is.
            ("za1rnot", "za2rnot", false),
            ("größe", "grösse", false),
            // What the thesaurus knows is no mistake.
            ("speed", "spend", false),
            ("", "zarnot", false),
        ] {
            let own = corrections(&[known], said);
            let expected = vec![(said.to_owned(), known.to_owned())];
            assert_eq!(own, if is_meant { expected } else { Vec::new() }, "{known} {said}");
        }
    }

    #[test]
    fn a_word_with_another_number_is_taken_for_the_word() {
        assert_eq!(corrections(&["zarnot1"], "zarnot2"), [("zarnot2".to_owned(), "zarnot".to_owned())]);
    }

    #[test]
    fn a_word_of_two_known_ones_is_split() {
        for (known, said, expected) in [
            ("zarnot blickum", "zarnotblickum", "zarnot blickum"),
            ("zar blickum", "zarblickum", "zar blickum"),
            ("za blickum", "zablickum", ""),
            ("zarnot", "zarnotzarnot", "zarnot zarnot"),
            ("zarnot blickum fropal", "zarnotblickumfropal", ""),
            ("größe maß", "größemaß", ""),
        ] {
            let own = corrections(&[known], said);
            assert_eq!(own.first().map_or("", |(_, to)| to), expected, "{said}");
        }
    }

    #[test]
    fn hidden_words_are_never_meant() {
        assert_eq!(corrections(&["fropal", "zarnot"], "zarnit"), []);
        assert_eq!(corrections(&["fropal", "zarnot"], "zarnot"), []);
        assert_eq!(corrections(&["fropal", "zarnot"], "fropalzarnot"), []);
        assert_eq!(
            corrections(&["zarnot", "zarnit"], "zarnit"),
            [("zarnit".to_owned(), "zarnot".to_owned())]
        );
    }

    /// Of words that are as near, the one that more tools have is meant; then the first in the alphabet.
    #[test]
    fn the_nearest_and_most_frequent_word_is_meant() {
        let meant = |descriptions: &[&str]| corrections(descriptions, "zarnotf").pop().map(|(_, to)| to);
        assert_eq!(meant(&["zarnotg", "", "zarnote"]).as_deref(), Some("zarnot"));
        assert_eq!(meant(&["zarnotg", "", "zarnotk"]).as_deref(), Some("zarnotg"));
        assert_eq!(meant(&["zarnotg", "", "zarnotk", "", "zarnotk"]).as_deref(), Some("zarnotk"));
        assert_eq!(meant(&["zarnotg", "zarnotk", "", "zarnotk"]).as_deref(), Some("zarnotg"));
    }
}
