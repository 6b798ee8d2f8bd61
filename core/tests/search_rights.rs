//! Search and rights: what may not be seen leaves no trace, and the limit is filled with what may.

use proptest::prelude::*;
use serde_json::{Value, json};
use toolrack_core::registry::{Filter, RegisteredTool, Snapshot, ToolRegistry};

use crate::support::dice::Dice;
use crate::support::searching::{STRANGE, answer, names, plain_tool, registry_of, search, sentence, tool_of};

const SOURCES: [&str; 3] = ["uno", "due", "tre"];

fn made(number: usize, dice: &mut Dice) -> RegisteredTool {
    let (source, category) = (*dice.pick(&SOURCES), ["left", "right"][dice.below(2)]);
    let description = sentence(&STRANGE, 6, dice);
    let definition = json!({
        "name": format!("t{number}"), "description": description, "category": category,
        "tags": if dice.once_in(2) { json!(["odd"]) } else { json!([]) },
    });
    tool_of(source, &definition)
}

fn random_filter(dice: &mut Dice) -> Value {
    let some: Vec<String> = (0..dice.below(30)).map(|_| format!("t{}", dice.below(40))).collect();
    let filters = [
        json!({}),
        json!({"names": some}),
        json!({"source": dice.pick(&SOURCES)}),
        json!({"category": "left", "tags": "odd"}),
        json!({"name": "t1*", "category": "right"}),
        json!({"names": []}),
        json!({"source": "uno", "names": some}),
    ];
    dice.pick(&filters).clone()
}

/// The whole answer to a query that finds all, restricted to some names.
fn restricted(whole: &Value, names: &[String], limit: usize) -> Value {
    let is_seen = |hit: &&Value| names.iter().any(|name| hit["name"] == **name);
    let hits: Vec<&Value> = whole["hits"].as_array().expect("a list").iter().filter(is_seen).collect();
    json!({
        "query": whole["query"], "total": hits.len(), "hits": hits[..hits.len().min(limit)],
    })
}

/// The names of tools that an answer holds, wherever.
fn is_named(answer: &Value, name: &str) -> bool {
    answer.to_string().contains(&format!("\"{name}\""))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    /// S3. The words are spelled so that no correction comes, which depends on what may be seen.
    #[test]
    fn a_filter_gives_the_hits_of_a_search_without_it_that_it_admits(seed: u64, limit in 1..12_usize) {
        let mut dice = Dice::new(seed);
        let registry = registry_of((0..40).map(|number| made(number, &mut dice)));
        let (query, filter) = (json!(sentence(&STRANGE, 4, &mut dice)), random_filter(&mut dice));
        let whole = answer(&registry.snapshot(), &query, &json!({"limit": 50}));
        for _ in 0..dice.below(12) {
            let name = format!("t{}", dice.below(40));
            let id = registry.snapshot().get(&name).expect("is there").id;
            registry.set_enabled(id, &name, false).expect("is there");
        }
        let snapshot = registry.snapshot();
        let options = json!({"limit": limit, "filter": filter});
        let own = answer(&snapshot, &query, &options);
        let admitted = listed(&snapshot, &filter);
        prop_assert_eq!(&own, &restricted(&whole, &admitted, limit), "{} {}", query, filter);
        for tool in snapshot.tools().filter(|tool| !admitted.iter().any(|name| name == tool.name())) {
            prop_assert!(!is_named(&own, tool.name()), "{} {}: {}", query, filter, own);
        }
    }

    /// S3. A correction names words that a hit may show.
    #[test]
    fn a_word_that_only_hidden_tools_have_is_never_meant(seed: u64) {
        let mut dice = Dice::new(seed);
        let registry = registry_of((0..40).map(|number| made(number, &mut dice)));
        let filter = random_filter(&mut dice);
        let word = *dice.pick(&STRANGE);
        let wrong = match dice.below(3) {
            0 => word[..word.len() - 1].to_owned(),
            1 => format!("{word}o"),
            _ => format!("{word}{}", dice.pick(&STRANGE)),
        };
        let snapshot = registry.snapshot();
        let found = search(&snapshot, &json!(wrong), &json!({"limit": 50, "filter": filter}));
        for correction in &found.corrected {
            for meant in correction.to.split(' ') {
                let of_meant = search(&snapshot, &json!(meant), &json!({"filter": filter}));
                prop_assert!(of_meant.total > 0 && of_meant.corrected.is_empty(), "{wrong}: {meant}");
            }
        }
        let admitted = listed(&snapshot, &filter);
        let is_known = |word: &str| {
            let has = |tool: &RegisteredTool| tool.definition.description.contains(word);
            snapshot.tools().any(|tool| has(tool) && admitted.iter().any(|name| name == tool.name()))
        };
        if wrong.len() <= word.len() + 1 {
            prop_assert_eq!(found.corrected.len(), usize::from(is_known(word)), "{}", wrong);
        }
    }

    /// S3. What both callers may not see does not decide what they find, but for scores and the order they give.
    #[test]
    fn hidden_tools_decide_about_nothing_but_scores(seed: u64) {
        let mut dice = Dice::new(seed);
        let shown: Vec<String> = (0..12).map(|_| sentence(&STRANGE, 3, &mut dice)).collect();
        let mut with_hidden = |words: &[&str]| {
            let shown = shown.iter().enumerate().map(|(at, text)| plain_tool(&format!("t{at}"), text));
            let mut hide = |at| plain_tool(&format!("h{at}"), &sentence(words, 5, &mut dice));
            let hidden: Vec<_> = (0..8).map(&mut hide).collect();
            registry_of(shown.chain(hidden)).snapshot()
        };
        let (one, other) = (with_hidden(&STRANGE[..4]), with_hidden(&STRANGE[9..]));
        let word = STRANGE[usize::try_from(seed % 16).expect("is small")];
        for query in [json!(word), json!([word, "zarnot mavelt"]), json!(format!("{word}a dorvac")), json!("t3 h3")] {
            let of = |snapshot: &Snapshot| {
                let found = search(snapshot, &query, &json!({"limit": 50, "filter": {"name": "t*"}}));
                let mut hits: Vec<_> =
                    found.hits.into_iter().map(|hit| (hit.name, hit.matched, hit.missing)).collect();
                hits.sort();
                (hits, found.total, found.corrected)
            };
            prop_assert_eq!(of(&one), of(&other), "{}", query);
        }
    }
}

