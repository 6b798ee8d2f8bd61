//! Renumbering: the numbers that tools have in a merged segment, so that later indexes, and what may be found of them, follow
//! a merge without a look at any tool.

use std::sync::Arc;

use super::bitmap::Bitmap;
use super::live_segment::LiveSegment;
use super::segment::Segment;
use super::visibility::{ShownTools, Visibility};

/// The number of a tool that is dead: it is in no merged segment.
pub(super) const DEAD: u32 = u32::MAX;

/// The numbers that tools of former segments have in the segment that was made of those.
#[derive(Debug)]
pub struct Renumbering {
    pub(super) parts: Vec<RenumberedPart>,
    /// What they became; none where no tool was live.
    pub(super) merged: Option<Arc<Segment>>,
}

/// The new numbers of the tools of one segment.
#[derive(Debug)]
pub(super) struct RenumberedPart {
    pub segment: Arc<Segment>,
    /// By the former number; [`DEAD`] where a tool was dead.
    pub numbers: Box<[u32]>,
}

impl Renumbering {
    /// The merged segment as it is in a later index: without the tools that died since.
    pub(super) fn merged_in(&self, segments: &[LiveSegment]) -> Option<LiveSegment> {
        let mut merged = LiveSegment::new(Arc::clone(self.merged.as_ref()?));
        for part in &self.parts {
            let now = segments.iter().find(|one| Arc::ptr_eq(&one.segment, &part.segment));
            let is_dead =
                |(tool, number): &(u32, u32)| *number != DEAD && !now.is_some_and(|now| now.has(*tool));
            let dead = (0..).zip(part.numbers.iter().copied()).filter(is_dead);
            merged.bury(&dead.map(|(_, number)| number).collect::<Vec<_>>());
        }
        Some(merged)
    }

    /// What is known of the tools of the merged segment, by what is known of those it was made of.
    pub(super) fn carried(&self, known: &Visibility) -> Option<ShownTools> {
        let merged = self.merged.as_ref()?;
        let (mut tools, mut open) = (Bitmap::none(merged.len()), Bitmap::none(merged.len()));
        for part in &self.parts {
            match known.of(&part.segment) {
                Some(known) => {
                    part.carry(&known.tools, &mut tools);
                    known.open.iter().for_each(|own| part.carry(own, &mut open));
                }
                None => part.carry(&Bitmap::all(part.segment.len()), &mut open),
            }
        }
        let open = (open.count() > 0).then(|| Arc::new(open));
        Some(ShownTools { segment: Arc::clone(merged), tools: Arc::new(tools), open })
    }
}

impl RenumberedPart {
    /// Adds tools of this part to tools of the merged segment.
    fn carry(&self, tools: &Bitmap, into: &mut Bitmap) {
        tools.for_each(|tool| {
            let number = self.numbers[tool as usize];
            if number != DEAD {
                into.add(number);
            }
        });
    }
}
