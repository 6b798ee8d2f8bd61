//! Ranker: scores the tools of an index for a plan, and keeps the best.

use std::cell::RefCell;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::score::{Factors, coverage};
use super::scratch::{Best, IN_NAME, IN_TITLE, SAID, SAID_IN_NAME, SAID_IN_TITLE, Scratch, Tally};
use super::weighed_plan::{Weighed, WeighedNeed, WeighedPlan};
use crate::search::index::{Posting, Segment, SegmentView, TermId};
use crate::search::query::Said;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// A tool that has words of a query.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct Ranked {
    /// The number of its segment, and its number there.
    pub segment: usize,
    pub tool: u32,
    pub position: u64,
    pub score: f32,
    pub coverage: f32,
}

/// What one need has of a tool.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct MetNeed<'p> {
    /// The alternative that counts.
    pub by: Weighed<'p>,
    /// What it counts in the tool, before the factors.
    pub share: f32,
}

/// What of a ranking is wanted.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct Wanted {
    /// The most tools.
    pub most: usize,
    /// The least score of a tool.
    pub min_score: f32,
}

/// The best tools of an index, the best first, and the number of all that have a word of the plan and the least score.
pub(in crate::search) fn rank(
    plan: &WeighedPlan<'_>,
    views: &[SegmentView<'_>],
    wanted: Wanted,
) -> (Vec<Ranked>, usize) {
    SCRATCH.with_borrow_mut(|scratch| {
        let (mut best, mut total) = (BestTools::new(wanted.most), 0);
        for (number, view) in views.iter().enumerate() {
            tally(plan, (number, view.segment), scratch);
            scratch.drain(|tool, tally| {
                if !view.visible.has(tool) {
                    return;
                }
                // Most tools are far from the best: their factors need not be known.
                if wanted.min_score <= 0.0 && tally.score * Factors::most(plan, tally) < best.least() {
                    total += 1;
                    return;
                }
                let ranked = ranked(plan, view.segment, (number, tool), tally);
                if ranked.score >= wanted.min_score {
                    total += 1;
                    best.take(ranked);
                }
            });
        }
        (best.into_sorted(), total)
    })
}

fn ranked(plan: &WeighedPlan<'_>, segment: &Segment, at: (usize, u32), tally: &Tally) -> Ranked {
    let facts = segment.facts(at.1);
    Ranked {
        segment: at.0,
        tool: at.1,
        position: facts.position,
        score: tally.score * Factors::of(plan, at.0, tally, facts).product(),
        coverage: coverage(plan, tally),
    }
}

/// Tallies all needs of a plan for the tools of a segment.
fn tally(plan: &WeighedPlan<'_>, (number, segment): (usize, &Segment), scratch: &mut Scratch) {
    scratch.start(segment.len());
    for need in &plan.needs {
        for weighed in &need.alternatives {
            let terms = plan.terms.terms(weighed.rows, number);
            for_each_match(segment, terms, |posting| scratch.take(posting.tool, weighed.found(posting)));
        }
        scratch.end_need();
    }
    for weighed in plan.minor.iter().flat_map(|need| &need.alternatives) {
        let terms = plan.terms.terms(weighed.rows, number);
        for_each_match(segment, terms, |posting| {
            scratch.add_minor(posting.tool, weighed.found(posting).score);
        });
    }
}

/// Calls `take` with each tool that has all terms, and its weakest posting: that is what counts.
fn for_each_match(
    segment: &Segment,
    mut terms: impl ExactSizeIterator<Item = Option<TermId>> + Clone,
    take: impl FnMut(Posting),
) {
    if terms.clone().any(|term| term.is_none()) {
        return;
    }
    if terms.len() == 1 {
        let postings = terms.next().flatten().map(|term| segment.postings(term));
        return postings.into_iter().flatten().for_each(take);
    }
    let mut take = take;
    let mut terms: Vec<TermId> = terms.flatten().collect();
    terms.sort_by_key(|term| segment.postings(*term).len());
    let Some((rarest, others)) = terms.split_first() else { return };
    for posting in segment.postings(*rarest) {
        let mut found = others.iter().map(|term| segment.posting_of(*term, posting.tool));
        let weakest = found.try_fold(posting, |weakest, found| Some(weakest.weaker(found?)));
        if let Some(weakest) = weakest {
            take(weakest);
        }
    }
}

impl Weighed<'_> {
    fn found(&self, posting: Posting) -> Best {
        let is_said = matches!(self.alternative.said, Said::Word | Said::Joined);
        let (in_name, in_title) =
            if is_said { (IN_NAME | SAID_IN_NAME, IN_TITLE | SAID_IN_TITLE) } else { (IN_NAME, IN_TITLE) };
        let of_name = if posting.is_in_name() { in_name } else { 0 };
        let of_title = if posting.is_in_title() { in_title } else { 0 };
        let of_word = if is_said { SAID } else { 0 };
        Best {
            score: self.score * posting.impact(),
            covered: self.covered,
            places: of_name | of_title | of_word,
        }
    }
}

