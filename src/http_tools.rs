//! HTTP tools: registers tools that call one endpoint of an API, one or all of a source.

use std::sync::Arc;
use std::time::Duration;

use napi::Result;
use napi::bindgen_prelude::ClassInstance;
use napi_derive::napi;
use serde_json::json;
use toolrack_core::auth::CredentialFunction;
use toolrack_core::error::Error;
use toolrack_core::http::{CircuitBreakerClient, TlsClient};
use toolrack_core::http_tool::{GivenHttpTool, HttpTools};
use toolrack_core::registry::{GroupMember, OnConflict};
use toolrack_core::tool::Executor;

use crate::convert::{reason, to_napi};
use crate::executor::JsExecutor;
use crate::loader::NativeAsked;
use crate::registry::{NativeRegistry, NativeWrite};
use crate::revision_group::NativeRevisionGroup;

/// A definition, and the closure that is its credential function.
#[napi(object)]
pub struct NativeHttpTool {
    /// The definition as JSON.
    pub text: String,
    /// Problems of values that JSON cannot hold, as JSON.
    pub problems: Option<String>,
    /// The credential function.
    pub auth: Option<NativeAsked>,
}

#[napi]
impl NativeRegistry {
    /// Registers an HTTP tool. `hosts` are the private hosts that it may call; `replaces` says whether it may replace a tool
    /// of its name, by default the registry does.
    #[napi(catch_unwind)]
    pub fn register_http_tool(
        &self,
        tool: NativeHttpTool,
        hosts: Vec<String>,
        replaces: Option<bool>,
    ) -> Result<NativeWrite> {
        let tool = self.given_http_tool(tool)?;
        let on_conflict =
            replaces.map(|replaces| if replaces { OnConflict::Replace } else { OnConflict::Refuse });
        to_napi(self.http_tools().register(tool, &hosts, on_conflict))?;
        Ok(self.written())
    }

    /// Replaces all tools of a source by HTTP tools, in one revision: the next one, or that of a group. Returns what changed
    /// as JSON.
    #[napi(catch_unwind)]
    pub fn replace_http_tools(
        &self,
        source: String,
        tools: Vec<NativeHttpTool>,
        hosts: Vec<String>,
        group: Option<ClassInstance<'_, NativeRevisionGroup>>,
    ) -> Result<String> {
        // All of them, also after a fault: a closure that no executor has is never released.
        let given: Vec<_> = tools.into_iter().map(|tool| self.given_http_tool(tool)).collect();
        let given = given.into_iter().collect::<Result<_>>()?;
        let http_tools = self.http_tools();
        let member = group.map(|group| http_tools.within(&group.core));
        let applied = to_napi(member.as_ref().unwrap_or(http_tools).replace_source(&source, given, &hosts))?;
        Ok(json!({
            "revision": applied.revision,
            "added": applied.added,
            "updated": applied.updated,
            "removed": applied.removed,
            "unchanged": applied.unchanged,
        })
        .to_string())
    }
}

impl NativeRegistry {
    /// The HTTP tools of the registry, made for the first one: a client reads the system's certificates.
    fn http_tools(&self) -> &HttpTools {
        self.http_tools.get_or_init(|| {
            let client = CircuitBreakerClient::new(Arc::new(TlsClient::new()), Arc::clone(&self.clock));
            HttpTools::new(Arc::clone(&self.core), Arc::new(client), Arc::clone(&self.clock))
        })
    }

    fn given_http_tool(&self, tool: NativeHttpTool) -> Result<GivenHttpTool> {
        let NativeHttpTool { text, problems, auth } = tool;
        // The closure first: an error after this drops its executor, which releases it.
        let function = auth.map(|asked| {
            let executor: Arc<dyn Executor> =
                Arc::new(JsExecutor::new(Arc::clone(&self.dispatcher), asked.slot));
            let timeout = Duration::from_secs_f64(asked.timeout_ms.clamp(0.0, 1e12) / 1000.0);
            CredentialFunction { executor, timeout }
        });
        let unsaid = serde_json::from_str(problems.as_deref().unwrap_or("[]"));
        let unsaid = to_napi(unsaid.map_err(|error| Error::Internal { reason: reason(&error) }))?;
        Ok(GivenHttpTool { text, unsaid, function })
    }
}
