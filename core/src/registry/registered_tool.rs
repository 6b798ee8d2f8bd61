//! A registered tool: its definition, executor and registration data.

use std::sync::{Arc, OnceLock};

use futures_core::future::BoxFuture;
use serde_json::{Map, Value, json};

use super::names::Identity;
use super::stale_operation::{Stale, UnreadOperation};
use super::tool_origin::Origin;
use super::versions::counting_executor::CountingExecutor;
use super::versions::health::VersionHealth;
use crate::error::{Error, Result};
use crate::search::TextKey;
use crate::target::{OfferCandidate, RenderCache, RenderedTool, Strict, TargetForm};
use crate::tool::{CONTEXT_KEYS, Executor, ToolCall, ToolDefinition, ToolResult, Version};

/// A tool in a registry. Immutable: every change makes a new one.
#[derive(Clone, Debug)]
pub struct RegisteredTool {
    /// Its definition.
    pub definition: Arc<ToolDefinition>,
    /// Runs its calls.
    pub executor: Arc<dyn Executor>,
    /// Its source and namespace.
    pub origin: Origin,
    /// When it was first registered, in ms since 1970.
    pub registered_at: u64,
    /// When its definition last changed, in ms since 1970.
    pub changed_at: u64,
    /// The revision in which it last changed.
    pub revision: u64,
    /// Its position among all tools, unique and kept through updates.
    pub position: u64,
    /// The id of its registration. A handle refers to the id, not to the tool that has the name or position now.
    pub id: u64,
    /// Whether it is listed and can be called.
    pub enabled: bool,
    /// The operation of a document that it was made from.
    pub operation: Option<Identity>,
    /// Whether its rate limit is a request of its document alone, which may lower that of the registry and not raise it.
    pub rate_limit_is_requested: bool,
    /// Why it is stale: it stays as it was because its operation cannot be read any more.
    pub stale: Option<Arc<Stale>>,
    /// The executor inside the counting one, if calls are counted.
    uncounted_executor: Option<Arc<dyn Executor>>,
    own_context_keys: [bool; 3],
    schema_hash: Arc<OnceLock<String>>,
    /// The key of what a hit shows of it, where an embedder wants that.
    text_key: Arc<OnceLock<TextKey>>,
    /// The wire name, if it differs from the name.
    wire_name: Option<Arc<str>>,
    renderings: RenderCache,
}

impl RegisteredTool {
    /// A tool that is not in a registry yet. The registry sets its id, revision and position.
    pub fn new(
        definition: ToolDefinition,
        executor: Arc<dyn Executor>,
        origin: Origin,
        registered_at: u64,
    ) -> Self {
        let own_context_keys = CONTEXT_KEYS.map(|key| definition.input_schema.has_property(key));
        Self {
            schema_hash: Arc::default(),
            text_key: Arc::default(),
            definition: Arc::new(definition),
            executor,
            origin,
            registered_at,
            changed_at: registered_at,
            revision: 0,
            position: 0,
            id: 0,
            enabled: true,
            operation: None,
            rate_limit_is_requested: false,
            stale: None,
            uncounted_executor: None,
            own_context_keys,
            wire_name: None,
            renderings: RenderCache::default(),
        }
    }

    /// The tool's name.
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// The name that providers are sent. Every provider accepts `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`; a name of that form is sent
    /// unchanged.
    pub fn wire_name(&self) -> &str {
        self.wire_name.as_deref().unwrap_or_else(|| self.name())
    }

    /// Sets the wire name. Cached renderings contain it and are discarded.
    pub(in crate::registry) fn set_wire_name(&mut self, wire_name: &str) {
        if self.wire_name() != wire_name {
            self.wire_name = (wire_name != self.name()).then(|| wire_name.into());
            self.renderings = RenderCache::default();
        }
    }

    /// The definition in the form of a target, rendered once.
    pub fn rendered(&self, form: TargetForm) -> Arc<RenderedTool> {
        self.renderings.of(form, &self.definition, self.wire_name())
    }

    /// The tool's own arguments, from those that a model sent for the rendered definition.
    pub fn arguments(&self, form: TargetForm, sent: Map<String, Value>) -> Map<String, Value> {
        let (schema, sent) = (self.definition.input_schema.read(), Value::Object(sent));
        // Only a strict rendering, or one with JSON texts, changes how arguments are written. Others are not rendered for it.
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

    /// Whether arguments of a model are the tool's own as they are, whatever they are.
    pub fn takes_as_sent(&self, form: TargetForm) -> bool {
        form.strict == Strict::Off && form.restores_nothing(&self.definition.input_schema.read())
    }

    /// The tool as a candidate for a request to a provider.
    pub fn candidate(&self) -> OfferCandidate<'_> {
        OfferCandidate { tool: &self.definition, wire_name: self.wire_name(), renderings: &self.renderings }
    }

    /// Takes over the registration and renderings of a tool that is the same apart from its version. Providers then get the
    /// same bytes as before, and their prompt caches stay valid.
    pub(in crate::registry) fn inherit_registration(&mut self, old: &Self) {
        self.enabled = old.enabled;
        (self.id, self.position) = (old.id, old.position);
        (self.registered_at, self.changed_at, self.revision) =
            (old.registered_at, old.changed_at, old.revision);
        self.wire_name.clone_from(&old.wire_name);
        self.renderings = old.renderings.clone();
        if (self.definition.input_schema != old.definition.input_schema
            || self.definition.output_schema != old.definition.output_schema)
            && let Some(definition) = Arc::get_mut(&mut self.definition)
        {
            // They differ by the order of keys alone.
            definition.input_schema = old.definition.input_schema.clone();
            definition.output_schema.clone_from(&old.definition.output_schema);
        }
    }

