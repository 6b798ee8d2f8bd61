//! Draft of an MCP tool list: the tools of a revision that have a text for it, each with its place in the former list.

use std::ops::Deref;
use std::sync::Arc;

use super::mcp_list_findings::too_large;
use super::mcp_list_form::McpListForm;
use super::mcp_page_part::ListedTool;
use crate::registry::{RegisteredTool, Snapshot};
use crate::target::{JudgedTool, Target, TargetForm};

/// The tools of a list before it is cut into pages.
#[derive(Default)]
pub(super) struct McpListDraft<'f> {
    /// In the order of their positions.
    pub tools: Vec<DraftTool<'f>>,
    /// Tools that the revision of the protocol cannot hold.
    pub quarantined: Vec<JudgedTool>,
    /// Tools that no page can hold.
    pub refused: Vec<JudgedTool>,
}

/// A tool of a list that is made.
pub(super) struct DraftTool<'f> {
    /// Its index in the former list, if it has the same text there.
    pub former: Option<usize>,
    tool: KeptOrNew<'f>,
}

enum KeptOrNew<'f> {
    Kept(&'f ListedTool),
    New(ListedTool),
}

impl Deref for DraftTool<'_> {
    type Target = ListedTool;

    fn deref(&self) -> &ListedTool {
        match &self.tool {
            KeptOrNew::Kept(tool) => tool,
            KeptOrNew::New(tool) => tool,
        }
    }
}

impl<'f> McpListDraft<'f> {
    /// Lists the enabled tools of a snapshot. Those that are in the former list, which has the same form, are not read.
    pub fn new(snapshot: &Snapshot, form: McpListForm, former: impl Iterator<Item = &'f ListedTool>) -> Self {
        let mut draft = Self::default();
        let mut former = former.enumerate().peekable();
        for (position, tool) in &snapshot.by_position {
            while former.next_if(|(_, former)| former.position < *position).is_some() {}
            let former = former.next_if(|(_, former)| former.position == *position);
            match former.filter(|(_, listed)| listed.is(tool)) {
                Some((index, listed)) => draft.keep(index, listed),
                None => draft.add(Some(tool), form, former),
            }
        }
        draft
    }

    /// Lists the tools of a snapshot that differs from that of the former list at some positions alone. The former list has
    /// all enabled tools.
    pub fn after(
        snapshot: &Snapshot,
        form: McpListForm,
        former: impl Iterator<Item = &'f ListedTool>,
        changed: &[u64],
    ) -> Self {
        let mut draft = Self::default();
        let mut changed = changed.iter().map(|at| (at, snapshot.by_position.get(at))).peekable();
        for (index, listed) in former.enumerate() {
            while let Some((_, tool)) = changed.next_if(|(at, _)| **at < listed.position) {
                draft.add(tool, form, None);
            }
            match changed.next_if(|(at, _)| **at == listed.position) {
                Some((_, tool)) => draft.add(tool, form, Some((index, listed))),
                None => draft.keep(index, listed),
            }
        }
        changed.for_each(|(_, tool)| draft.add(tool, form, None));
        draft
    }

    /// Adds a tool if there is one that is enabled. `former` is what the former list has at its position.
    fn add(
        &mut self,
        tool: Option<&Arc<RegisteredTool>>,
        form: McpListForm,
        former: Option<(usize, &'f ListedTool)>,
    ) {
        let Some(tool) = tool.filter(|tool| tool.enabled) else {
            return;
        };
        let rendered = tool.rendered(TargetForm { mcp: form.revision, ..TargetForm::from(Target::Mcp) });
        let judged = |findings| JudgedTool { name: tool.name().to_owned(), findings };
        match (&rendered.text, former.filter(|(_, listed)| listed.has_text_of(&rendered))) {
            (None, _) => self.quarantined.push(judged(rendered.findings.clone())),
            // Two bytes more: a page of this tool alone has brackets.
            (Some(text), _) if text.len() + 2 > form.limits.max_page_bytes => {
                self.refused.push(judged(vec![too_large(text.len(), form.limits)]));
            }
            (_, Some((index, listed))) => self.keep(index, listed),
            _ => {
                let tool = KeptOrNew::New(ListedTool::new(tool, rendered));
                self.tools.push(DraftTool { former: None, tool });
            }
        }
    }

    fn keep(&mut self, index: usize, listed: &'f ListedTool) {
        self.tools.push(DraftTool { former: Some(index), tool: KeptOrNew::Kept(listed) });
    }
}
