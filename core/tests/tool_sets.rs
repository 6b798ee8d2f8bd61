//! Tool sets: sources whose tools a program gives enter in one revision, through the gates, or none of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde_json::json;
use toolrack_core::error::{Error, ErrorCode, Result};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{FailedExport, LoadOptions, OnError, SpecLoader, ToolSet};
use toolrack_core::review::{ChangeClass, CustomGates, LoadTrigger};
use toolrack_core::spec::SpecSource;
use toolrack_core::tool::{Executor, ToolCall, ToolResult};

use crate::support::tool_set_scene::{Scene, set, with_options};

#[tokio::test]
async fn a_batch_of_sources_is_one_revision() {
    let scene = Scene::new();
    let reports = scene.load(vec![set("a", "1", &[("x", "one")]), set("b", "1", &[("y", "two")])]).await;
    assert_eq!(reports.iter().map(|one| &one.added[..]).collect::<Vec<_>>(), [["x"], ["y"]]);
    assert!(reports.iter().all(|one| one.revision == 1));
    assert_eq!(scene.tools(), ["a:x", "b:y"]);
    assert_eq!(scene.loader.sources()[0].location, "/tools/a.js");
}

#[tokio::test]
async fn one_fault_refuses_the_whole_batch_or_is_left_out() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one")])]).await;
    let batch = || vec![set("b", "1", &[("y", "two")]), set("c", "1", &[("z", "three"), ("X", "taken")])];
    let (index, error) = scene.load_with(batch(), OnError::Refuse).await.expect_err("X is taken");
    assert_eq!((index, error.code()), (1, ErrorCode::NameTaken));
    assert_eq!((scene.tools(), scene.revision()), (vec!["a:x".to_owned()], 1));
    assert!(!scene.loader.has_source("b"));
    let outcome = scene.load_with(batch(), OnError::Skip).await.expect("loads the rest");
    let reports: Vec<_> = outcome.into_iter().map(|one| one.expect("loads")).collect();
    assert_eq!(scene.tools(), ["a:x", "b:y", "c:z"]);
    assert_eq!((reports[1].skipped[0].code, reports[1].skipped[0].path.as_str()), ("NAME_TAKEN", "X"));
    assert_eq!(scene.revision(), 2);
}

#[tokio::test]
async fn code_that_changes_alone_is_class_none_and_still_a_revision() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one"), ("y", "two")])]).await;
    let before = scene.registry.snapshot().get("x").expect("is there").clone();
    let report = scene.load(vec![set("a", "2", &[("x", "one"), ("y", "two")])]).await.remove(0);
    assert_eq!((&report.updated[..], report.revision), (&["x".to_owned(), "y".to_owned()][..], 2));
    assert_eq!(report.changes.expect("is no first load").class, ChangeClass::None);
    let after = scene.registry.snapshot().get("x").expect("is there").clone();
    assert_eq!((after.position, after.schema_hash()), (before.position, before.schema_hash()));
    assert!(!Arc::ptr_eq(&before.executor, &after.executor));
    let version = report.version.expect("the hash");
    assert!(version.starts_with("sha256:") && report.hash.starts_with(&version[7..]), "{version}");
    let history = scene.loader.decisions().history("a").expect("is there");
    assert_eq!(
        history.iter().map(|one| one.class).collect::<Vec<_>>(),
        [ChangeClass::None, ChangeClass::None]
    );
}

#[tokio::test]
async fn a_tool_moves_from_one_source_to_another_and_back_in_one_revision() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one"), ("y", "two")]), set("b", "1", &[("z", "three")])]).await;
    scene.load(vec![set("a", "2", &[("z", "three")]), set("b", "2", &[("y", "two"), ("x", "one")])]).await;
    assert_eq!((scene.tools(), scene.revision()), (["a:z", "b:y", "b:x"].map(str::to_owned).to_vec(), 2));
    scene.load(vec![set("c", "1", &[("x", "one")]), set("b", "3", &[("y", "two")])]).await;
    assert_eq!((scene.tools(), scene.revision()), (["a:z", "b:y", "c:x"].map(str::to_owned).to_vec(), 3));
}

