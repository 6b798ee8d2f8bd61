//! Live tools: which tools of a segment are in a revision, where some died.

use std::ops::Range;

use super::bitmap::Bitmap;

/// The tools of a segment that are in a revision, where some are not.
#[derive(Clone, Debug)]
pub(in crate::search) struct LiveTools {
    pub tools: Bitmap,
    /// The number of them.
    pub count: usize,
    /// Where dead tools are, ascending. A change kills neighbours, as a source has them: what is elsewhere need not be looked at.
    gaps: Vec<Range<u32>>,
}

impl LiveTools {
    pub(super) fn new(tools: Bitmap, of: usize) -> Self {
        Self { count: tools.count(), gaps: tools.gaps(of), tools }
    }

    /// The number of tools among these, which ascend.
    pub(in crate::search) fn among(&self, tools: &[u32]) -> usize {
        let is_live = |tool: &&u32| self.tools.has(**tool);
        if self.gaps.len() > tools.len() {
            return tools.iter().filter(is_live).count();
        }
        let (mut rest, mut count) = (tools, tools.len());
        for gap in &self.gaps {
            let (_, from_gap) = rest.split_at(rest.partition_point(|tool| *tool < gap.start));
            let (in_gap, behind) = from_gap.split_at(from_gap.partition_point(|tool| *tool < gap.end));
            count -= in_gap.len() - in_gap.iter().filter(is_live).count();
            rest = behind;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn live_tools_are_counted_as_if_each_were_looked_at(
            of in 1_usize..700,
            dead in proptest::collection::vec((0_u32..700, 1_u32..150), 0..4),
            single in proptest::collection::vec(0_u32..700, 0..20),
            sought in proptest::collection::btree_set(0_u32..700, 0..700),
        ) {
            let is_dead = |tool: u32| {
                single.contains(&tool) || dead.iter().any(|(start, length)| (*start..start + length).contains(&tool))
            };
            let live = LiveTools::new(Bitmap::of(of, |tool| !is_dead(tool)), of);
            let end = u32::try_from(of).expect("is small");
            let sought: Vec<u32> = sought.into_iter().filter(|tool| *tool < end).collect();
            let expected = sought.iter().filter(|tool| !is_dead(**tool)).count();
            prop_assert_eq!(live.among(&sought), expected);
            prop_assert_eq!(live.count, (0..end).filter(|tool| !is_dead(*tool)).count());
        }
    }
}