/// What one tool has of each need and of each minor word of a plan, and the factors of its score.
pub(in crate::search) fn explain<'p>(
    plan: &WeighedPlan<'p>,
    views: &[SegmentView<'_>],
    at: (usize, u32),
) -> (Vec<Option<MetNeed<'p>>>, Factors) {
    let (met, tally) = tally_alone(plan, views[at.0].segment, at);
    (met, Factors::of(plan, at.0, &tally, views[at.0].segment.facts(at.1)))
}

/// What [`rank`] says of one tool, whatever its place is.
pub(in crate::search) fn rank_alone(
    plan: &WeighedPlan<'_>,
    views: &[SegmentView<'_>],
    at: (usize, u32),
) -> Ranked {
    let segment = views[at.0].segment;
    ranked(plan, segment, at, &tally_alone(plan, segment, at).1)
}

/// Tallies all needs of a plan for one tool. Says which alternative of each need, and which minor words, it has.
fn tally_alone<'p>(
    plan: &WeighedPlan<'p>,
    segment: &Segment,
    (number, tool): (usize, u32),
) -> (Vec<Option<MetNeed<'p>>>, Tally) {
    let mut tally = Tally::default();
    let of_need = |need: &WeighedNeed<'p>| {
        let (mut best, mut met) = (Best::default(), None::<MetNeed<'p>>);
        for weighed in &need.alternatives {
            let terms = plan.terms.terms(weighed.rows, number);
            let mut found = terms.map(|term| segment.posting_of(term?, tool));
            let first = found.next().flatten();
            let Some(weakest) = found.fold(first, |weakest, found| Some(weakest?.weaker(found?))) else {
                continue;
            };
            let found = weighed.found(weakest);
            if found.score > best.score {
                met = Some(MetNeed { by: *weighed, share: found.score });
            }
            best.take(found);
        }
        (best, met)
    };
    let mut all = Vec::with_capacity(plan.needs.len() + plan.minor.len());
    for (best, met) in plan.needs.iter().map(of_need) {
        tally.add(best);
        all.push(met);
    }
    let has_any = tally.score > 0.0;
    for (best, met) in plan.minor.iter().map(of_need).filter(|_| has_any) {
        tally.score += best.score;
        all.push(met);
    }
    (all, tally)
}

/// Calls `take` with each visible tool that has a word of the plan, in no order: its segment and number there, its position, and
/// what [`rank`] says of it where its score may be `least` or more.
pub(in crate::search) fn for_each_found(
    plan: &WeighedPlan<'_>,
    views: &[SegmentView<'_>],
    least: f32,
    mut take: impl FnMut((usize, u32), u64, Option<Ranked>),
) {
    SCRATCH.with_borrow_mut(|scratch| {
        for (number, view) in views.iter().enumerate() {
            tally(plan, (number, view.segment), scratch);
            scratch.drain(|tool, tally| {
                if view.visible.has(tool) {
                    let may_count = tally.score * Factors::most(plan, tally) >= least;
                    let ranked = may_count.then(|| ranked(plan, view.segment, (number, tool), tally));
                    take((number, tool), view.segment.facts(tool).position, ranked);
                }
            });
        }
    });
}

/// The best tools so far.
struct BestTools {
    heap: BinaryHeap<Reverse<Ranked>>,
    most: usize,
}

impl BestTools {
    fn new(most: usize) -> Self {
        Self { heap: BinaryHeap::new(), most }
    }

    fn take(&mut self, ranked: Ranked) {
        if self.heap.len() < self.most {
            self.heap.push(Reverse(ranked));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && ranked > worst.0
        {
            *worst = Reverse(ranked);
        }
    }

    /// The score below which no tool is taken.
    fn least(&self) -> f32 {
        let is_full = self.heap.len() == self.most;
        if is_full { self.heap.peek().map_or(0.0, |worst| worst.0.score) } else { 0.0 }
    }

    fn into_sorted(self) -> Vec<Ranked> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(ranked)| ranked).collect()
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    /// The better tool is the greater one; of two with the same score the one that was registered first.
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.position.cmp(&self.position))
    }
}