#[tokio::test]
async fn a_name_of_a_gone_source_is_free_for_code_and_not_for_a_document() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("list_pets", "one")])]).await;
    assert_eq!(scene.loader.unload("a").expect("is there"), ["list_pets"]);
    let document = r#"{"openapi": "3.1.0", "info": {"title": "Pets", "version": "1"},
        "servers": [{"url": "https://pets.example"}],
        "paths": {"/pets": {"get": {"operationId": "list_pets", "responses": {}}}}}"#;
    let text = SpecSource::Text(document.as_bytes().to_vec().into());
    let report = scene.loader.load(text, LoadOptions::default()).await.expect("loads");
    assert!(report.added[0].starts_with("list_pets_"), "{:?}", report.added);
    scene.load(vec![set("b", "1", &[("list_pets", "two")])]).await;
    assert!(scene.tools().contains(&"b:list_pets".to_owned()));
    assert_eq!(scene.registry.forget_names(None).expect("is open"), 0, "each name is in use");
}

#[tokio::test]
async fn gates_hold_a_change_of_code_until_it_is_approved() {
    let scene = Scene::new();
    let gated = |content: &str, description: &str| {
        with_options(set("a", content, &[("x", description)]), &json!({"gates": {"wording": "hold"}}))
    };
    scene.load(vec![gated("1", "one")]).await;
    let report = scene.load(vec![gated("2", "two")]).await.remove(0);
    assert_eq!(report.held, ["x"]);
    let description = || scene.registry.snapshot().get("x").expect("is there").definition.description.clone();
    assert_eq!(description(), "one");
    scene.loader.decisions().approve(&report.hold_id.expect("is held")).expect("applies");
    assert_eq!(description(), "two");
    scene.loader.decisions().rollback("a", None).expect("is kept");
    assert_eq!(description(), "one");
}

#[tokio::test]
async fn a_reload_of_the_same_code_is_no_version_to_go_back_to() {
    let scene = Scene::new();
    for content in ["one", "two"] {
        scene.load(vec![set("a", content, &[("x", content)])]).await;
    }
    for _ in 0..3 {
        let batch = [set("a", "two", &[("x", "two")])];
        let outcome = scene.loader.tool_sets().load(&batch, LoadTrigger::Reload, OnError::Refuse).await;
        let report = outcome.expect("loads").remove(0).expect("loads");
        assert_eq!(report.updated, ["x"], "its closures are new ones");
    }
    assert_eq!(scene.loader.decisions().history("a").expect("is known").len(), 2);
    scene.loader.decisions().rollback("a", None).expect("the version before is kept");
    let snapshot = scene.registry.snapshot();
    assert_eq!(snapshot.get("x").expect("is there").definition.description, "one");
}

#[tokio::test]
async fn a_refusing_gate_refuses_the_batch_and_leaves_the_others_out_of_it() {
    let scene = Scene::new();
    let gated = |content: &str, tools: &[(&str, &str)]| {
        with_options(set("a", content, tools), &json!({"gates": {"breaking": "refuse"}}))
    };
    scene.load(vec![gated("1", &[("x", "one"), ("w", "four")])]).await;
    let batch = || vec![set("b", "1", &[("y", "two")]), gated("2", &[("x", "one")])];
    let (index, error) = scene.load_with(batch(), OnError::Refuse).await.expect_err("is refused");
    assert_eq!((index, error.code(), scene.revision()), (1, ErrorCode::GateRefused, 1));
    let outcome = scene.load_with(batch(), OnError::Skip).await.expect("the rest");
    assert!(outcome[0].is_ok() && outcome[1].is_err());
    assert_eq!(scene.tools(), ["a:x", "a:w", "b:y"]);
    let status = scene.loader.sources().remove(0);
    assert_eq!(status.fault.map(|fault| fault.code), Some("GATE_REFUSED"));
}

/// Custom gates that count how often they are asked; they allow everything, or fail as a closed host does.
struct CountedGates {
    asked: AtomicUsize,
    is_closed: bool,
}

impl CountedGates {
    fn new(is_closed: bool) -> Arc<Self> {
        Arc::new(Self { asked: AtomicUsize::new(0), is_closed })
    }

