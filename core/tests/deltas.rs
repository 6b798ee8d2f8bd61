//! Deltas of a target: a list that follows the deltas equals the list of the newest revision. An unchanged tool keeps
//! its bytes, its place and its name.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use toolrack_core::error::{Error, ErrorCode};
use toolrack_core::registry::{
    Delta, Filter, OfferOptions, OnConflict, Origin, RegisteredTool, Snapshot, ToolRegistry,
};
use toolrack_core::target::Target;
use toolrack_core::tool::ToolDefinition;
use toolrack_core::tool::name::is_portable;

use crate::support::idle::Idle;

fn made(source: &str, definition: &Value) -> RegisteredTool {
    let definition = ToolDefinition::parse(definition, true).expect("a definition");
    RegisteredTool::new(definition, Arc::new(Idle), Origin { source: source.into(), namespace: None }, 0)
}

fn tool(name: &str, text: &str) -> RegisteredTool {
    made("code", &json!({"name": name, "description": text}))
}

fn options(target: &str, options: &Value) -> OfferOptions {
    OfferOptions::parse(target, options).expect("options")
}

fn delta(snapshot: &Snapshot, from: u64) -> Delta {
    snapshot
        .delta(from, &OfferOptions::plain(Target::OpenAi.into()), &Filter::default())
        .expect("is remembered")
}

/// The names of what was added, changed and removed.
fn names(delta: &Delta) -> [Vec<&str>; 3] {
    [
        delta.added.iter().map(|one| one.wire_name.as_str()).collect(),
        delta.changed.iter().map(|one| one.wire_name.as_str()).collect(),
        delta.removed.iter().map(|one| one.wire_name.as_str()).collect(),
    ]
}

#[test]
fn a_change_is_told_as_the_target_sees_it() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for name in ["a", "b", "c", "d"] {
        registry.register(tool(name, "old")).expect("is free");
    }
    let first = registry.snapshot();
    assert_eq!(names(&delta(&first, first.revision())), [vec![], vec![], Vec::<&str>::new()]);
    registry.replace(tool("a", "new")).expect("is there");
    registry.unregister("b", None).expect("open");
    registry.set_enabled(first.get("c").expect("is there").id, "c", false).expect("is there");
    // It looks the same to every target.
    registry
        .replace(made("code", &json!({"name": "d", "description": "old", "rateLimit": 5})))
        .expect("is there");
    registry.register(tool("e", "new")).expect("is free");
    let now = registry.snapshot();
    let told = delta(&now, first.revision());
    assert_eq!((told.from, told.revision), (4, 9));
    assert_eq!(names(&told), [vec!["e"], vec!["a"], vec!["b", "c"]]);
    let definition: Value = serde_json::from_str(told.changed[0].definition.get()).expect("JSON");
    assert_eq!(definition["description"], "new");
    assert_eq!(names(&delta(&now, 0))[0], ["a", "d", "e"]);
    assert_eq!(names(&delta(&first, 2)), [vec!["c", "d"], vec![], vec![]]);
}

#[test]
fn options_and_filters_count_for_both_revisions() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    let tagged =
        |name: &str, tag: &str| made("code", &json!({"name": name, "description": "d", "tags": [tag]}));
    registry.register(tagged("a", "x")).expect("is free");
    registry.register(tagged("b", "y")).expect("is free");
    let from = registry.snapshot().revision();
    registry.register(tagged("c", "x")).expect("is free");
    registry.register(tagged("d", "y")).expect("is free");
    registry.replace(tagged("a", "y")).expect("is there");
    let filter = Filter::parse(&json!({"tags": "x"})).expect("a filter");
    let now = registry.snapshot();
    let told =
        now.delta(from, &options("anthropic", &json!({"cache": true})), &filter).expect("is remembered");
    assert_eq!(names(&told), [vec!["c"], vec![], vec!["a"]]);
    // The cache ends elsewhere, so the tool at whose end it was is sent otherwise.
    let told = now
        .delta(from, &options("anthropic", &json!({"cache": true})), &Filter::default())
        .expect("is remembered");
    assert_eq!(names(&told), [vec!["c", "d"], vec!["b"], vec![]]);
}

