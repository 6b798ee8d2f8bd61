//! A page of an MCP tool list: the definitions of some tools as one JSON text, written when it is asked for.

use std::sync::{Arc, OnceLock};

use crate::target::RenderedTool;
use crate::tool::sha256::{Digester, hex};

/// One page of a `tools/list` result. It keeps the rendered tools, which the registry keeps too, rather than a copy.
#[derive(Debug)]
pub struct McpPage {
    tools: Vec<Arc<RenderedTool>>,
    bytes: usize,
    digest: OnceLock<[u8; 32]>,
}

impl McpPage {
    /// A page of rendered tools, which all have a text.
    pub(super) fn new(tools: &[Arc<RenderedTool>], bytes: usize) -> Self {
        Self { tools: tools.to_vec(), bytes, digest: OnceLock::new() }
    }

    /// The number of tools.
    pub const fn tools(&self) -> usize {
        self.tools.len()
    }

    /// The bytes of its text.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The JSON text: a list of the definitions.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.bytes);
        self.write(|piece| text.push_str(piece));
        text
    }

    /// SHA-256 of the text. Pages of the same tools have the same bytes.
    pub fn digest(&self) -> &[u8; 32] {
        self.digest.get_or_init(|| {
            let mut digester = Digester::default();
            self.write(|piece| digester.update(piece.as_bytes()));
            digester.finish()
        })
    }

    /// [`McpPage::digest`] in hex.
    pub fn digest_text(&self) -> String {
        hex(self.digest())
    }

    /// Whether the page consists of these tools, byte for byte.
    pub(super) fn is_of(&self, tools: &[Arc<RenderedTool>]) -> bool {
        let is_same = |(own, other): (&Arc<RenderedTool>, &Arc<RenderedTool>)| {
            Arc::ptr_eq(own, other) || own.text == other.text
        };
        self.tools.len() == tools.len() && self.tools.iter().zip(tools).all(is_same)
    }

    fn write(&self, mut piece: impl FnMut(&str)) {
        piece("[");
        for (index, tool) in self.tools.iter().enumerate() {
            if index > 0 {
                piece(",");
            }
            piece(tool.text.as_deref().unwrap_or("{}"));
        }
        piece("]");
    }
}
