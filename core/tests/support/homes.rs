//! A document and a state file in a folder, and processes one after another that use both.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;
use toolrack_core::error::Result;
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::spec::SpecSource;
use toolrack_core::state::{StateFailure, StateOptions};

/// The folder.
pub struct Home {
    pub folder: TempDir,
}

/// What one process has.
pub struct Life {
    pub registry: Arc<ToolRegistry>,
    pub loader: SpecLoader,
    pub failures: Arc<Mutex<Vec<StateFailure>>>,
    location: SpecSource,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes what the document says from now on.
    pub fn says(&self, version: &str, paths: &Value) {
        let document =
            json!({"openapi": "3.1.1", "info": {"title": "t", "version": version}, "paths": paths});
        std::fs::write(self.path("api.json"), document.to_string()).expect("a file");
    }

    /// The document is gone.
    pub fn is_silent(&self) {
        std::fs::remove_file(self.path("api.json")).expect("there was one");
    }

    pub fn try_live(&self, state: &Value) -> Result<Life> {
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let failures = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&failures);
        let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new())).with_state(
            &StateOptions::parse(state)?,
            move |failure| {
                told.lock().expect("whole").push(failure.clone());
            },
        )?;
        Ok(Life { registry, loader, failures, location: SpecSource::Path(self.path("api.json")) })
    }

    /// A process begins.
    pub fn live(&self) -> Life {
        self.try_live(&json!(self.path("state"))).expect("the state is whole")
    }

    /// What the state file says, before the contents.
    pub fn written(&self) -> Value {
        let bytes = std::fs::read(self.path("state")).expect("a file");
        serde_json::from_slice(bytes.split(|byte| *byte == b'\n').nth(1).expect("a line")).expect("is JSON")
    }
}

impl Life {
    pub async fn try_load(&self, options: Value) -> Result<LoadReport> {
        let mut options = options;
        options["name"] = json!("api");
        self.loader.load(self.location.clone(), LoadOptions::parse(&options).expect("options")).await
    }

    pub async fn load(&self, options: Value) -> LoadReport {
        self.try_load(options).await.expect("loads")
    }

    /// Each tool with what is said of it.
    pub fn tools(&self) -> Vec<(String, String)> {
        let snapshot = self.registry.snapshot();
        let mut tools: Vec<_> = snapshot
            .tools()
            .map(|tool| (tool.name().to_owned(), tool.definition.description.clone()))
            .collect();
        tools.sort();
        tools
    }

    /// Names of stale tools.
    pub fn stale(&self) -> Vec<String> {
        let snapshot = self.registry.snapshot();
        let stale = snapshot.tools().filter(|tool| tool.stale.is_some());
        let mut names: Vec<_> = stale.map(|tool| tool.name().to_owned()).collect();
        names.sort();
        names
    }

    pub fn failed(&self) -> Vec<String> {
        self.failures.lock().expect("whole").iter().map(|failure| failure.reason.clone()).collect()
    }
}

/// The code of an error of a report.
pub fn fault(report: &LoadReport) -> Option<&'static str> {
    report.restored.as_ref()?.error.as_ref().map(|error| error.code)
}
