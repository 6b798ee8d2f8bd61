//! State file: opening, saving and forgetting sources.

use std::sync::Arc;

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde_json::json;
use toolrack_core::loader::SpecLoader;
use toolrack_core::state::StateOptions;

use crate::convert::{blocking_promise, option_error, read, to_napi};
use crate::dispatcher::Dispatcher;
use crate::loader::NativeLoader;

/// Attaches a state file to a loader. A failed write becomes the event `stateFailed` on the JavaScript thread.
pub fn opened(core: SpecLoader, options: &str, dispatcher: &Arc<Dispatcher>) -> Result<SpecLoader> {
    let options = to_napi(StateOptions::parse(&read(Some(options), option_error("state"))?))?;
    let thread = Arc::downgrade(dispatcher);
    to_napi(core.with_state(&options, move |failure| {
        if let Some(dispatcher) = thread.upgrade() {
            dispatcher.tell("stateFailed", &json!(failure));
        }
    }))
}

#[napi]
impl NativeLoader {
    /// Resolves when the current state is in the file.
    #[napi(catch_unwind)]
    pub fn save<'env>(&self, env: &'env Env) -> Result<PromiseRaw<'env, ()>> {
        let core = Arc::clone(&self.core);
        blocking_promise(env, async move { core.save() })
    }

    /// Removes a source that is not loaded from the file. Returns whether it was there.
    #[napi(catch_unwind)]
    pub fn forget(&self, source: String) -> bool {
        self.core.forget(&source)
    }
}
