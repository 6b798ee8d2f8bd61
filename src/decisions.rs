//! The loader's doors for what people decide: which held change enters, which version is in use, what stays as it is.

use napi::Result;
use napi_derive::napi;
use serde_json::json;

use crate::door::{hand, to_number};
use crate::loader::NativeLoader;

#[napi]
impl NativeLoader {
    /// All changes that are held, as JSON.
    #[napi(catch_unwind)]
    pub fn held(&self) -> String {
        json!(self.core.decisions().held()).to_string()
    }

    /// Lets a held change in. What came of it as JSON.
    #[napi(catch_unwind)]
    pub fn approve(&self, id: String) -> Result<String> {
        hand(self.core.decisions().approve(&id).map(|report| json!(report).to_string()))
    }

    /// Keeps a held change out.
    #[napi(catch_unwind)]
    pub fn reject(&self, id: String) -> Result<()> {
        hand(self.core.decisions().reject(&id))
    }

    /// Settles the held changes whose time is up; when the next one's is, in ms since 1970.
    #[napi(catch_unwind)]
    pub fn expire(&self) -> Option<f64> {
        self.core.decisions().expire().map(to_number)
    }

    /// The versions that a document had, as JSON.
    #[napi(catch_unwind)]
    pub fn history(&self, source: String) -> Result<String> {
        hand(self.core.decisions().history(&source).map(|versions| json!(versions).to_string()))
    }

    /// Goes back to another version. What came of it as JSON.
    #[napi(catch_unwind)]
    pub fn rollback(&self, source: String, version: Option<String>) -> Result<String> {
        hand(
            self.core
                .decisions()
                .rollback(&source, version.as_deref())
                .map(|report| json!(report).to_string()),
        )
    }

    /// Pins tools to what they are; all pins as JSON.
    #[napi(catch_unwind)]
    pub fn pin(&self, source: String, tools: Option<Vec<String>>) -> Result<String> {
        hand(self.core.decisions().pin(&source, tools.as_deref()).map(|pins| json!(pins).to_string()))
    }

    /// Releases pins; those that are left as JSON.
    #[napi(catch_unwind)]
    pub fn unpin(&self, source: String, tools: Option<Vec<String>>) -> Result<String> {
        hand(self.core.decisions().unpin(&source, tools.as_deref()).map(|pins| json!(pins).to_string()))
    }
}
