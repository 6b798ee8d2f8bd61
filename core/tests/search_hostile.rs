//! Hostile input of a search: it is refused or cut, nothing panics, and no index grows with what one tool says.

use std::borrow::Cow;

use serde_json::{Value, json};
use toolrack_core::error::ErrorCode;
use toolrack_core::registry::{SearchOptions, SearchSettings};
use toolrack_core::search::{FieldWeights, OperationText, SearchIndex, SearchQuery, ToolText};

use crate::support::searching::{plain_tool, ranking, registry_of, search, text, tool_of};

/// The most bytes of the index of one tool: its words are counted, and its texts are not kept.
const MOST_BYTES: usize = 120_000;

/// The letters from a to z.
const LETTERS: [char; 26] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u',
    'v', 'w', 'x', 'y', 'z',
];

/// Texts by number, one behind the other.
fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().concat()
}

fn index_of(tool: ToolText<'_>) -> SearchIndex {
    let index = SearchIndex::build([(0, tool)], FieldWeights::default());
    assert!(index.bytes() < MOST_BYTES, "{} bytes", index.bytes());
    index
}

fn finds(index: &SearchIndex, query: &str) -> bool {
    ranking(index, &[0], query).1 == 1
}

fn code_of(query: &Value) -> Option<ErrorCode> {
    SearchQuery::parse(query).err().map(|error| error.code())
}

/// S8.
#[test]
fn a_query_over_a_limit_is_refused_and_one_that_is_none() {
    for query in [
        json!("x".repeat(1_000_000)),
        json!("ä".repeat(501)),
        json!(vec!["a"; 6]),
        json!(["a", "b ".repeat(251)]),
    ] {
        assert_eq!(code_of(&query), Some(ErrorCode::LimitExceeded));
    }
    for query in [json!(null), json!(5), json!({}), json!([["a"]]), json!(["a", null]), json!(true)] {
        assert_eq!(code_of(&query), Some(ErrorCode::InvalidOptions), "{query}");
    }
    for query in
        [json!(""), json!([]), json!(["", ""]), json!("ä".repeat(500)), json!(vec!["x".repeat(500); 5])]
    {
        assert_eq!(code_of(&query), None, "{query}");
    }
}

/// S8. The answers are empty, or hold the one tool; the point is that there are answers.
#[test]
fn odd_queries_have_answers() {
    let snapshot =
        registry_of([plain_tool("zarnot", "Zarnot of the 請求書. x"), plain_tool("mavelt", "d")]).snapshot();
    let words = repeated(200, |at| format!("w{at} "));
    let unknown = repeated(80, |at| format!("zarno{} ", LETTERS[at % 26]));
    for (query, total) in [
        ("", 0),
        ("the of and to", 0),
        ("the", 0),
        (&*"x".repeat(500), 0),
        (&*"x ".repeat(250), 1),
        (&*"請".repeat(500), 0),
        (&*"請求書".repeat(166), 1),
        (&*"\u{301}".repeat(500), 0),
        (&*"\u{FFFD}".repeat(500), 0),
        ("\u{FFFD} zarnot \u{FFFD}", 1),
        ("\u{10FFFF}\u{E0001}\u{0}\u{202E}", 0),
        ("zarnot\u{0}mavelt", 2),
        (&*"🙂".repeat(500), 0),
        (&*"'".repeat(500), 0),
        ("zarnot's", 1),
        (&*"aA".repeat(250), 0),
        (&words[..500], 0),
        (&unknown[..480], 1),
        ("() => { throw 1 } ${zarnot}", 1),
        ("__proto__ constructor", 0),
    ] {
        let found = search(&snapshot, &json!(query), &json!({"explain": true}));
        assert_eq!((found.total, found.hits.len()), (total, total), "{query:?}");
    }
}

/// S8.
#[test]
fn options_that_are_none_are_refused() {
    for options in [
        json!({"limit": 0}),
        json!({"limit": 51}),
        json!({"limit": -1}),
        json!({"limit": 1.5}),
        json!({"limit": "5"}),
        json!({"minScore": -0.1}),
        json!({"minScore": "x"}),
        json!({"target": "nope"}),
        json!({"explain": 1}),
        json!({"filter": 5}),
        json!({"filter": {"nope": 1}}),
        json!({"nope": 1}),
        json!([]),
        json!("x"),
        json!(5),
    ] {
        let error = SearchOptions::parse(&options).expect_err("is refused");
        assert_eq!(error.code(), ErrorCode::InvalidOptions, "{options}");
    }
    for options in
        [json!(null), json!({}), json!({"limit": null, "minScore": null, "filter": null, "target": null})]
    {
        SearchOptions::parse(&options).expect("is taken");
    }
}

