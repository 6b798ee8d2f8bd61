//! Which operations become tools, and overlays on the way there. What they make of schemas and requests is in
//! `documents/`; here is what they do to loads, reloads and errors.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde_json::{Value, json};
use toolrack_core::convert::{ConversionOptions, Deprecated, SelectionFunction};
use toolrack_core::error::{Error, ErrorCode, Failure, Result};
use toolrack_core::loader::{LoadListener, LoadOptions, LoadReport};
use toolrack_core::spec::{ParseLimits, SpecSource};
use toolrack_core::tool::{Executor, ToolCall, ToolResult};

use crate::support::scene::{Scene, adds_up, codes, document, named, options, places, plain};

type Says = dyn Fn(&[Value]) -> Result<Value> + Send + Sync;

/// A function of the caller's, the operations that it was asked of, and how often.
struct CallerFunction {
    says: Box<Says>,
    asked: Mutex<Vec<Value>>,
    calls: AtomicUsize,
}

impl Executor for CallerFunction {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        let operations = call.arguments["operations"].as_array().cloned().expect("a list");
        let said = (self.says)(&operations);
        *self.asked.lock().expect("no panic") = operations;
        self.calls.fetch_add(1, Ordering::Relaxed);
        // Not at once: a load must be able to wait.
        Box::pin(async move {
            tokio::task::yield_now().await;
            said.map(ToolResult::from)
        })
    }
}

fn function(says: impl Fn(&[Value]) -> Result<Value> + Send + Sync + 'static) -> Arc<CallerFunction> {
    Arc::new(CallerFunction { says: Box::new(says), asked: Mutex::default(), calls: AtomicUsize::new(0) })
}

fn by(function: &Arc<CallerFunction>) -> LoadOptions {
    let executor = Arc::clone(function) as Arc<dyn Executor>;
    let option = "include".to_owned();
    let selection = Some(SelectionFunction { option, executor, timeout: Duration::from_secs(5) });
    LoadOptions { conversion: ConversionOptions { selection, ..Default::default() }, ..named("api") }
}

#[tokio::test]
async fn an_operation_is_in_when_it_is_included_and_not_excluded() {
    let document = document(&[
        ("a", json!({"tags": ["x"]})),
        ("b", json!({"tags": ["x", "y"]})),
        ("c", json!({"tags": ["y"], "deprecated": true})),
        ("d/e", json!({})),
    ]);
    for (over, expected) in [
        (json!({}), vec!["a", "b", "d_e"]),
        (json!({"include": {"tags": ["x"]}}), vec!["a", "b"]),
        (
            json!({"include": {"tags": ["x", "y"]}, "document": {"deprecated": "include"}}),
            vec!["a", "b", "c"],
        ),
        (json!({"include": {"tags": ["x"], "operationIds": ["b", "c"]}}), vec!["b"]),
        (json!({"include": [{"operationIds": ["a"]}, {"paths": ["/d/*"]}]}), vec!["a", "d_e"]),
        (json!({"include": {"methods": ["GeT"]}, "exclude": {"tags": ["y"]}}), vec!["a", "d_e"]),
        (json!({"exclude": [{"tags": ["y"]}, {"operationIds": ["d*"]}]}), vec!["a"]),
        (json!({"include": {"methods": ["post"]}}), vec![]),
        (json!({"include": []}), vec![]),
        (json!({"exclude": {"tags": []}}), vec!["a", "b", "d_e"]),
    ] {
        let scene = Scene::new();
        let report = scene.load(&document, options(&over).expect("options")).await.expect("loads");
        assert_eq!(report.added, expected, "{over}");
        assert!(adds_up(&report), "{report:?}");
    }
}

#[tokio::test]
async fn a_choice_that_means_no_operation_is_told_and_one_of_a_deprecated_one_is_not() {
    let scene = Scene::new();
    let over = json!({
        "include": [{"operationIds": ["a"]}, {"operationIds": ["nobody"]}],
        "exclude": {"paths": ["/old", "/a/b"]}
    });
    let document = document(&[("a", json!({})), ("old", json!({"deprecated": true}))]);
    let report = scene.load(&document, options(&over).expect("options")).await.expect("loads");
    assert_eq!(codes(&report), ["SELECTION_UNUSED"]);
    assert_eq!(
        &*report.notes[0].note.message,
        "include/1 matches no operation of the document; correct or remove it"
    );
}