    /// Counts its calls for the health of a version. A tool that is counted already is not wrapped twice.
    pub(in crate::registry) fn count_calls(&mut self, source: &Arc<str>, health: &Arc<VersionHealth>) {
        let inner = self.uncounted_executor.get_or_insert_with(|| Arc::clone(&self.executor));
        self.executor =
            Arc::new(CountingExecutor::new(Arc::clone(inner), Arc::clone(source), Arc::clone(health)));
    }

    /// The approximate size of its definition, in bytes.
    pub(in crate::registry) fn bytes(&self) -> usize {
        let definition = &*self.definition;
        let output = definition.output_schema.as_ref().map_or(0, |schema| schema.len());
        let aliases: usize = definition.aliases.iter().map(|alias| size_of::<String>() + alias.len()).sum();
        size_of::<Self>() + definition.description.len() + definition.input_schema.len() + output + aliases
    }

    /// A copy for former revisions: the definition without the executor, so that sockets and closures are released.
    pub(in crate::registry) fn without_executor(&self) -> Self {
        let mut former = Self {
            executor: Arc::new(RemovedToolExecutor),
            uncounted_executor: None,
            renderings: RenderCache::default(),
            ..self.clone()
        };
        let output = former.definition.output_schema.as_ref();
        if former.definition.input_schema.is_compiled() || output.is_some_and(|schema| schema.is_compiled()) {
            // A clone has no compiled validator, which is many times as large as the schema.
            former.definition = Arc::new(ToolDefinition::clone(&self.definition));
        }
        former
    }

    /// [`ToolDefinition::hash`], computed on first use: hashing a large document takes longer than its conversion.
    pub fn schema_hash(&self) -> &str {
        self.schema_hash.get_or_init(|| self.definition.hash())
    }

    /// The key of the text that `write` makes of the tool, written once. There is one such text of a tool.
    pub(in crate::registry) fn text_key(&self, write: impl Fn(&Self) -> String) -> TextKey {
        *self.text_key.get_or_init(|| TextKey::of(&write(self)))
    }

    /// Which context keys the tool declares as its own arguments, in the order of [`CONTEXT_KEYS`]. These stay arguments, and
    /// identity comes from the caller's context alone.
    pub const fn own_context_keys(&self) -> [bool; 3] {
        self.own_context_keys
    }

    /// Whether a model, an orchestrator, a search and a caller see no difference between two tools.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.executor.is_same_as(&*other.executor)
            && self.has_same_definition(other)
            && self.definition.category == other.definition.category
            && self.definition.tags == other.definition.tags
            && self.definition.aliases == other.definition.aliases
            && self.definition.requires_auth == other.definition.requires_auth
            && self.definition.requires_approval == other.definition.requires_approval
            && self.definition.scopes == other.definition.scopes
            && self.definition.rate_limit == other.definition.rate_limit
            && self.rate_limit_is_requested == other.rate_limit_is_requested
            && self.definition.call_limits == other.definition.call_limits
            && self.definition.deprecated == other.definition.deprecated
            && self.origin == other.origin
    }

    /// Whether a model sees no difference. Schemas may differ by the order of keys.
    fn has_same_definition(&self, other: &Self) -> bool {
        let (own, other_own) = (&*self.definition, &*other.definition);
        let output_len = |tool: &ToolDefinition| tool.output_schema.as_ref().map(|schema| schema.len());
        let is_alike = own.input_schema.len() == other_own.input_schema.len()
            && output_len(own) == output_len(other_own);
        own.name == other_own.name
            && own.title == other_own.title
            && own.description == other_own.description
            && own.annotations == other_own.annotations
            && (own.input_schema == other_own.input_schema && own.output_schema == other_own.output_schema
                || is_alike && self.schema_hash() == other.schema_hash())
    }

    /// The tool as JSON, as `get` and `tools` return it. Keys without a value are absent.
    pub fn to_json(&self) -> Value {
        let mut map = self.definition_json();
        map.insert("enabled".to_owned(), json!(self.enabled));
        if let Some(stale) = &self.stale {
            map.insert("stale".to_owned(), json!(stale));
        }
        map.insert("registeredAt".to_owned(), json!(self.registered_at));
        map.insert("changedAt".to_owned(), json!(self.changed_at));
        map.insert("revision".to_owned(), json!(self.revision));
        Value::Object(map)
    }

    /// Whether the tool was made from an operation that cannot be read any more.
    pub(in crate::registry) fn is_made_from(&self, unread: &UnreadOperation) -> bool {
        self.operation.as_ref().is_some_and(|own| {
            *own.path == *unread.path && (unread.method == "*" || *own.method == *unread.method)
        })
    }

    /// The definition and origin as JSON, without registration data. Keys without a value are absent.
    pub fn definition_json(&self) -> Map<String, Value> {
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
        if !definition.aliases.is_empty() {
            put("aliases", json!(definition.aliases));
        }
        put("inputSchema", definition.input_schema.value());
        put(
            "outputSchema",
            definition.output_schema.as_ref().map(|schema| schema.value()).unwrap_or_default(),
        );
        put("version", json!(definition.version.as_ref().map(Version::as_str)));
        put("requiresAuth", json!(definition.requires_auth));
        put("requiresApproval", json!(definition.requires_approval.is_required()));
        if !definition.scopes.is_empty() {
            put("scopes", json!(definition.scopes));
        }
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

/// The executor of a former tool: every call is `UNKNOWN_TOOL`.
pub(in crate::registry) struct RemovedToolExecutor;

impl Executor for RemovedToolExecutor {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(async move { Err(Error::UnknownTool { name: call.tool, nearest: Vec::new() }) })
    }
}
