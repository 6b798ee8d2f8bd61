//! The loader's doors.

use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{Either, PromiseRaw, Uint8Array};
use napi::{Env, Result};
use napi_derive::napi;
use serde_json::json;
use toolrack_core::error::{Error, Result as Outcome};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadListener, LoadOptions, LoadReport, Predicate, SpecLoader};
use toolrack_core::spec::{Bytes, SpecSource};
use toolrack_core::watch::{Documents, Watch, WatchOptions};

use crate::dispatcher::Dispatcher;
use crate::door::{hand, promise_of_labour, read, wrong_option};
use crate::error::to_json;
use crate::executor::JsExecutor;
use crate::registry::NativeRegistry;

/// A loader and the watch over its files.
#[napi]
pub struct NativeLoader {
    core: Arc<SpecLoader>,
    watch: Arc<Watch>,
    dispatcher: Arc<Dispatcher>,
}

/// The closure that says which operations become tools, and how long it may take.
#[napi(object)]
pub struct NativeFilter {
    /// Where the closure is.
    pub slot: u32,
    /// For all operations together.
    pub timeout_ms: f64,
}

#[napi]
impl NativeLoader {
    /// A loader into a registry.
    #[napi(constructor, catch_unwind)]
    pub fn new(registry: &NativeRegistry) -> Self {
        let core = Arc::new(SpecLoader::new(Arc::clone(&registry.core), Arc::new(TlsClient::new())));
        let listener = Arc::new(Announcer(Arc::downgrade(&registry.dispatcher)));
        let watch = Watch::start(Arc::new(Documents::new(&core, listener)), WatchOptions::default());
        Self { core, watch: Arc::new(watch), dispatcher: Arc::clone(&registry.dispatcher) }
    }

    /// Loads a document from a path, an address or its own text, or from its bytes, with overlays from the same. The
    /// report as JSON.
    #[napi(catch_unwind)]
    pub fn load<'env>(
        &self,
        env: &'env Env,
        source: Either<String, Uint8Array>,
        options: Option<String>,
        watch: bool,
        overlays: Vec<Either<String, Uint8Array>>,
        filter: Option<NativeFilter>,
    ) -> Result<PromiseRaw<'env, String>> {
        // First, so that whatever refuses the load lets go of the closure.
        let filter = filter.map(|filter| self.predicate(&filter));
        let place = place(source)?;
        if watch && !matches!(place, SpecSource::Path(_)) {
            return hand(Err(unwatchable(&place.location())));
        }
        let options = hand(LoadOptions::parse(&read(options.as_deref(), wrong_option("options"))?))?;
        let overlays = overlays.into_iter().map(self::place).collect::<Result<_>>()?;
        let options = LoadOptions { filter, overlays, ..options };
        let (core, watcher) = (Arc::clone(&self.core), Arc::clone(&self.watch));
        promise_of_labour(env, async move {
            let report = core.load(place, options).await?;
            if watch {
                watch_file(&core, &watcher, &report.source)?;
            }
            written(&report)
        })
    }

    /// Reads a document again. The report as JSON.
    #[napi(catch_unwind)]
    pub fn reload<'env>(&self, env: &'env Env, source: String) -> Result<PromiseRaw<'env, String>> {
        let core = Arc::clone(&self.core);
        promise_of_labour(env, async move { written(&core.reload(&source).await?) })
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

    /// Reloads a document whenever its file changes.
    #[napi(catch_unwind)]
    pub fn watch(&self, source: String) -> Result<()> {
        hand(watch_file(&self.core, &self.watch, &source))
    }

    /// Leaves a document as it is from now on.
    #[napi(catch_unwind)]
    pub fn unwatch(&self, source: String) -> Result<()> {
        hand(self.core.file(&source))?;
        self.watch.unwatch(&source);
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
    fn predicate(&self, filter: &NativeFilter) -> Predicate {
        Predicate {
            executor: Arc::new(JsExecutor::new(Arc::clone(&self.dispatcher), filter.slot)),
            timeout: Duration::from_secs_f64(filter.timeout_ms.clamp(0.0, 1e12) / 1000.0),
        }
    }
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
        self.watch.close();
    }
}

/// A report as JSON, without a value in between.
fn written(report: &LoadReport) -> Outcome<String> {
    serde_json::to_string(report).map_err(|error| Error::Internal { reason: error.to_string() })
}

fn watch_file(core: &SpecLoader, watch: &Watch, source: &str) -> Outcome<()> {
    match core.file(source)? {
        Some((path, applied)) => watch.watch(source, path, applied),
        None => Err(unwatchable(source)),
    }
}

fn unwatchable(source: &str) -> Error {
    Error::InvalidOptions {
        option: "watch".to_owned(),
        reason: format!("{source} is no file: only files are watched"),
    }
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

    fn polling(&self, reason: &str, interval: Duration) {
        self.tell("watchPolling", &json!({"reason": reason, "intervalMs": interval.as_secs_f64() * 1000.0}));
    }
}
