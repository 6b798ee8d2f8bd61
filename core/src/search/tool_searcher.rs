//! Tool searcher: the tools of an index that a query is about, the best first.

use std::cmp::Reverse;

use super::explanation::ScoreExplanation;
use super::index::{SearchIndex, SegmentView, Visibility, name_hash};
use super::query::{Correction, Phrasing, QueryPlan, SearchQuery, correct};
use super::ranking::{Ranked, Wanted, WeighedPlan, explain, rank, rank_alone};
use super::thesaurus::Thesaurus;
use crate::json::{HashMap, HashSet};

/// How much the place of a tool counts where several phrasings are fused: the first place as 1/5.
const FUSION_OFFSET: f32 = 5.0;
/// How many tools of each phrasing are fused.
const FUSED: usize = 200;

/// Searches one index within what may be found of it.
#[derive(Clone, Copy, Debug)]
pub struct ToolSearcher<'i> {
    /// The index of a revision.
    pub index: &'i SearchIndex,
    /// Its tools that may be found.
    pub visible: &'i Visibility,
    /// The words that stand for others.
    pub thesaurus: &'i Thesaurus,
    /// The least score of a tool.
    pub min_score: f64,
}

/// Whether a text is a name of a tool. What stands later comes first: names that providers are sent may differ by case alone,
/// and be names of other tools in another case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameMatch {
    /// It is none.
    None,
    /// It is the name that providers are sent, in another case.
    WireNameInAnyCase,
    /// It is the name that providers are sent.
    WireName,
    /// It is its name or `operationId`, in another case.
    NameInAnyCase,
    /// It is its name or `operationId`.
    Name,
}

/// A tool that was found.
#[derive(Clone, Debug)]
pub struct RankedTool {
    /// Its position.
    pub position: u64,
    /// Compares it with the other tools of one result. It has no unit.
    pub score: f64,
    /// The share of the query's words that it has, rare words counting more, from 0 to 1.
    pub coverage: f64,
    /// The words of the query that it has.
    pub matched: Vec<String>,
    /// The words of the query that it does not have.
    pub missing: Vec<String>,
    /// Whether the query is its name.
    pub is_named: bool,
    /// What its score is made of.
    pub explanation: ScoreExplanation,
}

/// What a search has found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The best tools, the best first.
    pub tools: Vec<RankedTool>,
    /// The number of all tools that have a word of the query.
    pub total: usize,
    /// The words that were taken for others.
    pub corrected: Vec<Correction>,
}

/// A tool in the ranking of one phrasing or more.
pub(super) struct PlacedTool {
    pub ranked: Ranked,
    /// The phrasing of which its words are told.
    phrasing: usize,
    pub score: f32,
    pub is_named: bool,
}

impl PlacedTool {
    pub(super) fn with_score(self, score: f32) -> Self {
        Self { score, ..self }
    }
}

/// A tool whose name a phrasing is.
pub(super) struct NamedTool {
    by: NameMatch,
    phrasing: usize,
    ranked: Ranked,
}

