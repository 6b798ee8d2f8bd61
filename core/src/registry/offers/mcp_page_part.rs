//! A part of a page of an MCP tool list: consecutive tools as one text, written when it is asked for.
//!
//! A page may have 4 MiB, and the change of one tool must not write all of it anew. So a page consists of parts of about
//! [`PART_BYTES`], and lists share the parts that are the same. Where a part ends follows from the texts of its page
//! alone (content-defined chunking): pages with the same bytes have the same parts, whatever happened before.

use std::ops::Range;
use std::sync::{Arc, OnceLock, Weak};

use crate::registry::{RegisteredTool, Snapshot};
use crate::target::RenderedTool;
use crate::tool::sha256::Digester;

/// The bytes of a part, on average. Smaller ones cost more writes for each answer, larger ones more for each change.
const PART_BYTES: usize = 128 << 10;
const LEAST_PART_BYTES: usize = PART_BYTES / 4;
const MOST_PART_BYTES: usize = PART_BYTES * 4;

/// A tool of a list.
#[derive(Clone, Debug)]
pub(super) struct ListedTool {
    /// Weak, because a list outlives its revision and must not keep executors. No other tool gets the address meanwhile.
    tool: Weak<RegisteredTool>,
    rendered: Arc<RenderedTool>,
    /// Its position in the registry.
    pub position: u64,
    /// The bytes of its text.
    pub bytes: usize,
    /// Whether a part may end behind it.
    ends_part: bool,
}

/// Some tools of a page as one text, with what stands before each of them.
#[derive(Debug)]
pub struct McpPagePart {
    /// Whether a page begins with it.
    is_first: bool,
    tools: Box<[ListedTool]>,
    /// Tools with header arguments, by wire name.
    with_headers: Box<[(Box<str>, Arc<RenderedTool>)]>,
    bytes: usize,
    digest: OnceLock<[u8; 32]>,
}

impl ListedTool {
    /// A tool whose rendering has a text.
    pub fn new(tool: &Arc<RegisteredTool>, rendered: Arc<RenderedTool>) -> Self {
        let bytes = rendered.text.as_ref().map_or(0, |text| text.len());
        let [first, second, third, fourth, ..] = *rendered.digest();
        // One of `PART_BYTES` bytes ends a part; the hash chooses which.
        let chosen = u64::from(u32::from_le_bytes([first, second, third, fourth]));
        let ends_part = chosen < (bytes as u64).saturating_mul(1 << 32) / PART_BYTES as u64;
        Self { tool: Arc::downgrade(tool), rendered, position: tool.position, bytes, ends_part }
    }

    /// Whether it is this registered tool, which never changes.
    pub fn is(&self, tool: &Arc<RegisteredTool>) -> bool {
        std::ptr::eq(self.tool.as_ptr(), Arc::as_ptr(tool))
    }

    /// Whether it has the text of a rendering.
    pub fn has_text_of(&self, rendered: &Arc<RenderedTool>) -> bool {
        Arc::ptr_eq(&self.rendered, rendered) || self.rendered.text == rendered.text
    }
}

impl McpPagePart {
    /// A part of some tools, which are in a snapshot.
    pub(super) fn new(snapshot: &Snapshot, tools: Box<[ListedTool]>, is_first: bool) -> Self {
        let with_headers = tools.iter().filter(|tool| !tool.rendered.headers.is_empty());
        let named = with_headers.filter_map(|ListedTool { rendered, position, .. }| {
            Some((snapshot.by_position.get(position)?.wire_name().into(), Arc::clone(rendered)))
        });
        let with_headers = named.collect();
        let bytes = tools.iter().map(|tool| 1 + tool.bytes).sum::<usize>().max(1);
        Self { is_first, tools, with_headers, bytes, digest: OnceLock::new() }
    }

    /// Whether a page begins with it.
    pub(super) const fn is_first(&self) -> bool {
        self.is_first
    }

    pub(super) const fn tools(&self) -> &[ListedTool] {
        &self.tools
    }

    /// The bytes of its text.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Its tools that have header arguments, by wire name.
    pub(super) fn with_headers(&self) -> &[(Box<str>, Arc<RenderedTool>)] {
        &self.with_headers
    }

    /// The JSON text: `[` at the beginning of a page, the definitions, and a comma before each that has one before it in
    /// the page.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.bytes);
        if self.is_first {
            text.push('[');
        }
        for (index, tool) in self.tools.iter().enumerate() {
            if index > 0 || !self.is_first {
                text.push(',');
            }
            text.push_str(tool.rendered.text.as_deref().unwrap_or("{}"));
        }
        text
    }

    /// SHA-256 of the hashes of its tools: parts with the same digest have the same definitions.
    pub(super) fn digest(&self) -> &[u8; 32] {
        self.digest.get_or_init(|| {
            let mut digester = Digester::default();
            for tool in &self.tools {
                digester.update(tool.rendered.digest());
            }
            digester.finish()
        })
    }
}

/// Cuts a page into parts. A page without tools is one part.
pub(super) fn cut_parts<'t>(page: Range<usize>, tool: impl Fn(usize) -> &'t ListedTool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut bytes) = (page.start, 0);
    for at in page.clone() {
        let ListedTool { bytes: own, ends_part, .. } = tool(at);
        bytes += own + 1;
        if bytes >= MOST_PART_BYTES || *ends_part && bytes >= LEAST_PART_BYTES {
            parts.push(start..at + 1);
            (start, bytes) = (at + 1, 0);
        }
    }
    if start < page.end || parts.is_empty() {
        parts.push(start..page.end);
    }
    parts
}
