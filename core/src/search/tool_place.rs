//! Place of one tool in a search: its rank among all tools that are found, in about the time of a search.
//!
//! The first tools are ranked as a search ranks them. All others are walked once and counted: neither sorted nor explained.

use super::index::SegmentView;
use super::query::SearchQuery;
use super::ranking::{Ranked, Wanted, WeighedPlan, for_each_found};
use super::tool_searcher::{PlacedTool, found, named_tools, place, place_further, put_named_first};
use super::{NameMatch, RankedTool, ToolSearcher};
use crate::json::HashSet;

/// Where one tool stands among all that a query finds.
#[derive(Clone, Debug)]
pub struct ToolPlace {
    /// The number of tools with the least score.
    pub total: usize,
    /// The number of tools before it, whatever their scores, and the tool itself; none where it is not found.
    pub found: Option<(usize, RankedTool)>,
    /// The positions and scores of the first tools, the best first.
    pub first: Vec<(u64, f64)>,
}

/// The tools that are found behind the first ones.
#[derive(Default)]
struct FurtherTools {
    /// How many have the least score.
    counted: usize,
    /// How many stand before the asked one.
    before: usize,
    /// Whether the asked one is among all that are found.
    has_asked: bool,
}

impl ToolSearcher<'_> {
    /// Says where the tool at a position stands, and which tools are the first. `is_name` says whether a text is a name of the
    /// tool at a position.
    pub fn place_of(
        &self,
        query: &SearchQuery,
        position: u64,
        first: usize,
        is_name: impl Fn(u64, &str) -> NameMatch,
    ) -> ToolPlace {
        let views = self.index.views(self.visible);
        let (plans, _) = self.plans(query, &views);
        let weighed: Vec<_> = plans.iter().map(|plan| WeighedPlan::new(plan, &views)).collect();
        let named = named_tools(&query.phrasings, &weighed, &views, is_name);
        let wanted = Wanted { most: first, min_score: 0.0 };
        let (mut places, _) = place(&weighed, &views, wanted);
        put_named_first(&mut places, named, self.least_score());
        let at = places.iter().position(|place| place.ranked.position == position);
        let alone = place_further(position, &weighed, &views);
        let asked = alone.as_ref().map(|alone| alone.ranked).filter(|_| at.is_none());
        let further = self.walk_further(&weighed, &views, &places, (position, asked));
        let before = at.or_else(|| further.has_asked.then_some(places.len() + further.before));
        let is_counted = |place: &&PlacedTool| self.is_counted(place.score);
        let total = places.iter().filter(is_counted).count() + further.counted;
        places.truncate(first.max(at.map_or(0, |at| at + 1)));
        let scores = places.iter().map(|place| (place.ranked.position, f64::from(place.score)));
        let first: Vec<_> = scores.take(first).collect();
        let asked = match at.map(|at| places.swap_remove(at)) {
            // Its words are those of the phrasing that it has most of, wherever it stands in the ranking of that.
            Some(PlacedTool { score, is_named: false, .. }) => alone.map(|alone| alone.with_score(score)),
            Some(place) => Some(place),
            None => alone,
        };
        let found = before.zip(asked).map(|(before, asked)| (before, found(&asked, &weighed, &views)));
        ToolPlace { total, found, first }
    }

    fn is_counted(&self, score: f32) -> bool {
        f64::from(score) >= self.min_score
    }

    /// Counts the tools behind the first ones. The asked one has its ranking where it is not among the first.
    fn walk_further(
        &self,
        plans: &[WeighedPlan<'_>],
        views: &[SegmentView<'_>],
        first: &[PlacedTool],
        (position, asked): (u64, Option<Ranked>),
    ) -> FurtherTools {
        let first: HashSet<u64> = first.iter().map(|place| place.ranked.position).collect();
        let mut further = FurtherTools::default();
        if let [plan] = plans {
            let least = self.least_score();
            let min_score = if least > 0.0 { least } else { f32::INFINITY };
            let least = asked.map_or(min_score, |asked| asked.score.min(min_score));
            for_each_found(plan, views, least, |_, other, ranked| {
                further.has_asked |= other == position;
                if !first.contains(&other) {
                    let is_counted = ranked.map_or(self.min_score <= 0.0, |one| self.is_counted(one.score));
                    further.counted += usize::from(is_counted);
                    let is_before = other != position && ranked > asked && asked.is_some();
                    further.before += usize::from(is_before);
                }
            });
            return further;
        }
        // Those behind the first ones have no points: they stand by their positions.
        let mut seen: Vec<Vec<bool>> = views.iter().map(|view| vec![false; view.segment.len()]).collect();
        for plan in plans {
            for_each_found(plan, views, f32::INFINITY, |(segment, tool), other, _| {
                let is_new = !std::mem::replace(&mut seen[segment][tool as usize], true);
                further.has_asked |= other == position;
                if is_new && !first.contains(&other) {
                    further.counted += usize::from(self.is_counted(0.0));
                    further.before += usize::from(other < position);
                }
            });
        }
        further
    }
}
