//! The registry: what one revision promises, and that the next one never breaks it.

use std::sync::Arc;

use serde_json::{Value, json};
use toolrack_core::error::{Error, ErrorCode, Result};
use toolrack_core::registry::{
    CatalogOptions, Filter, OfferOptions, OnConflict, Origin, RegisteredTool, Snapshot, SourceReplacement,
    ToolRegistry, UnnamedOperation,
};
use toolrack_core::review::RemovedTools;
use toolrack_core::target::{Strict, Target, TargetForm};
use toolrack_core::tool::ToolDefinition;

use crate::support::idle::Idle;

fn origin(source: &str) -> Origin {
    Origin { source: source.into(), namespace: None }
}

fn made(source: &str, definition: &Value) -> RegisteredTool {
    let definition = ToolDefinition::parse(definition, true).expect("a definition");
    RegisteredTool::new(definition, Arc::new(Idle), origin(source), 0)
}

fn tool(source: &str, name: &str, text: &str) -> RegisteredTool {
    made(source, &json!({"name": name, "description": text}))
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.tools().map(|tool| tool.name()).collect()
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> ErrorCode {
    outcome.expect_err("a refusal").code()
}

/// A registry with tools of one source in the order given.
fn holding(tools: &[&str]) -> ToolRegistry {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for name in tools {
        registry.register(tool("code", name, "old")).expect("free names");
    }
    registry
}

#[test]
fn a_snapshot_stays_while_the_registry_moves_on() {
    let registry = holding(&["a", "b"]);
    let held = registry.snapshot();
    let rendered = held.offer(&OfferOptions::plain(Target::OpenAi.into()), &Filter::default()).request();
    registry.replace(tool("code", "a", "new")).expect("is there");
    registry.unregister("b", None).expect("open");
    registry.register(tool("code", "c", "new")).expect("is free");
    registry.close();
    assert_eq!((held.revision(), names(&held)), (2, vec!["a", "b"]));
    assert_eq!(held.get("a").expect("is there").definition.description, "old");
    assert!(held.callable("b").is_ok());
    assert_eq!(
        held.offer(&OfferOptions::plain(Target::OpenAi.into()), &Filter::default()).request(),
        rendered
    );
}

#[test]
fn a_source_that_goes_takes_its_own_tools_alone() {
    let registry = ToolRegistry::new(OnConflict::Replace);
    registry.apply("crm", vec![tool("crm", "find", "crm"), tool("crm", "list", "crm")]).expect("open");
    registry.apply("shop", vec![tool("shop", "find", "shop"), tool("shop", "buy", "shop")]).expect("open");
    assert_eq!(registry.unregister_source("crm").expect("open"), ["list"]);
    assert_eq!(names(&registry.snapshot()), ["find", "buy"]);
    assert_eq!(registry.unregister_source("crm").expect("open"), Vec::<String>::new());
    registry.apply("crm", vec![tool("crm", "crm_only", "crm")]).expect("open");
    assert_eq!(names(&registry.snapshot()), ["find", "buy", "crm_only"]);
}

#[test]
fn a_tool_that_another_source_holds_is_refused_and_the_others_come_in() {
    let registry = holding(&["find_user"]);
    let applied = registry
        .apply("crm", vec![tool("crm", "find-user", "x"), tool("crm", "find_user2", "x")])
        .expect("open");
    assert_eq!(applied.added, ["find_user2"]);
    let Some((name, Error::NameTaken { holder, source_name, .. })) = applied.refused.first() else {
        panic!("{:?}", applied.refused);
    };
    assert_eq!((name.as_str(), holder.as_str(), source_name.as_str()), ("find-user", "find_user", "code"));
}

#[test]
fn names_that_only_differ_by_dash_and_underscore_are_refused() {
    for policy in [OnConflict::Refuse, OnConflict::Replace] {
        let registry = ToolRegistry::new(policy);
        registry.register(tool("code", "get-user_name", "x")).expect("free");
        for twin in ["get_user-name", "get-user-name", "get_user_name"] {
            assert_eq!(code(registry.register(tool("code", twin, "x"))), ErrorCode::NameTaken, "{twin}");
            assert_eq!(code(registry.replace(tool("code", twin, "x"))), ErrorCode::UnknownTool, "{twin}");
        }
        registry.register(tool("code", "get.user_name", "x")).expect("another name");
        assert_eq!(registry.snapshot().revision(), 2);
    }
}

#[test]
fn a_name_in_use_is_refused_or_replaced_as_the_registry_says() {
    let registry = holding(&["a"]);
    assert_eq!(code(registry.register(tool("code", "a", "new"))), ErrorCode::NameTaken);
    let registry = ToolRegistry::new(OnConflict::Replace);
    let old = registry.register(tool("code", "a", "old")).expect("free");
    let place = registry.snapshot().get("a").expect("is there").position;
    assert_ne!(
        registry.register(tool("code", "a", "new")),
        Ok(old),
        "a handle on the old one means nothing any more"
    );
    let snapshot = registry.snapshot();
    let new = snapshot.get("a").expect("is there");
    assert_eq!((new.definition.description.as_str(), new.position), ("new", place));
}

#[test]
fn a_tool_keeps_its_place_and_switch_through_replace_update_and_reload() {
    let registry = holding(&["a", "b", "c"]);
    let old = registry.snapshot().get("b").expect("is there").id;
    registry.set_enabled(old, "b", false).expect("is there");
    let new = registry.replace(tool("code", "b", "new")).expect("is there");
    registry.update(new, "b", tool("code", "bee", "new")).expect("is there");
    let snapshot = registry.snapshot();
    assert_eq!(names(&snapshot), ["a", "bee", "c"]);
    assert!(!snapshot.get("bee").expect("is there").enabled);
    registry
        .apply("code", vec![tool("code", "c", "x"), tool("code", "bee", "x"), tool("code", "a", "x")])
        .expect("open");
    assert_eq!(names(&registry.snapshot()), ["a", "bee", "c"]);
    assert!(!registry.snapshot().get("bee").expect("is there").enabled);
}

#[test]
fn a_handle_means_its_place_and_not_who_stands_under_the_name_by_now() {
    let registry = holding(&["a", "b"]);
    let old = registry.snapshot().get("a").expect("is there").id;
    registry.unregister("a", Some(old)).expect("open");
    registry.register(tool("code", "a", "another")).expect("free again");
    assert_eq!(registry.unregister("a", Some(old)), Ok(false));
    assert_eq!(code(registry.update(old, "a", tool("code", "a", "mine"))), ErrorCode::UnknownTool);
    assert_eq!(code(registry.set_enabled(old, "a", false)), ErrorCode::UnknownTool);
    assert_eq!(names(&registry.snapshot()), ["b", "a"]);
}

#[test]
fn an_update_to_a_name_in_use_is_refused_and_one_to_its_own_twin_is_not() {
    let registry = holding(&["get-a", "b"]);
    let place = registry.snapshot().get("get-a").expect("is there").id;
    assert_eq!(code(registry.update(place, "get-a", tool("code", "b", "x"))), ErrorCode::NameTaken);
    registry.update(place, "get-a", tool("code", "get_a", "x")).expect("nobody else has it");
    assert_eq!(names(&registry.snapshot()), ["get_a", "b"]);
    assert!(registry.snapshot().get("get-a").is_none());
}

#[test]
fn an_unchanged_tool_keeps_its_hash_its_revision_and_its_bytes_through_a_reload() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    registry.apply("crm", vec![tool("crm", "a", "x"), tool("crm", "b", "x")]).expect("open");
    let before = registry.snapshot();
    let applied = registry.apply("crm", vec![tool("crm", "b", "new"), tool("crm", "a", "x")]).expect("open");
    assert_eq!((applied.updated, applied.unchanged), (vec!["b".to_owned()], vec!["a".to_owned()]));
    let (old, now) = (before.get("a").expect("is there"), registry.snapshot());
    assert!(Arc::ptr_eq(old, now.get("a").expect("is there")));
    assert_eq!(now.get("b").expect("is there").revision, now.revision());
}

