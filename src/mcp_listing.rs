//! MCP tool list: the pages of `tools/list` as bytes, with what stays away from them.

use napi::Result;
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;
use serde_json::{Value, json};
use toolrack_core::error::Error;
use toolrack_core::registry::{McpListForm, McpListLimits, McpListing, McpPage};
use toolrack_core::target::TargetForm;

use crate::convert::{option_error, read, to_napi, to_number};

/// The tools of a snapshot as pages of a `tools/list` result.
#[napi]
pub struct NativeMcpListing {
    pub(crate) core: McpListing,
}

#[napi]
impl NativeMcpListing {
    /// The number of parts of each page; at least one page, and one part.
    #[napi(catch_unwind)]
    pub fn part_counts(&self) -> Vec<u32> {
        let count = |page: &McpPage| u32::try_from(page.parts().len()).unwrap_or(u32::MAX);
        self.core.pages().iter().map(count).collect()
    }

    /// Number of listed tools.
    #[napi(getter, catch_unwind)]
    pub fn tools(&self) -> u32 {
        u32::try_from(self.core.tools()).unwrap_or(u32::MAX)
    }

    /// Bytes of all pages.
    #[napi(getter, catch_unwind)]
    pub fn bytes(&self) -> f64 {
        to_number(u64::try_from(self.core.bytes()).unwrap_or(u64::MAX))
    }

    /// A SHA-256 in hex. Lists with the same digest have the same pages. Computed when it is asked for; parts of the former
    /// list keep theirs.
    #[napi(catch_unwind)]
    pub fn digest(&self) -> String {
        self.core.digest()
    }

    /// Writes a part by its index among those of all pages. The texts of a page's parts, with `]` behind them, are the JSON
    /// text of a list of definitions. Each call makes new bytes, which JavaScript owns.
    #[napi(catch_unwind)]
    pub fn part(&self, part: u32) -> Result<Buffer> {
        let found = usize::try_from(part).ok().and_then(|part| self.core.parts().nth(part));
        let found = to_napi(found.ok_or_else(|| Error::InvalidOptions {
            option: "part".to_owned(),
            reason: format!("must be below {}", self.core.parts().count()),
        }))?;
        Ok(found.text().into_bytes().into())
    }

    /// For each part, its index in the former list; -1 for one that was not there.
    #[napi(catch_unwind)]
    pub fn reused(&self) -> Vec<i32> {
        let index = |part: &Option<usize>| part.and_then(|part| i32::try_from(part).ok()).unwrap_or(-1);
        self.core.reused().iter().map(index).collect()
    }

    /// Reports what is listed and what stays away, as JSON: see [`toolrack_core::registry::McpListReport`].
    #[napi(catch_unwind)]
    pub fn judgement(&self) -> String {
        json!(self.core.report()).to_string()
    }

    /// Returns the arguments that HTTP clients repeat in headers, as JSON: pairs of a tool's wire name and its header
    /// arguments, for tools that have some.
    #[napi(catch_unwind)]
    pub fn headers(&self) -> String {
        json!(self.core.headers().collect::<Vec<_>>()).to_string()
    }
}

/// Parses the form of a list: the revision of MCP, and the limits of pages as JSON.
pub fn list_form(revision: &str, limits: Option<&str>) -> Result<McpListForm> {
    let target = TargetForm::parse("mcp", &json!({"revision": revision}));
    let limits: Value = read(limits, option_error("page"))?;
    Ok(McpListForm { revision: to_napi(target)?.mcp, limits: to_napi(McpListLimits::parse(&limits))? })
}