    fn of(self: &Arc<Self>, set: ToolSet) -> ToolSet {
        let gates = CustomGates { executor: Arc::clone(self) as _, timeout: Duration::from_secs(5) };
        let options = LoadOptions { custom_gates: Some(gates), ..(*set.options).clone() };
        ToolSet { options: Arc::new(options), ..set }
    }
}

impl Executor for CountedGates {
    fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let closed = self.is_closed;
        Box::pin(
            async move { if closed { Err(Error::Closed { what: "host" }) } else { Ok(json!([]).into()) } },
        )
    }
}

#[tokio::test]
async fn the_gates_of_a_batch_are_asked_once_for_each_source() {
    let scene = Scene::new();
    let names = ["a", "b", "c"];
    let sets = |content: &str| names.map(|name| set(name, content, &[(name, content)]));
    scene.load(sets("one").into()).await;
    let gates = CountedGates::new(false);
    scene.load(sets("two").into_iter().map(|set| gates.of(set)).collect()).await;
    assert_eq!((gates.asked.load(Ordering::Relaxed), scene.revision()), (3, 2));
}

#[tokio::test]
async fn gates_that_cannot_be_asked_are_a_fault_of_their_source() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one")]), set("b", "1", &[("y", "one")])]).await;
    let gates = CountedGates::new(true);
    let batch = vec![set("a", "2", &[("x", "two")]), gates.of(set("b", "2", &[("y", "two")]))];
    let (index, error) = scene.load_with(batch, OnError::Refuse).await.expect_err("cannot be asked");
    assert_eq!((index, error.code(), scene.revision()), (1, ErrorCode::Closed, 1));
    let fault = scene.loader.sources().remove(1).fault.expect("is recorded");
    assert_eq!(fault.code, "CLOSED");
}

#[tokio::test]
async fn approval_of_a_held_change_brings_the_newest_code_of_it() {
    let scene = Scene::new();
    let gated = |content: &str, tools: &[(&str, &str)]| {
        with_options(set("a", content, tools), &json!({"gates": {"wording": "hold"}}))
    };
    scene.load(vec![gated("1", &[("x", "one")])]).await;
    let first = scene.load(vec![gated("2", &[("x", "two")])]).await.remove(0);
    let newer = gated("3", &[("x", "two")]);
    let executor = Arc::clone(&newer.tools[0].executor);
    let second = scene.load(vec![newer]).await.remove(0);
    assert_eq!((&first.held, &first.hold_id), (&second.held, &second.hold_id));
    let held = scene.loader.decisions().held();
    assert_eq!((&held[0].hash, second.held.len()), (&second.hash, 1));
    scene.loader.decisions().approve(&held[0].id).expect("is held");
    let snapshot = scene.registry.snapshot();
    let tool = snapshot.get("x").expect("is approved");
    assert!(Arc::ptr_eq(&tool.executor, &executor), "x runs the newest code");
}

#[tokio::test]
async fn a_reload_of_unchanged_content_is_reported_without_a_revision() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one")])]).await;
    let tool_sets = scene.loader.tool_sets();
    tool_sets.report_raised_fault("a", LoadTrigger::Watch, "INVALID_SPEC", "broken");
    let report =
        tool_sets.report_unchanged("a", LoadTrigger::Reload).expect("is loaded").expect("is unchanged");
    assert_eq!((report.unchanged, report.added.len(), scene.revision()), (vec!["x".to_owned()], 0, 1));
    assert!(scene.loader.sources().remove(0).fault.is_none());
    scene.registry.unregister("x", None).expect("is there");
    assert!(tool_sets.report_unchanged("a", LoadTrigger::Reload).expect("is loaded").is_none(), "x is gone");
}

