//! The search of a configuration's registry: synonyms, field weights, when its index is made.

use serde::Deserialize;

use crate::config::alternatives::NamedParts;

/// How the tools of a registry are searched.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SearchConfig {
    /// Words that stand for words of a query.
    pub synonyms: Option<SynonymsConfig>,
    /// What a field of a tool counts, as a multiple of its own weight, from 0 to 10. 0 leaves it out.
    pub fields: Option<SearchFieldsConfig>,
    /// Whether the index of each new revision is made at once. Otherwise the first search makes it. Default: `false`.
    pub eager: Option<bool>,
    /// The share of the embedder in a score, from 0 to 1, where the program gives `embed` to `loadConfig`. Default: `0.3`.
    pub weight: Option<f64>,
}

/// Words that stand for words of a query.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SynonymsConfig {
    /// What is searched for a word: `purge: [delete]`. At most 10,000 words with 64 each.
    pub words: Option<NamedParts<Vec<String>>>,
    /// Whether the words replace the English thesaurus. Otherwise they are added to it. Default: `false`.
    pub replace_defaults: Option<bool>,
}

/// What the fields of a tool count in a search, as multiples of their own weights, from 0 to 10.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SearchFieldsConfig {
    /// The first sentence of the description, and the title. Default: `1`.
    pub summary: Option<f64>,
    /// The last segment of the path that is no parameter. Default: `1`.
    pub path_head: Option<f64>,
    /// The source and the namespace. Default: `1`.
    pub source: Option<f64>,
    /// The name and the `operationId`. Default: `1`.
    pub name: Option<f64>,
    /// The aliases. Default: `1`.
    pub aliases: Option<f64>,
    /// The other segments of the path. Default: `1`.
    pub path: Option<f64>,
    /// The tags and the category. Default: `1`.
    pub tags: Option<f64>,
    /// The rest of the description. Default: `1`.
    pub description: Option<f64>,
    /// The names of parameters. Default: `1`.
    pub parameters: Option<f64>,
    /// The descriptions of parameters. Default: `1`.
    pub parameter_descriptions: Option<f64>,
    /// The enum values of parameters. Default: `1`.
    pub values: Option<f64>,
}