#[test]
fn a_reload_that_changes_nothing_makes_no_revision() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    registry.apply("crm", vec![tool("crm", "a", "x")]).expect("open");
    let before = registry.snapshot();
    let applied = registry.apply("crm", vec![tool("crm", "a", "x")]).expect("open");
    assert_eq!((applied.revision, applied.unchanged.len()), (1, 1));
    assert!(Arc::ptr_eq(&before, &registry.snapshot()));
}

#[test]
fn what_was_judged_is_not_entered_once_the_tools_are_others() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    registry.apply("crm", vec![tool("crm", "a", "x"), tool("crm", "b", "x")]).expect("open");
    let new = || vec![tool("crm", "a", "new"), tool("crm", "c", "x")];
    let plan =
        SourceReplacement { tools: new(), ..SourceReplacement::default() }.plan(&registry.snapshot(), "crm");
    let names = plan.change_set("crm");
    assert_eq!(
        (names.added, names.updated, names.removed),
        (vec!["c".into()], vec!["a".into()], vec!["b".into()])
    );
    let enter = |plan: &_| {
        let draft = registry.draft("crm", None, Vec::<UnnamedOperation>::new());
        registry.apply_drafted(
            &draft,
            SourceReplacement { tools: new(), judged: Some(plan), ..SourceReplacement::default() },
        )
    };
    registry.register(tool("code", "other", "x")).expect("free");
    registry.apply("crm", vec![tool("crm", "a", "another"), tool("crm", "b", "x")]).expect("open");
    let before = registry.snapshot().revision();
    assert!(enter(&plan).expect("open").is_none(), "a is not what it was when somebody agreed");
    assert_eq!(registry.snapshot().revision(), before);
    let plan =
        SourceReplacement { tools: new(), ..SourceReplacement::default() }.plan(&registry.snapshot(), "crm");
    registry.register(tool("code", "one-more", "x")).expect("free");
    let applied = enter(&plan).expect("open").expect("others do not count");
    assert_eq!((applied.added, applied.removed), (vec!["c".to_owned()], vec!["b".to_owned()]));
}

