//! Documents and what becomes of them: one idea in each folder of `documents/`.
//!
//! A folder holds the document and `expected.json`: the report, the schemas of each tool, and the requests that calls
//! lead to; or the error that refuses the document. `options.json` has the options of the load, and files called
//! `overlay*.yaml` are its overlays, in their order. `TOOLRACK_BLESS=1` writes what came of it, to be read before it is
//! committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use futures_core::future::BoxFuture;
use http::HeaderMap;
use serde_json::{Map, Value, json};
use toolrack_core::exec::{CallRequest, CallRunner};
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse};
use toolrack_core::loader::{LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::{OnConflict, Snapshot, ToolRegistry};
use toolrack_core::spec::SpecSource;

/// Answers every request with nothing, and remembers it.
#[derive(Default)]
struct Recorder(Mutex<Option<HttpRequest>>);

impl HttpClient for Recorder {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        let url = request.url.clone();
        *self.0.lock().expect("no panic") = Some(request);
        Box::pin(
            async move { Ok(HttpResponse { status: 204, headers: HeaderMap::new(), body: Vec::new(), url }) },
        )
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents")
}

/// What a document became, without what is the same in every case.
async fn outcome(document: Vec<u8>, options: LoadOptions, calls: &Map<String, Value>) -> Value {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let client = Arc::new(Recorder::default());
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::clone(&client) as Arc<dyn HttpClient>);
    let options = LoadOptions { name: Some("api".to_owned()), ..options };
    let report = match loader.load(SpecSource::Text(document.into()), options).await {
        Ok(report) => report,
        Err(error) => {
            assert_eq!(registry.snapshot().revision(), 0, "an error changes nothing");
            return json!({"error": {"code": error.code().as_str(), "message": error.to_string(),
                "details": error.details()}});
        }
    };
    let snapshot = registry.snapshot();
    let mut requests = Map::new();
    for call in calls.keys() {
        requests.insert(call.clone(), json!(request(&snapshot, call, &client).await));
    }
    let schemas: Map<_, _> =
        snapshot.tools().map(|tool| (tool.name().to_owned(), tool.definition.input_schema.value())).collect();
    let mut outcome = json!({"report": told(&report), "schemas": schemas});
    let outputs: Map<_, _> = snapshot
        .tools()
        .filter_map(|tool| Some((tool.name().to_owned(), tool.definition.output_schema.as_ref()?.value())))
        .collect();
    if !outputs.is_empty() {
        outcome["outputs"] = Value::Object(outputs);
    }
    if !requests.is_empty() {
        outcome["requests"] = Value::Object(requests);
    }
    outcome
}

fn told(report: &LoadReport) -> Value {
    let mut told = serde_json::to_value(report).expect("data");
    let map = told.as_object_mut().expect("a map");
    for key in ["source", "version", "revision", "bytes", "hash"] {
        assert!(map.shift_remove(key).is_some(), "{key} is in every report");
    }
    map.retain(|_, value| *value != json!([]) && *value != json!({"deprecated": 0, "unselected": 0}));
    // Inputs that are all exposed say nothing new.
    map.retain(|key, value| key != "inputs" || has_others(value));
    told
}

/// Whether some inputs are not exposed.
fn has_others(inputs: &Value) -> bool {
    ["parameters", "bodyProperties"].iter().any(|sort| inputs[sort]["declared"] != inputs[sort]["exposed"])
}

/// The request that a call `name {arguments}` leads to: its line, its headers but for the one of every request, its
/// body.
async fn request(snapshot: &Snapshot, call: &str, client: &Recorder) -> String {
    let (name, arguments) = call.split_once(' ').expect("a name and arguments");
    let arguments = serde_json::from_str(arguments).expect("JSON");
    let outcome = CallRunner::default().execute(snapshot, CallRequest::new(name, arguments)).await;
    let sent = client.0.lock().expect("no panic").take();
    let (Ok(_), Some(sent)) = (&outcome, sent) else {
        return outcome.expect_err("a failure where nothing was sent").to_string();
    };
    let mut shown = vec![sent.method.to_string(), sent.url.to_string()];
    let headers = sent.headers.iter().filter(|(name, _)| *name != http::header::ACCEPT);
    shown.extend(
        headers.map(|(name, value)| format!("[{name}: {}]", String::from_utf8_lossy(value.as_bytes()))),
    );
    shown.extend(sent.body.map(|body| String::from_utf8_lossy(&body).into_owned()));
    shown.join(" ")
}

/// The options of a case.
fn options(case: &Path) -> LoadOptions {
    let given = fs::read_to_string(case.join("options.json")).unwrap_or_else(|_| "null".to_owned());
    let given = serde_json::from_str(&given).expect("JSON");
    let mut files: Vec<_> = fs::read_dir(case).expect("a folder").flatten().map(|file| file.path()).collect();
    files.retain(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("overlay")));
    files.sort();
    let overlays = files.into_iter().map(|file| SpecSource::Text(fs::read(file).expect("an overlay").into()));
    LoadOptions { overlays: overlays.collect(), ..LoadOptions::parse(&given).expect("options") }
}

#[tokio::test]
async fn every_document_becomes_what_its_folder_says() {
    let mut cases: Vec<_> =
        fs::read_dir(folder()).expect("cases").flatten().map(|entry| entry.path()).collect();
    cases.sort();
    let mut wrong = Vec::new();
    for case in &cases {
        let document =
            ["document.yaml", "document.json"].iter().find_map(|name| fs::read(case.join(name)).ok());
        let document = document.unwrap_or_else(|| panic!("{} has no document", case.display()));
        let file = case.join("expected.json");
        let expected = fs::read_to_string(&file).unwrap_or_else(|_| "{}".to_owned());
        let expected: Value = serde_json::from_str(&expected).expect("JSON");
        let calls = expected["requests"].as_object().cloned().unwrap_or_default();
        let outcome = outcome(document, options(case), &calls).await;
        if std::env::var_os("TOOLRACK_BLESS").is_some() {
            fs::write(&file, format!("{outcome:#}\n")).expect("can be written");
        } else if outcome != expected {
            wrong.push(format!("{}:\n{outcome:#}", case.display()));
        }
    }
    assert!(
        cases.len() > 20 && wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
