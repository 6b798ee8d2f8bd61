//! A loader into a registry of its own, and documents for it.

use std::fs;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use toolrack_core::error::{Error, ErrorCode, Result};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::spec::SpecSource;

pub fn named(name: &str) -> LoadOptions {
    LoadOptions { name: Some(name.to_owned()), ..LoadOptions::default() }
}

pub fn options(over: &Value) -> Result<LoadOptions> {
    Ok(LoadOptions { name: Some("api".to_owned()), ..LoadOptions::parse(over)? })
}

pub struct Scene {
    pub registry: Arc<ToolRegistry>,
    pub loader: SpecLoader,
    pub directory: TempDir,
}

impl Scene {
    pub fn new() -> Self {
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
        Self { registry, loader, directory: tempfile::tempdir().expect("a directory") }
    }

    /// Puts a document into the file that loads read.
    pub fn write(&self, document: &Value) -> SpecSource {
        let file = self.directory.path().join("api.json");
        fs::write(&file, document.to_string()).expect("a file");
        SpecSource::Path(file)
    }

    pub async fn load(&self, document: &Value, options: LoadOptions) -> Result<LoadReport> {
        self.loader.load(self.write(document), options).await
    }

    pub fn names(&self) -> Vec<String> {
        self.registry.snapshot().tools().map(|tool| tool.name().to_owned()).collect()
    }
}

/// A document with an operation `GET /<id>` for each id and what else is said of it.
pub fn document(operations: &[(&str, Value)]) -> Value {
    let paths = operations.iter().map(|(id, over)| {
        let mut operation = json!({"operationId": id, "summary": format!("Does {id}")});
        operation.as_object_mut().expect("a map").extend(over.as_object().cloned().unwrap_or_default());
        (format!("/{id}"), json!({"get": operation}))
    });
    json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://api.example.com"}], "paths": paths.collect::<Value>(),
    })
}

pub fn plain(ids: &[&str]) -> Value {
    document(&ids.iter().map(|id| (*id, Value::Null)).collect::<Vec<_>>())
}

pub fn codes(report: &LoadReport) -> Vec<&'static str> {
    report.notes.iter().map(|note| note.note.kind.code).collect()
}

/// The places of all that is wrong with an option.
pub fn places(error: &Error) -> Vec<String> {
    let Error::InvalidValue { problems, .. } = error else { panic!("{error}") };
    assert_eq!(error.code(), ErrorCode::InvalidOptions);
    problems.iter().map(|problem| problem.pointer.clone()).collect()
}

/// Every operation is a tool, skipped or excluded.
pub fn adds_up(report: &LoadReport) -> bool {
    let tools = report.added.len() + report.updated.len() + report.unchanged.len();
    tools + report.skipped.len() + report.excluded.deprecated + report.excluded.unselected
        == report.operations
}
