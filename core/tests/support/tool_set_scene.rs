//! A loader of tool sets, and sets of small tools.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde_json::{Value, json};
use toolrack_core::error::{Error, Result};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{GivenTool, LoadOptions, LoadReport, NameOwner, OnError, SpecLoader, ToolSet};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::review::LoadTrigger;
use toolrack_core::tool::sha256::sha256;
use toolrack_core::tool::{Executor, ToolCall, ToolDefinition, ToolResult};

/// A closure: each is its own.
pub struct Closure;

impl Executor for Closure {
    fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(async { Ok(Value::Null.into()) })
    }
}

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

    pub async fn load(&self, batch: Vec<ToolSet>) -> Vec<LoadReport> {
        let outcome = self.load_with(batch, OnError::Refuse).await.expect("loads");
        outcome.into_iter().map(|one| one.expect("loads")).collect()
    }

    /// Loads a batch of which all sets have its `on_error`.
    pub async fn load_with(
        &self,
        batch: Vec<ToolSet>,
        on_error: OnError,
    ) -> std::result::Result<Vec<Result<LoadReport>>, (usize, Error)> {
        let batch: Vec<_> = batch.into_iter().map(|set| ToolSet { on_error, ..set }).collect();
        self.loader.tool_sets().load(&batch, LoadTrigger::Load, on_error).await
    }

    pub fn revision(&self) -> u64 {
        self.registry.snapshot().revision()
    }

    /// Each tool with its source.
    pub fn tools(&self) -> Vec<String> {
        let snapshot = self.registry.snapshot();
        snapshot.tools().map(|tool| format!("{}:{}", tool.origin.source, tool.name())).collect()
    }
}

pub fn set(name: &str, content: &str, tools: &[(&str, &str)]) -> ToolSet {
    ToolSet {
        name: name.to_owned(),
        location: format!("/tools/{name}.js").into(),
        replaces: None,
        on_error: OnError::Refuse,
        names: NameOwner::Code,
        options: Arc::new(LoadOptions::parse_for_tool_set(&Value::Null).expect("options")),
        version: None,
        hash: sha256(content.as_bytes()),
        bytes: content.len(),
        tools: tools.iter().map(|(name, description)| given(name, description)).collect(),
        failed: Vec::new(),
    }
}

pub fn given(name: &str, description: &str) -> GivenTool {
    let definition = json!({"name": name, "description": description, "parameters": {}});
    let definition = ToolDefinition::parse(&definition, true).expect("a definition");
    GivenTool { export: name.into(), definition, executor: Arc::new(Closure), notes: Vec::new() }
}

pub fn with_options(mut set: ToolSet, options: &Value) -> ToolSet {
    set.options = Arc::new(LoadOptions::parse_for_tool_set(options).expect("options"));
    set
}
