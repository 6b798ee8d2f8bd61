//! MCP tool list: the `tools/list` of a revision, cut into pages that keep their bytes while other tools change.
//!
//! After a change, tools are compared with those of the former list by their addresses: only the parts of pages that have
//! a changed tool are made anew.

use std::ops::Range;
use std::sync::{Arc, Weak};

use serde::Serialize;

use super::mcp_list_draft::{DraftTool, McpListDraft};
use super::mcp_list_findings::{no_page_left, paged};
use super::mcp_list_form::{McpListForm, McpListLimits};
use super::mcp_page::McpPage;
use super::mcp_page_part::{McpPagePart, cut_parts};
use super::page_cut::{ListSizes, PageCut};
use crate::registry::Snapshot;
use crate::target::{JudgedTool, McpHeader, TargetFinding};
use crate::tool::sha256::{Digester, hex};

/// The tools of a revision as pages of `tools/list`.
#[derive(Debug)]
pub struct McpListing {
    form: McpListForm,
    /// The snapshot that it lists. Weak: a list outlives its revision.
    snapshot: Weak<Snapshot>,
    cut: PageCut,
    pages: Vec<McpPage>,
    reused: Vec<Option<usize>>,
    quarantined: Vec<JudgedTool>,
    refused: Vec<JudgedTool>,
}

/// What a list holds, and what stays away from it.
#[derive(Debug, Serialize)]
pub struct McpListReport<'l> {
    /// The number of listed tools.
    pub tools: usize,
    /// The number of pages.
    pub pages: usize,
    /// The bytes of all pages.
    pub bytes: usize,
    /// Tools that this revision of the protocol cannot hold.
    pub quarantined: &'l [JudgedTool],
    /// Tools that are too large for a page, and those for which no page is left.
    pub refused: &'l [JudgedTool],
    /// What concerns the list as a whole.
    pub findings: Vec<TargetFinding>,
}

impl Snapshot {
    /// The enabled tools as pages of a `tools/list` result. `former` is a list of an earlier revision: parts whose tools
    /// are unchanged are taken from it, and boundaries stay where they are. A former list of another form is not used.
    pub fn mcp_listing(self: &Arc<Self>, form: McpListForm, former: Option<&McpListing>) -> McpListing {
        let former = former.filter(|former| former.form == form);
        let former_tools = former.into_iter().flat_map(McpListing::parts).flat_map(|part| part.tools());
        let draft = match former.and_then(|former| former.changed_tools(self)) {
            Some(changed) => McpListDraft::after(self, form, former_tools, changed),
            None => McpListDraft::new(self, form, former_tools),
        };
        let sizes = ListSizes::new(draft.tools.iter().map(|tool| (tool.position, tool.bytes)));
        let (cut, pages, reused) = PageMaker::new(self, &draft.tools, former).make(&sizes, &form.limits);
        let McpListDraft { tools, quarantined, mut refused } = draft;
        let listed = pages.iter().map(McpPage::tools).sum();
        for tool in tools.iter().skip(listed).filter_map(|tool| self.by_position.get(&tool.position)) {
            let findings = vec![no_page_left(form.limits)];
            refused.push(JudgedTool { name: tool.name().to_owned(), findings });
        }
        let snapshot = Arc::downgrade(self);
        McpListing { form, snapshot, cut, pages, reused, quarantined, refused }
    }
}

impl McpListing {
    /// The pages in order; at least one, which may be empty.
    pub fn pages(&self) -> &[McpPage] {
        &self.pages
    }

    /// The parts of all pages, in order.
    pub fn parts(&self) -> impl Iterator<Item = &Arc<McpPagePart>> {
        self.pages.iter().flat_map(McpPage::parts)
    }

    /// For each part, its index in the former list, if it was taken from there.
    pub fn reused(&self) -> &[Option<usize>] {
        &self.reused
    }

    /// The number of listed tools.
    pub fn tools(&self) -> usize {
        self.pages.iter().map(McpPage::tools).sum()
    }

    /// The bytes of all pages.
    pub fn bytes(&self) -> usize {
        self.pages.iter().map(McpPage::bytes).sum()
    }

    /// A SHA-256 in hex: lists with the same digest have the same pages, byte for byte.
    pub fn digest(&self) -> String {
        let mut digester = Digester::default();
        for page in &self.pages {
            digester.update(&page.digest());
        }
        hex(&digester.finish())
    }

