//! Versions of one source side by side: who is shown which, and that what is shown can be called.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use toolrack_core::error::{Error, ErrorCode, Result};
use toolrack_core::registry::{
    ChangeSet, DeltaSince, Filter, OfferOptions, OnConflict, Route, Snapshot, ToolRegistry, ViewRequest,
    share_point,
};
use toolrack_core::target::Target;
use toolrack_core::tool::CallContext;

use crate::support::versions::{code, listened, load, request, tool, two};

fn routed(registry: &Arc<ToolRegistry>, route: &Value) -> Result<()> {
    registry.route("crm", Some(Route::parse(route)?))
}

/// The tools of a view, as `name source`.
fn shown(snapshot: &Snapshot) -> Vec<String> {
    snapshot.tools().map(|tool| format!("{} {}", tool.name(), tool.origin.source)).collect()
}

#[test]
fn a_second_version_enters_traffic_only_when_told_and_listeners_hear_of_it() {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    load(&registry, "crm@1", &["list", "old"]);
    let recorder = listened(&registry);
    load(&registry, "crm@2", &["new", "list"]);
    assert_eq!(shown(&registry.snapshot()), ["list crm@1", "old crm@1"]);
    let (changes, events) = recorder.take();
    let expected = ChangeSet {
        revision: 2,
        source: Some("crm@2".to_owned()),
        added: vec!["new".to_owned(), "list".to_owned()],
        ..ChangeSet::default()
    };
    assert_eq!((changes, events), (vec![expected], vec![]));
    load(&registry, "crm@2", &["new", "list"]);
    assert!(recorder.take().0.is_empty(), "the same again");
    assert_eq!(registry.snapshot().revision(), 2);
}

#[test]
fn a_view_shows_one_version_in_the_places_of_the_other() {
    let registry = two();
    let view = registry.snapshot().view_for(&request("", "", &json!({"crm": "2.x"}))).expect("is there");
    assert_eq!(shown(&view), ["list crm@2", "buy shop", "new crm@2"]);
    assert_eq!(code(view.callable("old").cloned()), ErrorCode::UnknownTool);
    assert_eq!(view.revision(), registry.snapshot().revision());
    let again = registry.snapshot().view_for(&request("", "", &json!({"crm": "2"}))).expect("is there");
    assert!(Arc::ptr_eq(&view, &again), "a view is made once");
    let other = view.view_for(&request("", "", &json!({"crm": "1"}))).expect("is there");
    assert_eq!(shown(&other), shown(&registry.snapshot()), "a view of a view is one of its revision");
}

#[test]
fn a_reload_of_a_version_that_waits_changes_its_own_tools_alone() {
    let registry = two();
    let before = registry.snapshot();
    load(&registry, "crm@2", &["list", "newer"]);
    let view = registry.snapshot().view_of("crm@2");
    assert_eq!(shown(&view), ["list crm@2", "buy shop", "newer crm@2"]);
    assert_eq!(shown(&registry.snapshot()), shown(&before));
    assert_eq!(
        shown(&before.view_of("crm@2")),
        ["list crm@2", "buy shop", "new crm@2"],
        "a lease is a lease"
    );
    let applied = registry.apply("crm@1", vec![tool("crm@1", "list", "other", None)]).expect("open");
    assert_eq!((applied.updated, applied.removed), (vec!["list".to_owned()], vec!["old".to_owned()]));
    assert_eq!(shown(&registry.snapshot()), ["list crm@1", "buy shop"]);
    load(&registry, "crm@1", &["new", "list"]);
    assert_eq!(
        shown(&registry.snapshot()),
        ["list crm@1", "buy shop", "new crm@1"],
        "at the place of its namesake"
    );
}

