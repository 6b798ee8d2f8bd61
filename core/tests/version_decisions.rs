//! Reloads, held changes, pins and rollbacks of a version that waits: they are made where it would stand, and nobody
//! who is shown another version notices.

use crate::support::changing::{Scene, narrowed, paths};
use serde_json::{Value, json};
use toolrack_core::loader::{LoadOptions, LoadReport};
use toolrack_core::registry::{Route, Snapshot};
use toolrack_core::review::ChangeClass;
use toolrack_core::spec::SpecSource;

/// `api@1` stands and has `a` and `old`; `api@2` waits in the scene's own file.
async fn scene(gates: &Value) -> Scene {
    let mut scene = Scene::new(gates);
    scene.options["name"] = json!("api@2");
    let document = json!({"openapi": "3.1.1", "info": {"title": "t", "version": "1.0.0"},
        "paths": paths(&[("a", "one"), ("old", "one")])});
    let options = LoadOptions { name: Some("api@1".to_owned()), ..LoadOptions::default() };
    scene.loader.load(SpecSource::Text(document.to_string().into()), options).await.expect("loads");
    scene
}

async fn reload(scene: &Scene, version: &str, paths: &Value) -> LoadReport {
    scene.says(version, paths);
    scene.loader.reload("api@2").await.expect("reloads")
}

fn said(snapshot: &Snapshot) -> Vec<String> {
    snapshot.tools().map(|tool| format!("{} {}", tool.name(), tool.definition.description)).collect()
}

/// What those are shown who are shown the second version; that the others are shown the first is seen on the way.
fn second(scene: &Scene) -> Vec<String> {
    assert_eq!(said(&scene.registry.snapshot()), ["a one", "old one"]);
    said(&scene.registry.snapshot().view_of("api@2"))
}

#[tokio::test]
async fn a_first_load_of_a_version_is_compared_with_no_other_version() {
    let scene = scene(&json!("production")).await;
    let report = scene.load("2.0.0", &narrowed(&[("a", "two"), ("new", "two")], "a")).await;
    assert_eq!((report.added, report.held), (vec!["a".to_owned(), "new".to_owned()], vec![]));
    assert_eq!(second(&scene), ["a two", "new two"]);
    let mut more = narrowed(&[("a", "two"), ("new", "two"), ("old", "other")], "old");
    more["/a"] = narrowed(&[("a", "two")], "a")["/a"].clone();
    let report = reload(&scene, "2.1.0", &more).await;
    assert_eq!((report.added, report.held), (vec!["old".to_owned()], vec![]), "it is new here");
}

#[tokio::test]
async fn an_unchanged_document_of_a_waiting_version_is_no_revision() {
    let scene = scene(&Value::Null).await;
    scene.load("2.0.0", &paths(&[("a", "two")])).await;
    let revision = scene.revision();
    let report = reload(&scene, "2.0.0", &paths(&[("a", "two")])).await;
    assert_eq!((report.unchanged, scene.revision()), (vec!["a".to_owned()], revision));
    let check = scene.loader.check("api@2", None).await.expect("is there");
    assert_eq!((check.report.unchanged, scene.revision()), (vec!["a".to_owned()], revision));
}

#[tokio::test]
async fn a_change_of_a_waiting_version_is_held_approved_and_gone_back_on_where_it_waits() {
    let scene = scene(&json!({"preset": "production", "breaking": "hold"})).await;
    scene.load("2.0.0", &paths(&[("a", "two"), ("b", "two")])).await;
    scene.says("2.1.0", &narrowed(&[("a", "two"), ("b", "two")], "b"));
    let check = scene.loader.check("api@2", None).await.expect("is there");
    assert_eq!(check.report.held, ["b"]);
    let report = scene.loader.reload("api@2").await.expect("reloads");
    assert_eq!(report.held, ["b"]);
    let class = report.changes.expect("a reload").class;
    assert_eq!(class, ChangeClass::Breaking, "beside what it was in this version");
    let requires = |scene: &Scene| {
        let view = scene.registry.snapshot().view_of("api@2");
        view.get("b").expect("is there").definition.input_schema.value()["required"].clone()
    };
    assert_eq!(requires(&scene), Value::Null);
    scene.loader.decisions().pin("api@2", None).expect("has tools");
    let approved = scene.loader.decisions().approve(&scene.hold_id()).expect("is held");
    assert_eq!(approved.updated, ["b"]);
    assert_eq!(requires(&scene), json!(["q"]));
    assert_eq!(second(&scene), ["a two", "b two"]);
    let back = scene.loader.decisions().rollback("api@2", None).expect("there is one");
    assert_eq!((back.updated, requires(&scene)), (vec!["b".to_owned()], Value::Null));
    assert_eq!(second(&scene), ["a two", "b two"]);
    let counts: Vec<_> =
        scene.loader.sources().into_iter().map(|one| (one.name, one.tools, one.rolled_back)).collect();
    assert_eq!(counts, [("api@1".to_owned(), 2, false), ("api@2".to_owned(), 2, true)]);
}

#[tokio::test]
async fn a_version_that_is_used_after_a_rollback_is_whole() {
    let scene = scene(&Value::Null).await;
    scene.load("2.0.0", &paths(&[("a", "two")])).await;
    reload(&scene, "2.1.0", &paths(&[("a", "more"), ("new", "more")])).await;
    scene
        .registry
        .route("api", Some(Route::parse(&json!({"use": "2.x"})).expect("a route")))
        .expect("is met");
    assert_eq!(said(&scene.registry.snapshot()), ["a more", "new more"]);
    scene.loader.decisions().rollback("api@2", None).expect("there is one");
    assert_eq!(said(&scene.registry.snapshot()), ["a two"]);
    scene.loader.decisions().rollback("api@2", Some("2.1.0")).expect("there is one");
    assert_eq!(said(&scene.registry.snapshot()), ["a more", "new more"]);
    assert_eq!(said(&scene.registry.snapshot().view_of("api@1")), ["a one", "old one"]);
}
