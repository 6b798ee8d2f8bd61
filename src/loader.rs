//! Loader: loads, reloads, checks and watches API documents.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{Either, PromiseRaw, Uint8Array};
use napi::{Env, Result};
use napi_derive::napi;
use serde_json::{Value, json};
use toolrack_core::auth::CredentialFunction;
use toolrack_core::clock::Clock;
use toolrack_core::convert::SelectionFunction;
use toolrack_core::error::{Error, Result as Outcome};
use toolrack_core::http::{CircuitBreakerClient, HttpClient, TlsClient};
use toolrack_core::loader::{LoadListener, LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::{GroupMember, TargetJudgements};
use toolrack_core::retrieve::DirectoryListing;
use toolrack_core::review::GatePolicy;
use toolrack_core::review::{CustomGates, HeldChange, HoldOutcome, LoadTrigger};
use toolrack_core::spec::{Bytes, SpecSource};
use toolrack_core::tool::Executor;
use toolrack_core::watch::{DocumentReloader, SourceWatch, WatchOptions, unwatchable};

use crate::convert::{blocking_promise, option_error, read, to_napi, written};
use crate::dispatcher::Dispatcher;
use crate::error::to_json;
use crate::executor::JsExecutor;
use crate::fetch;
use crate::registry::NativeRegistry;
use crate::revision_group::NativeRevisionGroup;
use crate::runtime::watches;

/// A loader with the watches of its documents.
#[napi]
pub struct NativeLoader {
    pub(crate) core: Arc<SpecLoader>,
    watch: Arc<SourceWatch>,
    pub(crate) dispatcher: Arc<Dispatcher>,
    clock: Arc<dyn Clock>,
    /// Whether it loads for a group: it is closed with the loader that it was made of.
    is_member: bool,
}

/// A closure that a load calls (of `include`, a custom gate, a credential function) and its timeout.
#[napi(object)]
pub struct NativeAsked {
    /// The slot of the closure.
    pub slot: u32,
    /// Timeout of one call of the closure, in ms.
    pub timeout_ms: f64,
}

/// Options of a load.
#[napi(object)]
pub struct NativeOptions {
    /// The options that can be written as JSON.
    pub text: Option<String>,
    /// Overlays: paths, addresses, texts or bytes.
    pub overlays: Vec<Either<String, Uint8Array>>,
    /// Selects the operations that become tools.
    pub selection: Option<NativeSelection>,
    /// Custom gates: decides which changes are applied.
    pub gates: Option<NativeAsked>,
    /// Credential functions by security scheme.
    pub auth: Vec<NativeAskedFor>,
}

/// The function of `include` or `exclude`, or both in one.
#[napi(object)]
pub struct NativeSelection {
    /// The option, as errors name it.
    pub option: String,
    /// The function.
    pub asked: NativeAsked,
}

/// A credential function of one security scheme.
#[napi(object)]
pub struct NativeAskedFor {
    /// The name of the security scheme.
    pub scheme: String,
    /// The function.
    pub asked: NativeAsked,
}

#[napi]
impl NativeLoader {
    /// Makes a loader for a registry. `state` configures the state file; `fetch` is the slot of a custom `fetch`.
    #[napi(constructor, catch_unwind)]
    pub fn new(registry: &NativeRegistry, state: Option<String>, fetch: Option<u32>) -> Result<Self> {
        let clock = &registry.clock;
        let client: Arc<dyn HttpClient> = match fetch {
            Some(slot) => Arc::new(fetch::client(&registry.dispatcher, slot, clock)),
            None => Arc::new(TlsClient::new()),
        };
        let client = CircuitBreakerClient::new(client, Arc::clone(clock));
        let core =
            SpecLoader::new(Arc::clone(&registry.core), Arc::new(client)).with_clock(Arc::clone(clock));
        let core = Arc::new(match state {
            Some(options) => crate::state_file::opened(core, &options, &registry.dispatcher)?,
            None => core,
        });
        let listener = Arc::new(LoaderEvents(Arc::downgrade(&registry.dispatcher)));
        core.listen(Arc::clone(&listener) as _);
        let documents = Arc::new(DocumentReloader::new(&core, listener));
        let watch = SourceWatch::start(watches()?, documents, WatchOptions::default());
        let (dispatcher, clock) = (Arc::clone(&registry.dispatcher), Arc::clone(clock));
        Ok(Self { core, watch: Arc::new(watch), dispatcher, clock, is_member: false })
    }

    /// Returns the same loader, whose loads join the revision of a group of its registry.
    #[napi(catch_unwind)]
    pub fn within(&self, group: &NativeRevisionGroup) -> Self {
        Self {
            core: Arc::new(self.core.within(&group.core)),
            watch: Arc::clone(&self.watch),
            dispatcher: Arc::clone(&self.dispatcher),
            clock: Arc::clone(&self.clock),
            is_member: true,
        }
    }

    /// Loads a document from a path, a URL, its text or its bytes. Returns the report as JSON.
    #[napi(catch_unwind)]
    pub fn load<'env>(
        &self,
        env: &'env Env,
        source: Either<String, Uint8Array>,
        options: NativeOptions,
        watch: Option<String>,
    ) -> Result<PromiseRaw<'env, String>> {
        let (options, location) = (self.options(options)?, location(source)?);
        let watch = watch.map(|text| timing(&text)).transpose()?;
        if watch.is_some() && location.is_text() {
            return to_napi(Err(unwatchable(&location.display_location())));
        }
        let (core, watcher) = (Arc::clone(&self.core), Arc::clone(&self.watch));
        blocking_promise(env, async move {
            let report = core.load(location, options).await?;
            match watch {
                Some(options) => keep(&core, &watcher, &report.source, options)?,
                None => watcher.update_files(&report.source),
            }
            written(&report)
        })
    }

    /// Reports what a load would do, without doing it; for the name of a source what its reload would do, where `gates` of
    /// the options replaces its gate policy. Returns the report as JSON.
    #[napi(catch_unwind)]
    pub fn check<'env>(
        &self,
        env: &'env Env,
        source: Either<String, Uint8Array>,
        options: NativeOptions,
    ) -> Result<PromiseRaw<'env, String>> {
        let core = Arc::clone(&self.core);
        match source {
            Either::A(name) if core.has_source(&name) => {
                let gates = self.reload_gates(options)?;
                blocking_promise(env, async move { written(&core.check(&name, gates).await?) })
            }
            source => {
                let (options, location) = (self.options(options)?, location(source)?);
                blocking_promise(env, async move { written(&core.check_load(location, options).await?) })
            }
        }
    }

    /// Loads every document directly in a directory. Returns reports and failures as JSON.
    #[napi(catch_unwind)]
    pub fn load_directory<'env>(
        &self,
        env: &'env Env,
        directory: String,
        options: NativeOptions,
        watch: Option<String>,
    ) -> Result<PromiseRaw<'env, String>> {
        let options = self.options(options)?;
        let watch = watch.map(|text| timing(&text)).transpose()?;
        let (core, watcher) = (Arc::clone(&self.core), Arc::clone(&self.watch));
        blocking_promise(env, async move {
            let directory = PathBuf::from(directory);
            let report = core.load_directory(&directory, options).await?;
            if let Some(options) = watch {
                let (known, sources) = core.hot_reload().directory(&directory).unwrap_or_default();
                for source in sources {
                    keep(&core, &watcher, &source, options)?;
                }
                watcher.watch_directory(&directory, known, DirectoryListing::Documents, options)?;
            }
            let failed = report.failed.iter();
            let failed: Vec<_> = failed
                .map(|failed| json!({"location": failed.location, "error": to_json(&failed.error)}))
                .collect();
            Ok(json!({"reports": report.reports, "failed": failed}).to_string())
        })
    }

    /// Reloads a document, for a caller or for a webhook. `gates` replaces its own gate policy for this reload. Returns
    /// the report as JSON.
    #[napi(catch_unwind)]
    pub fn reload<'env>(
        &self,
        env: &'env Env,
        source: String,
        gates: Option<String>,
        is_webhook: bool,
    ) -> Result<PromiseRaw<'env, String>> {
        let (core, watcher) = (Arc::clone(&self.core), Arc::clone(&self.watch));
        let gates = policy(gates.as_deref())?;
        let trigger = if is_webhook { LoadTrigger::Webhook } else { LoadTrigger::Reload };
        blocking_promise(env, async move {
            let report = core.reload_through(&source, gates, trigger).await?;
            watcher.update_files(&source);
            written(&report)
        })
    }

    /// Returns the state of all sources as JSON.
    #[napi(catch_unwind)]
    pub fn sources(&self) -> String {
        json!(self.core.sources()).to_string()
    }

    /// Unloads a document and removes its tools. Returns their names.
    #[napi(catch_unwind)]
    pub fn unload(&self, source: String) -> Result<Vec<String>> {
        let removed = to_napi(self.core.unload(&source))?;
        self.watch.unwatch(&source);
        Ok(removed)
    }

    /// Watches a document: its files for changes, its URL by polling.
    #[napi(catch_unwind)]
    pub fn watch(&self, source: String, options: String) -> Result<()> {
        let options = timing(&options)?;
        to_napi(keep(&self.core, &self.watch, &source, options))
    }

    /// Stops watching a document, or a directory with all documents found in it.
    #[napi(catch_unwind)]
    pub fn unwatch(&self, source: String) -> Result<()> {
        let known = self.core.hot_reload().watch_target(&source);
        let folder = self.core.hot_reload().directory(source.as_ref()).filter(|_| known.is_err());
        let Some((_, sources)) = folder else {
            to_napi(known)?;
            self.watch.unwatch(&source);
            return Ok(());
        };
        self.watch.unwatch_directory(source.as_ref());
        for source in sources {
            self.watch.unwatch(&source);
        }
        Ok(())
    }

    /// Ends all watches; the tools stay.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.core.close();
        self.watch.close();
    }
}