#[test]
fn filters_mean_the_tools_that_meet_every_condition() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for (source, definition) in [
        (
            "code",
            json!({"name": "crm_find", "category": "external", "tags": ["client", "read"], "version": "1.2.0"}),
        ),
        (
            "code",
            json!({"name": "crm_write", "category": "external", "tags": ["client"], "requiresAuth": true}),
        ),
        ("shop", json!({"name": "buy", "category": "internal", "tags": ["read"], "version": "2.0.0"})),
        ("shop", json!({"name": "sell", "tags": ["external"], "version": "2024-01", "deprecated": true})),
        ("shop", json!({"name": "hidden", "category": "external", "tags": ["client"]})),
    ] {
        let mut definition = definition;
        definition["description"] = json!("x");
        let place = registry.register(made(source, &definition)).expect("free");
        if definition["name"] == "hidden" {
            registry.set_enabled(place, "hidden", false).expect("is there");
        }
    }
    let snapshot = registry.snapshot();
    for (filter, expected) in [
        (json!(null), &["crm_find", "crm_write", "buy", "sell"][..]),
        (json!({}), &["crm_find", "crm_write", "buy", "sell"]),
        (json!({"category": "external"}), &["crm_find", "crm_write"]),
        (json!({"category": ["external", "internal"]}), &["crm_find", "crm_write", "buy"]),
        (json!({"tags": ["read", "external"]}), &["crm_find", "buy", "sell"]),
        (json!({"tags": "read"}), &["crm_find", "buy"]),
        (json!({"allTags": ["client", "read"]}), &["crm_find"]),
        (json!({"allTags": []}), &["crm_find", "crm_write", "buy", "sell"]),
        (json!({"tags": []}), &[]),
        (json!({"source": "shop"}), &["buy", "sell"]),
        (json!({"namespace": "crm"}), &[]),
        (json!({"version": "^1"}), &["crm_find"]),
        (json!({"version": ">=1 <3"}), &["crm_find", "buy"]),
        (json!({"requiresAuth": true}), &["crm_write"]),
        (json!({"deprecated": true}), &["sell"]),
        (json!({"deprecated": false}), &["crm_find", "crm_write", "buy"]),
        (json!({"enabled": false}), &["hidden"]),
        (json!({"name": "crm_*"}), &["crm_find", "crm_write"]),
        (json!({"name": "*{buy,sell}"}), &["buy", "sell"]),
        (json!({"name": "crm_*", "tags": "read", "source": "code"}), &["crm_find"]),
        (json!({"name": "crm_*", "source": "shop"}), &[]),
    ] {
        let parsed = Filter::parse(&filter).expect("a filter");
        let meant: Vec<_> = snapshot.matching(&parsed).map(|tool| tool.name()).collect();
        assert_eq!(meant, expected, "{filter}");
    }
}

#[test]
fn a_filter_with_an_unknown_condition_is_an_error() {
    for filter in [json!({"tag": "a"}), json!({"tags": 5}), json!("a"), json!({"version": "newest"})] {
        assert_eq!(code(Filter::parse(&filter)), ErrorCode::InvalidOptions, "{filter}");
    }
}

