//! The catalog for a planner: all tools, or those that a search finds, with an estimate of the tokens that each costs.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::token_count;
use crate::error::{Error, Result};
use crate::json::read_options;
use crate::registry::{Filter, RegisteredTool, SearchOptions, Snapshot};
use crate::search::SearchQuery;

/// Which tools the catalog lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CatalogMode {
    /// All tools.
    #[default]
    All,
    /// Tools of category `external` and those tagged `external` or `client`.
    ExternalOnly,
}

/// Options of the catalog.
#[derive(Debug, Default)]
pub struct CatalogOptions {
    /// Which tools it lists.
    pub mode: CatalogMode,
    /// Restricts the list further.
    pub filter: Filter,
    /// Ranks the list by a search.
    pub search: Option<CatalogSearch>,
}

/// The search of a catalog.
#[derive(Debug)]
pub struct CatalogSearch {
    query: SearchQuery,
    limit: Value,
    /// The filter as it is written.
    filter: Map<String, Value>,
}

/// The entries that a search gives by default.
const FOUND_ENTRIES: usize = 20;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogInput {
    #[serde(default)]
    mode: CatalogMode,
    #[serde(default)]
    filter: Value,
    #[serde(default)]
    query: Value,
    #[serde(default)]
    limit: Value,
}

impl CatalogOptions {
    /// Reads the options; null gives the defaults.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown option, mode or filter, a query that is no text, and a limit that is none or has no
    /// query; `LIMIT_EXCEEDED` for a query that is too long.
    pub fn parse(value: &Value) -> Result<Self> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let input: CatalogInput = read_options(value).map_err(|error| Error::InvalidOptions {
            option: "catalog".to_owned(),
            reason: error.to_string(),
        })?;
        let filter = Filter::parse(&input.filter)?;
        Ok(Self {
            mode: input.mode,
            filter,
            search: CatalogSearch::read(input.filter, &input.query, input.limit)?,
        })
    }
}

impl CatalogSearch {
    /// The search, where there is a query.
    fn read(filter: Value, query: &Value, limit: Value) -> Result<Option<Self>> {
        if query.is_null() {
            if limit.is_null() {
                return Ok(None);
            }
            let reason = "is for a catalog with a query: give query, or leave limit out".to_owned();
            return Err(Error::InvalidOptions { option: "limit".to_owned(), reason });
        }
        let filter = if let Value::Object(filter) = filter { filter } else { Map::new() };
        let limit = if limit.is_null() { json!(FOUND_ENTRIES) } else { limit };
        let search = Self { query: SearchQuery::parse(query)?, limit, filter };
        search.options(None)?;
        Ok(Some(search))
    }

    /// The options of the search, among the tools of these names.
    fn options(&self, names: Option<Vec<&str>>) -> Result<SearchOptions> {
        let mut filter = self.filter.clone();
        if let Some(names) = names {
            filter.insert("names".to_owned(), json!(names));
        }
        SearchOptions::parse(&json!({ "filter": filter, "limit": self.limit }))
    }
}

impl CatalogMode {
    fn includes(self, tool: &RegisteredTool) -> bool {
        let definition = &tool.definition;
        self == Self::All
            || definition.category.as_deref() == Some("external")
            || definition.tags.iter().any(|tag| tag == "external" || tag == "client")
    }
}

impl Snapshot {
    /// The catalog in the order of registration, or in that of the hits of its query. Each entry has name, description,
    /// category, tags, parameters (the input schema) and tokens, an estimate of its cost in a prompt by
    /// [`TOKEN_RULE`](crate::registry::TOKEN_RULE).
    ///
    /// # Errors
    /// None for options that were parsed.
    pub fn catalog(&self, options: &CatalogOptions) -> Result<Value> {
        let listed = self.matching(&options.filter).filter(|tool| options.mode.includes(tool));
        let Some(search) = &options.search else { return Ok(listed.map(|tool| entry(tool)).collect()) };
        // No filter says what a mode does: its tools are known by their names.
        let names = (options.mode != CatalogMode::All).then(|| listed.map(|tool| tool.name()).collect());
        let found = self.search(&search.query, &search.options(names)?);
        Ok(found.hits.iter().filter_map(|hit| self.get(&hit.name)).map(|tool| entry(tool)).collect())
    }
}

fn entry(tool: &RegisteredTool) -> Value {
    let definition = &tool.definition;
    let name_and_text = definition.name.len() + definition.description.len();
    // 40 bytes for the keys and quotes of a definition.
    let tokens = token_count::of_bytes(name_and_text + definition.input_schema.len() + 40);
    json!({
        "name": definition.name,
        "description": definition.description,
        "category": definition.category,
        "tags": definition.tags,
        "parameters": definition.input_schema.value(),
        "tokens": tokens,
    })
}
