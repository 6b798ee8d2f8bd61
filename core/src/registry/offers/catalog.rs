//! The catalog for a planner: all tools with an estimate of the tokens that each costs.

use serde::Deserialize;
use serde_json::{Value, json};

use super::token_count;
use crate::error::{Error, Result};
use crate::json::read_options;
use crate::registry::{Filter, RegisteredTool, Snapshot};

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
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogInput {
    #[serde(default)]
    mode: CatalogMode,
    #[serde(default)]
    filter: Value,
}

impl CatalogOptions {
    /// Reads the options; null gives the defaults.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown option, mode or filter.
    pub fn parse(value: &Value) -> Result<Self> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let input: CatalogInput = read_options(value).map_err(|error| Error::InvalidOptions {
            option: "catalog".to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self { mode: input.mode, filter: Filter::parse(&input.filter)? })
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
    /// The catalog in the order of registration. Each entry has name, description, category, tags, parameters (the input
    /// schema) and tokens, an estimate of its cost in a prompt by [`TOKEN_RULE`](crate::registry::TOKEN_RULE).
    pub fn catalog(&self, options: &CatalogOptions) -> Value {
        self.matching(&options.filter)
            .filter(|tool| options.mode.includes(tool))
            .map(|tool| entry(tool))
            .collect()
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