#[test]
fn a_planner_sees_external_tools_alone_if_it_asks_for_them() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for (name, category, tags) in [
        ("by_category", "external", json!([])),
        ("by_tag", "x", json!(["external"])),
        ("by_client", "x", json!(["a", "client"])),
        ("inner", "internal", json!(["externals"])),
    ] {
        let definition = json!({"name": name, "description": "x", "category": category, "tags": tags});
        registry.register(made("code", &definition)).expect("free");
    }
    let seen = |options: Value| -> Vec<String> {
        let options = CatalogOptions::parse(&options).expect("options");
        let entries = registry.snapshot().catalog(&options).expect("entries");
        let names = entries.as_array().expect("a list").iter().map(|entry| entry["name"].as_str());
        names.map(|name| name.expect("a name").to_owned()).collect()
    };
    assert_eq!(seen(json!({"mode": "externalOnly"})), ["by_category", "by_tag", "by_client"]);
    assert_eq!(seen(json!({"mode": "externalOnly", "filter": {"category": "x"}})), ["by_tag", "by_client"]);
    assert_eq!(seen(json!({"mode": "all"})).len(), 4);
    assert_eq!(seen(json!(null)).len(), 4);
    assert_eq!(code(CatalogOptions::parse(&json!({"mode": "external"}))), ErrorCode::InvalidOptions);
}

#[test]
fn a_catalog_with_a_query_has_the_hits_of_a_search_in_their_order() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for (name, category) in [("listTickets", "x"), ("closeTicket", "external"), ("refund", "external")] {
        let definition = json!({"name": name, "description": "Works", "category": category});
        registry.register(made("code", &definition)).expect("free");
    }
    for i in 0..60 {
        let definition =
            json!({"name": format!("note{i}"), "description": "Keeps a memo", "category": "external"});
        registry.register(made("code", &definition)).expect("free");
    }
    let seen = |options: Value| -> Vec<String> {
        let options = CatalogOptions::parse(&options).expect("options");
        let entries = registry.snapshot().catalog(&options).expect("entries");
        let names = entries.as_array().expect("a list").iter().map(|entry| entry["name"].as_str());
        names.map(|name| name.expect("a name").to_owned()).collect()
    };
    assert_eq!(seen(json!({"query": "close tickets"})), ["closeTicket", "listTickets"]);
    assert_eq!(seen(json!({"query": ["close tickets", "close a ticket"], "limit": 1})), ["closeTicket"]);
    assert_eq!(seen(json!({"query": "tickets", "mode": "externalOnly"})), ["closeTicket"]);
    assert_eq!(seen(json!({"query": "tickets", "filter": {"category": "x"}})), ["listTickets"]);
    assert_eq!(
        seen(json!({"query": "tickets", "mode": "externalOnly", "filter": {"category": "x"}})),
        [""; 0]
    );
    assert_eq!(seen(json!({"query": ""})), [""; 0]);
    assert_eq!(seen(json!({"query": "memo"})).len(), 20);
    assert_eq!(seen(json!({"query": "memo", "limit": 50, "mode": "externalOnly"})).len(), 50);
    for options in [
        json!({"limit": 5}),
        json!({"query": "memo", "limit": 0}),
        json!({"query": "memo", "limit": 51}),
        json!({"query": "memo", "limit": "5"}),
        json!({"query": 5}),
        json!({"query": ["memo", 5]}),
        json!({"query": "memo", "target": "anthropic"}),
    ] {
        assert_eq!(code(CatalogOptions::parse(&options)), ErrorCode::InvalidOptions, "{options}");
    }
    let long = json!({"query": "x".repeat(501)});
    assert_eq!(code(CatalogOptions::parse(&long)), ErrorCode::LimitExceeded);
}

#[test]
fn a_disabled_tool_is_hidden_and_cannot_be_called_and_keeps_its_name() {
    let registry = holding(&["a", "b"]);
    let place = registry.snapshot().get("a").expect("is there").id;
    registry.set_enabled(place, "a", false).expect("is there");
    let snapshot = registry.snapshot();
    assert!(matches!(snapshot.callable("a"), Err(Error::Disabled { .. })));
    let shown = snapshot.offer(&OfferOptions::plain(Target::Anthropic.into()), &Filter::default()).request();
    assert!(!shown.contains("\"a\"") && shown.contains("\"b\""), "{shown}");
    assert_eq!(
        snapshot.catalog(&CatalogOptions::default()).expect("entries").as_array().expect("a list").len(),
        1
    );
    assert_eq!(code(registry.register(tool("code", "a", "x"))), ErrorCode::NameTaken);
    registry.set_enabled(place, "a", true).expect("is there");
    assert!(registry.snapshot().callable("a").is_ok());
}

