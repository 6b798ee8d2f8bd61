//! A registry that documents are loaded into, and what it looks like from outside.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use toolrack_core::error::Result;
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::OfferOptions;
use toolrack_core::registry::{Filter, OnConflict, ToolRegistry};
use toolrack_core::spec::SpecSource;
use toolrack_core::target::Target;

/// A registry and a loader into it.
pub struct Scene {
    pub registry: Arc<ToolRegistry>,
    pub loader: SpecLoader,
}

impl Scene {
    pub fn new() -> Self {
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
        Self { registry, loader }
    }

    /// Loads a document, whose API is somewhere unless the options say `baseUrl: null`.
    pub async fn load(&self, place: SpecSource, options: Value) -> Result<LoadReport> {
        let mut read = LoadOptions::parse(&options).expect("options");
        if options.get("baseUrl").is_none() {
            read.conversion.base_url = "https://api.example.com".parse().ok();
        }
        let report = self.loader.load(place, read).await?;
        let tools = report.added.len() + report.updated.len() + report.unchanged.len();
        assert_eq!(
            report.operations,
            tools + report.skipped.len() + report.excluded.deprecated + report.excluded.unselected,
            "every operation is a tool or is told"
        );
        Ok(report)
    }

    pub async fn load_text(&self, text: impl Into<Vec<u8>>) -> Result<LoadReport> {
        self.load(SpecSource::Text(text.into().into()), json!({"name": "api"})).await
    }

    pub async fn load_file(&self, path: impl Into<PathBuf>) -> Result<LoadReport> {
        self.load(SpecSource::Path(path.into()), Value::Null).await
    }

    /// The input schema of a tool.
    pub fn schema(&self, tool: &str) -> Value {
        let snapshot = self.registry.snapshot();
        snapshot.get(tool).unwrap_or_else(|| panic!("there is no {tool}")).definition.input_schema.value()
    }

    /// All that can be seen of the registry: its revision and what each provider is given.
    pub fn face(&self) -> String {
        let snapshot = self.registry.snapshot();
        let definitions = [Target::OpenAi, Target::Anthropic, Target::Gemini]
            .map(|target| snapshot.offer(&OfferOptions::plain(target.into()), &Filter::default()).request());
        format!("{} {}", snapshot.revision(), definitions.concat())
    }
}

/// Files below a new folder, which is gone with what is given.
pub fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        write(&folder.path().join(path), text);
    }
    folder
}

pub fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

/// A document with an operation for each reference: its body has the property `it`, which is what the reference leads
/// to.
pub fn api(references: &[(&str, &str)]) -> String {
    let operation = |id: &str, reference: &str| {
        let schema = json!({"type": "object", "properties": {"it": {"$ref": reference}}});
        json!({"post": {
            "operationId": id,
            "requestBody": {"required": true, "content": {"application/json": {"schema": schema}}}
        }})
    };
    let paths: Value = references
        .iter()
        .enumerate()
        .map(|(number, (id, reference))| (format!("/{number}"), operation(id, reference)))
        .collect();
    json!({"openapi": "3.1.1", "paths": paths}).to_string()
}

/// What was skipped: operation and code, sorted.
pub fn skipped(report: &LoadReport) -> Vec<(String, &str)> {
    let mut skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|one| (one.operation_id.clone().unwrap_or_else(|| one.path.clone()), one.code))
        .collect();
    skipped.sort();
    skipped
}
