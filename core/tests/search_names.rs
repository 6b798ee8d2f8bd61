//! A query that is the name of a tool: that tool is first, whatever else is said of tools.

use std::collections::HashSet;

use serde_json::{Value, json};
use toolrack_core::registry::{Identity, RegisteredTool, SearchResult, Snapshot};
use toolrack_core::tool::name::confusion_key;

use crate::support::dice::Dice;
use crate::support::searching::{WORDS, names, plain_tool, registry_of, search, sentence, tool_of};

/// A tool of an operation.
fn operation(name: &str, source: &str, id: &str) -> RegisteredTool {
    let mut tool = tool_of(source, &json!({"name": name, "description": "Gets it."}));
    tool.operation =
        Some(Identity { path: format!("/{name}").into(), method: "GET".into(), id: Some(id.into()) });
    tool
}

/// Names of all shapes: words, identifiers, digits, stop words, names of objects.
fn random_name(dice: &mut Dice) -> String {
    const OWN: [&str; 12] = [
        "constructor",
        "__proto__",
        "the",
        "a",
        "of",
        "how_to",
        "toString",
        "hasOwnProperty",
        "null",
        "404",
        "is",
        "prototype",
    ];
    let mut name = match dice.below(8) {
        0 => (*dice.pick(&OWN)).to_owned(),
        1 => dice.below(100_000_000).to_string(),
        2 => "_.:/-".chars().cycle().skip(dice.below(5)).take(1 + dice.below(9)).collect(),
        _ => String::new(),
    };
    for _ in 0..if name.is_empty() { 1 + dice.below(4) } else { dice.below(2) } {
        let word = *dice.pick(&WORDS);
        match dice.below(6) {
            0 => name.push_str(&word.to_uppercase()),
            1 => name.extend(word[..1].to_uppercase().chars().chain(word[1..].chars())),
            _ => name.push_str(word),
        }
        name.push_str(["", "_", "/", ".", ":", "-", "2", "V1"][dice.below(8)]);
    }
    name
}

fn in_any_case(name: &str, dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => name.to_uppercase(),
        1 => name.to_lowercase(),
        2 => format!(" {name}\n"),
        _ => name.to_owned(),
    }
}

/// S9.
#[test]
fn ten_thousand_names_find_their_tools_first() {
    let (mut dice, mut keys, mut all) = (Dice::new(1), HashSet::new(), Vec::new());
    while all.len() < 10_000 {
        let name = random_name(&mut dice);
        if name.len() <= 128 && keys.insert(confusion_key(&name).into_owned()) {
            all.push(name);
        }
    }
    for own in ["constructor", "__proto__", "the", "404"] {
        assert!(all.iter().any(|name| name == own), "{own} is among them");
    }
    let description = |dice: &mut Dice| format!("{}: {}", dice.pick(&all), sentence(&WORDS, 3, dice));
    let tools: Vec<_> = all.iter().map(|name| plain_tool(name, &description(&mut dice))).collect();
    let snapshot = registry_of(tools).snapshot();
    for name in &all {
        let tool = snapshot.get(name).expect("is there");
        let query = in_any_case(name, &mut dice);
        let found = search(&snapshot, &json!(query), &json!({"limit": 1}));
        assert_eq!(names(&found), [name], "{query:?}");
        assert!(found.total > 0 && found.hits[0].coverage > 0.0, "{query:?}");
        // The name that providers are sent may be the name of another tool, in another case.
        let wire_name = tool.wire_name();
        if wire_name != name {
            let holder = all.iter().find(|name| name.eq_ignore_ascii_case(wire_name)).unwrap_or(name);
            let found = search(&snapshot, &json!(wire_name), &json!({"limit": 1}));
            assert_eq!(names(&found), [holder], "{wire_name:?}");
        }
    }
}

fn first(snapshot: &Snapshot, query: &Value) -> String {
    names(&search(snapshot, query, &json!({}))).first().copied().unwrap_or_default().to_owned()
}