#[test]
fn a_choice_that_cannot_be_meant_is_told_with_every_place() {
    let wrong = |over: &Value| places(&LoadOptions::parse(over).expect_err("is wrong"));
    assert_eq!(wrong(&json!({"include": "a"})), [""]);
    assert_eq!(wrong(&json!({"exclude": {}})), [""]);
    assert_eq!(wrong(&json!({"include": [{"tags": "a", "tag": ["a"]}, 5]})), ["/0/tag", "/0/tags", "/1"]);
    let long = "*a".repeat(5_000);
    assert_eq!(wrong(&json!({"include": {"paths": ["/a", 5, long]}})), ["/paths/1", "/paths/2"]);
}

#[tokio::test]
async fn evil_patterns_end_soon() {
    let ids: Vec<String> = (0..200).map(|i| format!("{}{i}", "a".repeat(100))).collect();
    let document = plain(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    let over = json!({"include": {"paths": ["**a*".repeat(250)], "operationIds": ["*a".repeat(500)]}});
    let report = Scene::new().load(&document, options(&over).expect("options")).await.expect("loads");
    assert!(adds_up(&report) && report.added.is_empty());
}

#[tokio::test]
async fn a_function_is_asked_once_of_all_operations_that_are_left() {
    let scene = Scene::new();
    let taken = function(|operations| Ok(operations.iter().map(|one| one["operationId"] != "b").collect()));
    let document = document(&[
        ("a", json!({"tags": ["x"]})),
        ("b", json!({})),
        ("c", json!({"deprecated": true})),
        ("d", json!({})),
    ]);
    let over = json!({"exclude": {"operationIds": ["d"]}});
    let mut options = options(&over).expect("options");
    options.conversion.selection = by(&taken).conversion.selection;
    let report = scene.load(&document, options).await.expect("loads");
    assert_eq!((report.added.as_slice(), report.excluded.unselected), (&["a".to_owned()][..], 2));
    assert!(adds_up(&report));
    assert_eq!(
        *taken.asked.lock().expect("no panic"),
        [
            json!({"operationId": "a", "method": "GET", "path": "/a", "tags": ["x"], "summary": "Does a",
                "deprecated": false}),
            json!({"operationId": "b", "method": "GET", "path": "/b", "tags": [], "summary": "Does b",
                "deprecated": false}),
        ]
    );
    assert_eq!(taken.calls.load(Ordering::Relaxed), 1);
}

/// Hears of reloads.
#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl LoadListener for Heard {
    fn reloaded(&self, report: &LoadReport) {
        self.0.lock().expect("no panic").push(format!("added {:?}", report.added));
    }

    fn source_missing(&self, _: &str, _: &str) {}
    fn reload_failed(&self, _: &str, error: &Error) {
        self.0.lock().expect("no panic").push(error.code().as_str().to_owned());
    }

    fn polling(&self, _: &str, _: Duration) {}
}

#[tokio::test]
async fn a_function_is_asked_again_by_reloads_and_watched_ones_though_the_document_is_the_same() {
    let scene = Scene::new();
    let most = Arc::new(AtomicUsize::new(1));
    let bound = Arc::clone(&most);
    let taken = function(move |operations| {
        Ok((0..operations.len()).map(|i| i < bound.load(Ordering::Relaxed)).collect())
    });
    scene.load(&plain(&["a", "b", "c"]), by(&taken)).await.expect("loads");
    assert_eq!(scene.names(), ["a"]);
    most.store(2, Ordering::Relaxed);
    let report = scene.loader.reload("api").await.expect("reloads");
    assert_eq!((report.added.as_slice(), scene.names().len()), (&["b".to_owned()][..], 2));
    most.store(4, Ordering::Relaxed);
    let heard = Heard::default();
    let bytes = plain(&["a", "b", "c", "d"]).to_string().into_bytes();
    scene.loader.hot_reload().load_bytes("api", Ok(bytes), &heard).await;
    assert_eq!(*heard.0.lock().expect("no panic"), ["added [\"c\", \"d\"]"]);
}

