//! MCP tool list: the `tools/list` of a revision, cut into pages that keep their bytes while other tools change.

use std::sync::Arc;

use serde::Serialize;

use super::mcp_list_limits::McpListLimits;
use super::mcp_page::McpPage;
use super::page_cut::{ListSizes, PageCut};
use crate::registry::{Filter, Snapshot};
use crate::target::{
    JudgedTool, McpHeader, McpRevision, RenderedTool, Target, TargetFinding, TargetForm, Weight,
};
use crate::tool::sha256::{Digester, hex};

/// What a list is made for: a revision of the protocol, with the limits of its pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct McpListForm {
    /// The revision that the client speaks.
    pub revision: McpRevision,
    /// The limits of pages.
    pub limits: McpListLimits,
}

/// The tools of a revision as pages of `tools/list`.
#[derive(Debug)]
pub struct McpListing {
    form: McpListForm,
    cut: PageCut,
    pages: Vec<Arc<McpPage>>,
    reused: Vec<Option<usize>>,
    /// Tools with header arguments, by wire name.
    with_headers: Vec<(String, Arc<RenderedTool>)>,
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

/// Where the limits of a list come from.
const SOURCE: &str = "toolrack: limits of MCP clients; the official one reads 10 MiB of a line, 2026-11";

impl Snapshot {
    /// The tools that a filter matches, as pages of a `tools/list` result. `former` is a list of the same filter in an
    /// earlier revision: pages whose tools are unchanged are taken from it, and boundaries stay where they are. A former
    /// list of another form is not used.
    pub fn mcp_listing(&self, form: McpListForm, filter: &Filter, former: Option<&McpListing>) -> McpListing {
        let target = TargetForm { mcp: form.revision, ..TargetForm::from(Target::Mcp) };
        let mut listing = McpListing {
            form,
            cut: PageCut::default(),
            pages: Vec::new(),
            reused: Vec::new(),
            with_headers: Vec::new(),
            quarantined: Vec::new(),
            refused: Vec::new(),
        };
        let mut listed = Vec::new();
        for tool in self.matching(filter) {
            let rendered = tool.rendered(target);
            let judged = |findings| JudgedTool { name: tool.name().to_owned(), findings };
            match &rendered.text {
                None => listing.quarantined.push(judged(rendered.findings.clone())),
                // Two bytes more: a page of this tool alone has brackets.
                Some(text) if text.len() + 2 > form.limits.max_page_bytes => {
                    listing.refused.push(judged(vec![too_large(text.len(), form.limits)]));
                }
                Some(_) => listed.push((tool, rendered)),
            }
        }
        let sizes = listed.iter().map(|(tool, rendered)| (tool.position, bytes_of(rendered)));
        let sizes = ListSizes::new(sizes);
        let (tools, rendered): (Vec<_>, Vec<_>) = listed.into_iter().unzip();
        listing.fill(&sizes, &rendered, former.filter(|former| former.form == form));
        let count = listing.tools();
        for tool in &tools[count..] {
            let findings = vec![no_page_left(form.limits)];
            listing.refused.push(JudgedTool { name: tool.name().to_owned(), findings });
        }
        let with_headers =
            tools.iter().zip(rendered).take(count).filter(|(_, tool)| !tool.headers.is_empty());
        listing.with_headers =
            with_headers.map(|(tool, rendered)| (tool.wire_name().to_owned(), rendered)).collect();
        listing
    }
}

impl McpListing {
    /// The pages in order; at least one, which may be empty.
    pub fn pages(&self) -> &[Arc<McpPage>] {
        &self.pages
    }

    /// For each page, its index in the former list, if it was taken from there.
    pub fn reused(&self) -> &[Option<usize>] {
        &self.reused
    }

    /// The number of listed tools.
    pub fn tools(&self) -> usize {
        self.pages.iter().map(|page| page.tools()).sum()
    }

    /// The bytes of all pages.
    pub fn bytes(&self) -> usize {
        self.pages.iter().map(|page| page.bytes()).sum()
    }

    /// SHA-256 of all pages in hex: lists with the same digest have the same pages, byte for byte.
    pub fn digest(&self) -> String {
        let mut digester = Digester::default();
        for page in &self.pages {
            digester.update(page.digest());
        }
        hex(&digester.finish())
    }

    /// The listed tools that have header arguments, by wire name. None before revision 2026-07-28.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[McpHeader])> {
        self.with_headers.iter().map(|(name, tool)| (name.as_str(), &*tool.headers))
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

    /// Cuts the tools into pages, and takes from the former list those that are there.
    fn fill(&mut self, sizes: &ListSizes, tools: &[Arc<RenderedTool>], former: Option<&Self>) {
        let limits = &self.form.limits;
        self.cut = match former {
            Some(former) => {
                former.cut.next(sizes, limits, |index, range| former.pages[index].is_of(&tools[range]))
            }
            None => PageCut::fresh(sizes, limits),
        };
        let former = former.map_or(&[][..], |former| &former.pages);
        let mut ranges: Vec<_> = self.cut.pages.iter().map(|page| page.tools.clone()).collect();
        if ranges.is_empty() {
            ranges.push(0..0);
        }
        for range in ranges {
            let tools = &tools[range.clone()];
            let known = former.iter().position(|former| former.is_of(tools));
            let make = || Arc::new(McpPage::new(tools, sizes.bytes(&range)));
            self.pages.push(known.map_or_else(make, |index| Arc::clone(&former[index])));
            self.reused.push(known);
        }
    }
}

fn bytes_of(rendered: &RenderedTool) -> usize {
    rendered.text.as_ref().map_or(0, |text| text.len())
}

fn too_large(bytes: usize, limits: McpListLimits) -> TargetFinding {
    let most = limits.max_page_bytes;
    let message = format!(
        "the definition has {bytes} bytes, and a page of tools/list {most} at most; shorten its description or its schema"
    );
    finding("MCP_TOOL_TOO_LARGE", Weight::Refused, message)
}

fn no_page_left(limits: McpListLimits) -> TargetFinding {
    let McpListLimits { max_page_bytes, max_pages, .. } = limits;
    let message = format!(
        "the {max_pages} pages of tools/list, of {max_page_bytes} bytes at most, are full; filter the tools"
    );
    finding("MCP_LIST_TOO_LARGE", Weight::Refused, message)
}

fn paged(pages: usize) -> TargetFinding {
    let message = format!(
        "the list has {pages} pages, and some clients read the first one alone; filter the tools, or make pages larger"
    );
    finding("MCP_LIST_PAGED", Weight::Advised, message)
}

fn finding(code: &'static str, weight: Weight, message: String) -> TargetFinding {
    TargetFinding {
        code: code.into(),
        weight,
        pointer: String::new(),
        message: message.into(),
        source: SOURCE.into(),
    }
}