/// S8.
#[test]
fn settings_that_are_none_are_refused() {
    let words = |count: usize| -> Value {
        (0..count).map(|at| (format!("w{at}"), json!(["x"]))).collect::<serde_json::Map<_, _>>().into()
    };
    for (settings, code) in [
        (json!({"fields": {"nope": 1}}), ErrorCode::InvalidOptions),
        (json!({"fields": {"name": -1}}), ErrorCode::InvalidOptions),
        (json!({"fields": {"name": 11}}), ErrorCode::InvalidOptions),
        (json!({"fields": {"__proto__": 1}}), ErrorCode::InvalidOptions),
        (json!({"synonyms": {"words": {"a": "b"}}}), ErrorCode::InvalidOptions),
        (json!({"synonyms": {"nope": 1}}), ErrorCode::InvalidOptions),
        (json!({"synonyms": {"words": words(10_001)}}), ErrorCode::LimitExceeded),
        (json!({"synonyms": {"words": {"a": vec!["b"; 65]}}}), ErrorCode::LimitExceeded),
        (json!({"nope": 1}), ErrorCode::InvalidOptions),
        (json!(5), ErrorCode::InvalidOptions),
    ] {
        assert_eq!(SearchSettings::parse(&settings).expect_err("is refused").code(), code);
    }
    for (words, pointer) in [
        (words(10_001), "/search/synonyms/words"),
        (json!({"a": ["b"], "c/d": vec!["e"; 65]}), "/search/synonyms/words/c~1d"),
    ] {
        let error = SearchSettings::parse(&json!({"synonyms": {"words": words}})).expect_err("is refused");
        assert_eq!(error.pointer(), pointer);
    }
    for settings in [
        json!(null),
        json!({}),
        json!({"fields": {"name": 0, "values": 10}}),
        json!({"synonyms": {"words": {"": [""], "the": ["a"], "x": [], "a b": ["a b"], "__proto__": ["x"]}}}),
        json!({"synonyms": {"words": words(10_000), "replaceDefaults": true}}),
    ] {
        SearchSettings::parse(&settings).expect("is taken");
    }
}

/// S8. What stands first is found, what stands behind the limits is not.
#[test]
fn long_texts_of_a_tool_are_cut() {
    let description = format!("Zarnot. {} mavelt", "klopti ".repeat(1_500_000));
    let marks = format!("zarnot {} mavelt", "\u{301}".repeat(32_000));
    let many_words = repeated(1_500_000, |at| format!("w{at} "));
    let (title, stop_words) = (format!("zarnot {many_words}"), "the ".repeat(2_500_000));
    let hidden = "\u{200B}".repeat(3_000_000);
    for (tool, is_cut) in [
        (text("t", &description), true),
        (text("t", &marks), true),
        (ToolText { title: Some(&title), ..text("t", "d") }, true),
        (ToolText { title: Some(&marks), ..text("t", "d") }, false),
        (ToolText { title: Some(&stop_words), ..text("t", "zarnot") }, true),
        (ToolText { category: Some(&stop_words), ..text("t", "zarnot") }, true),
        (ToolText { title: Some(&hidden), ..text("t", "zarnot") }, true),
        (ToolText { category: Some(&title), ..text("t", "d") }, true),
        (ToolText { source: &title, ..text("t", "zarnot") }, true),
        (ToolText { namespace: Some(&stop_words), ..text("t", "zarnot") }, true),
    ] {
        let index = index_of(tool);
        assert!(finds(&index, "zarnot"));
        assert_eq!(finds(&index, "mavelt"), !is_cut);
    }
}

