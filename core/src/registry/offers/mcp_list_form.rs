//! Form of an MCP tool list: the revision of the protocol, how many bytes a page has, and how many pages there are.

use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::json::read_options;
use crate::target::McpRevision;

/// What a list is made for: a revision of the protocol, with the limits of its pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct McpListForm {
    /// The revision that the client speaks.
    pub revision: McpRevision,
    /// The limits of pages.
    pub limits: McpListLimits,
}

/// How a `tools/list` is cut into pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct McpListLimits {
    /// Bytes of a new page. Default: 4 MiB. Pages of a list that would have too many grow.
    pub page_bytes: usize,
    /// The most bytes of a page. Default: 8 MiB without 64 KiB, so that a message around it has less than 8 MiB.
    pub max_page_bytes: usize,
    /// The most pages. Default: 32. The official client reads 64 pages at most, and 10 MiB of one line.
    pub max_pages: usize,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct McpListInput {
    page_bytes: Option<usize>,
    max_page_bytes: Option<usize>,
    max_pages: Option<usize>,
}

impl Default for McpListLimits {
    fn default() -> Self {
        Self { page_bytes: 4 << 20, max_page_bytes: (8 << 20) - (64 << 10), max_pages: 32 }
    }
}

impl McpListLimits {
    /// Reads the limits; null gives the defaults.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown limit, one below 1, and pages larger than the largest.
    pub fn parse(value: &Value) -> Result<Self> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let invalid = |reason: String| Error::InvalidOptions { option: "page".to_owned(), reason };
        let input: McpListInput = read_options(value).map_err(|fault| invalid(fault.to_string()))?;
        let default = Self::default();
        let max_page_bytes = input.max_page_bytes.unwrap_or(default.max_page_bytes);
        let limits = Self {
            page_bytes: input.page_bytes.unwrap_or_else(|| default.page_bytes.min(max_page_bytes)),
            max_page_bytes,
            max_pages: input.max_pages.unwrap_or(default.max_pages),
        };
        if [limits.page_bytes, limits.max_page_bytes, limits.max_pages].contains(&0) {
            return Err(invalid("must have limits of 1 or more".to_owned()));
        }
        if limits.page_bytes > limits.max_page_bytes {
            let most = limits.max_page_bytes;
            return Err(invalid(format!("must have pageBytes of at most maxPageBytes, {most}")));
        }
        Ok(limits)
    }
}
