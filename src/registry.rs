//! Registry: registration of tools, routes of versions, the audit log, and messages for the JavaScript thread.

use std::sync::{Arc, OnceLock};

use napi::Result;
use napi::bindgen_prelude::{ClassInstance, Function};
use napi_derive::napi;
use serde_json::json;
use toolrack_core::clock::{Clock, system_clock};
use toolrack_core::error::{Error, Problem};
use toolrack_core::http_tool::HttpTools;
use toolrack_core::registry::{
    ChangeListener, ChangeSet, NameLedger, Origin, RegisteredTool, Route, ToolRegistry, VersionEvent,
};
use toolrack_core::tool::{Executor, ToolDefinition};

use crate::calls::Calls;
use crate::clock::NativeClock;
use crate::convert::{option_error, read, reason, to_counter, to_napi, to_number};
use crate::dispatcher::Dispatcher;
use crate::executor::{JsExecutor, MissingExecutor};
use crate::options::RegistryOptions;
use crate::snapshot::NativeSnapshot;

/// A registry with the dispatcher to the closures of its thread.
#[napi]
pub struct NativeRegistry {
    pub(crate) core: Arc<ToolRegistry>,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) http_tools: OnceLock<HttpTools>,
}

/// A change that was made: the newest revision, and the slots of closures that no revision uses any more.
#[napi(object)]
pub struct NativeWrite {
    /// The number of the newest revision.
    pub revision: f64,
    /// The slots, as [`NativeRegistry::released`] takes them.
    pub released: Vec<u32>,
}

/// A registration that was made.
#[napi(object)]
pub struct NativeRegistration {
    /// The number of the registration.
    pub id: f64,
    /// See [`NativeWrite`].
    pub revision: f64,
    /// See [`NativeWrite`].
    pub released: Vec<u32>,
}

#[napi]
impl NativeRegistry {
    /// `wake` is called when messages wait; it must not throw and must not hold the registry. `names` is a saved name
    /// ledger as JSON; `audit` has the options of the audit log; `clock` is that of a test.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        wake: Function<'_, (), ()>,
        options: String,
        names: Option<String>,
        audit: Option<String>,
        clock: Option<ClassInstance<'_, NativeClock>>,
    ) -> Result<Self> {
        let clock = clock.map_or_else(system_clock, |clock| Arc::clone(&clock.clock) as _);
        let dispatcher = Arc::new(Dispatcher::new(&wake, Arc::clone(&clock))?);
        let RegistryOptions { on_conflict, definition_bytes, calls, search } =
            RegistryOptions::read(&options, Arc::downgrade(&dispatcher), Arc::clone(&clock))?;
        let names =
            names.map(|text| to_napi(NameLedger::restore(&read(Some(&text), option_error("names"))?)));
        let names = names.transpose()?.unwrap_or_default();
        let core = ToolRegistry::with_names(on_conflict, names).with_definition_bytes(definition_bytes);
        let log = audit.map(|options| crate::audit::open(&options, &dispatcher)).transpose()?;
        let core = match log {
            Some(log) => core.audited(log),
            None => core,
        };
        let core = Arc::new(core.searched_by(search));
        let calls = Arc::new(Calls::new(Arc::clone(&core), calls));
        Ok(Self { core, dispatcher, calls, clock, http_tools: OnceLock::new() })
    }

    /// Registers a definition whose closure is in a slot. With `replace`, a tool of that name must exist.
    #[napi(catch_unwind)]
    pub fn register(
        &self,
        definition: String,
        slot: Option<u32>,
        replace: bool,
        unsaid: Option<String>,
    ) -> Result<NativeRegistration> {
        let tool = self.tool(&definition, slot, unsaid.as_deref())?;
        let id = if replace { self.core.replace(tool) } else { self.core.register(tool) };
        let id = to_napi(id).map(to_number)?;
        let NativeWrite { revision, released } = self.written();
        Ok(NativeRegistration { id, revision, released })
    }

    /// Replaces the definition of a registration.
    #[napi(catch_unwind)]
    pub fn update(
        &self,
        id: f64,
        former: String,
        definition: String,
        slot: Option<u32>,
        unsaid: Option<String>,
    ) -> Result<NativeWrite> {
        let tool = self.tool(&definition, slot, unsaid.as_deref())?;
        to_napi(self.core.update(to_counter(id), &former, tool)).map(|()| self.written())
    }

    /// Enables or disables a tool.
    #[napi(catch_unwind)]
    pub fn set_enabled(&self, id: f64, name: String, enabled: bool) -> Result<NativeWrite> {
        to_napi(self.core.set_enabled(to_counter(id), &name, enabled)).map(|()| self.written())
    }

    /// Removes a tool. Returns whether it existed.
    #[napi(catch_unwind)]
    pub fn unregister(&self, name: String, id: Option<f64>) -> Result<bool> {
        to_napi(self.core.unregister(&name, id.map(to_counter)))
    }

    /// Removes the tools of a source. Returns their names.
    #[napi(catch_unwind)]
    pub fn unregister_source(&self, source: String) -> Result<Vec<String>> {
        to_napi(self.core.unregister_source(&source))
    }

    /// Returns the name ledger as JSON: the names of all operations ever loaded.
    #[napi(catch_unwind)]
    pub fn names(&self) -> String {
        self.core.names().to_string()
    }

    /// Forgets ledger names that no tool uses, of one source or of all. Returns their number.
    #[napi(catch_unwind)]
    pub fn forget_names(&self, source: Option<String>) -> Result<u32> {
        let forgotten = to_napi(self.core.forget_names(source.as_deref()))?;
        Ok(u32::try_from(forgotten).unwrap_or(u32::MAX))
    }

    /// Sets the version route of a source; `null` removes it.
    #[napi(catch_unwind)]
    pub fn route(&self, source: String, route: Option<String>) -> Result<()> {
        let parse = |text: String| to_napi(Route::parse(&read(Some(&text), option_error("route"))?));
        let clock = Arc::clone(&self.clock);
        let health = move || u64::try_from(clock.now().as_millis()).unwrap_or(u64::MAX);
        to_napi(self.core.route_by(&source, route.map(parse).transpose()?, Arc::new(health)))
    }

    /// Returns sources with several versions or a route, as JSON.
    #[napi(catch_unwind)]
    pub fn routes(&self) -> String {
        json!(self.core.routes()).to_string()
    }

    /// Whether a name or wire name stands for a tool.
    #[napi(catch_unwind)]
    pub fn has(&self, word: String) -> bool {
        self.core.read(|snapshot| snapshot.find(&word).is_some())
    }

    /// Number of the newest revision.
    #[napi(getter, catch_unwind)]
    pub fn revision(&self) -> f64 {
        self.core.read(|snapshot| to_number(snapshot.revision()))
    }

    /// Number of tools.
    #[napi(getter, catch_unwind)]
    pub fn size(&self) -> u32 {
        self.core.read(|snapshot| u32::try_from(snapshot.len()).unwrap_or(u32::MAX))
    }

    /// Returns a snapshot of the newest revision.
    #[napi(catch_unwind)]
    pub fn snapshot(&self) -> NativeSnapshot {
        NativeSnapshot::new(self.core.snapshot(), Arc::clone(&self.calls))
    }

    /// Sends every later revision to the thread as an event.
    #[napi(catch_unwind)]
    pub fn listen(&self) {
        self.core.listen(Arc::new(RegistryEvents(Arc::downgrade(&self.dispatcher))));
    }

    /// Returns the status of the audit log as JSON, if there is one.
    #[napi(catch_unwind)]
    pub fn audit(&self) -> Option<String> {
        self.core.audit().map(|log| json!(log.status()).to_string())
    }

    /// Notes that the wake-up has arrived.
    #[napi(catch_unwind)]
    pub fn woke(&self) {
        self.dispatcher.woke();
    }

    /// Takes the waiting calls and events as JSON.
    #[napi(catch_unwind)]
    pub fn take_pending(&self) -> String {
        self.dispatcher.take()
    }

    /// Settles a call that the thread took.
    #[napi(catch_unwind)]
    pub fn answer(&self, number: f64, ok: bool, text: String, tool: String) {
        self.dispatcher.answer(to_counter(number), ok, &text, &tool);
    }

    /// Releases the permit of a call, even if its revision is gone. A call with an idempotency key passes its outcome:
    /// a value as JSON, or a failure.
    #[napi(catch_unwind)]
    pub fn release_permit(&self, permit: u32, tool: String, ok: Option<bool>, outcome: Option<String>) {
        let outcome = ok.map(|ok| (ok, outcome.unwrap_or_default()));
        self.calls.permits.release(permit, &tool, outcome);
    }

    /// Cancels a call that Rust executes, by the number that the call was given. A call that has ended is no error.
    #[napi(catch_unwind)]
    pub fn cancel(&self, number: u32) {
        self.calls.cancellable.cancel(number);
    }

    /// Takes the slots of closures that no revision uses any more.
    #[napi(catch_unwind)]
    pub fn released(&self) -> Vec<u32> {
        self.dispatcher.released()
    }

    /// Closes the registry and fails all waiting calls.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.core.close();
        self.dispatcher.close();
    }

    /// Whether the registry is closed.
    #[napi(getter, catch_unwind)]
    pub fn closed(&self) -> bool {
        self.core.is_closed()
    }
}