#[test]
fn explicit_comes_before_tenant_before_share_before_use_before_what_stands() {
    let registry = two();
    load(&registry, "crm@3", &["list"]);
    load(&registry, "crm@4", &["list"]);
    load(&registry, "crm@5", &["list"]);
    let user = (0..99).map(|i| format!("u{i}")).find(|user| share_point("crm", "", user) < 0.5).expect("one");
    let none =
        (0..99).map(|i| format!("u{i}")).find(|user| share_point("crm", "", user) >= 0.5).expect("one");
    let route = json!({"use": "2.x", "tenants": {"acme": "4.x"}, "shares": {"3.x": 0.5}});
    for (route, user, tenant, versions, expected) in [
        (json!({}), &user, "acme", json!(null), "crm@1"),
        (json!({"use": "2.x"}), &user, "acme", json!(null), "crm@2"),
        (json!({"use": ">=2"}), &none, "", json!(null), "crm@5"),
        (route.clone(), &none, "", json!(null), "crm@2"),
        (route.clone(), &user, "", json!(null), "crm@3"),
        (route.clone(), &String::new(), "", json!(null), "crm@2"),
        (route.clone(), &user, "acme", json!(null), "crm@4"),
        (route.clone(), &user, "other", json!(null), "crm@3"),
        (route.clone(), &user, "acme", json!({"crm": "5"}), "crm@5"),
        (route.clone(), &user, "acme", json!({"crm": "crm@1"}), "crm@1"),
        (route.clone(), &user, "acme", json!({"crm": "<5"}), "crm@4"),
    ] {
        routed(&registry, &route).expect("is met");
        let snapshot = registry.snapshot();
        let view = snapshot.view_for(&request(user, tenant, &versions)).expect("is there");
        assert_eq!(&*view.get("list").expect("all have it").origin.source, expected, "{route} {versions}");
        assert_eq!(shown(&view).iter().filter(|shown| shown.contains("crm")).count(), view.len() - 1);
    }
}

#[test]
fn numbers_name_users_and_tenants_as_texts_do() {
    let registry = two();
    routed(&registry, &json!({"tenants": {"7": "2"}, "tenantKey": "org"})).expect("is met");
    let asks = |metadata: Value| {
        let context = CallContext { metadata, ..CallContext::default() };
        let request = ViewRequest { context, ..ViewRequest::default() };
        registry.snapshot().view_for(&request).expect("is there").get("new").is_some()
    };
    for (metadata, expected) in [
        (json!({"org": 7}), true),
        (json!({"org": "7"}), true),
        (json!({"org": [7]}), false),
        (json!({"tenant": "7"}), false),
        (json!("7"), false),
        (json!(null), false),
    ] {
        assert_eq!(asks(metadata.clone()), expected, "{metadata}");
    }
}

#[test]
fn using_another_version_is_one_revision_that_tells_what_changed_for_a_model() {
    let registry = two();
    let recorder = listened(&registry);
    routed(&registry, &json!({"use": "2.x"})).expect("is met");
    let (changes, _) = recorder.take();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].source.as_deref(), Some("crm@2"));
    assert_eq!(
        (&*changes[0].added, &*changes[0].updated, &*changes[0].removed),
        (&["new".to_owned()][..], &["list".to_owned()][..], &["old".to_owned()][..])
    );
    assert_eq!(shown(&registry.snapshot()), ["list crm@2", "buy shop", "new crm@2"]);
    registry.route("crm", None).expect("is there");
    assert_eq!(shown(&registry.snapshot()), ["list crm@1", "old crm@1", "buy shop"]);
}

#[test]
fn a_range_in_use_takes_the_newest_version_that_is_loaded() {
    let registry = two();
    routed(&registry, &json!({"use": ">=1"})).expect("is met");
    let recorder = listened(&registry);
    let applied = registry.apply("crm@3", vec![tool("crm@3", "list", "three", Some("3.1.0"))]).expect("open");
    assert_eq!(applied.added, ["list"]);
    assert_eq!(shown(&registry.snapshot()), ["list crm@3", "buy shop"]);
    let (changes, _) = recorder.take();
    assert_eq!((changes.len(), &*changes[0].removed), (1, &["new".to_owned()][..]));
    assert_eq!(registry.unregister_source("crm@3").expect("open"), ["list"]);
    assert_eq!(shown(&registry.snapshot()), ["list crm@2", "buy shop", "new crm@2"]);
}

#[test]
fn when_the_version_that_stands_is_unloaded_the_newest_one_stands_in_the_same_revision() {
    let registry = two();
    load(&registry, "crm", &["list"]);
    let (recorder, before) = (listened(&registry), registry.snapshot().revision());
    assert_eq!(registry.unregister_source("crm@1").expect("open"), ["list", "old"]);
    assert_eq!(registry.snapshot().revision(), before + 1);
    assert_eq!(shown(&registry.snapshot()), ["list crm@2", "buy shop", "new crm@2"]);
    assert_eq!(recorder.take().0.len(), 1);
    load(&registry, "crm@1", &["list"]);
    assert_eq!(registry.snapshot().get("list").map(|tool| &*tool.origin.source), Some("crm@2"));
    for source in ["crm@2", "crm@1", "crm"] {
        assert!(registry.snapshot().tools_of(source).next().is_some());
        registry.unregister_source(source).expect("open");
    }
    assert_eq!(shown(&registry.snapshot()), ["buy shop"]);
    assert!(registry.routes().is_empty());
}