#[test]
fn what_is_no_revision_or_is_too_long_ago_is_refused() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    registry.register(tool("a", "0")).expect("is free");
    let plain = OfferOptions::plain(Target::OpenAi.into());
    let refused = |from: u64| {
        registry.snapshot().delta(from, &plain, &Filter::default()).map(drop).expect_err("is refused")
    };
    assert_eq!(refused(2).code(), ErrorCode::InvalidOptions);
    for text in 1..=100 {
        registry.replace(tool("a", &text.to_string().repeat(100_000))).expect("is there");
    }
    let Error::StaleRevision { revision: 1, oldest, newest: 101 } = refused(1) else {
        panic!("{:?}", refused(1))
    };
    assert!((10..101).contains(&oldest), "{oldest}");
    assert_eq!(names(&delta(&registry.snapshot(), oldest))[1], ["a"]);
    assert_eq!(refused(oldest - 1).code(), ErrorCode::StaleRevision);
}

#[test]
fn a_reload_leaves_the_bytes_of_what_is_the_same_be() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    let load = |version: &str, schema: Value| {
        let crm = |name: &str, schema: &Value| {
            made("crm", &json!({"name": name, "description": "d", "version": version, "inputSchema": schema}))
        };
        let same = json!({"type": "object"});
        registry.apply("crm", vec![crm("a", &same), crm("b", &schema), crm("c", &same)]).expect("open")
    };
    let sent = || {
        let snapshot = registry.snapshot();
        snapshot.offer(&OfferOptions::plain(Target::Anthropic.into()), &Filter::default()).request()
    };
    load("1", json!({"type": "object", "properties": {"x": {"type": "string", "title": "t"}}}));
    let first = sent();
    // Another version, and the same schema with its keys in another order.
    let applied = load("2", json!({"properties": {"x": {"title": "t", "type": "string"}}, "type": "object"}));
    assert_eq!((applied.unchanged.len(), applied.updated.len()), (3, 0));
    assert_eq!(sent(), first);
    load("3", json!({"type": "object", "properties": {"x": {"type": "integer"}}}));
    let (old, new): (Vec<Value>, Vec<Value>) =
        (serde_json::from_str(&first).expect("JSON"), serde_json::from_str(&sent()).expect("JSON"));
    assert_eq!((&new[0], &new[1]["name"], &new[2]), (&old[0], &json!("b"), &old[2]));
}

#[test]
fn a_name_that_every_provider_takes_is_told_whoever_was_there_before() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    let told = |name: &str| registry.snapshot().get(name).expect("is there").wire_name().to_owned();
    registry.register(tool("crm/find", "d")).expect("is free");
    registry.register(tool("crm.find", "d")).expect("is free");
    assert_eq!(told("crm/find"), "crm_find");
    let other = told("crm.find");
    assert!(other.starts_with("crm_find_"), "{other}");
    registry.unregister("crm/find", None).expect("open");
    assert_eq!(told("crm.find"), other, "what did not change keeps its name");
    registry.register(tool("crm:find", "d")).expect("is free");
    assert_eq!(told("crm:find"), "crm_find");
    let from = registry.snapshot().revision();
    registry.register(tool("crm_find", "d")).expect("is free");
    assert_eq!(told("crm_find"), "crm_find");
    assert_ne!(told("crm:find"), "crm_find");
    let snapshot = registry.snapshot();
    assert_eq!(snapshot.find_by_wire_name("crm_find").expect("is there").name(), "crm_find");
    assert_eq!(snapshot.find_by_wire_name(&other).expect("is there").name(), "crm.find");
    assert_eq!(snapshot.find_by_wire_name(&told("crm:find")).expect("is there").name(), "crm:find");
    assert_eq!(names(&delta(&snapshot, from)), [vec![&*told("crm:find")], vec![], vec![]]);
}