impl ToolSearcher<'_> {
    /// Finds the best tools for a query, `most` at most. `is_name` says whether a text is a name of the tool at a position.
    pub fn search(
        &self,
        query: &SearchQuery,
        most: usize,
        is_name: impl Fn(u64, &str) -> NameMatch,
    ) -> Found {
        self.search_with(query, most, &[], is_name)
    }

    /// The same with further tools behind the best, by their positions, whether they have a word of the query or not.
    pub fn search_with(
        &self,
        query: &SearchQuery,
        most: usize,
        further: &[u64],
        is_name: impl Fn(u64, &str) -> NameMatch,
    ) -> Found {
        let views = self.index.views(self.visible);
        let (plans, corrected) = self.plans(query, &views);
        let weighed: Vec<_> = plans.iter().map(|plan| WeighedPlan::new(plan, &views)).collect();
        let named = named_tools(&query.phrasings, &weighed, &views, is_name);
        let wanted = Wanted { most: most.max(named.len()), min_score: self.least_score() };
        let (mut places, mut total) = place(&weighed, &views, wanted);
        // What is fused has points, which its own score says nothing about.
        let is_above =
            |score: f32| score >= wanted.min_score && (weighed.len() == 1 || wanted.min_score == 0.0);
        let is_placed = |ranked: &Ranked| places.iter().any(|one| one.ranked.position == ranked.position);
        let is_counted = |ranked: &Ranked| ranked.score > 0.0 && is_above(ranked.score) || is_placed(ranked);
        total += named.iter().filter(|named| !is_counted(&named.ranked)).count();
        put_named_first(&mut places, named, wanted.min_score);
        places.truncate(most);
        if !further.is_empty() {
            let known: HashSet<u64> = places.iter().map(|place| place.ranked.position).collect();
            let further = further.iter().filter(|position| !known.contains(position));
            places.extend(further.filter_map(|position| place_further(*position, &weighed, &views)));
        }
        let tools = places.into_iter().map(|place| found(&place, &weighed, &views)).collect();
        Found { tools, total, corrected }
    }

    /// The least score, in the bytes that scores have.
    #[expect(clippy::cast_possible_truncation, reason = "scores are four bytes")]
    pub(super) fn least_score(&self) -> f32 {
        self.min_score as f32
    }

    /// The plans of all phrasings, and the words that they take for others.
    pub(super) fn plans(
        &self,
        query: &SearchQuery,
        views: &[SegmentView<'_>],
    ) -> (Vec<QueryPlan>, Vec<Correction>) {
        let mut corrected: Vec<Correction> = Vec::new();
        let mut plans: Vec<QueryPlan> = Vec::new();
        for phrasing in &query.phrasings {
            let mut plan = QueryPlan::read(phrasing, self.thesaurus, views);
            for correction in correct(&mut plan, self.thesaurus, views) {
                if !corrected.contains(&correction) {
                    corrected.push(correction);
                }
            }
            plans.push(plan);
        }
        (plans, corrected)
    }
}

