//! A part of a revision knows of no other tools, in views and in what is remembered of former revisions too.

use std::sync::Arc;

use crate::support::idle::Idle;
use serde_json::{Value, json};
use toolrack_core::error::Error;
use toolrack_core::registry::{
    DeltaSince, Filter, OfferOptions, OnConflict, Origin, RegisteredTool, Snapshot, SnapshotFilter,
    ToolRegistry, ViewRequest,
};
use toolrack_core::target::{Target, TargetForm};
use toolrack_core::tool::ToolDefinition;

fn tool(name: &str) -> RegisteredTool {
    let definition = json!({"name": name, "description": "d"});
    let definition = ToolDefinition::parse(&definition, true).expect("a definition");
    RegisteredTool::new(definition, Arc::new(Idle), Origin::code(), 0)
}

fn bound(filter: &Value) -> SnapshotFilter {
    SnapshotFilter::parse(filter).expect("a filter")
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.tools().map(|tool| tool.name()).collect()
}

#[test]
fn a_part_of_a_part_has_the_tools_of_both() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for name in ["a1", "a2", "b1"] {
        registry.register(tool(name)).expect("is registered");
    }
    let outer = registry.snapshot().filtered(bound(&json!({"name": "a*"})));
    let inner = outer.filtered(bound(&json!({"name": "*1"})));
    assert_eq!((names(&outer), names(&inner)), (vec!["a1", "a2"], vec!["a1"]));
    assert!(
        Arc::ptr_eq(&outer, &registry.snapshot().filtered(bound(&json!({"name": "a*"})))),
        "is made once"
    );
}

#[test]
fn what_a_tool_was_is_not_known_where_it_is_not() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    let id = registry.register(tool("shown")).expect("is registered");
    let hash = registry.snapshot().get("shown").expect("is there").schema_hash().to_owned();
    registry.set_enabled(id, "shown", false).expect("is hidden");
    let part = registry.snapshot().filtered(bound(&json!({})));
    assert!(part.former_definitions("shown").is_empty() && part.find_definition("shown", &hash).is_none());
    assert!(matches!(part.callable("shown"), Err(Error::UnknownTool { nearest, .. }) if nearest.is_empty()));
    let disabled = registry.snapshot().filtered(bound(&json!({"enabled": false})));
    assert_eq!(disabled.former_definitions("shown").len(), 1, "of what it was the filter means none");
}

#[test]
fn a_delta_of_a_part_is_beside_the_same_part_of_the_former_revision() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    registry.register(tool("a1")).expect("is registered");
    registry.register(tool("b1")).expect("is registered");
    let from = registry.snapshot().revision();
    registry.unregister("a1", None).expect("is there");
    registry.unregister("b1", None).expect("is there");
    registry.register(tool("a2")).expect("is registered");
    registry.register(tool("b2")).expect("is registered");
    let part = registry.snapshot().filtered(bound(&json!({"name": "a*"})));
    let options = OfferOptions::plain(TargetForm::from(Target::OpenAi));
    let delta = part.delta(from, &options, &Filter::default()).expect("is remembered");
    let added: Vec<_> = delta.added.iter().map(|tool| &*tool.name).collect();
    let removed: Vec<_> = delta.removed.iter().map(|tool| &*tool.name).collect();
    assert_eq!((added, removed), (vec!["a2"], vec!["a1"]));
    // Somebody has decided about the tools of that revision one by one.
    let since =
        DeltaSince { revision: from, filter: None, snapshot_filter: Some(bound(&json!({"names": "b1"}))) };
    let delta = part.delta_for(&ViewRequest::default(), since, &options, &Filter::default());
    let removed: Vec<_> = delta.expect("is remembered").removed.into_iter().map(|tool| tool.name).collect();
    assert_eq!(removed, ["b1"]);
    // Whoever decides about the tools of a part sees no others: of the part itself, and of another bound in its place.
    let tools = |filter: Option<Value>, bounded: Option<Value>| {
        let filter = filter.map(|filter| Filter::parse(&filter).expect("a filter"));
        let since =
            DeltaSince { revision: from, filter, snapshot_filter: bounded.map(|filter| bound(&filter)) };
        let tools = part.former_tools(&ViewRequest::default(), since).expect("is remembered");
        tools.iter().map(|tool| tool.name().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(tools(None, None), ["a1"]);
    assert_eq!(tools(Some(json!({"name": "b*"})), None), [""; 0]);
    assert_eq!(tools(None, Some(json!({"name": "b*"}))), ["b1"]);
    assert_eq!(part.tools_of("code").map(|tool| tool.name()).collect::<Vec<_>>(), ["a2"]);
    assert!(part.tool_of("code", "a2").is_some() && part.tool_of("code", "b2").is_none());
}
