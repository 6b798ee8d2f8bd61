//! The loader and the ledger: which names loads give, keep and leave behind.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Barrier, OnceLock};

use futures_core::future::BoxFuture;
use http::HeaderMap;
use serde_json::{Value, json};
use tempfile::TempDir;
use toolrack_core::error::ErrorCode;
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, TlsClient};
use toolrack_core::loader::{LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::{
    Identity, NameLedger, OnConflict, Origin, RegisteredTool, SourceReplacement, ToolRegistry,
};
use toolrack_core::spec::SpecSource;
use toolrack_core::tool::ToolDefinition;
use toolrack_core::tool::name::confusion_key;

use crate::support::idle::Idle;

/// A document with an operation `GET /<path>` for each path and id.
fn document(operations: &[(&str, &str)]) -> Vec<u8> {
    let item = |(path, id): &(&str, &str)| (format!("/{path}"), json!({"get": {"operationId": id}}));
    json!({"openapi": "3.0.4", "paths": operations.iter().map(item).collect::<Value>()})
        .to_string()
        .into_bytes()
}

struct Scene {
    registry: Arc<ToolRegistry>,
    loader: SpecLoader,
    directory: TempDir,
}

impl Scene {
    fn new() -> Self {
        Self::with(NameLedger::default())
    }

    fn with(names: NameLedger) -> Self {
        let registry = Arc::new(ToolRegistry::with_names(OnConflict::Refuse, names));
        let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
        Self { registry, loader, directory: tempfile::tempdir().expect("a directory") }
    }

    fn file(&self, source: &str, bytes: &[u8]) -> PathBuf {
        let path = self.directory.path().join(format!("{source}.json"));
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// Loads the source's file, which has these operations by now; the names of all its tools.
    async fn load(&self, source: &str, operations: &[(&str, &str)]) -> Vec<String> {
        self.load_into(None, source, operations).await
    }

    async fn load_into(
        &self,
        namespace: Option<&str>,
        source: &str,
        operations: &[(&str, &str)],
    ) -> Vec<String> {
        let place = SpecSource::Path(self.file(source, &document(operations)));
        let mut options = LoadOptions::default();
        options.conversion.namespace = namespace.map(ToOwned::to_owned);
        let report = self.loader.load(place, options).await.expect("loads");
        assert_eq!(report.skipped, []);
        let snapshot = self.registry.snapshot();
        let own = snapshot.tools().filter(|tool| *tool.origin.source == *source);
        own.map(|tool| tool.name().to_owned()).collect()
    }

    fn register(&self, name: &str) {
        let definition = ToolDefinition::parse(&json!({"name": name, "description": "x"}), true);
        let tool = RegisteredTool::new(definition.expect("valid"), Arc::new(Idle), Origin::code(), 0);
        self.registry.register(tool).expect("is free");
    }
}

/// A name that a hash of the place tells from the one that was wanted.
fn is_apart(name: &str, wanted: &str) -> bool {
    name.strip_prefix(wanted).is_some_and(|rest| rest.len() == 9 && rest.starts_with('_'))
}

#[tokio::test]
async fn an_operation_keeps_its_name_whatever_comes_goes_and_comes_back() {
    let scene = Scene::new();
    assert_eq!(scene.load("crm", &[("b", "get-user")]).await, ["get-user"]);
    let names = scene.load("crm", &[("a", "get_user"), ("b", "get-user")]).await;
    assert!(names[0] == "get-user" && is_apart(&names[1], "get_user"), "{names:?}");
    assert_eq!(scene.load("crm", &[("a", "get_user")]).await, [names[1].as_str()]);
    assert_eq!(scene.load("crm", &[("b", "get-user")]).await, ["get-user"]);
}

#[tokio::test]
async fn an_endpoint_that_takes_the_id_of_one_that_is_gone_does_not_take_its_name() {
    let scene = Scene::new();
    assert_eq!(scene.load("crm", &[("pay", "pay")]).await, ["pay"]);
    let names = scene.load("crm", &[("steal", "pay")]).await;
    assert!(is_apart(&names[0], "pay"), "{names:?}");
}

#[tokio::test]
async fn the_order_of_a_document_does_not_count_and_tools_stand_in_it() {
    let turned = [[("b", "x"), ("a", "x"), ("c", "y")], [("c", "y"), ("a", "x"), ("b", "x")]];
    let names = [Scene::new().load("crm", &turned[0]).await, Scene::new().load("crm", &turned[1]).await];
    assert!(is_apart(&names[0][0], "x"), "{names:?}");
    assert_eq!([&names[0][1], &names[0][2]], ["x", "y"]);
    assert_eq!(names[1], ["y", "x", &names[0][0]]);
}

#[tokio::test]
async fn names_of_a_source_are_kept_from_others_while_it_is_loaded_and_after() {
    let scene = Scene::new();
    assert_eq!(scene.load("crm", &[("a", "x"), ("b", "y")]).await, ["x", "y"]);
    let names = scene.load("shop", &[("a", "x")]).await;
    assert!(is_apart(&names[0], "x"), "{names:?}");
    scene.loader.unload("crm").expect("is there");
    let names = scene.load("late", &[("z", "y")]).await;
    assert!(is_apart(&names[0], "y"), "{names:?}");
    assert_eq!(scene.load("crm", &[("b", "y"), ("a", "x")]).await, ["y", "x"]);
}

#[tokio::test]
async fn names_are_released_when_somebody_asks_and_no_tool_bears_them() {
    let scene = Scene::new();
    scene.load("crm", &[("a", "x"), ("b", "y")]).await;
    scene.load("crm", &[("a", "x")]).await;
    scene.load("shop", &[("c", "z")]).await;
    scene.loader.unload("shop").expect("is there");
    assert_eq!(scene.registry.forget_names(Some("crm")), Ok(1));
    assert_eq!(scene.registry.forget_names(Some("none")), Ok(0));
    assert_eq!(scene.load("late", &[("d", "y")]).await, ["y"]);
    assert_eq!(scene.registry.forget_names(None), Ok(1));
    let held = scene.registry.names();
    let held: Vec<_> = held["names"].as_array().expect("a list").iter().map(|one| &one["name"]).collect();
    assert_eq!(held, ["x", "y"]);
    scene.registry.close();
    assert_eq!(scene.registry.forget_names(None).expect_err("closed").code(), ErrorCode::Closed);
    assert_eq!(scene.registry.names()["names"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_source_in_another_namespace_is_named_anew_and_finds_its_names_when_it_returns() {
    let scene = Scene::new();
    let operations = [("a", "x"), ("b", "x")];
    let first = scene.load_into(None, "crm", &operations).await;
    let second = scene.load_into(Some("ns"), "crm", &operations).await;
    assert_eq!((first[0].as_str(), second[0].as_str()), ("x", "ns_x"));
    assert!(is_apart(&second[1], "ns_x"), "{second:?}");
    assert_eq!(scene.load_into(None, "crm", &operations).await, first);
}

#[tokio::test]
async fn a_tool_of_code_keeps_an_operation_out_and_the_operation_keeps_its_name() {
    let scene = Scene::new();
    scene.register("x");
    let place = SpecSource::Path(scene.file("crm", &document(&[("a", "x")])));
    let report = scene.loader.load(place, LoadOptions::default()).await.expect("loads");
    let skipped: Vec<_> = report.skipped.iter().map(|one| (one.path.as_str(), one.code)).collect();
    assert_eq!(skipped, [("/a", "NAME_TAKEN")]);
    scene.registry.unregister("x", None).expect("open");
    assert_eq!(scene.load("crm", &[("a", "x"), ("b", "y")]).await, ["x", "y"]);
}

#[tokio::test]
async fn a_restored_ledger_names_a_document_as_before_whatever_was_added_and_moved() {
    let first = Scene::new();
    let before = first.load("crm", &[("b", "x"), ("c", "y")]).await;
    let saved = first.registry.names().to_string();
    let names = NameLedger::restore(&serde_json::from_str(&saved).expect("JSON")).expect("is whole");
    let after = Scene::with(names).load("crm", &[("c", "y"), ("a", "x"), ("b", "x")]).await;
    assert_eq!([&after[2], &after[0]], [&before[0], &before[1]]);
    assert!(is_apart(&after[1], "x"), "{after:?}");
}

/// Answers with a document, and closes the loader that asks for it.
struct Closer(Arc<OnceLock<Arc<SpecLoader>>>);

impl HttpClient for Closer {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        let body = document(&[("a", "x")]);
        self.0.get().expect("is set").close();
        Box::pin(async {
            Ok(HttpResponse { status: 200, headers: HeaderMap::new(), body, url: request.url })
        })
    }
}

#[tokio::test]
async fn a_load_that_fails_leaves_no_name_behind() {
    let scene = Scene::new();
    scene.load("crm", &[("a", "x")]).await;
    let before = scene.registry.names();
    let broken = SpecSource::Path(scene.file("crm", b"{"));
    assert!(scene.loader.load(broken, LoadOptions::default()).await.is_err());
    assert_eq!(scene.registry.names(), before);

    let slot = Arc::new(OnceLock::new());
    let client = Arc::new(Closer(Arc::clone(&slot)));
    let loader = Arc::new(SpecLoader::new(Arc::clone(&scene.registry), client));
    assert!(slot.set(Arc::clone(&loader)).is_ok());
    let place = SpecSource::from_text("http://api.test/shop.json").expect("an address");
    let error = loader.load(place, LoadOptions::default()).await.expect_err("was closed meanwhile");
    assert_eq!(error.code(), ErrorCode::Closed);
    assert_eq!(scene.registry.names(), before);
}

#[test]
fn tools_enter_with_their_names_or_not_at_all() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    let draft = |source: &str| {
        let identity = Identity { path: "/a".into(), method: "GET".into(), id: Some("x".into()) };
        registry.draft(source, None, vec![identity])
    };
    let (crm, shop) = (draft("crm"), draft("shop"));
    let applied = registry.apply_drafted(&crm, SourceReplacement::default()).expect("open");
    assert!(applied.is_some());
    assert!(
        registry.apply_drafted(&shop, SourceReplacement::default()).expect("open").is_none(),
        "the name is taken by now"
    );
    let shop = draft("shop");
    assert!(is_apart(shop.names().next().expect("one"), "x"));
    registry.close();
    assert_eq!(
        registry.apply_drafted(&shop, SourceReplacement::default()).expect_err("closed").code(),
        ErrorCode::Closed
    );
    assert_eq!(registry.names()["names"].as_array().map(Vec::len), Some(1));
}

#[test]
fn sources_that_load_at_once_and_want_the_same_names_all_come_in_whole() {
    let scene = Scene::new();
    let ids: Vec<String> = (0..40).map(|i| format!("operation{i}")).collect();
    let bytes = document(&ids.iter().map(|id| (id.as_str(), id.as_str())).collect::<Vec<_>>());
    let start = Barrier::new(8);
    let load = |number: usize| {
        let options = LoadOptions { name: Some(format!("api{number}")), ..LoadOptions::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        start.wait();
        runtime.block_on(scene.loader.load(SpecSource::Text(bytes.clone().into()), options)).expect("loads")
    };
    let reports: Vec<LoadReport> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|number| scope.spawn(move || load(number))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(reports.iter().all(|report| report.added.len() == 40 && report.skipped.is_empty()));
    let keys: HashSet<_> =
        reports.iter().flat_map(|report| &report.added).map(|name| confusion_key(name)).collect();
    assert_eq!((keys.len(), scene.registry.snapshot().len()), (320, 320));
}