#[tokio::test]
async fn a_failed_export_keeps_its_tool_as_stale_until_it_is_well_again() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one"), ("y", "two")])]).await;
    let mut broken = set("a", "2", &[("x", "one")]);
    let error = Error::InvalidDefinition { tool: "y".to_owned(), problems: Vec::new() };
    broken.failed.push(FailedExport { export: "y".into(), error });
    let (index, _) = scene.load_with(vec![broken], OnError::Refuse).await.expect_err("is refused");
    assert_eq!((index, scene.revision()), (0, 1));
    let mut broken = set("a", "2", &[("x", "one")]);
    let error = Error::InvalidDefinition { tool: "y".to_owned(), problems: Vec::new() };
    broken.failed.push(FailedExport { export: "y".into(), error });
    let outcome = scene.load_with(vec![broken], OnError::Skip).await.expect("the rest");
    assert_eq!(outcome[0].as_ref().expect("loads").stale, ["y"]);
    assert!(scene.registry.snapshot().get("y").expect("stays").stale.is_some());
    scene.load(vec![set("a", "3", &[("x", "one"), ("y", "two")])]).await;
    assert!(scene.registry.snapshot().get("y").expect("stays").stale.is_none());
}

#[tokio::test]
async fn options_of_a_source_amend_its_tools() {
    let scene = Scene::new();
    let options = json!({
        "namespace": "crm", "category": "external", "tags": ["client"], "version": "1.2.0", "rateLimit": 60,
        "callLimits": {"timeoutMs": 5_000},
        "overrides": {"find": {"name": "look_up", "description": "Finds.", "requiresAuth": true,
            "requiresApproval": true, "tags": ["own"]}},
    });
    scene.load(vec![with_options(set("a", "1", &[("find", "one"), ("list", "two")]), &options)]).await;
    let tools: Vec<_> = scene.registry.snapshot().tools().map(|tool| tool.to_json()).collect();
    assert_eq!(tools[0]["name"], "look_up");
    assert_eq!((&tools[0]["description"], &tools[0]["requiresAuth"]), (&json!("Finds."), &json!(true)));
    let requires_approval = |tool: &serde_json::Value| tool["requiresApproval"].clone();
    assert_eq!((requires_approval(&tools[0]), requires_approval(&tools[1])), (json!(true), json!(false)));
    assert_eq!((&tools[0]["tags"], &tools[1]["tags"]), (&json!(["own", "client"]), &json!(["client"])));
    assert_eq!((&tools[1]["name"], &tools[1]["category"]), (&json!("crm_list"), &json!("external")));
    assert_eq!((&tools[1]["version"], &tools[1]["rateLimit"]), (&json!("1.2.0"), &json!(60.0)));
    assert_eq!(tools[1]["namespace"], "crm");
}

#[test]
fn an_option_of_documents_alone_is_refused_by_its_name() {
    for (options, expected) in [
        (json!({"auth": {}}), "auth"),
        (json!({"baseUrl": "https://x.example"}), "baseUrl"),
        (json!({"namespaces": "x"}), "namespace"),
        (json!({"limits": {"bytes": 5}}), "bytes"),
        (json!({"overrides": {"x": {"parameters": {"a": {"hide": true}}}}}), "overrides"),
    ] {
        let error = LoadOptions::parse_for_tool_set(&options).expect_err(expected);
        assert_eq!(error.code(), ErrorCode::InvalidOptions);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_source_moves_to_another_location_only_with_the_one_that_it_replaces() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one")])]).await;
    let moved = |replaces: Option<&str>| ToolSet {
        location: "/tools/a.ts".into(),
        replaces: replaces.map(Into::into),
        ..set("a", "2", &[("x", "two")])
    };
    for other in [None, Some("/tools/b.js")] {
        let (_, error) = scene.load_with(vec![moved(other)], OnError::Refuse).await.expect_err("is taken");
        assert_eq!(error.code(), ErrorCode::NameTaken);
    }
    let report = scene.load(vec![moved(Some("/tools/a.js"))]).await.remove(0);
    assert_eq!((&report.updated[..], report.revision), (&["x".to_owned()][..], 2));
    assert_eq!(scene.loader.sources()[0].location, "/tools/a.ts");
    assert_eq!(scene.loader.decisions().history("a").expect("is there").len(), 2);
}

#[tokio::test]
async fn a_source_belongs_to_one_loader_of_the_registry() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one")])]).await;
    let other = SpecLoader::new(Arc::clone(&scene.registry), Arc::new(TlsClient::new()));
    let batch = [set("b", "1", &[("y", "two")])];
    let loaded = other.tool_sets().load(&batch, LoadTrigger::Load, OnError::Refuse).await;
    loaded.expect("the name is free");
}
