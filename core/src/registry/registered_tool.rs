//! A tool and what the registry knows of it.

use std::sync::{Arc, OnceLock};

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Identity;
use super::versions::counting_executor::CountingExecutor;
use super::versions::health::VersionHealth;

use crate::error::{Error, Result};
use crate::target::{OfferCandidate, RenderCache, RenderedTool, Strict, TargetForm};
use crate::tool::{CONTEXT_KEYS, Executor, ToolCall, ToolDefinition, ToolResult, Version};

/// Where a tool comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The source: the name of a document, or [`Origin::CODE`].
    pub source: Arc<str>,
    /// The prefix that the source gave its names.
    pub namespace: Option<Arc<str>>,
}

impl Origin {
    /// The source of tools that were registered one by one.
    pub const CODE: &'static str = "code";

    /// The origin of tools that were registered one by one.
    pub fn code() -> Self {
        Self { source: Self::CODE.into(), namespace: None }
    }
}

/// Why a tool is what it was: its operation could not be read any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stale {
    /// Since when, in ms since 1970.
    pub since: u64,
    /// The code of the fault.
    pub code: &'static str,
    /// Where in the document the fault is.
    pub pointer: String,
    /// What is wrong.
    pub reason: String,
}

/// An operation of a document that could not be read.
#[derive(Clone, Debug)]
pub struct UnreadOperation {
    /// Its path.
    pub path: String,
    /// Its method in capitals; `*` for a whole path item.
    pub method: String,
    /// What is wrong with it.
    pub fault: Stale,
}

impl UnreadOperation {
    /// Whether a tool is this operation.
    pub(in crate::registry) fn is(&self, tool: &RegisteredTool) -> bool {
        tool.operation
            .as_ref()
            .is_some_and(|own| *own.path == *self.path && (self.method == "*" || *own.method == *self.method))
    }
}

/// A tool in a registry. Immutable: whatever changes makes a new one.
#[derive(Clone, Debug)]
pub struct RegisteredTool {
    /// What was said of it.
    pub definition: Arc<ToolDefinition>,
    /// What carries its calls out.
    pub executor: Arc<dyn Executor>,
    /// Where it comes from.
    pub origin: Origin,
    /// When it was first registered, in ms since 1970.
    pub registered_at: u64,
    /// When it became what it is, in ms since 1970.
    pub changed_at: u64,
    /// The revision in which it became what it is.
    pub revision: u64,
    /// Its place among all tools, kept through updates. No two tools ever have the same.
    pub place: u64,
    /// Which registration it came by. A handle means this one, not what has the tool's name or place by now.
    pub id: u64,
    /// Whether it is shown and can be called.
    pub enabled: bool,
    /// The operation of a document that it is.
    pub operation: Option<Identity>,
    /// Why it is what it was, where its document has moved on.
    pub stale: Option<Arc<Stale>>,
    /// The executor under the one that counts how its calls go.
    uncounted: Option<Arc<dyn Executor>>,
    own_context_keys: [bool; 3],
    schema_hash: Arc<OnceLock<String>>,
    /// The name that providers are told, where it is not its own.
    told: Option<Arc<str>>,
    renderings: RenderCache,
}

impl RegisteredTool {
    /// A tool that is not in a registry yet: the registry gives it its revision and its place.
    pub fn new(
        definition: ToolDefinition,
        executor: Arc<dyn Executor>,
        origin: Origin,
        registered_at: u64,
    ) -> Self {
        let own_context_keys = CONTEXT_KEYS.map(|key| definition.input_schema.has_property(key));
        Self {
            schema_hash: Arc::default(),
            definition: Arc::new(definition),
            executor,
            origin,
            registered_at,
            changed_at: registered_at,
            revision: 0,
            place: 0,
            id: 0,
            enabled: true,
            operation: None,
            stale: None,
            uncounted: None,
            own_context_keys,
            told: None,
            renderings: RenderCache::default(),
        }
    }

    /// The tool's name.
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// The name that providers are told. Every provider takes `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`; a name of that form is told
    /// as it is, whatever else there is.
    pub fn wire_name(&self) -> &str {
        self.told.as_deref().unwrap_or_else(|| self.name())
    }

    /// The tool under the name that providers are to be told.
    pub(in crate::registry) fn tell(&mut self, wire_name: &str) {
        if self.wire_name() != wire_name {
            self.told = (wire_name != self.name()).then(|| wire_name.into());
            self.renderings = RenderCache::default();
        }
    }

    /// The tool as a target takes it.
    pub fn rendered(&self, form: TargetForm) -> Arc<RenderedTool> {
        self.renderings.of(form, &self.definition, self.wire_name())
    }

