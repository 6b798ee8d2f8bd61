//! The loader's doors.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{Either, PromiseRaw, Uint8Array};
use napi::{Env, Result};
use napi_derive::napi;
use serde_json::json;
use toolrack_core::auth::CredentialFunction;
use toolrack_core::convert::Predicate;
use toolrack_core::error::{Error, Result as Outcome};
use toolrack_core::http::{CircuitBreakerClient, HttpClient, SystemClock, TlsClient};
use toolrack_core::loader::{LoadListener, LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::TargetJudgements;
use toolrack_core::review::Policy;
use toolrack_core::review::{HeldChange, Jury, Outcome as Settlement, Trigger};
use toolrack_core::spec::{Bytes, SpecSource};
use toolrack_core::tool::Executor;
use toolrack_core::watch::{DocumentReloader, SourceWatch, WatchOptions, unwatchable};

use crate::dispatcher::Dispatcher;
use crate::door::{hand, promise_of_labour, read, wrong_option};
use crate::error::to_json;
use crate::executor::JsExecutor;
use crate::fetch;
use crate::registry::NativeRegistry;
use crate::runtime::watches;

/// A loader and the watch over its files.
#[napi]
pub struct NativeLoader {
    pub(crate) core: Arc<SpecLoader>,
    watch: Arc<SourceWatch>,
    dispatcher: Arc<Dispatcher>,
}

/// A closure that a load asks, and how long it may take: which operations become tools, which changes enter.
#[napi(object)]
pub struct NativeAsked {
    /// Where the closure is.
    pub slot: u32,
    /// For all that it is asked at once.
    pub timeout_ms: f64,
}

/// What a caller says of a document.
#[napi(object)]
pub struct NativeOptions {
    /// What can be written as JSON.
    pub text: Option<String>,
    /// Overlays: paths, addresses, texts or bytes.
    pub overlays: Vec<Either<String, Uint8Array>>,
    /// Which operations become tools.
    pub filter: Option<NativeAsked>,
    /// Which changes enter.
    pub gates: Option<NativeAsked>,
    /// What is shown for security schemes.
    pub auth: Vec<NativeAskedFor>,
}

/// A closure that is asked for the credentials of one security scheme.
#[napi(object)]
pub struct NativeAskedFor {
    /// The name of the scheme.
    pub scheme: String,
    /// The closure.
    pub asked: NativeAsked,
}

#[napi]
impl NativeLoader {
    /// A loader into a registry, which may save what it knows, and whose requests a closure may carry.
    #[napi(constructor, catch_unwind)]
    pub fn new(registry: &NativeRegistry, state: Option<String>, fetch: Option<u32>) -> Result<Self> {
        let client: Arc<dyn HttpClient> = match fetch {
            Some(slot) => Arc::new(fetch::client(&registry.dispatcher, slot)),
            None => Arc::new(TlsClient::new()),
        };
        let client = CircuitBreakerClient::new(client, Arc::new(SystemClock::default()));
        let core = SpecLoader::new(Arc::clone(&registry.core), Arc::new(client));
        let core = Arc::new(match state {
            Some(options) => crate::state::opened(core, &options, &registry.dispatcher)?,
            None => core,
        });
        let listener = Arc::new(Announcer(Arc::downgrade(&registry.dispatcher)));
        core.listen(Arc::clone(&listener) as _);
        let documents = Arc::new(DocumentReloader::new(&core, listener));
        let watch = SourceWatch::start(watches()?, documents, WatchOptions::default());
        Ok(Self { core, watch: Arc::new(watch), dispatcher: Arc::clone(&registry.dispatcher) })
    }

    /// Loads a document from a path, an address or its own text, or from its bytes, with overlays from the same. The
    /// report as JSON.
    #[napi(catch_unwind)]
    pub fn load<'env>(
        &self,
        env: &'env Env,
        source: Either<String, Uint8Array>,
        options: NativeOptions,
        watch: Option<String>,
    ) -> Result<PromiseRaw<'env, String>> {
        let (options, place) = (self.options(options)?, place(source)?);
        let watch = watch.map(|text| timing(&text)).transpose()?;
        if watch.is_some() && place.is_text() {
            return hand(Err(unwatchable(&place.location())));
        }
        let (core, watcher) = (Arc::clone(&self.core), Arc::clone(&self.watch));
        promise_of_labour(env, async move {
            let report = core.load(place, options).await?;
            match watch {
                Some(options) => keep(&core, &watcher, &report.source, options)?,
                None => watcher.update_files(&report.source),
            }
            written(&report)
        })
    }

    /// What a load would come to. The report as JSON.
    #[napi(catch_unwind)]
    pub fn check_load<'env>(
        &self,
        env: &'env Env,
        source: Either<String, Uint8Array>,
        options: NativeOptions,
    ) -> Result<PromiseRaw<'env, String>> {
        let (options, place) = (self.options(options)?, place(source)?);
        let core = Arc::clone(&self.core);
        promise_of_labour(env, async move { written(&core.check_load(place, options).await?) })
    }

    /// Loads every document directly in a directory. What became of each as JSON.
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
        promise_of_labour(env, async move {
            let directory = PathBuf::from(directory);
            let report = core.load_directory(&directory, options).await?;
            if let Some(options) = watch {
                let (known, sources) = core.hot_reload().directory(&directory).unwrap_or_default();
                for source in sources {
                    keep(&core, &watcher, &source, options)?;
                }
                watcher.watch_directory(&directory, known, options)?;
            }
            let failed = report.failed.iter();
            let failed: Vec<_> = failed
                .map(|failed| json!({"location": failed.location, "error": to_json(&failed.error)}))
                .collect();
            Ok(json!({"reports": report.reports, "failed": failed}).to_string())
        })
    }

    /// Reads a document again, because somebody asks for it or a webhook does, through its own gates or through these. The
    /// report as JSON.
    #[napi(catch_unwind)]
    pub fn reload<'env>(
        &self,
        env: &'env Env,
        source: String,
        gates: Option<String>,
        is_told: bool,
    ) -> Result<PromiseRaw<'env, String>> {
        let (core, watcher) = (Arc::clone(&self.core), Arc::clone(&self.watch));
        let gates = policy(gates.as_deref())?;
        let trigger = if is_told { Trigger::Webhook } else { Trigger::Reload };
        promise_of_labour(env, async move {
            let report = core.reload_through(&source, gates, trigger).await?;
            watcher.update_files(&source);
            written(&report)
        })
    }

    /// What a reload would come to. The report as JSON.
    #[napi(catch_unwind)]
    pub fn check<'env>(
        &self,
        env: &'env Env,
        source: String,
        gates: Option<String>,
    ) -> Result<PromiseRaw<'env, String>> {
        let (core, gates) = (Arc::clone(&self.core), policy(gates.as_deref())?);
        promise_of_labour(env, async move { written(&core.check(&source, gates).await?) })
    }

    /// How all documents are doing, as JSON.
    #[napi(catch_unwind)]
    pub fn sources(&self) -> String {
        json!(self.core.sources()).to_string()
    }

    /// Takes a document and its tools away; the names of the tools.
    #[napi(catch_unwind)]
    pub fn unload(&self, source: String) -> Result<Vec<String>> {
        let removed = hand(self.core.unload(&source))?;
        self.watch.unwatch(&source);
        Ok(removed)
    }

    /// Reloads a document whenever its files change, or the server at its address has another one.
    #[napi(catch_unwind)]
    pub fn watch(&self, source: String, options: String) -> Result<()> {
        let options = timing(&options)?;
        hand(keep(&self.core, &self.watch, &source, options))
    }

    /// Leaves a document as it is from now on, or a directory with all that was found in it.
    #[napi(catch_unwind)]
    pub fn unwatch(&self, source: String) -> Result<()> {
        let known = self.core.hot_reload().watch_target(&source);
        let folder = self.core.hot_reload().directory(source.as_ref()).filter(|_| known.is_err());
        let Some((_, sources)) = folder else {
            hand(known)?;
            self.watch.unwatch(&source);
            return Ok(());
        };
        self.watch.unwatch_directory(source.as_ref());
        for source in sources {
            self.watch.unwatch(&source);
        }
        Ok(())
    }

    /// Ends every watch. The tools stay.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.core.close();
        self.watch.close();
    }
}