/// S8.
#[test]
fn long_names_and_many_tags_of_a_tool_are_cut() {
    let name = format!("zarnot{}", "_x9".repeat(3_333));
    let tags: Vec<String> = (0..10_000).map(|at| format!("tag{at} zarnot")).collect();
    let path = repeated(10_000, |at| format!("/zarnot{{p}}/{{q{at}}}"));
    let operation = OperationText { method: "GET", path: &path, id: Some(&name) };
    for tool in [
        text(&name, "d"),
        ToolText { tags: &tags, ..text("t", "d") },
        ToolText { aliases: &tags, ..text("t", "d") },
        ToolText { operation: Some(operation), ..text("t", "d") },
        ToolText { namespace: Some("zarnot"), ..text("zarnot", "d") },
    ] {
        assert!(finds(&index_of(tool), "zarnot"));
    }
}

/// S8.
#[test]
fn schemas_of_any_depth_width_and_form_are_read_as_far_as_they_say_something() {
    let deep = format!("{}{}", r#"{"properties":{"zarnot":"#.repeat(10_000), "}}".repeat(10_000));
    let items =
        format!(r#"{{"properties":{{"zarnot":{}1{}}}}}"#, r#"{"items":"#.repeat(10_000), "}".repeat(10_000));
    let list = format!(r#"{{"properties":{{"zarnot":{}{}}}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let property = format!(r#"{{"properties":{{"zarnot":{{}},"{}":{{}}}}}}"#, "x".repeat(1_000_000));
    let wide = repeated(50_000, |at| format!(r#","p{at}":{{"description":"d{at}"}}"#));
    let wide = format!(r#"{{"properties":{{"zarnot":{{}}{wide}}}}}"#);
    let values =
        format!(r#"{{"properties":{{"zarnot":{{"enum":["v"{}]}}}}}}"#, r#","value""#.repeat(100_000));
    for schema in [
        &*deep,
        &items,
        &list,
        &property,
        &wide,
        &values,
        r#"{"properties":{"zarnot":{"enum":[null,{"a":[1]},[["b"]],true,1e999]}}}"#,
        r#"{"properties":{"zarnot":true,"b":null,"c":5,"d":"x","e":[{}]}}"#,
        r#"{"properties":{"zarnot":{"description":{"a":1}}},"items":[1,{"properties":5}]}"#,
        r#"{"properties":{"zarnot":"#,
        r#"{"anyOf":[{"properties":{"zarnot":{}}},7]}"#,
        r#"{"properties":{"\u007aarnot":{"const":"\ud800"}}}"#,
    ] {
        let index = index_of(ToolText { parameters: Cow::Borrowed(schema), ..text("t", "d") });
        assert!(finds(&index, "zarnot"), "{}", &schema[..schema.len().min(90)]);
    }
    for schema in ["", "null", "[]", "5", "{", "\u{0}", "{\"properties\":[]}", "{\"properties\":{\"a\""] {
        assert!(!finds(
            &index_of(ToolText { parameters: Cow::Borrowed(schema), ..text("t", "d") }),
            "zarnot"
        ));
    }
}

/// S8. A registry takes what a definition may hold.
#[test]
fn a_registry_takes_and_finds_tools_with_large_texts() {
    let tags: Vec<String> = (0..10_000).map(|at| format!("tag{at}")).collect();
    let property = "x".repeat(1_000_000);
    let registry = registry_of([
        tool_of("a", &json!({"name": "t0", "description": format!("Zarnot. {}", "x ".repeat(5_000_000))})),
        tool_of("b", &json!({"name": "t1", "description": "Zarnot.", "tags": tags})),
        tool_of(
            "c",
            &json!({"name": "t2", "description": "Zarnot.", "parameters": {property: {"type": "string"}}}),
        ),
        tool_of(
            "d",
            &json!({"name": "n".repeat(128), "description": format!("zarnot{}", "\u{301}".repeat(32_000))}),
        ),
    ]);
    let found = search(&registry.snapshot(), &json!("zarnot"), &json!({"explain": true}));
    assert_eq!(found.total, 3);
    assert!(found.hits.iter().all(|hit| hit.description == "Zarnot."));
}

#[test]
fn what_a_hit_shows_has_no_hidden_characters_and_a_limited_length() {
    let description = format!("zarnot\u{202E}\u{200B}\u{0}\n{}", "ä".repeat(1_000_000));
    let found =
        search(&registry_of([plain_tool("t", &description)]).snapshot(), &json!("zarnot"), &json!({}));
    let shown = &found.hits[0].description;
    assert_eq!((shown.chars().count(), shown.ends_with('…')), (200, true));
    assert!(shown.starts_with("zarnot ä"), "{shown}");
}
