//! The registry's doors.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use napi::Result;
use napi::bindgen_prelude::Function;
use napi_derive::napi;
use serde_json::json;
use toolrack_core::error::{Error, Problem};
use toolrack_core::exec::Calls;
use toolrack_core::registry::{
    ChangeListener, ChangeSet, NameLedger, Origin, RegisteredTool, Route, ToolRegistry, VersionEvent,
};
use toolrack_core::tool::{Executor, ToolDefinition};

use crate::dispatcher::Dispatcher;
use crate::door::{hand, read, reason, to_counter, to_number, wrong_option};
use crate::executor::{JsExecutor, NoExecutor};
use crate::options::Options;
use crate::snapshot::NativeSnapshot;
use crate::tickets::Tickets;

/// A registry and the way to the closures of its thread.
#[napi]
pub struct NativeRegistry {
    pub(crate) core: Arc<ToolRegistry>,
    pub(crate) dispatcher: Arc<Dispatcher>,
    /// How calls are carried out that begin on Rust threads.
    pub(crate) calls: Arc<Calls>,
    /// What calls of closures hold that began in JavaScript.
    tickets: Arc<Tickets>,
}

#[napi]
impl NativeRegistry {
    /// `wake` is called when something waits to be taken; it must not throw and must not hold the registry. `names` are
    /// those that were saved, as JSON; `audit` says how a log is kept.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        wake: Function<'_, (), ()>,
        options: String,
        names: Option<String>,
        audit: Option<String>,
    ) -> Result<Self> {
        let dispatcher = Arc::new(Dispatcher::new(&wake)?);
        let Options { on_conflict, definition_bytes, calls } =
            Options::read(&options, Arc::downgrade(&dispatcher))?;
        let names = names.map(|text| hand(NameLedger::restore(&read(Some(&text), wrong_option("names"))?)));
        let names = names.transpose()?.unwrap_or_default();
        let core = ToolRegistry::with_names(on_conflict, names).with_definition_bytes(definition_bytes);
        let log = audit.map(|options| crate::audit::open(&options, &dispatcher)).transpose()?;
        let core = Arc::new(match log {
            Some(log) => core.audited(log),
            None => core,
        });
        Ok(Self { core, dispatcher, calls: Arc::new(calls), tickets: Arc::default() })
    }

    /// Registers a definition whose closure is in a slot; the number of the registration. `replace`: it must have a tool to replace.
    #[napi(catch_unwind)]
    pub fn register(
        &self,
        definition: String,
        slot: Option<u32>,
        replace: bool,
        unsaid: Option<String>,
    ) -> Result<f64> {
        let tool = self.tool(&definition, slot, unsaid.as_deref())?;
        let id = if replace { self.core.replace(tool) } else { self.core.register(tool) };
        hand(id).map(to_number)
    }

    /// Puts another definition in the place of a registration's.
    #[napi(catch_unwind)]
    pub fn update(
        &self,
        id: f64,
        former: String,
        definition: String,
        slot: Option<u32>,
        unsaid: Option<String>,
    ) -> Result<()> {
        let tool = self.tool(&definition, slot, unsaid.as_deref())?;
        hand(self.core.update(to_counter(id), &former, tool))
    }

    /// Shows a tool or hides it.
    #[napi(catch_unwind)]
    pub fn set_enabled(&self, id: f64, name: String, enabled: bool) -> Result<()> {
        hand(self.core.set_enabled(to_counter(id), &name, enabled))
    }

    /// Takes a tool away; whether there was one.
    #[napi(catch_unwind)]
    pub fn unregister(&self, name: String, id: Option<f64>) -> Result<bool> {
        hand(self.core.unregister(&name, id.map(to_counter)))
    }

    /// Takes the tools of a source away; their names.
    #[napi(catch_unwind)]
    pub fn unregister_source(&self, source: String) -> Result<Vec<String>> {
        hand(self.core.unregister_source(&source))
    }

    /// The names of all operations that were ever loaded, as JSON.
    #[napi(catch_unwind)]
    pub fn names(&self) -> String {
        self.core.names().to_string()
    }

    /// Releases the names, of one source or of all, that no tool bears; how many.
    #[napi(catch_unwind)]
    pub fn forget_names(&self, source: Option<String>) -> Result<u32> {
        let forgotten = hand(self.core.forget_names(source.as_deref()))?;
        Ok(u32::try_from(forgotten).unwrap_or(u32::MAX))
    }

    /// Says which version of a source is shown to whom; nothing for no route.
    #[napi(catch_unwind)]
    pub fn route(&self, source: String, route: Option<String>) -> Result<()> {
        let parse = |text: String| hand(Route::parse(&read(Some(&text), wrong_option("route"))?));
        hand(self.core.route(&source, route.map(parse).transpose()?))
    }

    /// Sources with more than one version, or a route, as JSON.
    #[napi(catch_unwind)]
    pub fn routes(&self) -> String {
        json!(self.core.routes()).to_string()
    }

    /// Whether a word means a tool.
    #[napi(catch_unwind)]
    pub fn has(&self, word: String) -> bool {
        self.core.read(|snapshot| snapshot.find(&word).is_some())
    }

    /// The number of the newest revision.
    #[napi(getter, catch_unwind)]
    pub fn revision(&self) -> f64 {
        self.core.read(|snapshot| to_number(snapshot.revision()))
    }

    /// How many tools there are.
    #[napi(getter, catch_unwind)]
    pub fn size(&self) -> u32 {
        self.core.read(|snapshot| u32::try_from(snapshot.len()).unwrap_or(u32::MAX))
    }

    /// The newest revision.
    #[napi(catch_unwind)]
    pub fn snapshot(&self) -> NativeSnapshot {
        NativeSnapshot::new(self.core.snapshot(), Arc::clone(&self.calls), Arc::clone(&self.tickets))
    }

    /// Tells the thread of every revision from now on.
    #[napi(catch_unwind)]
    pub fn listen(&self) {
        self.core.listen(Arc::new(Announcer(Arc::downgrade(&self.dispatcher))));
    }

    /// How the audit log is doing, as JSON, where there is one.
    #[napi(catch_unwind)]
    pub fn audit(&self) -> Option<String> {
        self.core.audit().map(|log| json!(log.status()).to_string())
    }

    /// The wake has come.
    #[napi(catch_unwind)]
    pub fn woke(&self) {
        self.dispatcher.woke();
    }

    /// All that waits for this thread, as JSON: calls and events.
    #[napi(catch_unwind)]
    pub fn take(&self) -> String {
        self.dispatcher.take()
    }

    /// The answer to a call that was taken.
    #[napi(catch_unwind)]
    pub fn answer(&self, number: f64, ok: bool, text: String, tool: String) {
        self.dispatcher.answer(to_counter(number), ok, &text, &tool);
    }

    /// A call of a tool is over: gives back what it held, whatever became of its revision. What it came to is told where it has a
    /// key: a value as JSON, or a failure.
    #[napi(catch_unwind)]
    pub fn leave(&self, ticket: u32, tool: String, ok: Option<bool>, outcome: Option<String>) {
        let told = ok.map(|ok| (ok, outcome.unwrap_or_default()));
        self.tickets.leave(ticket, &tool, told);
    }

    /// Slots of closures that may go.
    #[napi(catch_unwind)]
    pub fn released(&self) -> Vec<u32> {
        self.dispatcher.released()
    }

    /// Lets go of everything.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.core.close();
        self.dispatcher.close();
    }

    /// Whether it is closed.
    #[napi(getter, catch_unwind)]
    pub fn closed(&self) -> bool {
        self.core.is_closed()
    }
}

