//! Tools for searches, and what a search says of them.

use std::sync::Arc;

use serde_json::{Value, json};
use toolrack_core::registry::{
    OnConflict, Origin, RegisteredTool, SearchOptions, SearchResult, Snapshot, ToolRegistry,
};
use toolrack_core::search::{
    NameMatch, SearchIndex, SearchQuery, Thesaurus, ToolSearcher, ToolText, Visibility,
};
use toolrack_core::tool::ToolDefinition;

use super::dice::Dice;
use super::idle::Idle;

/// A tool of a source.
pub fn tool_of(source: &str, definition: &Value) -> RegisteredTool {
    let definition = ToolDefinition::parse(definition, true).expect("a definition");
    RegisteredTool::new(definition, Arc::new(Idle), Origin { source: source.into(), namespace: None }, 0)
}

/// A tool with a name and a description.
pub fn plain_tool(name: &str, description: &str) -> RegisteredTool {
    tool_of(Origin::CODE, &json!({"name": name, "description": description}))
}

/// A registry with tools, in this order.
pub fn registry_of(tools: impl IntoIterator<Item = RegisteredTool>) -> ToolRegistry {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for tool in tools {
        registry.register(tool).expect("is free");
    }
    registry
}

/// A registry that has no index yet, with the tools of a snapshot in their order.
pub fn fresh(snapshot: &Snapshot) -> Arc<Snapshot> {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for tool in snapshot.tools() {
        let definition = ToolDefinition::clone(&tool.definition);
        let mut copy = RegisteredTool::new(definition, Arc::new(Idle), tool.origin.clone(), 0);
        copy.operation.clone_from(&tool.operation);
        let id = registry.register(copy).expect("is free");
        registry.set_enabled(id, tool.name(), tool.enabled).expect("is there");
    }
    registry.snapshot()
}

/// Searches a snapshot.
pub fn search(snapshot: &Snapshot, query: &Value, options: &Value) -> SearchResult {
    let query = SearchQuery::parse(query).expect("a query");
    snapshot.search(&query, &SearchOptions::parse(options).expect("options"))
}

/// The names of the hits.
pub fn names(result: &SearchResult) -> Vec<&str> {
    result.hits.iter().map(|hit| hit.name.as_str()).collect()
}

/// All that a search says, with explanations, but the revision. Numbers are equal to the last bit.
pub fn answer(snapshot: &Snapshot, query: &Value, options: &Value) -> Value {
    let mut options = options.as_object().cloned().unwrap_or_default();
    options.insert("explain".to_owned(), json!(true));
    let mut answer = json!(search(snapshot, query, &Value::Object(options)));
    answer.as_object_mut().expect("a map").shift_remove("revision");
    answer
}

/// What an index says of a query: the positions and scores of all tools, and the number of them.
pub fn ranking(index: &SearchIndex, admitted: &[u64], query: &str) -> (Vec<(u64, u64)>, usize) {
    ranking_within(index, &index.visibility(admitted.iter().copied()), query)
}

/// The same within what may be found of the index.
pub fn ranking_within(index: &SearchIndex, visible: &Visibility, query: &str) -> (Vec<(u64, u64)>, usize) {
    let thesaurus = Thesaurus::english();
    let searcher = ToolSearcher { index, visible, thesaurus: &thesaurus, min_score: 0.0 };
    let found =
        searcher.search(&SearchQuery::parse(&json!(query)).expect("a query"), 1_000, |_, _| NameMatch::None);
    (found.tools.iter().map(|tool| (tool.position, tool.score.to_bits())).collect(), found.total)
}

/// The text of a tool with a name and a description.
pub fn text<'t>(name: &'t str, description: &'t str) -> ToolText<'t> {
    ToolText { name, wire_name: name, description, source: "code", ..ToolText::default() }
}

/// Words of tools and requests, with synonyms, forms and abbreviations among them.
pub const WORDS: [&str; 24] = [
    "create",
    "delete",
    "remove",
    "list",
    "get",
    "update",
    "pull",
    "request",
    "issue",
    "ticket",
    "repository",
    "repo",
    "branch",
    "webhook",
    "delivery",
    "user",
    "invoice",
    "folder",
    "file",
    "label",
    "release",
    "deploy",
    "key",
    "secret",
];

/// Words that no thesaurus knows, that are their own stems, and no two of which are spelled alike.
pub const STRANGE: [&str; 16] = [
    "zarnot", "blickum", "fropal", "quindor", "mavelt", "dorvak", "yustam", "klopti", "wemmuk", "gratho",
    "obnuf", "pibrox", "sulfam", "trennik", "hurgol", "clovat",
];

/// Some words of a list, as a sentence.
pub fn sentence(words: &[&str], most: usize, dice: &mut Dice) -> String {
    let count = 1 + dice.below(most);
    let all: Vec<&str> = (0..count).map(|_| *dice.pick(words)).collect();
    all.join(" ")
}
