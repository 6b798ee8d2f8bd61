//! Two versions of one source, and who listens.

use std::sync::{Arc, Mutex};

use futures_core::future::BoxFuture;
use serde_json::{Value, json};
use toolrack_core::error::{Error, ErrorCode, Failure, Result};
use toolrack_core::registry::{
    ChangeListener, ChangeSet, OnConflict, Origin, RegisteredTool, ToolRegistry, VersionEvent, ViewRequest,
};
use toolrack_core::tool::{CallContext, Executor, ToolCall, ToolDefinition, ToolResult};

/// Answers who it is, or fails, as its arguments say.
pub struct Named(&'static str);

impl Executor for Named {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(async move {
            let failure = || {
                let failure = Failure {
                    name: "Error".to_owned(),
                    message: "no".to_owned(),
                    code: None,
                    for_model: false,
                    stack: None,
                    cause: None,
                };
                Error::ToolFailed { tool: call.tool.clone(), failure: Box::new(failure) }
            };
            match call.arguments.get("end").and_then(Value::as_str) {
                Some("fail") => Err(failure()),
                Some("never") => std::future::pending().await,
                _ => Ok(json!(self.0).into()),
            }
        })
    }

    fn is_same_as(&self, other: &dyn Executor) -> bool {
        let other = other.as_any().and_then(|other| other.downcast_ref::<Self>());
        other.is_some_and(|other| other.0 == self.0)
    }

    fn as_any(&self) -> Option<&dyn std::any::Any> {
        Some(self)
    }
}

/// A tool of a source that answers who it is.
pub fn tool(source: &'static str, name: &str, text: &str, version: Option<&str>) -> RegisteredTool {
    let mut definition =
        json!({"name": name, "description": text, "parameters": {"end": {"type": "string"}}});
    definition["version"] = json!(version);
    if version.is_none() {
        definition.as_object_mut().expect("a map").shift_remove("version");
    }
    let definition = ToolDefinition::parse(&definition, true).expect("a definition");
    RegisteredTool::new(
        definition,
        Arc::new(Named(source)),
        Origin { source: source.into(), namespace: None },
        0,
    )
}

/// Puts a version in, with tools of these names.
pub fn load(registry: &ToolRegistry, source: &'static str, names: &[&str]) {
    let tools = names.iter().map(|name| tool(source, name, source, None)).collect();
    let applied = registry.apply(source, tools).expect("open");
    assert!(applied.refused.is_empty(), "{:?}", applied.refused);
}

/// A caller.
pub fn context(user: &str, tenant: &str) -> CallContext {
    CallContext { user_id: json!(user), metadata: json!({"tenant": tenant}), ..CallContext::default() }
}

/// A request of a caller.
pub fn request(user: &str, tenant: &str, versions: &Value) -> ViewRequest {
    ViewRequest::parse(context(user, tenant), versions).expect("a request")
}

/// Why something is refused.
pub fn code(result: Result<impl Sized>) -> ErrorCode {
    result.err().expect("is refused").code()
}

/// What a listener hears.
#[derive(Default)]
pub struct Recorder(Mutex<(Vec<ChangeSet>, Vec<VersionEvent>)>);

impl Recorder {
    /// All since the last time.
    pub fn take(&self) -> (Vec<ChangeSet>, Vec<VersionEvent>) {
        std::mem::take(&mut self.0.lock().expect("no panic"))
    }
}

impl ChangeListener for Recorder {
    fn changed(&self, change: &ChangeSet) {
        self.0.lock().expect("no panic").0.push(change.clone());
    }

    fn version(&self, event: &VersionEvent) {
        self.0.lock().expect("no panic").1.push(event.clone());
    }
}

/// A listener of a registry.
pub fn listened(registry: &ToolRegistry) -> Arc<Recorder> {
    let recorder = Arc::new(Recorder::default());
    registry.listen(Arc::clone(&recorder) as Arc<dyn ChangeListener>);
    recorder
}

/// `crm@1` stands, `crm@2` waits, and there is a tool of another source in between.
pub fn two() -> Arc<ToolRegistry> {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    load(&registry, "crm@1", &["list", "old"]);
    load(&registry, "shop", &["buy"]);
    load(&registry, "crm@2", &["new", "list"]);
    registry
}
