//! Filters: select tools by category, tag, source, version, name and flags.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

use super::RegisteredTool;
use super::versions::source_name::family_of;
use crate::error::{Error, Result};
use crate::json::{OptionFault, read_options};
use crate::tool::VersionRange;

/// Selects tools. A tool matches if it meets every condition. Disabled tools match only if `enabled` is false.
#[derive(Debug, Default)]
pub struct Filter {
    conditions: FilterConditions,
    version: Option<VersionRange>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FilterConditions {
    /// One of these categories.
    category: Option<OneOrMany>,
    /// Any of these tags.
    tags: Option<OneOrMany>,
    /// All of these tags.
    all_tags: Option<OneOrMany>,
    /// One of these sources. A source without a label matches all of its versions.
    source: Option<OneOrMany>,
    /// One of these namespaces.
    namespace: Option<OneOrMany>,
    /// A semver range.
    version: Option<String>,
    requires_auth: Option<bool>,
    requires_approval: Option<bool>,
    /// All scopes of the tool are among these.
    granted_scopes: Option<Vec<String>>,
    deprecated: Option<bool>,
    enabled: Option<bool>,
    stale: Option<bool>,
    /// A glob over names.
    name: Option<String>,
    /// One of these names.
    names: Option<NameSet>,
}

/// A set of tool names, so that a long list costs one look-up per tool.
#[derive(Debug, Deserialize)]
#[serde(from = "OneOrMany")]
struct NameSet(HashSet<String>);

impl From<OneOrMany> for NameSet {
    fn from(names: OneOrMany) -> Self {
        Self(names.as_slice().iter().cloned().collect())
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "must be a string or a list of strings")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }

    fn contains(&self, text: &str) -> bool {
        self.as_slice().iter().any(|one| one == text)
    }
}

impl Filter {
    /// Reads a filter; null matches every enabled tool.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown condition, which must not match everything, or a value of the wrong type.
    pub fn parse(value: &Value) -> Result<Self> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let conditions: FilterConditions =
            read_options(value).map_err(|fault: OptionFault| Error::InvalidOptions {
                option: "filter".to_owned(),
                reason: fault.with_further_options("", &["predicate"]).to_string(),
            })?;
        let version = conditions.version.as_deref().map(VersionRange::parse).transpose()?;
        Ok(Self { conditions, version })
    }

    /// The names of which a tool has to have one.
    pub(in crate::registry) fn names(&self) -> Option<impl ExactSizeIterator<Item = &str>> {
        self.conditions.names.as_ref().map(|names| names.0.iter().map(String::as_str))
    }

    /// Whether a tool meets every condition.
    pub fn matches(&self, tool: &RegisteredTool) -> bool {
        let definition = &tool.definition;
        let wanted = &self.conditions;
        let is_listed = |list: &Option<OneOrMany>, text: Option<&str>| {
            list.as_ref().is_none_or(|list| text.is_some_and(|text| list.contains(text)))
        };
        tool.enabled == wanted.enabled.unwrap_or(true)
            && is_listed(&wanted.category, definition.category.as_deref())
            && wanted.tags.as_ref().is_none_or(|tags| definition.tags.iter().any(|tag| tags.contains(tag)))
            && wanted
                .all_tags
                .as_ref()
                .is_none_or(|tags| tags.as_slice().iter().all(|tag| definition.tags.contains(tag)))
            // A family name matches all of its versions: the label is part of the source name.
            && (is_listed(&wanted.source, Some(&tool.origin.source))
                || is_listed(&wanted.source, Some(family_of(&tool.origin.source))))
            && is_listed(&wanted.namespace, tool.origin.namespace.as_deref())
            && self
                .version
                .as_ref()
                .is_none_or(|range| definition.version.as_ref().is_some_and(|version| range.matches(version)))
            && wanted.requires_auth.is_none_or(|wanted| definition.requires_auth == wanted)
            && wanted
                .requires_approval
                .is_none_or(|wanted| definition.requires_approval.is_required() == wanted)
            && wanted
                .granted_scopes
                .as_ref()
                .is_none_or(|granted| definition.scopes.iter().all(|scope| granted.contains(scope)))
            && wanted.stale.is_none_or(|wanted| tool.stale.is_some() == wanted)
            && wanted.deprecated.is_none_or(|wanted| definition.deprecated == wanted)
            && wanted.names.as_ref().is_none_or(|names| names.0.contains(tool.name()))
            && wanted.name.as_deref().is_none_or(|glob| fast_glob::glob_match(glob, tool.name()))
    }
}
