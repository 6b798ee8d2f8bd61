//! Tool searcher: the tools of an index that a query is about, the best first.

use super::explanation::ScoreExplanation;
use super::index::{SearchIndex, SegmentView, Visibility, name_hash};
use super::query::{Correction, Phrasing, QueryPlan, SearchQuery, correct};
use super::ranking::{Ranked, Wanted, WeighedPlan, explain, rank};
use super::thesaurus::Thesaurus;
use crate::json::HashMap;

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
struct PlacedTool {
    ranked: Ranked,
    /// The phrasing of which its words are told.
    phrasing: usize,
    score: f32,
    is_named: bool,
}

impl ToolSearcher<'_> {
    /// Finds the best tools for a query, `most` at most. `is_name` says whether a text is a name of the tool at a position,
    /// whatever its case.
    pub fn search(&self, query: &SearchQuery, most: usize, is_name: impl Fn(u64, &str) -> bool) -> Found {
        let views = self.index.views(self.visible);
        let mut corrected: Vec<Correction> = Vec::new();
        let mut plans: Vec<QueryPlan> = Vec::new();
        for phrasing in &query.phrasings {
            let mut plan = QueryPlan::read(phrasing, self.thesaurus, &views);
            for correction in correct(&mut plan, &views) {
                if !corrected.contains(&correction) {
                    corrected.push(correction);
                }
            }
            plans.push(plan);
        }
        let weighed: Vec<_> = plans.iter().map(|plan| WeighedPlan::new(plan, &views)).collect();
        let named = named_tools(&query.phrasings, &views, is_name);
        #[expect(clippy::cast_possible_truncation, reason = "scores are four bytes")]
        let wanted = Wanted { most: most.max(named.len()), min_score: self.min_score as f32 };
        let (mut places, total) = place(&weighed, &views, wanted);
        put_named_first(&mut places, named, weighed.len());
        places.truncate(most);
        let tools = places.into_iter().map(|place| found(&place, &weighed, &views)).collect();
        Found { tools, total, corrected }
    }
}

/// The visible tools whose name a phrasing is, in the order of their positions.
fn named_tools(
    phrasings: &[Phrasing],
    views: &[SegmentView<'_>],
    is_name: impl Fn(u64, &str) -> bool,
) -> Vec<(usize, Ranked)> {
    let mut named: Vec<(usize, Ranked)> = Vec::new();
    for (number, phrasing) in phrasings.iter().enumerate() {
        let hash = name_hash(&phrasing.text);
        for (segment, view) in views.iter().enumerate() {
            for tool in view.segment.named(hash).filter(|tool| view.visible.has(*tool)) {
                let position = view.segment.facts(tool).position;
                let is_new = named.iter().all(|(_, known)| known.position != position);
                if is_new && is_name(position, &phrasing.text) {
                    named.push((number, Ranked { segment, tool, position, score: 0.0, coverage: 1.0 }));
                }
            }
        }
    }
    named.sort_by_key(|(_, ranked)| ranked.position);
    named
}

/// The places of tools in the rankings of all phrasings, the best first, and the number of all that have a word of one.
fn place(plans: &[WeighedPlan<'_>], views: &[SegmentView<'_>], wanted: Wanted) -> (Vec<PlacedTool>, usize) {
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
        for (place, ranked) in (0_u16..).zip(ranked) {
            let points = 1.0 / (FUSION_OFFSET + f32::from(place));
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

/// Puts the tools first whose name a phrasing is. Their scores are above all others.
fn put_named_first(places: &mut Vec<PlacedTool>, named: Vec<(usize, Ranked)>, phrasings: usize) {
    debug_assert!(phrasings > 0 || named.is_empty(), "names come from phrasings");
    let best = places.first().map_or(0.0, |place| place.score);
    let named = named.into_iter().map(|(phrasing, ranked)| {
        let known = places.iter().position(|place| place.ranked.position == ranked.position);
        let mut place =
            known.map_or(PlacedTool { ranked, phrasing, score: 0.0, is_named: true }, |at| places.remove(at));
        (place.score, place.is_named) = (best + place.score.max(1.0), true);
        place
    });
    let named: Vec<_> = named.collect();
    places.splice(0..0, named);
}

fn found(place: &PlacedTool, plans: &[WeighedPlan<'_>], views: &[SegmentView<'_>]) -> RankedTool {
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