/// What the registry is told to do.
#[derive(Clone, Debug)]
enum Order {
    Register(&'static str, u8),
    Replace(&'static str, u8),
    Unregister(&'static str),
    Switch(&'static str, bool),
    Rename(&'static str, &'static str),
    Apply(Vec<(&'static str, u8)>),
}

/// Most of them are told to providers by another name, some by the same.
const NAMES: [&str; 6] = ["a_b", "a/b", "a.b", "a:b", "c", "c/"];

fn orders() -> impl Strategy<Value = Vec<Order>> {
    let name = || prop::sample::select(&NAMES[..]);
    let tools = prop::collection::btree_map(name(), 0..3_u8, 0..6);
    let order = prop_oneof![
        (name(), 0..3_u8).prop_map(|(name, text)| Order::Register(name, text)),
        (name(), 0..3_u8).prop_map(|(name, text)| Order::Replace(name, text)),
        name().prop_map(Order::Unregister),
        (name(), any::<bool>()).prop_map(|(name, on)| Order::Switch(name, on)),
        (name(), name()).prop_map(|(from, to)| Order::Rename(from, to)),
        tools.prop_map(|tools| Order::Apply(tools.into_iter().collect())),
    ];
    prop::collection::vec(order, 1..30)
}

/// Whatever is refused changes nothing.
fn follow(registry: &ToolRegistry, order: &Order) {
    let id = |name: &str| registry.snapshot().get(name).map_or(u64::MAX, |tool| tool.id);
    let _ = match order {
        Order::Register(name, text) => registry.register(tool(name, &text.to_string())).map(drop),
        Order::Replace(name, text) => registry.replace(tool(name, &text.to_string())).map(drop),
        Order::Unregister(name) => registry.unregister(name, None).map(drop),
        Order::Switch(name, on) => registry.set_enabled(id(name), name, *on),
        Order::Rename(from, to) => registry.update(id(from), from, tool(to, "9")),
        Order::Apply(tools) => {
            let tools = tools
                .iter()
                .map(|(name, text)| made("crm", &json!({"name": name, "description": text.to_string()})));
            registry.apply("crm", tools.collect()).map(drop)
        }
    };
}

/// What a target is sent: the text of each tool by the name that it knows.
fn sent(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let offer = snapshot.offer(&OfferOptions::plain(Target::OpenAi.into()), &Filter::default());
    let text = |offered: &toolrack_core::target::OfferedTool<'_>| {
        let mut text = String::new();
        offered.write(&mut text);
        (offered.candidate.wire_name.to_owned(), text)
    };
    offer.tools.iter().map(text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_list_that_follows_the_deltas_is_the_newest(orders in orders(), back in 0..30_usize) {
        let registry = ToolRegistry::new(OnConflict::Refuse);
        let mut kept = vec![(registry.snapshot().revision(), sent(&registry.snapshot()))];
        for order in &orders {
            let before = registry.snapshot();
            follow(&registry, order);
            let now = registry.snapshot();
            for tool in now.tools() {
                prop_assert!(is_portable(tool.wire_name()));
                prop_assert!(!is_portable(tool.name()) || tool.wire_name() == tool.name());
                prop_assert_eq!(now.tools().filter(|other| other.wire_name() == tool.wire_name()).count(), 1);
                let meant = now.callable_by_model(tool.wire_name());
                prop_assert_eq!(meant.map(|meant| meant.name().to_owned()).ok(),
                    tool.enabled.then(|| tool.name().to_owned()));
                // A tool that stays keeps the name that it was told by, unless another one has that for its own.
                let old = before.get(tool.name()).map(|old| old.wire_name());
                prop_assert!(old.is_none_or(|old| old == tool.wire_name() || now.get(old).is_some()), "{:?}", order);
            }
            kept.push((now.revision(), sent(&now)));
            let (from, mut list) = kept[kept.len() - 1 - back.min(kept.len() - 1)].clone();
            let delta = delta(&now, from);
            for removed in &delta.removed {
                prop_assert!(list.remove(&removed.wire_name).is_some());
            }
            for added in &delta.added {
                prop_assert!(list.insert(added.wire_name.clone(), added.definition.get().to_owned()).is_none());
            }
            for changed in &delta.changed {
                let old = list.insert(changed.wire_name.clone(), changed.definition.get().to_owned());
                prop_assert!(old.is_some_and(|old| old != changed.definition.get()));
            }
            prop_assert_eq!(list, sent(&now), "{:?} since {}", order, from);
        }
    }
}
