//! Search in a snapshot: the tools of one revision that a request in words is about.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Filter, RegisteredTool, Snapshot};
use crate::error::{Error, Result};
use crate::json::read_options;
use crate::search::{RankedTool, SearchQuery, SearchedTool, first_sentence, rank};
use crate::target::{Target, TargetForm};

/// The hits of a search by default, and at most.
const DEFAULT_HITS: usize = 5;
const MOST_HITS: usize = 50;

/// Options of a search.
#[derive(Debug)]
pub struct SearchOptions {
    limit: usize,
    min_score: f64,
    filter: Filter,
    target: Option<Target>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SearchInput {
    #[serde(default)]
    limit: Value,
    min_score: Option<f64>,
    #[serde(default)]
    filter: Value,
    target: Option<String>,
}

/// What a search has found.
#[derive(Clone, Debug, Serialize)]
pub struct SearchResult {
    /// The revision that was searched.
    pub revision: u64,
    /// The phrasings of the query.
    pub query: Vec<String>,
    /// The best tools, the best first.
    pub hits: Vec<SearchHit>,
    /// The number of all tools that have a word of the query.
    pub total: usize,
}

/// A tool that was found. Keys without a value are absent.
#[derive(Clone, Debug, Serialize)]
pub struct SearchHit {
    /// Its name; that of the target, if there is one.
    pub name: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The first sentence of its description, of 200 characters at most.
    pub description: String,
    /// Its source.
    pub source: String,
    /// Its category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Compares it with the other hits of one result.
    pub score: f64,
    /// The share of the query's words that it has, from 0 to 1.
    pub coverage: f64,
    /// The words of the query that it has.
    pub matched: Vec<String>,
    /// The words of the query that it does not have.
    pub missing: Vec<String>,
}

impl SearchOptions {
    /// Reads the options; null gives the defaults.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown option, or a value that is none.
    pub fn parse(value: &Value) -> Result<Self> {
        let input: SearchInput = if value.is_null() {
            SearchInput::default()
        } else {
            read_options(value).map_err(|fault| invalid("search", fault.to_string()))?
        };
        let min_score = input.min_score.unwrap_or_default();
        if min_score < 0.0 {
            return Err(invalid("minScore", "must not be below zero".to_owned()));
        }
        Ok(Self {
            limit: read_limit(&input.limit)?,
            min_score,
            filter: Filter::parse(&input.filter)?,
            target: input.target.map(|target| Target::parse(&target)).transpose()?,
        })
    }
}

fn read_limit(limit: &Value) -> Result<usize> {
    if limit.is_null() {
        return Ok(DEFAULT_HITS);
    }
    let count = limit.as_u64().and_then(|count| usize::try_from(count).ok());
    count
        .filter(|count| (1..=MOST_HITS).contains(count))
        .ok_or_else(|| invalid("limit", format!("must be a whole number from 1 to {MOST_HITS}")))
}

fn invalid(option: &str, reason: String) -> Error {
    Error::InvalidOptions { option: option.to_owned(), reason }
}

impl Snapshot {
    /// Searches the enabled tools that the filter matches, and that the target takes. All others leave no trace.
    pub fn search(&self, query: &SearchQuery, options: &SearchOptions) -> SearchResult {
        let tools: Vec<&RegisteredTool> = self.matching(&options.filter).map(AsRef::as_ref).collect();
        let searched: Vec<_> = tools.iter().map(|tool| searched(tool)).collect();
        let is_shown = |ranked: &RankedTool| {
            let tool = tools[ranked.index];
            let is_taken = |target| tool.rendered(TargetForm::from(target)).text.is_some();
            ranked.score >= options.min_score && options.target.is_none_or(is_taken)
        };
        let ranked: Vec<_> = rank(query, &searched).into_iter().filter(is_shown).collect();
        let (revision, total) = (self.revision(), ranked.len());
        let best = ranked.into_iter().take(options.limit);
        let hits = best.map(|ranked| SearchHit::new(tools[ranked.index], ranked, options)).collect();
        SearchResult { revision, query: query.texts.clone(), hits, total }
    }
}

fn searched(tool: &RegisteredTool) -> SearchedTool<'_> {
    SearchedTool {
        definition: &tool.definition,
        source: &tool.origin.source,
        namespace: tool.origin.namespace.as_deref(),
        wire_name: tool.wire_name(),
    }
}

impl SearchHit {
    fn new(tool: &RegisteredTool, ranked: RankedTool, options: &SearchOptions) -> Self {
        let definition = &tool.definition;
        let RankedTool { score, coverage, matched, missing, .. } = ranked;
        Self {
            name: if options.target.is_some() { tool.wire_name() } else { tool.name() }.to_owned(),
            title: definition.title.clone(),
            description: first_sentence(&definition.description),
            source: tool.origin.source.to_string(),
            category: definition.category.clone(),
            score,
            coverage,
            matched,
            missing,
        }
    }
}