#[test]
fn a_source_that_lost_its_last_tool_keeps_no_version_that_is_loaded_later_from_standing() {
    let registries = [OnConflict::Replace; 2].map(|policy| Arc::new(ToolRegistry::new(policy)));
    for registry in &registries {
        load(registry, "crm@1", &["list"]);
    }
    let [taken, removed] = &registries;
    load(taken, "shop", &["list"]);
    assert!(removed.unregister("list", None).expect("open"));
    for registry in &registries {
        let asked = registry.snapshot().view_for(&request("", "", &json!({"crm": "1"})));
        assert_eq!(code(asked), ErrorCode::UnknownSource);
        load(registry, "crm@2", &["new"]);
        assert_eq!(registry.snapshot().get("new").map(|tool| &*tool.origin.source), Some("crm@2"));
        assert!(registry.routes().is_empty());
    }
}

#[test]
fn tools_that_are_removed_one_by_one_do_not_come_back_from_another_version() {
    let registry = two();
    for name in ["list", "old"] {
        assert!(registry.unregister(name, None).expect("open"));
    }
    assert_eq!(shown(&registry.snapshot()), ["buy shop"]);
    assert_eq!(shown(&registry.snapshot().view_of("crm@2")), ["list crm@2", "buy shop", "new crm@2"]);
    registry.unregister_source("crm@2").expect("open");
    let asked = registry.snapshot().view_for(&request("", "", &json!({"crm": "1"})));
    assert_eq!(code(asked), ErrorCode::UnknownSource, "it has neither tools nor another version");
}

#[test]
fn a_rule_whose_version_goes_is_told_and_the_next_one_decides() {
    let registry = two();
    let user = (0..99).map(|i| format!("u{i}")).find(|user| share_point("crm", "", user) < 0.5).expect("one");
    routed(&registry, &json!({"tenants": {"a/b": "2.x"}, "shares": {"2": 0.5}})).expect("is met");
    let recorder = listened(&registry);
    let is_new = |user: &str, tenant: &str| {
        registry
            .snapshot()
            .view_for(&request(user, tenant, &json!(null)))
            .expect("no rule is wrong")
            .get("new")
            .is_some()
    };
    assert!(is_new("", "a/b") && is_new(&user, ""));
    registry.unregister_source("crm@2").expect("open");
    assert!(!is_new("", "a/b") && !is_new(&user, ""));
    let (_, events) = recorder.take();
    let told = json!(events);
    let unmet = json!([{"rule": "/tenants/a~1b", "version": "2.x"}, {"rule": "/shares/2", "version": "2"}]);
    assert_eq!(told, json!([{"revision": 5, "source": "crm", "unmet": unmet}]));
    load(&registry, "crm@1", &["list"]);
    assert!(recorder.take().1.is_empty(), "told once");
    load(&registry, "crm@2", &["new"]);
    assert!(is_new("", "a/b") && is_new(&user, ""), "it is back");
}

#[test]
fn what_is_asked_for_and_is_not_there_is_refused_with_what_is() {
    let registry = two();
    let snapshot = registry.snapshot();
    let asks = |versions: Value| snapshot.view_for(&request("", "", &versions)).expect_err("is refused");
    let unknown = asks(json!({"crn": "1"}));
    assert_eq!(unknown.code(), ErrorCode::UnknownSource);
    assert_eq!(unknown.to_string(), "no source has the name \"crn\"; similar names: crm");
    let unmet = asks(json!({"crm": "^3"}));
    assert_eq!(unmet.code(), ErrorCode::InvalidOptions);
    assert_eq!(
        unmet.to_string(),
        "option \"versions\": /crm no version meets \"^3\": use one of crm@1 (1), crm@2 (2), or load that version first"
    );
    for versions in [json!([]), json!("crm"), json!({"crm": 2}), json!({"crm": ""}), json!({"crm": {}})] {
        let error = ViewRequest::parse(CallContext::default(), &versions).expect_err("is none");
        assert_eq!(error.code(), ErrorCode::InvalidOptions, "{versions}");
    }
}

