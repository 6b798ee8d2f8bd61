//! Search index: the segments of one revision, and how it follows changes.
//!
//! A change makes a new segment of the added and changed tools, and marks those it replaces as dead in a copied bitmap.
//! Nothing that a former revision reads is touched. What a word counts in a tool depends on that tool alone, so that
//! segments can be merged at any time: the scores stay the same.

use std::sync::Arc;

use super::bitmap::Bitmap;
use super::live_segment::LiveSegment;
use super::renumbering::{RenumberedPart, Renumbering};
use super::segment::{Segment, SegmentView};
use super::segment_builder::SegmentBuilder;
use super::segment_merge::merge_segments;
use super::visibility::{ShownTools, Visibility};
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

/// The merge of an index. It is made aside, while other indexes follow the merged one.
#[derive(Debug)]
pub struct MergedIndex {
    before: SearchIndex,
    after: SearchIndex,
    renumbering: Renumbering,
}

impl MergedIndex {
    /// The index that was merged.
    pub const fn before(&self) -> &SearchIndex {
        &self.before
    }

    /// The same index with fewer segments.
    pub const fn after(&self) -> &SearchIndex {
        &self.after
    }

    /// What became of the tools of the merged segments.
    pub const fn renumbering(&self) -> &Renumbering {
        &self.renumbering
    }
}

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
        next.segments.retain(|one| one.count() > 0);
        next.push(segment_of(come, self.weights));
        next
    }

    fn push(&mut self, segment: Segment) {
        if segment.len() > 0 {
            self.segments.push(LiveSegment::new(Arc::new(segment)));
        }
    }

    /// Whether it has so many segments that they should be merged.
    pub fn should_merge(&self) -> bool {
        self.segments.len() > MOST_CHANGES + 1
    }

    /// The merge of some of its segments: those of changes become one, and all do where changes are a quarter of the tools.
    #[must_use]
    pub fn merge(&self) -> MergedIndex {
        let (first, changes) = self.segments.split_at(self.segments.len().min(1));
        let of_changes: usize = changes.iter().map(LiveSegment::count).sum();
        let is_whole = first
            .iter()
            .all(|first| of_changes * 4 > first.count() || first.count() * 4 < first.segment.len() * 3);
        let (kept, parts) = if is_whole { (&[][..], &*self.segments) } else { (first, changes) };
        let (segment, numbers) = merge_segments(parts);
        let mut after = Self { segments: kept.to_vec(), weights: self.weights };
        after.push(segment);
        let merged = after.segments.get(kept.len()).map(|one| Arc::clone(&one.segment));
        let parts = parts.iter().zip(numbers).map(|(part, numbers)| RenumberedPart {
            segment: Arc::clone(&part.segment),
            numbers: numbers.into(),
        });
        let renumbering = Renumbering { parts: parts.collect(), merged };
        MergedIndex { before: self.clone(), after, renumbering }
    }

    /// Whether a merge of another index has all tools that this one has of the segments of both. It has those of what follows
    /// the merged index; an earlier revision, or another view, may have tools that were dead in it.
    pub fn can_take_merge_of(&self, before: &Self) -> bool {
        let has_all = |old: &LiveSegment| self.own(&old.segment).is_none_or(|own| own.is_within(old));
        before.segments.iter().all(has_all)
    }

    /// This index with the segment of a merge in place of those that were merged. What died since the merge began is
    /// dead in it too. An index that cannot take the merge stays as it is.
    #[must_use]
    pub fn with_merge(&self, merge: &MergedIndex) -> Self {
        if !self.can_take_merge_of(&merge.before) {
            return self.clone();
        }
        let is_merged = |own: &LiveSegment| {
            merge.renumbering.parts.iter().any(|part| Arc::ptr_eq(&part.segment, &own.segment))
        };
        let is_known = |own: &LiveSegment| {
            merge.after.segments.iter().any(|one| Arc::ptr_eq(&one.segment, &own.segment))
        };
        let (known, new): (Vec<_>, Vec<_>) =
            self.segments.iter().filter(|own| !is_merged(own)).cloned().partition(is_known);
        let merged = merge.renumbering.merged_in(&self.segments).filter(|merged| merged.count() > 0);
        Self { segments: known.into_iter().chain(merged).chain(new).collect(), weights: self.weights }
    }

    /// Its part of a segment.
    fn own(&self, segment: &Arc<Segment>) -> Option<&LiveSegment> {
        self.segments.iter().find(|own| Arc::ptr_eq(&own.segment, segment))
    }

    /// Which tools may be found: those at these positions, which ascend.
    pub fn visibility(&self, admitted: impl IntoIterator<Item = u64>) -> Visibility {
        let mut next: Vec<u32> = vec![0; self.segments.len()];
        let mut bitmaps: Vec<_> = self.segments.iter().map(|one| Bitmap::none(one.segment.len())).collect();
        for position in admitted {
            for ((one, next), bitmap) in self.segments.iter().zip(&mut next).zip(&mut bitmaps) {
                *next = one.segment.next_at(*next, position);
                if one.segment.position_of(*next) == Some(position) && one.has(*next) {
                    bitmap.add(*next);
                }
            }
        }
        let shown = self.segments.iter().zip(bitmaps);
        Visibility(shown.map(|(one, bitmap)| ShownTools::new(&one.segment, bitmap)).collect())
    }

    /// Which tools may be found, by what is known of a former index. Only tools of which nothing is known are asked about.
    pub fn visibility_after(&self, known: &Visibility, is_admitted: impl Fn(u64) -> bool) -> Visibility {
        let of_segment = |one: &LiveSegment| {
            let is_shown = |tool| is_admitted(one.segment.facts(tool).position);
            let of_new = || Bitmap::of(one.segment.len(), |tool| one.has(tool) && is_shown(tool));
            let known = known.of(&one.segment).map(|known| known.among(one, is_shown));
            known.unwrap_or_else(|| ShownTools::new(&one.segment, of_new()))
        };
        Visibility(self.segments.iter().map(of_segment).collect())
    }

    /// What is known of a former index, of the segments of this one alone. Of a merged segment as much is known as of those
    /// that it was made of: no tool is asked about.
    #[must_use]
    pub fn carried(&self, known: &Visibility, merge: Option<&Renumbering>) -> Visibility {
        let kept = self.segments.iter().filter_map(|one| known.of(&one.segment).cloned());
        let merged = merge.and_then(|merge| merge.carried(known));
        Visibility(kept.chain(merged).collect())
    }

    /// The segments with what may be found of them.
    pub(in crate::search) fn views<'s>(&'s self, visible: &'s Visibility) -> Vec<SegmentView<'s>> {
        let views = self.segments.iter().zip(&visible.0);
        views
            .map(|(one, visible)| SegmentView {
                segment: &one.segment,
                live: one.live.as_deref(),
                visible: &visible.tools,
            })
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