/// S9.
#[test]
fn an_operation_id_finds_its_tool_in_any_case_and_script() {
    let ids = [
        "issues/create",
        "Straße",
        "ΣΊΣΥΦΟΣ",
        "σίσυφος2",
        "請求書を作成",
        "İstanbul",
        "ﬁle",
        "e\u{301}tat",
        "हिन्दी",
        "🙂",
        "\u{E000}",
        "the",
        "constructor",
        "__proto__",
        "12345",
        "get user",
        " padded ",
        "...",
    ];
    let tools = ids.iter().enumerate().map(|(at, id)| operation(&format!("t{at}"), "crm", id));
    let noise = (0..50).map(|at| plain_tool(&format!("noise_{at}"), &ids.join(" ")));
    let snapshot = registry_of(noise.chain(tools)).snapshot();
    for (at, id) in ids.iter().enumerate() {
        let forms = [(*id).to_owned(), id.to_uppercase(), id.to_lowercase(), format!(" {id} ")];
        for query in forms {
            assert_eq!(first(&snapshot, &json!(query)), format!("t{at}"), "{query:?}");
        }
    }
}

/// S3, S9.
#[test]
fn a_hidden_tool_of_the_same_operation_id_leaves_no_trace() {
    let registry = registry_of([
        operation("hidden_one", "secret", "getIt"),
        operation("shown_one", "open", "getIt"),
        plain_tool("other", "Gets it, gets it."),
    ]);
    let snapshot = registry.snapshot();
    let found = search(&snapshot, &json!("GETIT"), &json!({"filter": {"source": ["open", "code"]}}));
    assert_eq!((names(&found)[0], found.total), ("shown_one", 1));
    assert!(!json!(found).to_string().contains("hidden"));
    let none = search(&snapshot, &json!("hidden_one"), &json!({"filter": {"source": "open"}}));
    assert!(!names(&none).contains(&"hidden_one") && !json!(none.hits).to_string().contains("hidden_one"));
}

fn is_descending(found: &SearchResult) -> bool {
    found.hits.windows(2).all(|pair| pair[0].score >= pair[1].score)
}

#[test]
fn all_tools_of_one_operation_id_come_first_the_best_of_them_first() {
    let registry = registry_of([
        operation("x_one", "uno", "getItem"),
        operation("get_item", "due", "getItem"),
        operation("y_one", "tre", "getItem"),
        plain_tool("item", "Get item: get the item. Get item get item."),
    ]);
    for limit in 1..5 {
        let found = search(&registry.snapshot(), &json!("getItem"), &json!({"limit": limit}));
        assert_eq!(found.total, 4);
        assert!(is_descending(&found), "{:?}", found.hits);
        assert_eq!(found.hits.len(), limit);
        assert!(names(&found)[..limit.min(3)].iter().all(|name| *name != "item"), "{limit}");
    }
    let scores = |limit: usize| {
        search(&registry.snapshot(), &json!("getItem"), &json!({"limit": limit})).hits[0].score
    };
    assert!((scores(1) - scores(4)).abs() < 1e-9, "a score does not depend on the limit");
}

#[test]
fn a_name_is_first_in_one_of_several_phrasings() {
    let mut tools: Vec<_> = (0..300).map(|at| plain_tool(&format!("t{at}"), "Creates an issue.")).collect();
    tools.push(plain_tool("the", "d"));
    let snapshot = registry_of(tools).snapshot();
    let found = search(&snapshot, &json!(["create an issue", "open an issue", "THE"]), &json!({}));
    assert_eq!((names(&found)[0], found.total), ("the", 301));
    assert!(is_descending(&found));
}

/// A tool that has no word of the query but its name is one of all that are found, for a target too.
#[test]
fn a_name_of_stop_words_alone_is_counted() {
    let snapshot = registry_of([plain_tool("the", "d"), plain_tool("zarnot", "d")]).snapshot();
    for options in [json!({}), json!({"target": "openai-chat"}), json!({"minScore": 50})] {
        let found = search(&snapshot, &json!("the"), &options);
        assert_eq!((names(&found), found.total), (vec!["the"], 1), "{options}");
        assert!(found.hits[0].score >= options["minScore"].as_f64().unwrap_or(0.0));
    }
}

/// A name that an override gives is read beside the `operationId`, whatever their lengths are.
#[test]
fn a_tool_that_was_renamed_is_found_by_the_words_of_both_names() {
    let registry = registry_of([operation("close_ticket", "crm", "blickumZarno")]);
    for query in ["ticket", "blickum"] {
        assert_eq!(first(&registry.snapshot(), &json!(query)), "close_ticket", "{query}");
    }
}

#[test]
fn an_empty_operation_id_is_no_name() {
    let snapshot = registry_of([operation("zarnot", "crm", ""), operation("mavelt", "crm", "  ")]).snapshot();
    for query in ["", " ", "\n\t"] {
        assert_eq!(search(&snapshot, &json!(query), &json!({})).total, 0, "{query:?}");
    }
}