#[test]
fn everything_that_is_wrong_with_a_route_is_told_at_once_and_changes_nothing() {
    let registry = two();
    let revision = registry.snapshot().revision();
    for (route, expected) in [
        (json!([]), vec![""]),
        (json!("2"), vec![""]),
        (json!({"uses": "2"}), vec!["/uses"]),
        (json!({"use": ""}), vec!["/use"]),
        (json!({"use": 2, "tenantKey": 1, "salt": []}), vec!["/use", "/tenantKey", "/salt"]),
        (json!({"tenants": ["a"], "shares": "all"}), vec!["/tenants", "/shares"]),
        (json!({"tenants": {"a/b": null, "__proto__": "1"}}), vec!["/tenants/a~1b"]),
        (json!({"shares": {"2": 1.5, "1": -0.1, "": 0.1}}), vec!["/shares/2", "/shares/1", "/shares/"]),
        (json!({"shares": {"2": "0.1", "1": null}}), vec!["/shares/2", "/shares/1"]),
        (json!({"shares": {"1": 0.6, "2": 0.5}}), vec!["/shares"]),
        (json!({"fallback": true}), vec!["/fallback"]),
        (
            json!({"fallback": {"failureRate": 1, "windowMs": 0, "minCalls": 1.5, "x": 1}}),
            vec!["/fallback/x", "/fallback/failureRate", "/fallback/windowMs", "/fallback/minCalls"],
        ),
        (
            json!({"use": "3", "tenants": {"a": "^9"}, "shares": {"newest": 0.1}}),
            vec!["/use", "/tenants/a", "/shares/newest"],
        ),
    ] {
        let error = routed(&registry, &route).expect_err("is wrong");
        let Error::InvalidValue { option: "route", problems } = error else { panic!("{error}") };
        let pointers: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(pointers, expected, "{route}");
    }
    assert_eq!(code(registry.route("shp", None)), ErrorCode::UnknownSource);
    assert_eq!(registry.snapshot().revision(), revision);
    routed(&registry, &json!({"shares": {"1": 0.7, "2": 0.3}})).expect("is 1 but for a machine's rounding");
    routed(&registry, &Value::Null).expect("says nothing");
    registry.close();
    assert_eq!(code(registry.route("crm", None)), ErrorCode::Closed);
}

#[test]
fn a_name_that_a_waiting_version_has_is_in_use() {
    let registry = two();
    let own = || tool("code", "new", "mine", None);
    assert_eq!(code(registry.register(own())), ErrorCode::NameTaken);
    let id = registry.register(tool("code", "mine", "mine", None)).expect("is free");
    assert_eq!(code(registry.update(id, "mine", own())), ErrorCode::NameTaken);
    registry.unregister("mine", None).expect("open");
    let applied =
        registry.apply("shop", vec![tool("shop", "new", "x", None), tool("shop", "buy", "x", None)]);
    assert_eq!(applied.expect("open").refused.len(), 1);
    registry.register(tool("code", "next", "x", None)).expect("is free");
    let tools = vec![tool("crm@2", "next", "x", None), tool("crm@2", "new", "x", None)];
    assert_eq!(registry.apply("crm@2", tools).expect("open").refused.len(), 1);
    assert_eq!(shown(&registry.snapshot().view_of("crm@2")), ["buy shop", "new crm@2", "next code"]);
    let replacing = Arc::new(ToolRegistry::new(OnConflict::Replace));
    load(&replacing, "crm@1", &["list"]);
    load(&replacing, "crm@2", &["list", "new"]);
    replacing.register(own()).expect("takes its place");
    replacing.register(tool("code", "list", "mine", None)).expect("takes its place");
    for source in ["crm@1", "crm@2"] {
        assert_eq!(shown(&replacing.snapshot().view_of(source)), ["list code", "new code"], "{source}");
    }
}

#[test]
fn a_filter_by_family_means_all_of_its_versions() {
    let registry = two();
    let list = |snapshot: &Snapshot, source: Value| -> usize {
        let filter = Filter::parse(&json!({"source": source})).expect("a filter");
        snapshot.matching(&filter).count()
    };
    let (standing, view) = (registry.snapshot(), registry.snapshot().view_of("crm@2"));
    for (source, expected) in [("crm", [2, 2]), ("crm@2", [0, 2]), ("crm@1", [2, 0]), ("shop", [1, 1])] {
        assert_eq!([list(&standing, json!(source)), list(&view, json!([source]))], expected, "{source}");
    }
}

