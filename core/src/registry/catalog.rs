//! What an orchestrator's planner reads: which tools there are, and what each costs to show.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Filter, RegisteredTool, Snapshot, token_count};
use crate::error::{Error, Result};

/// Which tools a planner sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CatalogMode {
    /// All of them.
    #[default]
    All,
    /// Those of category `external` and those tagged `external` or `client`.
    ExternalOnly,
}

/// What a catalog is made of.
#[derive(Debug, Default)]
pub struct CatalogOptions {
    /// Which tools a planner sees.
    pub mode: CatalogMode,
    /// Which of those.
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
    pub fn parse(value: &Value) -> Result<Self> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let given = CatalogInput::deserialize(value).map_err(|error| Error::InvalidOptions {
            option: "catalog".to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self { mode: given.mode, filter: Filter::parse(&given.filter)? })
    }
}

impl CatalogMode {
    fn shows(self, tool: &RegisteredTool) -> bool {
        let definition = &tool.definition;
        self == Self::All
            || definition.category.as_deref() == Some("external")
            || definition.tags.iter().any(|tag| tag == "external" || tag == "client")
    }
}

impl Snapshot {
    /// The planner's catalog, in the order of registration: name, description, category, tags, parameters (the input
    /// schema) and tokens, an estimate of what showing the entry to a model costs, by the rule of [`TOKEN_RULE`](super::TOKEN_RULE).
    pub fn catalog(&self, options: &CatalogOptions) -> Value {
        self.matching(&options.filter)
            .filter(|tool| options.mode.shows(tool))
            .map(|tool| entry(tool))
            .collect()
    }
}

fn entry(tool: &RegisteredTool) -> Value {
    let definition = &tool.definition;
    let name_and_text = definition.name.len() + definition.description.len();
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