impl NativeLoader {
    /// Reads the gate policy of a reload. A document that is loaded has its other options.
    fn reload_gates(&self, options: NativeOptions) -> Result<Option<GatePolicy>> {
        let text = options.text.clone();
        let has_functions =
            options.selection.is_some() || !options.auth.is_empty() || !options.overlays.is_empty();
        let has_custom_gates = options.gates.is_some();
        // What is wrong with them is said first, and their closures are released.
        self.options(options)?;
        let refuse = |option: &str, reason: &str| {
            to_napi(Err(Error::InvalidOptions { option: option.to_owned(), reason: reason.to_owned() }))
        };
        if has_custom_gates {
            return refuse("gates.custom", "is an option of load, not of reload");
        }
        let Value::Object(mut members) = read(text.as_deref(), option_error("options"))? else {
            return Ok(None);
        };
        let gates = members.shift_remove("gates");
        let other = members.keys().next().map(String::as_str).or(has_functions.then_some("options"));
        if let Some(other) = other {
            return refuse(
                other,
                "a loaded document keeps its own options: give gates alone, or check its location",
            );
        }
        gates.map(|gates| to_napi(GatePolicy::parse(&gates))).transpose()
    }

    fn options(&self, options: NativeOptions) -> Result<LoadOptions> {
        // First: an error after this drops the executors, which releases the closures.
        let closure = |asked: NativeAsked| {
            let executor: Arc<dyn Executor> =
                Arc::new(JsExecutor::new(Arc::clone(&self.dispatcher), asked.slot));
            (executor, Duration::from_secs_f64(asked.timeout_ms.clamp(0.0, 1e12) / 1000.0))
        };
        let NativeOptions { text, overlays, selection, gates, auth } = options;
        let auth: Vec<_> = auth.into_iter().map(|one| (one.scheme, closure(one.asked))).collect();
        let selection = selection.map(|NativeSelection { option, asked }| {
            let (executor, timeout) = closure(asked);
            SelectionFunction { option, executor, timeout }
        });
        let custom_gates = gates.map(closure).map(|(executor, timeout)| CustomGates { executor, timeout });
        let mut options = to_napi(LoadOptions::parse(&read(text.as_deref(), option_error("options"))?))?;
        let credentials =
            Arc::get_mut(&mut options.conversion.auth).expect("options that were just read have one owner");
        credentials.set_clock(Arc::clone(&self.clock));
        for (scheme, (executor, timeout)) in auth {
            credentials.set_function(scheme, CredentialFunction { executor, timeout });
        }
        let overlays = overlays.into_iter().map(location).collect::<Result<_>>()?;
        options.conversion.selection = selection;
        Ok(LoadOptions { custom_gates, overlays, ..options })
    }
}