impl NativeRegistry {
    /// `unsaid`: the problems of what the definition held and JSON cannot say, as JSON.
    fn tool(&self, definition: &str, slot: Option<u32>, unsaid: Option<&str>) -> Result<RegisteredTool> {
        let executor: Arc<dyn Executor> = match slot {
            Some(slot) => Arc::new(JsExecutor::new(Arc::clone(&self.dispatcher), slot)),
            None => Arc::new(NoExecutor),
        };
        let wrong = |reason| Error::InvalidDefinition {
            tool: String::new(),
            problems: vec![Problem::at("", reason)],
        };
        hand(ToolDefinition::check_bytes(definition, self.core.definition_bytes()))?;
        let value = read(Some(definition), wrong)?;
        let unsaid: Vec<Problem> =
            hand(serde_json::from_str(unsaid.unwrap_or("[]")).map_err(|error| wrong(reason(&error))))?;
        let definition = hand(ToolDefinition::parse_with(&value, slot.is_some(), unsaid))?;
        Ok(RegisteredTool::new(definition, executor, Origin::code(), now()))
    }
}

/// The thread has ended or has let go of the registry: nobody can answer calls any more.
impl Drop for NativeRegistry {
    fn drop(&mut self) {
        self.dispatcher.close();
        if let Some(log) = self.core.audit() {
            log.close();
        }
    }
}

/// Tells the thread of each revision.
struct Announcer(std::sync::Weak<Dispatcher>);

impl ChangeListener for Announcer {
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

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
