//! Options of a search.

use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::json::read_options;
use crate::registry::{Filter, RegisteredTool};
use crate::target::{Target, TargetForm};

/// The hits of a search by default, and at most.
const DEFAULT_HITS: usize = 5;
const MOST_HITS: usize = 50;

/// The key of a filter that is none.
pub(super) const NO_FILTER: &str = "null";

/// Options of a search.
#[derive(Debug)]
pub struct SearchOptions {
    pub(super) limit: usize,
    pub(super) min_score: f64,
    pub(super) filter: Filter,
    /// The filter as JSON.
    pub(super) filter_key: String,
    pub(super) target: Option<Target>,
    pub(super) has_explanations: bool,
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
    #[serde(default)]
    explain: bool,
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
            filter_key: input.filter.to_string(),
            target: input.target.map(|target| Target::parse(&target)).transpose()?,
            has_explanations: input.explain,
        })
    }

    /// Whether the target takes a tool. Without a target all are taken.
    pub(super) fn is_taken(&self, tool: &RegisteredTool) -> bool {
        self.target.is_none_or(|target| tool.rendered(TargetForm::from(target)).text.is_some())
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
