//! Ranking: the tools that have words of a query, the best first.

use std::cmp::Ordering;

use super::search_query::{Phrasing, SearchQuery};
use super::tool_match::{SearchedTool, is_name_of, match_tool};

/// A tool that has words of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedTool {
    /// Its index among the searched tools.
    pub index: usize,
    /// Compares it with the other tools of one result. It has no unit.
    pub score: f64,
    /// The share of the query's words that it has, rare words counting more, from 0 to 1.
    pub coverage: f64,
    /// The words of the query that it has.
    pub matched: Vec<String>,
    /// The words of the query that it does not have.
    pub missing: Vec<String>,
    /// Whether the query is its name.
    is_named: bool,
}

/// How much the place of a tool counts where several phrasings are fused: the first place as 1/5.
const FUSION_OFFSET: f64 = 5.0;

/// Ranks tools. Tools with the same score keep their order, so that each process has the same hits.
pub fn rank(query: &SearchQuery, tools: &[SearchedTool<'_>]) -> Vec<RankedTool> {
    let mut ranked: Vec<_> = query.phrasings.iter().map(|phrasing| rank_phrasing(phrasing, tools)).collect();
    if ranked.len() == 1 { ranked.swap_remove(0) } else { fuse(ranked, tools.len()) }
}

fn rank_phrasing(phrasing: &Phrasing, tools: &[SearchedTool<'_>]) -> Vec<RankedTool> {
    let (mut found, mut holders) = (Vec::new(), vec![0_usize; phrasing.words.len()]);
    for (index, tool) in tools.iter().enumerate() {
        let counts = match_tool(phrasing, tool);
        for (holders, count) in holders.iter_mut().zip(&counts) {
            *holders += usize::from(*count > 0.0);
        }
        let is_named = is_name_of(phrasing, tool);
        if is_named || counts.iter().any(|count| *count > 0.0) {
            found.push((index, counts, is_named));
        }
    }
    let rarities: Vec<f64> = holders.iter().map(|holders| rarity(*holders, tools.len())).collect();
    let ranked = found.into_iter();
    let mut ranked: Vec<_> = ranked.map(|one| score(phrasing, &rarities, one)).collect();
    ranked.sort_by(compare);
    ranked
}

/// How rare a word is (inverse document frequency).
fn rarity(holders: usize, tools: usize) -> f64 {
    (1.0 + (to_f64(tools) - to_f64(holders) + 0.5) / (to_f64(holders) + 0.5)).ln()
}

fn score(
    phrasing: &Phrasing,
    rarities: &[f64],
    (index, counts, is_named): (usize, Vec<f64>, bool),
) -> RankedTool {
    let (mut matched, mut missing) = (Vec::new(), Vec::new());
    let (mut score, mut covered, mut all) = (0.0, 0.0, 0.0);
    for ((word, rarity), count) in phrasing.words.iter().zip(rarities).zip(counts) {
        all += rarity;
        score += rarity * count;
        if count > 0.0 {
            covered += rarity;
            matched.push(word.clone());
        } else {
            missing.push(word.clone());
        }
    }
    // A name of stop words alone is one all the same.
    let coverage = if all > 0.0 { covered / all } else { 1.0 };
    RankedTool { index, score, coverage, matched, missing, is_named }
}

/// Fuses the rankings of several phrasings by the places of each tool. Its words are those of the best phrasing.
fn fuse(rankings: Vec<Vec<RankedTool>>, tools: usize) -> Vec<RankedTool> {
    let mut fused: Vec<Option<RankedTool>> = vec![None; tools];
    for ranking in rankings {
        for (place, ranked) in ranking.into_iter().enumerate() {
            let points = 1.0 / (FUSION_OFFSET + to_f64(place));
            let slot = &mut fused[ranked.index];
            let (score, is_named) = slot.as_ref().map_or((0.0, false), |known| (known.score, known.is_named));
            let mut best = match slot.take() {
                Some(known) if known.coverage >= ranked.coverage => known,
                _ => ranked.clone(),
            };
            (best.score, best.is_named) = (score + points, is_named || ranked.is_named);
            *slot = Some(best);
        }
    }
    let mut fused: Vec<_> = fused.into_iter().flatten().collect();
    fused.sort_by(compare);
    fused
}

fn compare(a: &RankedTool, b: &RankedTool) -> Ordering {
    b.is_named.cmp(&a.is_named).then(b.score.total_cmp(&a.score)).then(a.index.cmp(&b.index))
}

#[expect(clippy::cast_precision_loss, reason = "no registry has 2^52 tools")]
fn to_f64(count: usize) -> f64 {
    count as f64
}
