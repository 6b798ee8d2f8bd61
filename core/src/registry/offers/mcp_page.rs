//! A page of an MCP tool list: the definitions of some tools as one JSON text, in parts.

use std::sync::Arc;

use super::mcp_page_part::McpPagePart;
use crate::tool::sha256::Digester;

/// One page of a `tools/list` result: the texts of its parts, and [`McpPage::END`].
#[derive(Debug)]
pub struct McpPage {
    parts: Vec<Arc<McpPagePart>>,
}

impl McpPage {
    /// What stands behind the last part.
    pub const END: &str = "]";

    /// A page of parts, of which the first one alone begins a page.
    pub(super) const fn new(parts: Vec<Arc<McpPagePart>>) -> Self {
        Self { parts }
    }

    /// Its parts in order; at least one, which may have no tools.
    pub fn parts(&self) -> &[Arc<McpPagePart>] {
        &self.parts
    }

    /// The number of tools.
    pub fn tools(&self) -> usize {
        self.parts.iter().map(|part| part.tools().len()).sum()
    }

    /// The bytes of its text.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.bytes()).sum::<usize>() + Self::END.len()
    }

    /// The JSON text: a list of the definitions.
    pub fn text(&self) -> String {
        let texts: String = self.parts.iter().map(|part| part.text()).collect();
        texts + Self::END
    }

    /// SHA-256 of the digests of its parts, which follow from its text.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut digester = Digester::default();
        for part in &self.parts {
            digester.update(part.digest());
        }
        digester.finish()
    }
}