fn policy(text: Option<&str>) -> Result<Option<GatePolicy>> {
    text.map(|text| to_napi(GatePolicy::parse(&read(Some(text), option_error("gates"))?))).transpose()
}

fn location(source: Either<String, Uint8Array>) -> Result<SpecSource> {
    match source {
        Either::A(text) => to_napi(SpecSource::from_text(&text)),
        Either::B(bytes) => Ok(SpecSource::Text(Bytes::copy_from_slice(&bytes))),
    }
}

/// The JavaScript object was collected, or its thread has ended.
impl Drop for NativeLoader {
    fn drop(&mut self) {
        if self.is_member {
            return;
        }
        self.core.close();
        self.watch.close();
    }
}

fn keep(core: &SpecLoader, watch: &SourceWatch, source: &str, options: WatchOptions) -> Outcome<()> {
    watch.watch_document(source, core.hot_reload().watch_target(source)?, options)
}

/// Parses watch options.
fn timing(text: &str) -> Result<WatchOptions> {
    to_napi(WatchOptions::parse(&read(Some(text), option_error("watch"))?))
}

/// Sends loader events to the JavaScript thread.
struct LoaderEvents(std::sync::Weak<Dispatcher>);

impl LoaderEvents {
    fn tell(&self, event: &str, data: &Value) {
        if let Some(dispatcher) = self.0.upgrade() {
            dispatcher.tell(event, data);
        }
    }
}

