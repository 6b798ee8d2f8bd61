//! Review decisions on the loader: held changes (approve, reject), rollback and pins.

use napi::Result;
use napi_derive::napi;
use serde_json::json;

use crate::convert::{to_napi, to_number};
use crate::loader::NativeLoader;

#[napi]
impl NativeLoader {
    /// Returns all held changes as JSON.
    #[napi(catch_unwind)]
    pub fn held(&self) -> String {
        json!(self.core.decisions().held()).to_string()
    }

    /// Applies a held change. Returns the report as JSON.
    #[napi(catch_unwind)]
    pub fn approve(&self, id: String) -> Result<String> {
        to_napi(self.core.decisions().approve(&id).map(|report| json!(report).to_string()))
    }

    /// Rejects a held change.
    #[napi(catch_unwind)]
    pub fn reject(&self, id: String) -> Result<()> {
        to_napi(self.core.decisions().reject(&id))
    }

    /// Settles expired held changes. Returns when the next one expires, in ms since 1970.
    #[napi(catch_unwind)]
    pub fn expire(&self) -> Option<f64> {
        self.core.decisions().expire().map(to_number)
    }

    /// Returns the former versions of a document as JSON.
    #[napi(catch_unwind)]
    pub fn history(&self, source: String) -> Result<String> {
        to_napi(self.core.decisions().history(&source).map(|versions| json!(versions).to_string()))
    }

    /// Rolls a source back to a version. Returns the report as JSON.
    #[napi(catch_unwind)]
    pub fn rollback(&self, source: String, version: Option<String>) -> Result<String> {
        to_napi(
            self.core
                .decisions()
                .rollback(&source, version.as_deref())
                .map(|report| json!(report).to_string()),
        )
    }

    /// Pins tools to their current definitions. Returns all pins as JSON.
    #[napi(catch_unwind)]
    pub fn pin(&self, source: String, tools: Option<Vec<String>>) -> Result<String> {
        to_napi(self.core.decisions().pin(&source, tools.as_deref()).map(|pins| json!(pins).to_string()))
    }

    /// Removes pins. Returns the remaining pins as JSON.
    #[napi(catch_unwind)]
    pub fn unpin(&self, source: String, tools: Option<Vec<String>>) -> Result<String> {
        to_napi(self.core.decisions().unpin(&source, tools.as_deref()).map(|pins| json!(pins).to_string()))
    }
}