impl NativeLoader {
    fn options(&self, options: NativeOptions) -> Result<LoadOptions> {
        // First, so that whatever refuses the load lets go of the closures.
        let closure = |asked: NativeAsked| {
            let executor: Arc<dyn Executor> =
                Arc::new(JsExecutor::new(Arc::clone(&self.dispatcher), asked.slot));
            (executor, Duration::from_secs_f64(asked.timeout_ms.clamp(0.0, 1e12) / 1000.0))
        };
        let NativeOptions { text, overlays, filter, gates, auth } = options;
        let auth: Vec<_> = auth.into_iter().map(|one| (one.scheme, closure(one.asked))).collect();
        let filter = filter.map(closure).map(|(executor, timeout)| Predicate { executor, timeout });
        let jury = gates.map(closure).map(|(executor, timeout)| Jury { executor, timeout });
        let mut options = hand(LoadOptions::parse(&read(text.as_deref(), wrong_option("options"))?))?;
        let credentials =
            Arc::get_mut(&mut options.conversion.auth).expect("options that were just read have one owner");
        for (scheme, (executor, timeout)) in auth {
            credentials.set_function(scheme, CredentialFunction { executor, timeout });
        }
        let overlays = overlays.into_iter().map(place).collect::<Result<_>>()?;
        options.conversion.filter = filter;
        Ok(LoadOptions { jury, overlays, ..options })
    }
}

fn policy(text: Option<&str>) -> Result<Option<Policy>> {
    text.map(|text| hand(Policy::parse(&read(Some(text), wrong_option("gates"))?))).transpose()
}

fn place(source: Either<String, Uint8Array>) -> Result<SpecSource> {
    match source {
        Either::A(text) => hand(SpecSource::from_text(&text)),
        Either::B(bytes) => Ok(SpecSource::Text(Bytes::copy_from_slice(&bytes))),
    }
}

/// The thread has let go of the loader.
impl Drop for NativeLoader {
    fn drop(&mut self) {
        self.core.close();
        self.watch.close();
    }
}

/// A report as JSON, without a value in between.
fn written(report: &impl serde::Serialize) -> Outcome<String> {
    serde_json::to_string(report).map_err(|error| Error::Internal { reason: error.to_string() })
}

fn keep(core: &SpecLoader, watch: &SourceWatch, source: &str, options: WatchOptions) -> Outcome<()> {
    watch.watch_document(source, core.hot_reload().watch_target(source)?, options)
}

/// How a user wants a document to be watched.
fn timing(text: &str) -> Result<WatchOptions> {
    hand(WatchOptions::parse(&read(Some(text), wrong_option("watch"))?))
}

/// Tells the thread what came of reloads that nobody waits for.
struct Announcer(std::sync::Weak<Dispatcher>);

impl Announcer {
    fn tell(&self, event: &str, data: &serde_json::Value) {
        if let Some(dispatcher) = self.0.upgrade() {
            dispatcher.tell(event, data);
        }
    }
}

impl LoadListener for Announcer {
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

    fn settled(&self, change: &HeldChange, outcome: Settlement) {
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
