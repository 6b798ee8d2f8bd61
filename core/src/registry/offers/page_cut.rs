//! Page boundaries of a list: they stay where they are while tools change, so that the other pages keep their bytes.
//!
//! A page is a range of positions in the registry. A list without a former one fills page after page. With a former one,
//! its boundaries hold: a page that grows beyond the limit is split, and a page that shrinks below half of the size is
//! joined with a neighbour. So the change of one tool replaces one page, or two where a boundary has to move.

use std::ops::Range;

use super::mcp_list_form::McpListLimits;

/// A list with one definition for each tool, as far as boundaries concern it.
#[derive(Debug)]
pub struct ListSizes {
    /// The position of each tool in the registry, ascending.
    positions: Vec<u64>,
    /// For each tool, the bytes of all before it with their commas. One more for the end.
    sums: Vec<usize>,
}

/// One page of a cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutPage {
    /// Its tools, by their index in the list.
    pub tools: Range<usize>,
    /// The last position that belongs to it.
    end: u64,
}

/// A list that is cut into pages.
#[derive(Clone, Debug, Default)]
pub struct PageCut {
    /// The bytes up to which a new page is filled.
    size: usize,
    /// The pages in order.
    pub pages: Vec<CutPage>,
}

/// A page whose former boundaries were looked up.
struct DraftPage {
    page: CutPage,
    state: DraftState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum DraftState {
    /// It has the tools that it had.
    Same,
    /// Some of its tools changed.
    Changed,
    /// Its boundary has just moved. It does not move again, so that few pages change at once.
    Moved,
}

impl ListSizes {
    /// The sizes of tools in ascending order of their positions.
    pub fn new(tools: impl Iterator<Item = (u64, usize)>) -> Self {
        let mut sizes = Self { positions: Vec::new(), sums: vec![0] };
        let mut sum = 0;
        for (position, bytes) in tools {
            sum += bytes + 1;
            sizes.positions.push(position);
            sizes.sums.push(sum);
        }
        sizes
    }

    /// The bytes of a page: its tools, the commas between them and the brackets.
    pub fn bytes(&self, tools: &Range<usize>) -> usize {
        1 + (self.sums[tools.end] - self.sums[tools.start]).max(1)
    }

    const fn all(&self) -> Range<usize> {
        0..self.positions.len()
    }

    /// Fills pages up to a size. A tool that is larger has a page of its own.
    fn fill(&self, tools: Range<usize>, size: usize) -> Vec<CutPage> {
        let mut pages = Vec::new();
        let mut start = tools.start;
        for at in tools.clone() {
            if at > start && self.bytes(&(start..at + 1)) > size {
                pages.push(self.page(start..at));
                start = at;
            }
        }
        if start < tools.end {
            pages.push(self.page(start..tools.end));
        }
        pages
    }

    /// A page of some tools, at least one.
    fn page(&self, tools: Range<usize>) -> CutPage {
        CutPage { end: self.positions[tools.end - 1], tools }
    }

    fn join(&self, first: &DraftPage, second: &DraftPage, most: usize) -> Option<DraftPage> {
        let tools = first.page.tools.start..second.page.tools.end;
        let may_move = second.state != DraftState::Moved && first.state != DraftState::Moved;
        let page = CutPage { tools, end: second.page.end };
        (may_move && self.bytes(&page.tools) <= most).then_some(DraftPage { page, state: DraftState::Moved })
    }
}

impl PageCut {
    /// Cuts a list into pages of at most `max_page_bytes`; no tool is larger. The last tools are in no page if all pages
    /// are full.
    pub fn fresh(sizes: &ListSizes, limits: &McpListLimits) -> Self {
        let cut = |size| Self { size, pages: sizes.fill(sizes.all(), size) };
        let first = cut(limits.page_bytes);
        if first.pages.len() <= limits.max_pages {
            return first;
        }
        // Half as many pages as there may be: the list can then double before it is cut anew.
        let grown = cut(grown_size(sizes, limits));
        let mut last = if grown.pages.len() <= limits.max_pages { grown } else { cut(limits.max_page_bytes) };
        last.pages.truncate(limits.max_pages);
        last
    }

    /// Cuts the next list at the boundaries of this one. `is_same` says whether one of these pages has the same tools there.
    pub fn next(
        &self,
        sizes: &ListSizes,
        limits: &McpListLimits,
        is_same: impl Fn(usize, Range<usize>) -> bool,
    ) -> Self {
        let size = self.size;
        // After a list that was many times larger, its pages are too large for this one.
        if size > grown_size(sizes, limits).saturating_mul(4) {
            return Self::fresh(sizes, limits);
        }
        let most = limits.max_page_bytes.min(size.saturating_mul(2));
        let mut drafts = self.drafts(sizes, most, is_same);
        let after = drafts.last().map_or(0, |last| last.page.tools.end);
        let begin = match drafts.last() {
            Some(DraftPage { page, .. })
                if after < sizes.all().end && sizes.bytes(&(page.tools.start..after + 1)) <= size =>
            {
                let begin = page.tools.start;
                drafts.pop();
                begin
            }
            _ => after,
        };
        let added = sizes.fill(begin..sizes.all().end, size);
        drafts.extend(added.into_iter().map(|page| DraftPage { page, state: DraftState::Moved }));
        join_small(sizes, &mut drafts, size / 2, most);
        if drafts.is_empty() || drafts.len() > limits.max_pages {
            return Self::fresh(sizes, limits);
        }
        Self { size, pages: drafts.into_iter().map(|draft| draft.page).collect() }
    }

    /// The pages at their former boundaries; without empty ones, and with large ones split.
    fn drafts(
        &self,
        sizes: &ListSizes,
        most: usize,
        is_same: impl Fn(usize, Range<usize>) -> bool,
    ) -> Vec<DraftPage> {
        let mut drafts = Vec::new();
        let mut start = 0;
        for (index, CutPage { end, .. }) in self.pages.iter().enumerate() {
            let stop = start + sizes.positions[start..].partition_point(|position| position <= end);
            let tools = start..stop;
            start = stop;
            if tools.is_empty() {
                continue;
            }
            if sizes.bytes(&tools) > most {
                let pieces = sizes.fill(tools, self.size).into_iter();
                drafts.extend(pieces.map(|page| DraftPage { page, state: DraftState::Moved }));
                continue;
            }
            let is_same = is_same(index, tools.clone());
            let state = if is_same { DraftState::Same } else { DraftState::Changed };
            drafts.push(DraftPage { page: CutPage { tools, end: *end }, state });
        }
        drafts
    }
}

/// Joins each page that shrank below `least` with the next one, or else with the one before, if both fit. The last page
/// may be small.
fn join_small(sizes: &ListSizes, drafts: &mut Vec<DraftPage>, least: usize, most: usize) {
    let mut at = 0;
    while at + 1 < drafts.len() {
        let draft = &drafts[at];
        if draft.state == DraftState::Changed && sizes.bytes(&draft.page.tools) < least {
            if let Some(joined) = sizes.join(draft, &drafts[at + 1], most) {
                drafts.splice(at..at + 2, [joined]);
            } else if at > 0
                && let Some(joined) = sizes.join(&drafts[at - 1], draft, most)
            {
                drafts.splice(at - 1..=at, [joined]);
                continue;
            }
        }
        at += 1;
    }
}

/// The size of pages, of which a list has half as many as it may have.
fn grown_size(sizes: &ListSizes, limits: &McpListLimits) -> usize {
    let size = sizes.bytes(&sizes.all()).div_ceil((limits.max_pages / 2).max(1));
    size.clamp(limits.page_bytes, limits.max_page_bytes)
}
