//! Search and visibility: what may be found is known through changes and merges; only tools that came are asked about.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use toolrack_core::search::{FieldWeights, MergedIndex, SearchIndex, Visibility};

use crate::support::dice::Dice;
use crate::support::searching::{WORDS, ranking, ranking_within, sentence, text};

/// What happens to an index.
#[derive(Clone, Debug)]
enum Step {
    /// Tools leave, and others come in their places or in new ones.
    Change(BTreeMap<u64, Option<u64>>),
    /// A merge begins.
    Begin,
    /// The merge that began last is taken.
    Take,
    /// A search asks what a filter admits.
    Ask(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let change = prop::collection::btree_map(0..90_u64, prop::option::weighted(0.7, 0..50_u64), 1..9);
    let step = prop_oneof![
        5 => change.prop_map(Step::Change),
        2 => Just(Step::Begin),
        2 => Just(Step::Take),
        3 => (0..FILTERS).prop_map(Step::Ask),
    ];
    prop::collection::vec(step, 1..60)
}

const FILTERS: usize = 3;

/// The tools by position: each is the seed of its words.
type Texts = BTreeMap<u64, u64>;

/// Whether a filter admits a tool.
fn admits(filter: usize, position: u64, seed: u64) -> bool {
    match filter {
        0 => true,
        1 => (position + seed).is_multiple_of(3),
        _ => seed % 7 < 3,
    }
}

/// An index as revisions follow each other, with what is known of each filter.
struct Line {
    index: SearchIndex,
    texts: Texts,
    merge: Option<MergedIndex>,
    known: [Option<Visibility>; FILTERS],
    /// The positions that changed since each filter was asked.
    changed: [BTreeSet<u64>; FILTERS],
}

impl Line {
    fn new(count: u64) -> Self {
        let texts: Texts = (0..count).map(|at| (at, at % 40)).collect();
        let index = SearchIndex::build([], FieldWeights::default());
        let mut line = Self {
            index,
            texts: Texts::new(),
            merge: None,
            known: [None, None, None],
            changed: Default::default(),
        };
        line.change(&texts.into_iter().map(|(at, seed)| (at, Some(seed))).collect());
        line
    }

    fn change(&mut self, change: &BTreeMap<u64, Option<u64>>) {
        let left: Vec<u64> = change.keys().copied().collect();
        let come = change.iter().filter_map(|(at, seed)| Some((*at, (*seed)?)));
        let come: Texts = come.collect();
        let words: Vec<_> =
            come.iter().map(|(at, seed)| (*at, sentence(&WORDS, 6, &mut Dice::new(*seed)))).collect();
        let next = self.index.after(&left, words.iter().map(|(at, words)| (*at, text("tool", words))));
        self.texts.retain(|at, _| !change.contains_key(at));
        self.texts.extend(come);
        self.changed.iter_mut().for_each(|changed| changed.extend(&left));
        self.follow(next, None);
    }

    fn take(&mut self) {
        let Some(merge) = self.merge.take() else { return };
        assert!(self.index.can_take_merge_of(merge.before()), "it follows the merged index");
        self.follow(self.index.with_merge(&merge), Some(&merge));
    }

    /// Goes on to the next index with what is known.
    fn follow(&mut self, next: SearchIndex, merge: Option<&MergedIndex>) {
        for known in self.known.iter_mut().flatten() {
            *known = next.carried(known, merge.map(MergedIndex::renumbering));
        }
        self.index = next;
    }

    /// What a filter admits, by what is known, and the positions that were asked about.
    fn ask(&mut self, filter: usize) -> (Visibility, BTreeSet<u64>) {
        let asked = RefCell::new(BTreeSet::new());
        let admitted = self.admitted(filter);
        let is_admitted = |position: u64| {
            asked.borrow_mut().insert(position);
            admitted.contains(&position)
        };
        let visible = match &self.known[filter] {
            Some(known) => self.index.visibility_after(known, is_admitted),
            None => {
                self.index.visibility(self.texts.keys().copied().filter(|position| is_admitted(*position)))
            }
        };
        self.known[filter] = Some(visible.clone());
        (visible, asked.into_inner())
    }

    fn admitted(&self, filter: usize) -> Vec<u64> {
        let admitted = self.texts.iter().filter(|(at, seed)| admits(filter, **at, **seed));
        admitted.map(|(at, _)| *at).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// S3, S4. Merges begin at one index and are taken by a later one; filters are asked seldom.
    #[test]
    fn what_is_known_of_a_filter_through_merges_is_what_it_says_anew(steps in steps(), count in 0..80_u64) {
        let mut line = Line::new(count);
        for step in steps.iter().cloned().chain((0..FILTERS).map(Step::Ask)) {
            match step {
                Step::Change(change) => line.change(&change),
                Step::Begin => line.merge = Some(line.index.merge()),
                Step::Take => line.take(),
                Step::Ask(filter) => {
                    let was_known = line.known[filter].is_some();
                    let changed = std::mem::take(&mut line.changed[filter]);
                    let (visible, asked) = line.ask(filter);
                    prop_assert!(!was_known || asked.is_subset(&changed), "{:?} of {:?}", asked, changed);
                    let admitted = line.admitted(filter);
                    for query in ["delete the repo", "create issues", "pull request label"] {
                        let anew = ranking(&line.index, &admitted, query);
                        prop_assert_eq!(ranking_within(&line.index, &visible, query), anew, "{:?}", steps);
                    }
                }
            }
        }
    }
}

/// All of 1,000 tools are in the merged segment; two of them came after the last search.
#[test]
fn after_a_merge_of_all_tools_only_those_that_came_are_asked_about() {
    let mut line = Line::new(1_000);
    line.ask(0);
    for round in 0..40 {
        line.change(&(0..10).map(|at| (round * 10 + at, Some(at))).collect());
        line.ask(0);
    }
    line.change(&[(3, Some(1)), (2_000, Some(2))].into());
    line.merge = Some(line.index.merge());
    line.take();
    assert_eq!(line.index.segment_count(), 1);
    assert_eq!(line.ask(0).1.into_iter().collect::<Vec<_>>(), [3, 2_000]);
    assert!(line.ask(0).1.is_empty());
}
