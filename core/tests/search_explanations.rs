//! Explanations of a search: the shares and factors are the score, and what is missing is missing.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use toolrack_core::registry::{SearchHit, SearchOptions};
use toolrack_core::search::{
    FieldWeights, NameMatch, SearchIndex, SearchQuery, Thesaurus, ToolSearcher, ToolText,
};

use crate::support::dice::Dice;
use crate::support::searching::{
    STRANGE, WORDS, names, plain_tool, registry_of, search, sentence, text, tool_of,
};

/// What the explanation of a hit says that its score is.
fn explained(hit: &SearchHit) -> f64 {
    let why = hit.why.as_ref().expect("was asked for");
    let sum: f64 = why.words.iter().map(|word| word.share).sum();
    sum * why.factors.iter().map(|one| one.factor).product::<f64>()
}

fn explain(limit: usize) -> Value {
    json!({"explain": true, "limit": limit})
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// S11.
    #[test]
    fn shares_times_factors_are_the_score(seed: u64) {
        let mut dice = Dice::new(seed);
        let registry = registry_of((0..60).map(|number| {
            let name = format!("{}_{}_{number}", dice.pick(&WORDS), dice.pick(&WORDS));
            tool_of(["crm", "code", "repo"][dice.below(3)], &json!({
                "name": name, "description": sentence(&WORDS, 8, &mut dice), "deprecated": dice.once_in(4),
            }))
        }));
        let snapshot = registry.snapshot();
        let name = snapshot.tools().nth(dice.below(60)).expect("is there").name().to_owned();
        let mut one = || json!(sentence(&WORDS, 5, &mut dice));
        for query in [one(), json!([one(), one(), one()]), json!(name), json!([one(), name]), json!("delte isue")] {
            let found = search(&snapshot, &query, &explain(50));
            for hit in &found.hits {
                prop_assert!((explained(hit) - hit.score).abs() < 1e-4, "{} {:?}", query, hit);
                let words: Vec<_> = hit.why.iter().flat_map(|why| &why.words).map(|one| &one.word).collect();
                prop_assert_eq!(words, hit.matched.iter().collect::<Vec<_>>());
            }
            prop_assert!(found.hits.windows(2).all(|pair| pair[0].score >= pair[1].score), "{}", query);
            prop_assert!(found.total >= found.hits.len());
        }
    }

    /// S11. The words are their own stems, none of them is spelled like another one, and names are not joined.
    #[test]
    fn matched_and_missing_are_the_words_that_count_and_missing_ones_are_absent(seed: u64) {
        let mut dice = Dice::new(seed);
        let texts: Vec<String> = (0..12).map(|_| sentence(&STRANGE, 5, &mut dice)).collect();
        let synonyms: Vec<(String, Vec<String>)> = (0..4)
            .map(|_| {
                let meant = (0..2).map(|_| sentence(&STRANGE, 2, &mut dice)).collect();
                ((*dice.pick(&STRANGE)).to_owned(), meant)
            })
            .collect();
        let query = format!("the {} of {}", sentence(&STRANGE, 4, &mut dice), sentence(&STRANGE, 2, &mut dice));
        let counted: BTreeSet<&str> = query.split(' ').filter(|word| STRANGE.contains(word)).collect();
        let thesaurus = Thesaurus::default().with_words(synonyms.clone());
        let tools = (0..).zip(&texts).map(|(at, words)| (at, text("t", words)));
        let index = SearchIndex::build(tools, FieldWeights::default());
        let visible = index.visibility(0..12);
        let searcher = ToolSearcher { index: &index, visible: &visible, thesaurus: &thesaurus, min_score: 0.0 };
        let found = searcher.search(&SearchQuery::parse(&json!(query)).expect("a query"), 50, |_, _| NameMatch::None);
        let has = |at: usize, words: &str| words.split(' ').all(|word| texts[at].split(' ').any(|own| own == word));
        let is_met = |at: usize, word: &str| {
            let meant = synonyms.iter().filter(|(said, _)| said == word).flat_map(|(_, meant)| meant);
            has(at, word) || meant.into_iter().any(|meant| has(at, meant))
        };
        let met: Vec<usize> = (0..12).filter(|at| counted.iter().any(|word| is_met(*at, word))).collect();
        prop_assert_eq!((found.total, found.tools.len()), (met.len(), met.len()), "{} {:?}", query, synonyms);
        for tool in &found.tools {
            let at = usize::try_from(tool.position).expect("is small");
            for (words, expected) in [(&tool.matched, true), (&tool.missing, false)] {
                let own: BTreeSet<&str> = words.iter().map(String::as_str).collect();
                let of_it: BTreeSet<&str> =
                    counted.iter().copied().filter(|word| is_met(at, word) == expected).collect();
                prop_assert_eq!(own, of_it, "{} in {:?} with {:?}", query, texts[at], synonyms);
            }
            prop_assert!(tool.coverage > 0.0 && tool.coverage <= 1.0);
            // A synonym that more tools have counts less than the word that was said.
            let is_said = tool.explanation.words.iter().all(|word| word.how == "said");
            let is_whole = tool.missing.is_empty() && is_said;
            prop_assert!(!is_whole || (tool.coverage - 1.0).abs() < 1e-6, "{:?}", tool);
        }
    }
}

