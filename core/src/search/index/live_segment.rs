//! Live segment: a segment, and which of its tools are in a revision.

use std::sync::Arc;

use super::bitmap::Bitmap;
use super::segment::Segment;

/// A segment, and which of its tools are in the revision.
#[derive(Clone, Debug)]
pub(super) struct LiveSegment {
    pub segment: Arc<Segment>,
    /// None: all.
    pub live: Option<Arc<Bitmap>>,
}

impl LiveSegment {
    pub(super) fn has(&self, tool: u32) -> bool {
        self.live.as_ref().is_none_or(|live| live.has(tool))
    }

    pub(super) fn count(&self) -> usize {
        self.live.as_ref().map_or(self.segment.len(), |live| live.count())
    }

    /// Marks tools as dead.
    pub(super) fn bury(&mut self, dead: &[u32]) {
        if dead.is_empty() {
            return;
        }
        let tools = self.segment.len();
        let live = self.live.get_or_insert_with(|| Arc::new(Bitmap::of(tools, |_| true)));
        let live = Arc::make_mut(live);
        for tool in dead {
            live.remove(*tool);
        }
    }

    /// The positions of its live tools that are chosen.
    pub(super) fn positions(&self, is_chosen: impl Fn(u32) -> bool) -> Vec<u64> {
        let live = self.segment.tools().filter(|tool| self.has(*tool) && is_chosen(*tool));
        live.map(|tool| self.segment.facts(tool).position).collect()
    }
}