#[tokio::test]
async fn a_function_that_fails_rejects_the_load_and_changes_nothing() {
    let failure = || Failure {
        name: "Error".to_owned(),
        message: "boom".to_owned(),
        code: None,
        for_model: false,
        stack: None,
        cause: None,
    };
    let throws = function(move |_| {
        Err(Error::ToolFailed { tool: "include".to_owned(), failure: Box::new(failure()) })
    });
    let late = function(|_| Err(Error::Timeout { tool: "include".to_owned(), timeout_ms: 5 }));
    let unsure = function(|operations| Ok(operations.iter().map(|_| json!("yes")).collect()));
    let short = function(|_| Ok(json!([true])));
    let nothing = function(|_| Ok(Value::Null));
    let other = function(move |_| Ok(json!({"option": "exclude", "failure": failure()})));
    let no = "option \"include\": the function failed: gave no boolean for GET";
    for (function, code, message) in [
        (throws, "TOOL_FAILED", "option \"include\": the function failed: boom".to_owned()),
        (late, "TIMEOUT", "option \"include\": the function did not answer within 5 ms".to_owned()),
        (unsure, "TOOL_FAILED", format!("{no} /a")),
        (short, "TOOL_FAILED", format!("{no} /b")),
        (nothing, "TOOL_FAILED", format!("{no} /a")),
        (other, "TOOL_FAILED", "option \"exclude\": the function failed: boom".to_owned()),
    ] {
        let scene = Scene::new();
        let error = scene.load(&plain(&["a", "b"]), by(&function)).await.expect_err("fails");
        assert_eq!((error.code().as_str(), error.to_string()), (code, message));
        assert_eq!(scene.registry.snapshot().revision(), 0);
        assert_eq!(scene.loader.reload("api").await.expect_err("is none").code(), ErrorCode::UnknownSource);
        scene.load(&plain(&["a"]), named("api")).await.expect("the name is free");
        scene.load(&plain(&["a", "b"]), by(&function)).await.expect_err("fails");
        assert_eq!(scene.names(), ["a"]);
    }
}

#[tokio::test]
async fn a_watched_reload_whose_function_fails_is_told_and_changes_nothing() {
    let scene = Scene::new();
    let once = AtomicUsize::new(0);
    let taken = function(move |operations| match once.fetch_add(1, Ordering::Relaxed) {
        0 => Ok(operations.iter().map(|_| true).collect()),
        _ => Ok(Value::Null),
    });
    scene.load(&plain(&["a"]), by(&taken)).await.expect("loads");
    let heard = Heard::default();
    scene.loader.hot_reload().load_bytes("api", Ok(plain(&["b"]).to_string().into_bytes()), &heard).await;
    assert_eq!(*heard.0.lock().expect("no panic"), ["TOOL_FAILED"]);
    assert_eq!(scene.names(), ["a"]);
}

#[tokio::test]
async fn a_function_is_let_go_with_its_source() {
    let scene = Scene::new();
    let taken = function(|operations| Ok(operations.iter().map(|_| true).collect()));
    scene.load(&plain(&["a"]), by(&taken)).await.expect("loads");
    assert!(Arc::strong_count(&taken) > 1);
    scene.loader.unload("api").expect("is there");
    assert_eq!(Arc::strong_count(&taken), 1);
    scene.load(&plain(&["a"]), by(&taken)).await.expect("loads");
    scene.load(&plain(&["a"]), named("api")).await.expect("loads");
    assert_eq!(Arc::strong_count(&taken), 1, "other options came in its place");
    scene.load(&plain(&["a"]), by(&taken)).await.expect("loads");
    scene.loader.close();
    assert_eq!(Arc::strong_count(&taken), 1);
}

