//! Search place: where one tool stands among those that a search finds, or why it is not among the hits.

use serde::Serialize;
use serde_json::{Map, Value};

use super::SearchOptions;
use super::revision_index::text_of;
use super::tool_search::MOST_RANKED;
use crate::error::Result;
use crate::registry::{Filter, RegisteredTool, Snapshot};
use crate::search::{RankedTool, ScoreExplanation, SearchQuery, ToolPlace};

/// Where a tool stands in a search. Keys without a value are absent.
#[derive(Clone, Debug, Serialize)]
pub struct SearchPlace {
    /// The revision that was searched.
    pub revision: u64,
    /// The tool's name.
    pub name: String,
    /// The number of all tools that were found.
    pub total: usize,
    /// Its place among them, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// Its score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Why it is no hit; none for a hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absence: Option<HitAbsence>,
    /// The conditions of the filter that it does not meet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// What its score is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<ScoreExplanation>,
}

/// Why a tool is no hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum HitAbsence {
    /// It is disabled.
    Disabled,
    /// The filter leaves it out.
    Filter,
    /// The target refuses it.
    Target,
    /// It has no word of the query.
    Words,
    /// Its score is below the least one.
    MinScore,
    /// As many tools as the limit says are better.
    Limit,
}

impl Snapshot {
    /// Says where a tool stands in a search, and why it is no hit. A tool that this snapshot does not have is unknown to it.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL`.
    pub fn explain_search(
        &self,
        query: &SearchQuery,
        name: &str,
        options: &SearchOptions,
    ) -> Result<SearchPlace> {
        let tool = self.find(name).ok_or_else(|| self.unknown_tool(name))?;
        let ToolPlace { mut total, found, first } =
            self.with_searcher(options, options.min_score, |searcher, is_name| {
                searcher.place_of(query, tool.position, MOST_RANKED, is_name)
            });
        let mut refused_before = 0;
        let before = found.as_ref().map_or(0, |(before, _)| *before);
        for (at, (position, score)) in first.iter().enumerate() {
            if self.by_position.get(position).is_none_or(|one| options.is_taken(one)) {
                continue;
            }
            total -= usize::from(*score >= options.min_score);
            refused_before += usize::from(at < before);
        }
        let found = found.filter(|_| options.is_taken(tool));
        let found = found.map(|(before, found)| (before - refused_before, found));
        Ok(SearchPlace {
            revision: self.revision(),
            name: tool.name().to_owned(),
            total,
            rank: found.as_ref().map(|(before, _)| before + 1),
            score: found.as_ref().map(|(_, found)| found.score),
            absence: absence(tool, found.as_ref(), options),
            conditions: unmet_conditions(tool, options),
            why: found.map(|(_, found)| found.explanation.with_fields(&text_of(tool))),
        })
    }
}

fn absence(
    tool: &RegisteredTool,
    found: Option<&(usize, RankedTool)>,
    options: &SearchOptions,
) -> Option<HitAbsence> {
    if !options.filter.matches(tool) {
        let is_hidden = !tool.enabled && unmet_conditions(tool, options).is_empty();
        return Some(if is_hidden { HitAbsence::Disabled } else { HitAbsence::Filter });
    }
    if !options.is_taken(tool) {
        return Some(HitAbsence::Target);
    }
    let Some((at, found)) = found else { return Some(HitAbsence::Words) };
    if found.score < options.min_score {
        return Some(HitAbsence::MinScore);
    }
    (*at >= options.limit).then_some(HitAbsence::Limit)
}

/// The conditions of the filter that a tool does not meet, each judged by itself.
fn unmet_conditions(tool: &RegisteredTool, options: &SearchOptions) -> Vec<String> {
    let conditions: Map<String, Value> = serde_json::from_str(&options.filter_key).unwrap_or_default();
    let is_unmet = |(key, value): &(String, Value)| {
        // A filter without `enabled` wants it.
        let mut alone = Map::from_iter([("enabled".to_owned(), Value::Bool(tool.enabled))]);
        alone.insert(key.clone(), value.clone());
        Filter::parse(&Value::Object(alone)).is_ok_and(|filter| !filter.matches(tool))
    };
    conditions.into_iter().filter(is_unmet).map(|(key, _)| key).collect()
}
