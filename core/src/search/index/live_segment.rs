//! Live segment: a segment, and which of its tools are in a revision.

use std::sync::Arc;

use super::bitmap::Bitmap;
use super::live_tools::LiveTools;
use super::segment::Segment;

/// A segment, and which of its tools are in the revision.
#[derive(Clone, Debug)]
pub(super) struct LiveSegment {
    pub segment: Arc<Segment>,
    /// None: all.
    pub live: Option<Arc<LiveTools>>,
}

impl LiveSegment {
    /// A segment with all of its tools.
    pub(super) const fn new(segment: Arc<Segment>) -> Self {
        Self { segment, live: None }
    }

    /// Whether all of its live tools are live in another one of the same segment.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        match (&self.live, &other.live) {
            (_, None) => true,
            (None, Some(other)) => other.count == self.segment.len(),
            (Some(own), Some(other)) => own.tools.is_within(&other.tools),
        }
    }

    pub(super) fn has(&self, tool: u32) -> bool {
        self.live.as_ref().is_none_or(|live| live.tools.has(tool))
    }

    pub(super) fn count(&self) -> usize {
        self.live.as_ref().map_or(self.segment.len(), |live| live.count)
    }

    /// Marks tools as dead.
    pub(super) fn bury(&mut self, dead: &[u32]) {
        if dead.is_empty() {
            return;
        }
        let known = self.live.as_ref().map(|live| live.tools.clone());
        let mut tools = known.unwrap_or_else(|| Bitmap::all(self.segment.len()));
        for tool in dead {
            tools.remove(*tool);
        }
        self.live = Some(Arc::new(LiveTools::new(tools, self.segment.len())));
    }
}
