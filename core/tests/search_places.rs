//! The place of one tool in a search: that which it has among all that are found, whatever is searched.

use proptest::prelude::*;
use serde_json::{Value, json};
use toolrack_core::registry::{HitAbsence, SearchOptions, Snapshot};
use toolrack_core::search::{FieldWeights, NameMatch, SearchIndex, SearchQuery, Thesaurus, ToolSearcher};

use crate::support::dice::Dice;
use crate::support::searching::{WORDS, names, plain_tool, registry_of, search, sentence, text, tool_of};

/// How many tools a target is asked about.
const FIRST: usize = 200;

/// A query of one to three phrasings: words, or the name that some tools have.
fn query(dice: &mut Dice) -> Value {
    let phrasing = |dice: &mut Dice| match dice.below(5) {
        0 => "list".to_owned(),
        1 => "the".to_owned(),
        _ => sentence(&WORDS, 4, dice),
    };
    let count = 1 + dice.below(3);
    json!((0..count).map(|_| phrasing(dice)).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_place_is_that_among_all_tools_that_are_found(seed: u64) {
        let mut dice = Dice::new(seed);
        let count: usize = [3, 150, 700][dice.below(3)];
        let named = [0, 2, count / 2][dice.below(3)];
        // Few words: many tools have the same score.
        let words = &WORDS[..[3, 8, WORDS.len()][dice.below(3)]];
        let texts: Vec<String> = (0..count).map(|_| sentence(words, 3, &mut dice)).collect();
        let tool = |at: usize| {
            let name = if named > 0 && at.is_multiple_of(count.div_ceil(named)) { "list" } else { "zarnot" };
            (at as u64, text(name, &texts[at]))
        };
        let index = SearchIndex::build((0..count).map(tool), FieldWeights::default());
        let changed: Vec<usize> = (0..count).filter(|_| dice.once_in(5)).collect();
        let left: Vec<u64> = changed.iter().map(|at| *at as u64).collect();
        let index = index.after(&left, changed.into_iter().map(tool));
        let hides = dice.once_in(2);
        let admitted: Vec<u64> = (0..count as u64).filter(|_| !hides || !dice.once_in(4)).collect();
        let (visible, thesaurus) = (index.visibility(admitted.iter().copied()), Thesaurus::english());
        let is_name = |at: u64, phrasing: &str| {
            let at = usize::try_from(at).expect("is small");
            if tool(at).1.name == phrasing { NameMatch::Name } else { NameMatch::None }
        };
        let query = SearchQuery::parse(&query(&mut dice)).expect("a query");
        let searcher = |min_score| ToolSearcher { index: &index, visible: &visible, thesaurus: &thesaurus, min_score };
        let all = searcher(0.0).search(&query, usize::MAX, is_name).tools;
        // A named tool stands above the least score, whatever that is.
        let unnamed: Vec<_> = all.iter().filter(|one| !one.is_named).collect();
        for _ in 0..25 {
            let at = dice.below(count);
            let min_score = match (dice.below(3), unnamed.is_empty()) {
                (0, false) => dice.pick(&unnamed).score,
                (1, _) if unnamed.len() == all.len() => 0.1,
                _ => 0.0,
            };
            let place = searcher(min_score).place_of(&query, at as u64, FIRST, is_name);
            prop_assert_eq!(place.total, all.iter().filter(|one| one.score >= min_score).count());
            let first: Vec<_> = all.iter().take(FIRST).map(|one| (one.position, one.score)).collect();
            prop_assert_eq!(place.first, first);
            let expected = all.iter().position(|one| one.position == at as u64);
            let expected = expected.map(|before| (before, &all[before]));
            let found = place.found.as_ref().map(|(before, found)| (*before, found));
            prop_assert_eq!(format!("{found:?}"), format!("{expected:?}"));
        }
    }
}

/// A schema that a target refuses.
fn clash() -> Value {
    json!({"type": "object", "properties": {"p": {"allOf": [{"type": "string"}, {"type": "integer"}]}}})
}

fn explained(snapshot: &Snapshot, query: &Value, name: &str, options: &Value) -> Value {
    let (query, options) = (SearchQuery::parse(query), SearchOptions::parse(options));
    json!(
        snapshot
            .explain_search(&query.expect("a query"), name, &options.expect("options"))
            .expect("is there")
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// As many tools as a search may have hits.
    #[test]
    fn rank_score_total_and_why_are_those_of_the_hit(seed: u64) {
        let mut dice = Dice::new(seed);
        let registry = registry_of((0..50).map(|at| {
            // A target refuses some of them.
            let schema = if dice.once_in(4) { clash() } else { json!({"type": "object"}) };
            tool_of("crm", &json!({
                "name": format!("t{at}"), "description": sentence(&WORDS, 4, &mut dice), "inputSchema": schema,
            }))
        }));
        let snapshot = registry.snapshot();
        let query = if dice.once_in(4) { json!("T7") } else { query(&mut dice) };
        let hits = search(&snapshot, &query, &json!({"limit": 50})).hits;
        let least = hits.get(dice.below(50)).map_or(0.0, |hit| hit.score);
        for options in [
            json!({"limit": 50}),
            json!({"limit": 50, "minScore": least}),
            json!({"limit": 50, "filter": {"name": "t1*"}}),
            json!({"limit": 50, "target": "gemini"}),
            json!({"limit": 50, "target": "gemini", "minScore": least}),
        ] {
            let mut with_why = options.clone();
            with_why["explain"] = json!(true);
            let result = search(&snapshot, &query, &with_why);
            for at in 0..50 {
                let name = format!("t{at}");
                let place = explained(&snapshot, &query, &name, &options);
                prop_assert_eq!(&place["total"], &json!(result.total), "{} {}", options, place);
                let hit = names(&result).into_iter().position(|hit| hit == name);
                prop_assert_eq!(place.get("absence").is_none(), hit.is_some(), "{} {}", options, place);
                if let Some(at) = hit {
                    let hit = json!(result.hits[at]);
                    prop_assert_eq!(&place["rank"], &json!(at + 1));
                    prop_assert_eq!((&place["score"], &place["why"]), (&hit["score"], &hit["why"]));
                }
            }
        }
    }
}

#[test]
fn a_tool_that_a_target_refuses_is_counted_as_in_the_search() {
    let refused = json!({"name": "refused", "description": "zarnot", "inputSchema": clash()});
    let registry = registry_of([plain_tool("seen", "zarnot"), tool_of("crm", &refused)]);
    let snapshot = registry.snapshot();
    for min_score in [0.0, 1e9] {
        let options = json!({"target": "gemini", "minScore": min_score});
        let total = search(&snapshot, &json!("zarnot"), &options).total;
        let place = explained(&snapshot, &json!("zarnot"), "refused", &options);
        assert_eq!(
            (&place["total"], &place["absence"]),
            (&json!(total), &json!(HitAbsence::Target)),
            "{options}"
        );
    }
}