#[test]
fn a_delta_of_a_view_is_beside_what_its_caller_was_shown() {
    let registry = two();
    let options = OfferOptions::plain(Target::OpenAi.into());
    let delta = |request: &ViewRequest, from: u64| {
        let view = registry.snapshot().view_for(request).expect("is there");
        let delta = view
            .delta_for(
                request,
                DeltaSince { revision: from, ..DeltaSince::default() },
                &options,
                &Filter::default(),
            )
            .expect("is remembered");
        let names = |list: Vec<&String>| list.into_iter().cloned().collect::<Vec<_>>();
        [
            names(delta.added.iter().map(|one| &one.name).collect()),
            names(delta.changed.iter().map(|one| &one.name).collect()),
            names(delta.removed.iter().map(|one| &one.name).collect()),
        ]
    };
    let from = registry.snapshot().revision();
    let (acme, other) = (request("", "acme", &json!(null)), request("", "", &json!(null)));
    let fixed = request("", "", &json!({"crm": "2"}));
    routed(&registry, &json!({"tenants": {"acme": "2"}})).expect("is met");
    let none: [Vec<String>; 3] = Default::default();
    let of = |name: &str| vec![name.to_owned()];
    assert_eq!(delta(&acme, from), [of("new"), of("list"), of("old")], "the route led elsewhere then");
    assert_eq!([delta(&other, from), delta(&fixed, from)], [none.clone(), none.clone()]);
    let routed_at = registry.snapshot().revision();
    load(&registry, "crm@2", &["list", "newer"]);
    for of_second in [&acme, &fixed] {
        assert_eq!(delta(of_second, routed_at), [of("newer"), vec![], of("new")]);
    }
    assert_eq!(delta(&other, routed_at), none);
    let view = registry.snapshot().view_of("crm@2");
    let own = view.delta(routed_at, &options, &Filter::default()).expect("is remembered");
    assert_eq!((own.added.len(), own.changed.len(), own.removed.len()), (1, 0, 1));
}

#[test]
fn ten_thousand_users_are_shared_as_the_shares_say_and_each_stays_where_they_are() {
    let users: Vec<String> = (0..10_000).map(|i| format!("user-{i}")).collect();
    for share in [0.01, 0.1, 0.5, 0.9] {
        for salt in ["", "spring"] {
            let inside = users.iter().filter(|user| share_point("crm", salt, user) < share).count();
            let wanted = share * 10_000.0;
            let deviation = (wanted * (1.0 - share)).sqrt();
            let off = (f64::from(u32::try_from(inside).expect("few")) - wanted).abs();
            assert!(off < 4.0 * deviation, "{share} {salt}: {inside}");
        }
    }
    let registry = two();
    routed(&registry, &json!({"shares": {"2": 0.1}})).expect("is met");
    for user in &users[..100] {
        let asks = request(user, "", &json!(null));
        let is_new = || registry.snapshot().view_for(&asks).expect("is there").get("new").is_some();
        assert_eq!(is_new(), share_point("crm", "", user) < 0.1);
        assert_eq!(is_new(), is_new());
    }
    // The points are part of what users rely on: another version of this code must not move anybody.
    assert!((share_point("crm", "", "user-1") - POINT).abs() < 1e-12, "{}", share_point("crm", "", "user-1"));
}

/// Made by hand: the first 53 bits of the SHA-256 of `3:crm0:user-1`.
const POINT: f64 = 0.968_271_376_457_792_5;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_share_that_grows_moves_users_towards_it_and_nobody_away(
        shares in prop::collection::vec(0.0..0.25_f64, 1..4),
        grows in 0..4_usize,
        by in 0.0..0.25_f64,
        users in prop::collection::vec("[a-z0-9]{1,12}", 1..60),
    ) {
        let registry = two();
        load(&registry, "crm@3", &["list"]);
        load(&registry, "crm@4", &["list"]);
        let labels = ["2", "3", "4"];
        let grows = grows % shares.len();
        let places = |shares: &[f64]| -> Vec<usize> {
            let map: Value = labels.iter().zip(shares).map(|(label, share)| ((*label).to_owned(),
                json!(share))).collect();
            routed(&registry, &json!({"shares": map})).expect("is met");
            let of = |user: &String| {
                let view = registry.snapshot().view_for(&request(user, "", &json!(null))).expect("is there");
                let source = view.get("list").expect("all have it").origin.source.to_string();
                labels.iter().position(|label| source == format!("crm@{label}")).unwrap_or(9)
            };
            users.iter().map(of).collect()
        };
        let before = places(&shares);
        let mut grown = shares.clone();
        grown[grows] += by;
        for ((user, before), after) in users.iter().zip(before).zip(places(&grown)) {
            // The version that grew and those behind it; whoever is before it stays.
            prop_assert!(after <= before, "{} went from {} to {}", user, before, after);
            prop_assert!(before > grows || after == before, "{} left {} for {}", user, before, after);
        }
    }
}
