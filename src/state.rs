//! The doors of the state file.

use std::sync::Arc;

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde_json::json;
use toolrack_core::loader::SpecLoader;
use toolrack_core::state::StateOptions;

use crate::dispatcher::Dispatcher;
use crate::door::{hand, promise_of_labour, read, wrong_option};
use crate::loader::NativeLoader;

/// A loader with a state file, which tells a thread of what cannot be written.
pub fn opened(core: SpecLoader, options: &str, dispatcher: &Arc<Dispatcher>) -> Result<SpecLoader> {
    let options = hand(StateOptions::parse(&read(Some(options), wrong_option("state"))?))?;
    let thread = Arc::downgrade(dispatcher);
    hand(core.with_state(&options, move |failure| {
        if let Some(dispatcher) = thread.upgrade() {
            dispatcher.tell("stateFailed", &json!(failure));
        }
    }))
}

#[napi]
impl NativeLoader {
    /// Comes when what is known now is in the file.
    #[napi(catch_unwind)]
    pub fn save<'env>(&self, env: &'env Env) -> Result<PromiseRaw<'env, ()>> {
        let core = Arc::clone(&self.core);
        promise_of_labour(env, async move { core.save() })
    }

    /// Takes a source that is not loaded out of the file; whether it was there.
    #[napi(catch_unwind)]
    pub fn forget(&self, source: String) -> bool {
        self.core.forget(&source)
    }
}
