//! Search index: the segments of one revision, and how it follows changes.
//!
//! A change makes a new segment of the added and changed tools, and marks those it replaces as dead in a copied bitmap.
//! Nothing that a former revision reads is touched. What a word counts in a tool depends on that tool alone, so that
//! segments can be merged at any time: the scores stay the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bitmap::Bitmap;
use super::live_segment::LiveSegment;
use super::segment::{Segment, SegmentView};
use super::segment_builder::SegmentBuilder;
use super::segment_merge::merge_segments;
use crate::search::analysis::FieldWeights;
use crate::search::tool_text::ToolText;

/// The most segments beside the first one before they are merged.
pub(super) const MOST_CHANGES: usize = 8;

/// The index of one revision. Immutable.
#[derive(Clone, Debug, Default)]
pub struct SearchIndex {
    segments: Vec<LiveSegment>,
    weights: FieldWeights,
}

/// Which tools of an index may be found.
#[derive(Clone, Debug)]
pub struct Visibility(Vec<Arc<Bitmap>>);

impl SearchIndex {
    /// The index of tools. Positions ascend.
    pub fn build<'t>(tools: impl IntoIterator<Item = (u64, ToolText<'t>)>, weights: FieldWeights) -> Self {
        let mut index = Self { segments: Vec::new(), weights };
        index.push(segment_of(tools, weights));
        index
    }

    /// The index after a change: without the tools at some positions, and with others. Positions ascend.
    #[must_use]
    pub fn after<'t>(&self, left: &[u64], come: impl IntoIterator<Item = (u64, ToolText<'t>)>) -> Self {
        let mut next = self.clone();
        for one in &mut next.segments {
            let dead: Vec<u32> = left.iter().filter_map(|position| one.segment.tool_at(*position)).collect();
            one.bury(&dead);
        }
        next.segments.retain(|one| one.live.as_ref().is_none_or(|live| live.count() > 0));
        next.push(segment_of(come, self.weights));
        next
    }

    fn push(&mut self, segment: Segment) {
        if segment.len() > 0 {
            self.segments.push(LiveSegment { segment: Arc::new(segment), live: None });
        }
    }

    /// Whether it has so many segments that they should be merged.
    pub fn should_merge(&self) -> bool {
        self.segments.len() > MOST_CHANGES + 1
    }

    /// The same index with fewer segments: those of changes are one, and all are where changes are a quarter of the tools.
    #[must_use]
    pub fn merged(&self) -> Self {
        let Some((first, changes)) = self.segments.split_first() else { return self.clone() };
        let of_changes: usize = changes.iter().map(LiveSegment::count).sum();
        let is_whole = of_changes * 4 > first.count() || first.count() * 4 < first.segment.len() * 3;
        let (kept, merged) = if is_whole { (None, &*self.segments) } else { (Some(first), changes) };
        let mut next = Self { segments: kept.into_iter().cloned().collect(), weights: self.weights };
        next.push(merge_segments(merged));
        next
    }

    /// Whether a merge of another index has all tools that this one has of the segments of both. It has those of what follows
    /// the merged index; an earlier revision, or another view, may have tools that were dead in it.
    pub fn can_take_merge_of(&self, before: &Self) -> bool {
        let has_all = |old: &LiveSegment| {
            let own = self.segments.iter().find(|own| Arc::ptr_eq(&own.segment, &old.segment));
            own.is_none_or(|own| own.segment.tools().all(|tool| old.has(tool) || !own.has(tool)))
        };
        before.segments.iter().all(has_all)
    }

    /// This index with the segments of a merge in place of those that were merged. What died since the merge began is
    /// dead in it too. An index that cannot take the merge stays as it is.
    #[must_use]
    pub fn with_merge(&self, before: &Self, merged: &Self) -> Self {
        if !self.can_take_merge_of(before) {
            return self.clone();
        }
        let now: BTreeMap<*const Segment, &LiveSegment> =
            self.segments.iter().map(|one| (Arc::as_ptr(&one.segment), one)).collect();
        let mut next = merged.clone();
        for old in &before.segments {
            let dead = now
                .get(&Arc::as_ptr(&old.segment))
                .map_or_else(|| old.positions(|_| true), |new| old.positions(|tool| !new.has(tool)));
            for one in &mut next.segments {
                let dead: Vec<u32> = dead.iter().filter_map(|at| one.segment.tool_at(*at)).collect();
                one.bury(&dead);
            }
        }
        let is_new =
            |one: &&LiveSegment| before.segments.iter().all(|old| !Arc::ptr_eq(&old.segment, &one.segment));
        next.segments.extend(self.segments.iter().filter(is_new).cloned());
        next.segments.retain(|one| one.count() > 0);
        next
    }

    /// Which tools may be found: those at these positions, which ascend.
    pub fn visibility(&self, admitted: impl IntoIterator<Item = u64>) -> Visibility {
        let mut bitmaps: Vec<Bitmap> = Vec::new();
        let mut next: Vec<u32> = vec![0; self.segments.len()];
        bitmaps.extend(self.segments.iter().map(|one| Bitmap::of(one.segment.len(), |_| false)));
        for position in admitted {
            for ((one, next), bitmap) in self.segments.iter().zip(&mut next).zip(&mut bitmaps) {
                *next = one.segment.next_at(*next, position);
                if one.segment.position_of(*next) == Some(position) && one.has(*next) {
                    bitmap.add(*next);
                }
            }
        }
        Visibility(bitmaps.into_iter().map(Arc::new).collect())
    }

    /// Which tools may be found after a change, as it was in a former index. Only the tools that came are asked about.
    pub fn visibility_after(
        &self,
        former: &Self,
        visible: &Visibility,
        is_admitted: impl Fn(u64) -> bool,
    ) -> Visibility {
        let of_segment = |one: &LiveSegment| {
            let mut known = former.segments.iter().zip(&visible.0);
            match known.find(|(old, _)| Arc::ptr_eq(&old.segment, &one.segment)) {
                Some((_, visible)) => {
                    one.live.as_ref().map_or_else(|| Arc::clone(visible), |live| Arc::new(visible.and(live)))
                }
                None => Arc::new(Bitmap::of(one.segment.len(), |tool| {
                    one.has(tool) && is_admitted(one.segment.facts(tool).position)
                })),
            }
        };
        Visibility(self.segments.iter().map(of_segment).collect())
    }

    /// The segments with what may be found of them.
    pub(in crate::search) fn views<'s>(&'s self, visible: &'s Visibility) -> Vec<SegmentView<'s>> {
        let views = self.segments.iter().zip(&visible.0);
        views
            .map(|(one, visible)| SegmentView { segment: &one.segment, live: one.live.as_deref(), visible })
            .collect()
    }

    /// The number of its tools.
    pub fn len(&self) -> usize {
        self.segments.iter().map(LiveSegment::count).sum()
    }

    /// Whether it has no tools.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of its segments.
    pub fn segment_count(&self) -> usize {
        self.segments.len()
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> usize {
        self.segments.iter().map(|one| one.segment.bytes()).sum()
    }
}

fn segment_of<'t>(tools: impl IntoIterator<Item = (u64, ToolText<'t>)>, weights: FieldWeights) -> Segment {
    let mut builder = SegmentBuilder::new(weights);
    for (position, tool) in tools {
        builder.add(position, &tool);
    }
    builder.build()
}