#[tokio::test]
async fn deprecated_operations_are_asked_of_when_they_are_wanted() {
    let scene = Scene::new();
    let taken = function(|operations| Ok(operations.iter().map(|one| one["deprecated"] == false).collect()));
    let document = document(&[("a", json!({})), ("old", json!({"deprecated": true}))]);
    let mut options = by(&taken);
    options.conversion.deprecated = Deprecated::Include;
    let report = scene.load(&document, options).await.expect("loads");
    assert_eq!((report.added.as_slice(), report.excluded.unselected), (&["a".to_owned()][..], 1));
}

fn overlay(actions: &Value) -> Vec<u8> {
    json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions})
        .to_string()
        .into_bytes()
}

#[tokio::test]
async fn overlays_are_read_again_by_reloads_and_the_report_is_of_the_document_itself() {
    let scene = Scene::new();
    let file = scene.directory.path().join("overlay.json");
    let remove = |id: &str| overlay(&json!([{"target": format!("$.paths['/{id}']"), "remove": true}]));
    fs::write(&file, remove("a")).expect("a file");
    let overlays = vec![SpecSource::Path(file.clone())];
    let document = plain(&["a", "b"]);
    let report = scene.load(&document, LoadOptions { overlays, ..named("api") }).await.expect("loads");
    assert_eq!((report.added.as_slice(), report.bytes), (&["b".to_owned()][..], document.to_string().len()));
    fs::write(&file, remove("b")).expect("a file");
    assert_eq!(scene.loader.reload("api").await.expect("reloads").added, ["a"]);
    fs::remove_file(&file).expect("was there");
    assert_eq!(scene.loader.reload("api").await.expect_err("is gone").code(), ErrorCode::SourceUnreadable);
    assert_eq!(scene.names(), ["a"]);
}

#[tokio::test]
async fn what_is_wrong_with_an_overlay_is_told_with_its_name() {
    for (bytes, expected) in [
        (overlay(&json!([{"target": "a", "remove": true}])), "overlays/1#/actions/0/target"),
        (overlay(&json!([{"target": "$.info.title", "update": "x"}])), "overlays/1#/actions/0/update"),
        (b"{\"overlay\": ".to_vec(), "overlays/1"),
        (b"".to_vec(), "overlays/1#"),
        (b"overlay: 2.0.0\ninfo: {}".to_vec(), "overlays/1#/overlay"),
    ] {
        let scene = Scene::new();
        let fine = overlay(&json!([{"target": "$.info", "update": {"x": 1}}]));
        let overlays = vec![SpecSource::Text(fine.into()), SpecSource::Text(bytes.into())];
        let error =
            scene.load(&plain(&["a"]), LoadOptions { overlays, ..named("api") }).await.expect_err("is wrong");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(scene.registry.snapshot().revision(), 0);
    }
}

#[tokio::test]
async fn an_overlaid_document_is_bounded_as_any_other() {
    let limits = ParseLimits { operations: 2, ..ParseLimits::default() };
    let more = overlay(&json!([{"target": "$.paths", "update": {"/b": {"get": {}}, "/c": {"get": {}}}}]));
    let options = LoadOptions { overlays: vec![SpecSource::Text(more.into())], limits, ..named("api") };
    let error = Scene::new().load(&plain(&["a"]), options).await.expect_err("is too large");
    assert_eq!(error.code(), ErrorCode::LimitExceeded);
}

#[tokio::test]
async fn keys_that_stand_twice_below_an_overlay_are_told() {
    let scene = Scene::new();
    let text = concat!(
        r#"{"openapi": "3.1.0", "servers": [{"url": "https://a.example"}], "#,
        r#""paths": {"/a": {}, "/a": {"get": {"operationId": "a"}}}}"#
    );
    let nothing = overlay(&json!([{"target": "$", "update": {"x-laid": true}}]));
    let limits = LoadOptions::parse(&json!({"document": {"duplicateKeys": "last"}})).expect("options").limits;
    let options = LoadOptions { overlays: vec![SpecSource::Text(nothing.into())], limits, ..named("api") };
    let report = scene.loader.load(SpecSource::Text(text.into()), options).await.expect("loads");
    assert_eq!(codes(&report), ["DUPLICATE_KEY"]);
}
