//! Vector search: words and an embedder together, within the same rights.
//!
//! The candidates are the best tools by words and the nearest ones by their vectors. Both scores are scaled within the
//! candidates, so that neither depends on the other's unit.

use std::cmp::Ordering;

use super::tool_search::{FindOptions, MOST_RANKED};
use super::{SearchOptions, SearchResult};
use crate::error::{Error, Result};
use crate::registry::{RegisteredTool, Snapshot};
use crate::search::{Found, RankedTool, SearchQuery, TextKey, first_sentence};

/// Texts without a vector.
#[derive(Clone, Debug, Default)]
pub struct TextBatch {
    /// The texts, each once, with their keys.
    pub texts: Vec<(TextKey, String)>,
    /// The position from which the next batch goes on; none at the end.
    pub next: Option<u64>,
}

/// A candidate: how near it is, if its text has a vector.
struct Candidate {
    found: RankedTool,
    cosine: Option<f32>,
}

impl Snapshot {
    /// The texts of enabled tools that have no vector, from a position on, `most` at most. They have what a hit may show.
    pub fn texts_to_embed(&self, from: u64, most: usize) -> TextBatch {
        let vectors = &self.search_settings.vectors;
        let mut batch = TextBatch::default();
        for (position, tool) in self.by_position.range(from..).filter(|(_, tool)| tool.enabled) {
            let key = tool.text_key(text_of_hit);
            if vectors.has(key) || batch.texts.iter().any(|(known, _)| *known == key) {
                continue;
            }
            if batch.texts.len() == most {
                batch.next = Some(*position);
                break;
            }
            batch.texts.push((key, text_of_hit(tool)));
        }
        batch
    }

    /// Keeps the vectors of texts, one behind the other, and drops those of texts that no tool has any more.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for vectors of another dimension than those before.
    pub fn add_vectors(&self, keys: &[TextKey], values: &[f32]) -> Result<()> {
        if self.search_settings.vectors.add(keys, values) {
            return Ok(());
        }
        let reason = "must give vectors of one dimension, the same at every call".to_owned();
        Err(Error::InvalidOptions { option: "search.embed".to_owned(), reason })
    }

    /// Drops the vectors of texts that no tool of this revision has.
    pub fn drop_unused_vectors(&self) {
        let vectors = &self.search_settings.vectors;
        if vectors.len() > self.len() {
            vectors.retain(self.by_position.iter().map(|(_, tool)| tool.text_key(text_of_hit)));
        }
    }

    /// The dimension of the vectors that the tools have; nothing before the first one.
    pub fn vector_dimension(&self) -> Option<usize> {
        self.search_settings.vectors.dimension()
    }

    /// Searches by words and by vectors of the query's phrasings. `weight` is the share of the vectors, from 0 to 1.
    pub fn search_near(
        &self,
        query: &SearchQuery,
        vectors: &[&[f32]],
        weight: f64,
        options: &SearchOptions,
    ) -> SearchResult {
        let near = self.nearest_tools(vectors, options);
        let further: Vec<u64> = near.iter().map(|(position, _)| *position).collect();
        let wanted = FindOptions { most: MOST_RANKED, min_score: 0.0, further: &further };
        let Found { tools, total, corrected } = self.find_tools(query, options, wanted);
        if tools.iter().all(|found| found.matched.is_empty() && found.missing.is_empty() && !found.is_named) {
            // No word of the query says anything.
            return self.result_of(query, options, Found { tools: Vec::new(), total, corrected });
        }
        let candidates: Vec<_> = tools.into_iter().map(|found| self.candidate(found, vectors)).collect();
        let others =
            candidates.iter().filter(|one| one.found.matched.is_empty() && !one.found.is_named).count();
        let (mut tools, all) = (fuse(candidates, weight), total + others);
        let ranked = tools.len();
        tools.retain(|found| found.score >= options.min_score);
        let total = if options.min_score > 0.0 { tools.len() } else { all.max(ranked) };
        self.result_of(query, options, Found { tools, total, corrected })
    }

    fn candidate(&self, found: RankedTool, vectors: &[&[f32]]) -> Candidate {
        let key = self.by_position.get(&found.position).map(|tool| tool.text_key(text_of_hit));
        let cosine = self.search_settings.vectors.cosines(vectors, key.into_iter());
        Candidate { found, cosine: cosine.into_iter().next().flatten() }
    }

    /// The visible tools that are nearest to a vector, with their cosines.
    fn nearest_tools(&self, vectors: &[&[f32]], options: &SearchOptions) -> Vec<(u64, f32)> {
        let is_visible = |tool: &RegisteredTool| self.is_searched(tool, options);
        let visible: Vec<_> = self.by_position.iter().filter(|(_, tool)| is_visible(tool)).collect();
        let keys = visible.iter().map(|(_, tool)| tool.text_key(text_of_hit));
        let cosines = self.search_settings.vectors.cosines(vectors, keys);
        let near =
            visible.iter().zip(cosines).filter_map(|((position, _), cosine)| Some((**position, cosine?)));
        let mut near: Vec<(u64, f32)> = near.collect();
        let nearer = |a: &(u64, f32), b: &(u64, f32)| -> Ordering { b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)) };
        if near.len() > MOST_RANKED {
            near.select_nth_unstable_by(MOST_RANKED, nearer);
            near.truncate(MOST_RANKED);
        }
        near.sort_by(nearer);
        near
    }
}

/// What a hit may show of a tool, as one text.
fn text_of_hit(tool: &RegisteredTool) -> String {
    let definition = &*tool.definition;
    let sentence = first_sentence(&definition.description);
    let parts =
        [Some(tool.name()), definition.title.as_deref(), Some(&sentence), definition.category.as_deref()];
    let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n")
}

/// The candidates by both scores, the best first. Tools whose name the query is stay first.
fn fuse(candidates: Vec<Candidate>, weight: f64) -> Vec<RankedTool> {
    let others = candidates.iter().filter(|one| !one.found.is_named);
    let most = others.map(|one| one.found.score).fold(0.0, f64::max);
    let cosines = || candidates.iter().filter_map(|one| one.cosine).map(f64::from);
    let (low, high) = (cosines().fold(f64::MAX, f64::min), cosines().fold(f64::MIN, f64::max));
    let mut fused: Vec<RankedTool> = Vec::with_capacity(candidates.len());
    for Candidate { mut found, cosine } in candidates {
        let lexical = if most > 0.0 { (found.score / most).min(1.0) } else { 0.0 };
        let near =
            cosine.map(|cosine| if high > low { (f64::from(cosine) - low) / (high - low) } else { 1.0 });
        let score = near.map_or(lexical, |near| (1.0 - weight) * lexical + weight * near);
        found.score = if found.is_named { score + 1.0 } else { score };
        found.explanation = found.explanation.with_cosine(found.score);
        fused.push(found);
    }
    let better =
        |a: &RankedTool, b: &RankedTool| b.is_named.cmp(&a.is_named).then(b.score.total_cmp(&a.score));
    fused.sort_by(|a, b| better(a, b).then(a.position.cmp(&b.position)));
    fused
}