    /// The listed tools that have header arguments, by wire name. None before revision 2026-07-28.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[McpHeader])> {
        let tools = self.parts().flat_map(|part| part.with_headers());
        tools.map(|(name, tool)| (&**name, &*tool.headers))
    }

    /// The positions where the next snapshot has other tools, if they are known and all other tools are listed here.
    fn changed_tools<'s>(&self, next: &'s Snapshot) -> Option<&'s [u64]> {
        let changed = next.changed_tools.as_ref().filter(|changed| changed.since.ptr_eq(&self.snapshot))?;
        (self.quarantined.is_empty() && self.refused.is_empty()).then_some(&*changed.positions)
    }

    /// Reports what is listed, and what stays away.
    pub fn report(&self) -> McpListReport<'_> {
        let pages = self.pages.len();
        McpListReport {
            tools: self.tools(),
            pages,
            bytes: self.bytes(),
            quarantined: &self.quarantined,
            refused: &self.refused,
            findings: if pages > 1 { vec![paged(pages)] } else { Vec::new() },
        }
    }
}

/// Makes the pages of a list, with the parts of the former one that are the same.
struct PageMaker<'l> {
    snapshot: &'l Snapshot,
    tools: &'l [DraftTool<'l>],
    former: Option<&'l McpListing>,
    /// The parts of the former list, each with the number of tools before it.
    parts: Vec<(usize, &'l Arc<McpPagePart>)>,
}

impl<'l> PageMaker<'l> {
    fn new(snapshot: &'l Snapshot, tools: &'l [DraftTool<'l>], former: Option<&'l McpListing>) -> Self {
        let mut before = 0;
        let with_count = |part: &'l Arc<McpPagePart>| {
            let start = before;
            before += part.tools().len();
            (start, part)
        };
        let parts = former.into_iter().flat_map(McpListing::parts).map(with_count).collect();
        Self { snapshot, tools, former, parts }
    }

    fn make(&self, sizes: &ListSizes, limits: &McpListLimits) -> (PageCut, Vec<McpPage>, Vec<Option<usize>>) {
        let cut = match self.former {
            Some(former) => {
                let former_pages: Vec<_> = former.cut.pages.iter().map(|page| page.tools.clone()).collect();
                let is_same = |index: usize, range| self.is_kept(range, &former_pages[index]);
                former.cut.next(sizes, limits, is_same)
            }
            None => PageCut::fresh(sizes, limits),
        };
        let mut pages: Vec<_> = cut.pages.iter().map(|page| page.tools.clone()).collect();
        if pages.is_empty() {
            pages.push(0..0);
        }
        let mut reused = Vec::new();
        let page = |range| McpPage::new(self.parts_of(range, &mut reused));
        let pages = pages.into_iter().map(page).collect();
        (cut, pages, reused)
    }

    fn parts_of(&self, page: Range<usize>, reused: &mut Vec<Option<usize>>) -> Vec<Arc<McpPagePart>> {
        let start = page.start;
        let make = |tools: Range<usize>| {
            let is_first = tools.start == start;
            let known = self.former_part(&tools, is_first);
            reused.push(known);
            if let Some(index) = known {
                return Arc::clone(self.parts[index].1);
            }
            let tools = self.tools[tools].iter().map(|tool| (**tool).clone()).collect();
            Arc::new(McpPagePart::new(self.snapshot, tools, is_first))
        };
        cut_parts(page, |at| &self.tools[at]).into_iter().map(make).collect()
    }

    /// The part of the former list with exactly these tools.
    fn former_part(&self, tools: &Range<usize>, is_first: bool) -> Option<usize> {
        let first = self.tools[tools.clone()].first().map_or(Some(0), |tool| tool.former)?;
        let index = self.parts.binary_search_by_key(&first, |(start, _)| *start).ok()?;
        let part = self.parts[index].1;
        let is_same =
            part.is_first() == is_first && self.is_kept(tools.clone(), &(first..first + part.tools().len()));
        is_same.then_some(index)
    }

    /// Whether tools are those of the former list in a range.
    fn is_kept(&self, tools: Range<usize>, former: &Range<usize>) -> bool {
        let is_same = |(tool, former): (&DraftTool<'_>, usize)| tool.former == Some(former);
        tools.len() == former.len() && self.tools[tools].iter().zip(former.clone()).all(is_same)
    }
}