impl NativeRegistry {
    /// What JavaScript needs to know after a write.
    pub(crate) fn written(&self) -> NativeWrite {
        NativeWrite { revision: self.revision(), released: self.released() }
    }

    /// Builds a tool. `unsaid` has problems that JavaScript found because JSON would drop them, as JSON.
    fn tool(&self, definition: &str, slot: Option<u32>, unsaid: Option<&str>) -> Result<RegisteredTool> {
        let executor: Arc<dyn Executor> = match slot {
            Some(slot) => Arc::new(JsExecutor::new(Arc::clone(&self.dispatcher), slot)),
            None => Arc::new(MissingExecutor),
        };
        let wrong = |reason| Error::InvalidDefinition {
            tool: String::new(),
            problems: vec![Problem::at("", reason)],
        };
        to_napi(ToolDefinition::check_bytes(definition, self.core.definition_bytes()))?;
        let value = read(Some(definition), wrong)?;
        let unsaid: Vec<Problem> =
            to_napi(serde_json::from_str(unsaid.unwrap_or("[]")).map_err(|error| wrong(reason(&error))))?;
        let definition = to_napi(ToolDefinition::parse_with(&value, slot.is_some(), unsaid))?;
        Ok(RegisteredTool::new(definition, executor, Origin::code(), self.clock.unix_ms()))
    }
}

/// The thread has ended or the registry was collected: no closure can answer calls any more.
impl Drop for NativeRegistry {
    fn drop(&mut self) {
        self.dispatcher.close();
        if let Some(log) = self.core.audit() {
            log.close();
        }
    }
}

/// Sends change events to the JavaScript thread.
struct RegistryEvents(std::sync::Weak<Dispatcher>);

impl ChangeListener for RegistryEvents {
    fn changed(&self, change: &ChangeSet) {
        if let Some(dispatcher) = self.0.upgrade() {
            dispatcher.tell("change", &json!(change));
        }
    }

    fn version(&self, event: &VersionEvent) {
        if let Some(dispatcher) = self.0.upgrade() {
            dispatcher.tell(event.name(), &json!(event));
        }
    }
}