#[test]
fn switching_to_what_already_is_makes_no_revision() {
    let registry = holding(&["a"]);
    registry.set_enabled(registry.snapshot().get("a").expect("is there").id, "a", true).expect("is there");
    assert_eq!(registry.snapshot().revision(), 1);
}

#[test]
fn a_name_that_is_unknown_comes_with_its_nearest() {
    let registry = holding(&["get_user", "get_order", "buy"]);
    let Err(Error::UnknownTool { nearest, .. }) = registry.snapshot().callable("get_usr").cloned() else {
        panic!("is unknown");
    };
    assert_eq!(nearest, ["get_user"]);
}

#[test]
fn a_closed_registry_refuses_everything_but_to_be_closed() {
    let registry = holding(&["a"]);
    let place = registry.snapshot().get("a").expect("is there").id;
    registry.close();
    registry.close();
    for outcome in [
        registry.register(tool("code", "b", "x")).map(drop),
        registry.replace(tool("code", "a", "x")).map(drop),
        registry.update(place, "a", tool("code", "a", "x")),
        registry.set_enabled(place, "a", false),
        registry.unregister("a", None).map(drop),
        registry.unregister_source("code").map(drop),
        registry.apply("code", Vec::new()).map(drop),
    ] {
        assert_eq!(code(outcome), ErrorCode::Closed);
    }
    assert!(registry.is_closed() && registry.snapshot().is_empty());
}

#[test]
fn a_tool_says_what_a_target_makes_of_it_and_one_it_refuses_is_named() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    let clash =
        json!({"type": "object", "properties": {"p": {"allOf": [{"type": "string"}, {"type": "integer"}]}}});
    let open = json!({"type": "object", "properties": {"map": {"type": "object"}}});
    for (name, schema) in [("clash", clash), ("crm/open", open)] {
        let definition = json!({"name": name, "description": "d", "inputSchema": schema});
        registry.register(made("code", &definition)).expect("is free");
    }
    let snapshot = registry.snapshot();
    let strict = OfferOptions::plain(TargetForm { strict: Strict::On, ..Target::OpenAi.into() });
    let rendering = snapshot.explain("crm/open", &strict, &Filter::default()).expect("is there").rendering;
    assert_eq!((rendering.strict, &*rendering.downgraded[0].code), (false, "OPEN_MAP"));
    assert_eq!(rendering.definition.expect("goes out")["name"], "crm_open");
    assert_eq!(code(snapshot.explain("none", &strict, &Filter::default())), ErrorCode::UnknownTool);
    let offer = snapshot.offer(&OfferOptions::plain(Target::Gemini.into()), &Filter::default());
    assert_eq!(offer.quarantined.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["clash"]);
    let request: Value = serde_json::from_str(&offer.request()).expect("JSON");
    assert_eq!(request[0]["functionDeclarations"].as_array().map(Vec::len), Some(1));
}

#[test]
fn removed_tools_are_remembered_until_they_are_back_and_the_first_is_forgotten_first() {
    let every: Vec<String> = (0..10_001).map(|number| format!("tool_{number}")).collect();
    let registry = ToolRegistry::new(OnConflict::Refuse);
    registry.apply("crm", every.iter().map(|name| tool("crm", name, "old")).collect()).expect("open");
    let before = registry.snapshot();
    let mut removed = RemovedTools::default();
    removed.remember(&before, &every[..10_000]);
    removed.remember(&before, &["never_there".to_owned()]);
    assert_eq!(removed.get("tool_0").expect("is remembered").definition.description, "old");
    assert!(removed.get("never_there").is_none());
    // Once more: it is the newest now.
    removed.remember(&before, &every[..1]);
    removed.remember(&before, &every[10_000..]);
    assert!(removed.get("tool_0").is_some() && removed.get("tool_10000").is_some());
    assert!(removed.get("tool_1").is_none());
    removed.forget(&every[..1]);
    assert!(removed.get("tool_0").is_none());
}