/// The visible tools whose name a phrasing is, the best first, each as that phrasing ranks it.
pub(super) fn named_tools(
    phrasings: &[Phrasing],
    plans: &[WeighedPlan<'_>],
    views: &[SegmentView<'_>],
    is_name: impl Fn(u64, &str) -> NameMatch,
) -> Vec<NamedTool> {
    let mut named: Vec<NamedTool> = Vec::new();
    for (number, phrasing) in phrasings.iter().enumerate().filter(|(_, one)| !one.text.trim().is_empty()) {
        let hash = name_hash(&phrasing.text);
        for (segment, view) in views.iter().enumerate() {
            for tool in view.segment.named(hash).filter(|tool| view.visible.has(*tool)) {
                let position = view.segment.facts(tool).position;
                let is_new = named.iter().all(|known| known.ranked.position != position);
                let by = if is_new { is_name(position, &phrasing.text) } else { NameMatch::None };
                if by != NameMatch::None {
                    let ranked = rank_alone(&plans[number], views, (segment, tool));
                    named.push(NamedTool { by, phrasing: number, ranked });
                }
            }
        }
    }
    named.sort_by_key(|named| Reverse((named.by, named.ranked)));
    named
}

/// The places of tools in the rankings of all phrasings, the best first, and the number of all that have a word of one.
pub(super) fn place(
    plans: &[WeighedPlan<'_>],
    views: &[SegmentView<'_>],
    wanted: Wanted,
) -> (Vec<PlacedTool>, usize) {
    if let [plan] = plans {
        let (ranked, total) = rank(plan, views, wanted);
        let place = |ranked: Ranked| PlacedTool { ranked, phrasing: 0, score: ranked.score, is_named: false };
        return (ranked.into_iter().map(place).collect(), total);
    }
    let each = Wanted { most: FUSED.max(wanted.most), min_score: 0.0 };
    let mut total = 0;
    let mut fused: HashMap<u64, PlacedTool> = HashMap::default();
    for (phrasing, plan) in plans.iter().enumerate() {
        let (ranked, of_plan) = rank(plan, views, each);
        total = total.max(of_plan);
        for (place, ranked) in ranked.into_iter().enumerate() {
            let points = points_of(place);
            let known = fused.entry(ranked.position).or_insert(PlacedTool {
                ranked,
                phrasing,
                score: 0.0,
                is_named: false,
            });
            known.score += points;
            if ranked.coverage > known.ranked.coverage {
                (known.ranked, known.phrasing) = (ranked, phrasing);
            }
        }
    }
    let mut places: Vec<_> = fused.into_values().collect();
    places.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.ranked.position.cmp(&b.ranked.position)));
    let all = places.len();
    places.retain(|place| place.score >= wanted.min_score);
    let total = if wanted.min_score > 0.0 { places.len() } else { total.max(all) };
    (places, total)
}

/// What a place in the ranking of one phrasing counts. Those behind the first 200 are told, and count nothing.
fn points_of(place: usize) -> f32 {
    let fused = u16::try_from(place).ok().filter(|place| usize::from(*place) < FUSED);
    fused.map_or(0.0, |place| 1.0 / (FUSION_OFFSET + f32::from(place)))
}

/// Puts the tools first whose name a phrasing is. Their scores are above all others, and above the least one.
pub(super) fn put_named_first(places: &mut Vec<PlacedTool>, named: Vec<NamedTool>, min_score: f32) {
    let best = places.first().map_or(min_score, |place| place.score.max(min_score));
    places.retain(|place| named.iter().all(|named| named.ranked.position != place.ranked.position));
    let (mut above, mut kind, mut last) = (best, NameMatch::None, best);
    let lowest_first = named.into_iter().rev().map(|NamedTool { by, phrasing, ranked }| {
        if by != kind {
            (above, kind) = (last, by);
        }
        // A name of stop words alone has no score of its own.
        let coverage = if ranked.score > 0.0 { ranked.coverage } else { 1.0 };
        last = above + ranked.score.max(1.0);
        PlacedTool { ranked: Ranked { coverage, ..ranked }, phrasing, score: last, is_named: true }
    });
    let lowest_first: Vec<_> = lowest_first.collect();
    places.splice(0..0, lowest_first.into_iter().rev());
}

/// The place of a tool that is not among the best. In the ranking of several phrasings it has no points.
pub(super) fn place_further(
    position: u64,
    plans: &[WeighedPlan<'_>],
    views: &[SegmentView<'_>],
) -> Option<PlacedTool> {
    let at = views.iter().enumerate().find_map(|(segment, view)| {
        let tool = view.segment.tool_at(position).filter(|tool| view.visible.has(*tool))?;
        Some((segment, tool))
    });
    let (segment, tool) = at?;
    let of_phrasing = |(phrasing, plan): (usize, &WeighedPlan<'_>)| {
        let ranked = rank_alone(plan, views, (segment, tool));
        let score = if plans.len() == 1 { ranked.score } else { 0.0 };
        PlacedTool { ranked, phrasing, score, is_named: false }
    };
    let places = plans.iter().enumerate().map(of_phrasing);
    places.reduce(|best, place| if place.ranked.coverage > best.ranked.coverage { place } else { best })
}

pub(super) fn found(place: &PlacedTool, plans: &[WeighedPlan<'_>], views: &[SegmentView<'_>]) -> RankedTool {
    let (plan, ranked) = (&plans[place.phrasing], place.ranked);
    let (met, factors) = explain(plan, views, (ranked.segment, ranked.tool));
    let words = plan.plan.needs.iter().zip(&met);
    let of = |is_met: bool| {
        let chosen = words.clone().filter(|(_, met)| met.is_some() == is_met);
        chosen.map(|(need, _)| need.text.clone()).collect()
    };
    RankedTool {
        position: ranked.position,
        score: f64::from(place.score),
        coverage: f64::from(ranked.coverage),
        matched: of(true),
        missing: of(false),
        is_named: place.is_named,
        explanation: ScoreExplanation::new(plan.plan, &met, factors, place.score),
    }
}
