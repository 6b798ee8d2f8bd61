//! A document that changes, the registry that it is loaded into, and who hears of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tempfile::TempDir;
use toolrack_core::clock::Clock;
use toolrack_core::error::{Error, Result};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadListener, LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::review::{CustomGates, HeldChange, HoldOutcome};
use toolrack_core::spec::SpecSource;

/// What was told, in order.
#[derive(Default)]
pub struct Heard(Mutex<Vec<String>>);

impl Heard {
    pub fn add(&self, text: String) {
        self.0.lock().expect("whole").push(text);
    }

    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("whole"))
    }
}

impl LoadListener for Heard {
    fn reloaded(&self, _: &LoadReport) {}

    fn reload_failed(&self, source: &str, error: &Error) {
        self.add(format!("{source} failed {}", error.code().as_str()));
    }

    fn source_missing(&self, _: &str, _: &str) {}

    fn polling(&self, _: &str, _: Duration) {}

    fn held(&self, change: &HeldChange) {
        let names: Vec<_> = change.names().cloned().collect();
        self.add(format!("held {}", names.join(" ")));
    }

    fn settled(&self, change: &HeldChange, outcome: HoldOutcome) {
        let names: Vec<_> = change.names().cloned().collect();
        self.add(format!("{outcome:?} {}", names.join(" ")));
    }

    fn downgrade(&self, _: &str, from: &str, to: &str) {
        self.add(format!("{from} > {to}"));
    }
}

/// What time it is, in ms.
pub static NOW: AtomicU64 = AtomicU64::new(1_000);

/// The clock that says [`NOW`].
struct Hand;

impl Clock for Hand {
    fn now(&self) -> Duration {
        Duration::from_millis(NOW.load(Ordering::Relaxed))
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.now()
    }
}

/// A document in a file, and the registry that it is loaded into.
pub struct Scene {
    pub registry: Arc<ToolRegistry>,
    pub loader: SpecLoader,
    pub heard: Arc<Heard>,
    pub folder: TempDir,
    pub options: Value,
    pub custom_gates: Option<CustomGates>,
}

impl Scene {
    pub fn new(gates: &Value) -> Self {
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let loader =
            SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new())).with_clock(Arc::new(Hand));
        let heard = Arc::new(Heard::default());
        loader.listen(Arc::clone(&heard) as _);
        let options = json!({"name": "api", "gates": gates});
        Self {
            registry,
            loader,
            heard,
            folder: tempfile::tempdir().expect("a folder"),
            options,
            custom_gates: None,
        }
    }

    pub fn place(&self) -> SpecSource {
        SpecSource::Path(self.folder.path().join("api.json"))
    }

    /// Writes what the document says from now on.
    pub fn says(&self, version: &str, paths: &Value) {
        let document =
            json!({"openapi": "3.1.1", "info": {"title": "t", "version": version}, "paths": paths});
        std::fs::write(self.folder.path().join("api.json"), document.to_string()).expect("a file");
    }

    pub fn options(&self) -> LoadOptions {
        let options = LoadOptions::parse(&self.options).expect("options");
        LoadOptions { custom_gates: self.custom_gates.clone(), ..options }
    }

    pub async fn try_load(&self, version: &str, paths: &Value) -> Result<LoadReport> {
        self.says(version, paths);
        self.loader.load(self.place(), self.options()).await
    }

    pub async fn load(&self, version: &str, paths: &Value) -> LoadReport {
        self.try_load(version, paths).await.expect("loads")
    }

    pub async fn reload(&self, version: &str, paths: &Value) -> LoadReport {
        self.says(version, paths);
        self.loader.reload("api").await.expect("reloads")
    }

    /// Each tool with what is said of it.
    pub fn tools(&self) -> Vec<(String, String)> {
        let snapshot = self.registry.snapshot();
        let tools = snapshot.tools();
        tools.map(|tool| (tool.name().to_owned(), tool.definition.description.clone())).collect()
    }

    pub fn revision(&self) -> u64 {
        self.registry.snapshot().revision()
    }

    pub fn hold_id(&self) -> String {
        let held = self.loader.decisions().held();
        assert_eq!(held.len(), 1);
        held[0].id.clone()
    }
}

/// Operations `name` without arguments, each with a description.
pub fn paths(operations: &[(&str, &str)]) -> Value {
    operations
        .iter()
        .map(|(id, text)| (format!("/{id}"), json!({"get": {"operationId": id, "description": text}})))
        .collect()
}

/// The same, and a parameter that one of them needs.
pub fn narrowed(operations: &[(&str, &str)], id: &str) -> Value {
    let mut all = paths(operations);
    all[format!("/{id}")]["get"]["parameters"] =
        json!([{"name": "q", "in": "query", "required": true, "schema": {"type": "string"}}]);
    all
}

pub fn said(tools: &[(&str, &str)]) -> Vec<(String, String)> {
    tools.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}