impl LoadListener for LoaderEvents {
    fn reloaded(&self, report: &LoadReport) {
        self.tell("reloaded", &json!(report));
    }

    fn reload_failed(&self, source: &str, error: &Error) {
        self.tell("reloadFailed", &json!({"source": source, "error": to_json(error)}));
    }

    fn source_missing(&self, source: &str, location: &str) {
        self.tell("sourceMissing", &json!({"source": source, "location": location}));
    }

    fn blind(&self, source: &str, location: &str) {
        self.tell("watchBlind", &json!({"source": source, "location": location}));
    }

    fn held(&self, change: &HeldChange) {
        self.tell("held", &json!(change));
    }

    fn settled(&self, change: &HeldChange, outcome: HoldOutcome) {
        let mut event = json!(change);
        event["outcome"] = json!(outcome);
        self.tell("settled", &event);
    }

    fn downgrade(&self, source: &str, from: &str, to: &str) {
        self.tell("downgrade", &json!({"source": source, "from": from, "to": to}));
    }

    fn quarantined(&self, source: &str, judgements: &TargetJudgements) {
        let mut event = json!(judgements);
        event["source"] = json!(source);
        self.tell("quarantined", &event);
    }

    fn polling(&self, reason: &str, interval: Duration) {
        self.tell("watchPolling", &json!({"reason": reason, "intervalMs": interval.as_secs_f64() * 1000.0}));
    }
}