/// Each way in which a word of a tool stands for one of the query, with the field that has it.
#[test]
fn why_says_how_a_word_was_found_and_where() {
    let registry = registry_of([tool_of(
        "zarnot",
        &json!({
            "name": "blickum_fropal", "title": "Quindor", "description": "Creates tickets. Of a mavelt.",
            "category": "dorvak", "tags": ["yustam"], "aliases": ["klopti"],
            "parameters": {"wemmuk": {"type": "string", "description": "A gratho.", "enum": ["obnuf"]}},
        }),
    )]);
    let snapshot = registry.snapshot();
    for (query, found, how, field) in [
        ("ticket", "tickets", "stem", Some("summary")),
        ("tickets", "tickets", "said", Some("summary")),
        ("quindor", "quindor", "said", Some("summary")),
        ("zarnot", "zarnot", "said", Some("source")),
        ("fropal", "fropal", "said", Some("name")),
        ("mavelt", "mavelt", "said", Some("description")),
        ("dorvak", "dorvak", "said", Some("tags")),
        ("yustam", "yustam", "said", Some("tags")),
        ("klopti", "klopti", "alias", Some("aliases")),
        ("wemmuk", "wemmuk", "said", Some("parameters")),
        ("gratho", "gratho", "said", Some("parameterDescriptions")),
        ("obnuf", "obnuf", "said", Some("values")),
        ("issue", "tickets", "synonym", Some("summary")),
        ("fropall", "fropal", "typo", Some("name")),
    ] {
        let result = search(&snapshot, &json!(query), &explain(5));
        let word = &result.hits[0].why.as_ref().expect("was asked for").words[0];
        let own = (&*word.word, &*word.found, word.how, word.field);
        assert_eq!(own, (query, found, how, field), "{query}");
    }
}

#[test]
fn without_explain_there_is_no_why() {
    let snapshot = registry_of([plain_tool("zarnot", "d")]).snapshot();
    let found = search(&snapshot, &json!("zarnot"), &json!({}));
    assert!(json!(found)["hits"][0].get("why").is_none());
}

/// The rank of a tool in `explain_search` equals its place among the hits of `search`.
#[test]
fn a_rank_is_the_place_among_the_hits_for_several_phrasings_too() {
    let mut dice = Dice::new(3);
    let registry =
        registry_of((0..400).map(|at| plain_tool(&format!("t{at}"), &sentence(&WORDS, 6, &mut dice))));
    let snapshot = registry.snapshot();
    let queries = [
        json!("delete a repository"),
        json!(["delete a repository", "create issue label", "list the branches of a user"]),
    ];
    for query in queries {
        let hits = search(&snapshot, &query, &json!({"limit": 50}));
        let parsed = SearchQuery::parse(&query).expect("a query");
        for (at, name) in names(&hits).into_iter().enumerate() {
            let options = SearchOptions::parse(&Value::Null).expect("options");
            let absence = snapshot.explain_search(&parsed, name, &options).expect("is there");
            assert_eq!((absence.rank, absence.total), (Some(at + 1), hits.total), "{query} {name}");
        }
    }
}

#[test]
fn a_field_without_weight_finds_nothing() {
    let mut weights = FieldWeights::default();
    weights.set(toolrack_core::search::Field::Summary, 0.0);
    let tool = ToolText { title: Some("zarnot"), ..text("blickum", "fropal") };
    let index = SearchIndex::build([(0, tool)], weights);
    let (visible, thesaurus) = (index.visibility([0]), Thesaurus::default());
    let searcher = ToolSearcher { index: &index, visible: &visible, thesaurus: &thesaurus, min_score: 0.0 };
    for (query, total) in [("zarnot", 0), ("fropal", 0), ("blickum", 1)] {
        let query = SearchQuery::parse(&json!(query)).expect("a query");
        assert_eq!(searcher.search(&query, 5, |_, _| NameMatch::None).total, total, "{query:?}");
    }
}
