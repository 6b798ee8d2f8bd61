//! Visibility: which tools of an index may be found, as a bitmap for each segment.

use std::sync::Arc;

use super::bitmap::Bitmap;
use super::live_segment::LiveSegment;
use super::segment::Segment;

/// Which tools of an index may be found: of each of its segments. What is known of a former index may lack some.
#[derive(Clone, Debug)]
pub struct Visibility(pub(super) Vec<ShownTools>);

/// The tools of a segment that may be found.
#[derive(Clone, Debug)]
pub(super) struct ShownTools {
    pub segment: Arc<Segment>,
    pub tools: Arc<Bitmap>,
    /// Tools of which nothing is known yet; none: all are known.
    pub open: Option<Arc<Bitmap>>,
}

impl Visibility {
    /// What is known of a segment.
    pub(super) fn of(&self, segment: &Arc<Segment>) -> Option<&ShownTools> {
        self.0.iter().find(|one| Arc::ptr_eq(&one.segment, segment))
    }
}

impl ShownTools {
    /// All that is to be known of a segment.
    pub(super) fn new(segment: &Arc<Segment>, tools: Bitmap) -> Self {
        Self { segment: Arc::clone(segment), tools: Arc::new(tools), open: None }
    }

    /// The same of the tools that are live. Those of which nothing is known are asked about.
    pub(super) fn among(&self, live: &LiveSegment, is_shown: impl Fn(u32) -> bool) -> Self {
        if live.live.is_none() && self.open.is_none() {
            return self.clone();
        }
        let own = || Bitmap::clone(&self.tools);
        let mut tools = live.live.as_ref().map_or_else(own, |live| self.tools.and(&live.tools));
        if let Some(open) = &self.open {
            open.for_each(|tool| {
                if live.has(tool) && is_shown(tool) {
                    tools.add(tool);
                }
            });
        }
        Self::new(&self.segment, tools)
    }
}