    /// The arguments as the tool names them, from what a model sent for what it was shown.
    pub fn arguments(&self, form: TargetForm, sent: Map<String, Value>) -> Map<String, Value> {
        let (schema, sent) = (self.definition.input_schema.value(), Value::Object(sent));
        // What it was shown counts where it may be strict or not, and where it says how values are written.
        let own = if form.strict != Strict::Off || form.has_json_text() {
            self.rendered(form).restore(form, &schema, sent)
        } else {
            form.restore(&schema, sent, false)
        };
        match own {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    /// The tool as a request may have it.
    pub fn candidate(&self) -> OfferCandidate<'_> {
        OfferCandidate { tool: &self.definition, wire_name: self.wire_name(), renderings: &self.renderings }
    }

    /// Takes the place of a tool that is the same but for its version: what providers were given of that one holds on, to
    /// the byte.
    pub(in crate::registry) fn succeed(&mut self, old: &Self) {
        self.enabled = old.enabled;
        (self.id, self.place) = (old.id, old.place);
        (self.registered_at, self.changed_at, self.revision) =
            (old.registered_at, old.changed_at, old.revision);
        self.told.clone_from(&old.told);
        self.renderings = old.renderings.clone();
        if self.definition.input_schema != old.definition.input_schema
            && let Some(definition) = Arc::get_mut(&mut self.definition)
        {
            // The same but for the order of keys.
            definition.input_schema = old.definition.input_schema.clone();
        }
    }

    /// Counts how its calls go, once: it may be a tool that stood here before.
    pub(in crate::registry) fn count(&mut self, source: &Arc<str>, tally: &Arc<VersionHealth>) {
        let own = self.uncounted.get_or_insert_with(|| Arc::clone(&self.executor));
        self.executor =
            Arc::new(CountingExecutor::new(Arc::clone(own), Arc::clone(source), Arc::clone(tally)));
    }

    /// How much is said of it, in bytes.
    pub(in crate::registry) fn bytes(&self) -> usize {
        size_of::<Self>() + self.definition.description.len() + self.definition.input_schema.len()
    }

    /// What is left of a tool that is gone: what was said of it, and nothing that could carry out a call.
    pub(in crate::registry) fn gone(&self) -> Self {
        let mut gone = Self {
            executor: Arc::new(RemovedToolExecutor),
            uncounted: None,
            renderings: RenderCache::default(),
            ..self.clone()
        };
        if gone.definition.input_schema.is_compiled() {
            // A validator is many times as large as the text that it is made from.
            gone.definition = Arc::new(ToolDefinition::clone(&self.definition));
        }
        gone
    }

    /// [`ToolDefinition::hash`], made when it is first asked for: those of a large document take longer than its
    /// conversion.
    pub fn schema_hash(&self) -> &str {
        self.schema_hash.get_or_init(|| self.definition.hash())
    }

    /// The context keys that the tool declares as arguments of its own, by their place in [`CONTEXT_KEYS`]. They stay
    /// arguments; identity then comes from the caller's context alone.
    pub const fn own_context_keys(&self) -> [bool; 3] {
        self.own_context_keys
    }

    /// Whether a model, an orchestrator and a caller would see no difference to `other`.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.executor.is_same_as(&*other.executor)
            && self.is_shown_as(other)
            && self.definition.category == other.definition.category
            && self.definition.tags == other.definition.tags
            && self.definition.requires_auth == other.definition.requires_auth
            && self.definition.rate_limit == other.definition.rate_limit
            && self.definition.call_limits == other.definition.call_limits
            && self.definition.deprecated == other.definition.deprecated
            && self.origin == other.origin
    }

    /// Whether a model would see no difference: the same texts, or the same but for the order of keys.
    fn is_shown_as(&self, other: &Self) -> bool {
        let (own, other_own) = (&*self.definition, &*other.definition);
        let (schema, other_schema) = (&own.input_schema, &other_own.input_schema);
        own.name == other_own.name
            && own.title == other_own.title
            && own.description == other_own.description
            && own.annotations == other_own.annotations
            && (schema == other_schema
                || (schema.len() == other_schema.len() && self.schema_hash() == other.schema_hash()))
    }

    /// The tool as `get` and `tools` show it; keys without a value are left out.
    pub fn to_json(&self) -> Value {
        let mut map = self.said();
        map.insert("enabled".to_owned(), json!(self.enabled));
        if let Some(stale) = &self.stale {
            map.insert("stale".to_owned(), json!(stale));
        }
        map.insert("registeredAt".to_owned(), json!(self.registered_at));
        map.insert("changedAt".to_owned(), json!(self.changed_at));
        map.insert("revision".to_owned(), json!(self.revision));
        Value::Object(map)
    }

    /// What is said of the tool, in a registry or before it is in one; keys without a value are left out.
    pub fn said(&self) -> Map<String, Value> {
        let definition = &*self.definition;
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| {
            if !value.is_null() {
                map.insert(key.to_owned(), value);
            }
        };
        put("name", json!(definition.name));
        put("title", json!(definition.title));
        put("description", json!(definition.description));
        put("category", json!(definition.category));
        put("tags", json!(definition.tags));
        put("inputSchema", definition.input_schema.value());
        put("version", json!(definition.version.as_ref().map(Version::as_str)));
        put("requiresAuth", json!(definition.requires_auth));
        put("rateLimit", json!(definition.rate_limit));
        if !definition.call_limits.is_empty() {
            put("callLimits", definition.call_limits.to_json());
        }
        put("deprecated", json!(definition.deprecated));
        if !definition.annotations.is_empty() {
            put("annotations", json!(definition.annotations));
        }
        put("source", json!(*self.origin.source));
        put("namespace", json!(self.origin.namespace.as_deref()));
        put("schemaHash", json!(self.schema_hash()));
        map
    }
}

/// Carries nothing out: the tool is only remembered.
pub(in crate::registry) struct RemovedToolExecutor;

impl Executor for RemovedToolExecutor {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(async move { Err(Error::UnknownTool { name: call.tool, nearest: Vec::new() }) })
    }
}