fn listed(snapshot: &Snapshot, filter: &Value) -> Vec<String> {
    let filter = Filter::parse(filter).expect("a filter");
    snapshot.matching(&filter).map(|tool| tool.name().to_owned()).collect()
}

/// A tool that is seen, and one that is not.
fn seen_and_hidden(seen: &str, hidden: &str) -> ToolRegistry {
    registry_of([plain_tool("seen", seen), plain_tool("hidden", hidden)])
}

fn corrections(registry: &ToolRegistry, query: &str) -> (Vec<String>, usize) {
    let found = search(&registry.snapshot(), &json!(query), &json!({"filter": {"names": "seen"}}));
    (found.corrected.into_iter().map(|one| one.to).collect(), found.total)
}

#[test]
fn typos_are_corrected_by_what_is_seen_alone() {
    let none: (Vec<String>, usize) = (vec![], 0);
    let meant = |word: &str| (vec![word.to_owned()], 1);
    for (seen, hidden, query, expected) in [
        ("zarnot", "blickum", "zarnit", meant("zarnot")),
        ("blickum", "zarnot", "zarnit", none.clone()),
        ("blickum", "zarnot", "zarnot", none.clone()),
        // The hidden word is the nearer one.
        ("blickumor", "blickumer", "blickumex", meant("blickumor")),
        // The word itself is known to the hidden tool alone.
        ("blickumor", "blickumer", "blickumer", meant("blickumor")),
        ("zarnot", "blickum", "zarnotblickum", none.clone()),
        ("zarnot blickum", "mavelt", "zarnotblickum", meant("zarnot blickum")),
        ("zarnot", "zarnotblickum", "zarnotblickum", none),
    ] {
        assert_eq!(
            corrections(&seen_and_hidden(seen, hidden), query),
            expected,
            "{seen} | {hidden} | {query}"
        );
    }
}

/// Both words are as near: the one that more tools have is meant, of those that are seen.
#[test]
fn hidden_tools_have_no_say_in_which_word_is_meant() {
    let hidden = (0..5).map(|at| plain_tool(&format!("h{at}"), "zarnott"));
    let seen =
        [("s0", "zarnoff"), ("s1", "zarnoff"), ("s2", "zarnott")].map(|(name, text)| plain_tool(name, text));
    let registry = registry_of(hidden.chain(seen));
    let found = search(&registry.snapshot(), &json!("zarnotf"), &json!({"filter": {"name": "s*"}}));
    assert_eq!(found.corrected[0].to, "zarnoff");
}

#[test]
fn a_limit_is_filled_and_a_least_score_counts() {
    let registry = registry_of((0..30).map(|at| plain_tool(&format!("t{at}"), "zarnot")));
    let snapshot = registry.snapshot();
    for (options, count, total) in [
        (json!({}), 5, 30),
        (json!({"limit": 50}), 30, 30),
        (json!({"limit": 7, "filter": {"name": "t2*"}}), 7, 11),
        (json!({"minScore": 1e9}), 0, 0),
        (json!({"target": "openai-chat", "limit": 3}), 3, 30),
    ] {
        let found = search(&snapshot, &json!("zarnot"), &options);
        assert_eq!((found.hits.len(), found.total), (count, total), "{options}");
        assert!(names(&found).iter().is_sorted_by_key(|name| name[1..].parse::<u8>().expect("a number")));
    }
}

#[test]
fn why_a_tool_is_missing_is_told_only_where_it_is_seen() {
    use toolrack_core::error::Error;
    use toolrack_core::registry::{HitAbsence, SearchOptions, SnapshotFilter};
    use toolrack_core::search::SearchQuery;

    let registry = seen_and_hidden("zarnot", "zarnot zarnot");
    let (query, options) = (json!("zarnot"), json!({"filter": {"names": "seen"}}));
    let query = SearchQuery::parse(&query).expect("a query");
    let whole = registry.snapshot();
    let explain = |snapshot: &Snapshot, name: &str, options: &Value| {
        snapshot.explain_search(&query, name, &SearchOptions::parse(options).expect("options"))
    };
    let absence = explain(&whole, "hidden", &options).expect("is seen in the whole");
    assert_eq!((absence.rank, absence.total, absence.absence), (None, 1, Some(HitAbsence::Filter)));
    let absence = explain(&whole, "hidden", &json!({})).expect("is seen");
    assert_eq!((absence.rank.is_some(), absence.total, absence.absence), (true, 2, None));
    let part = whole.filtered(SnapshotFilter::parse(&json!({"names": "seen"})).expect("a filter"));
    let error = explain(&part, "hidden", &json!({})).expect_err("is not there");
    assert!(matches!(error, Error::UnknownTool { nearest, .. } if nearest.is_empty()));
}
