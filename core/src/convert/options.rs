//! The options of a conversion: which operations become tools, and what the tools have.

use std::sync::Arc;

use http::HeaderMap;
use serde::Deserialize;
use url::Url;

use super::overrides::Overrides;
use super::selection::{OperationChoice, SelectionFunction};
use crate::auth::{Credentials, OriginBinding};
use crate::spec::ArgumentShape;
use crate::tool::CallLimits;

/// What happens to deprecated operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Deprecated {
    /// They are left out; the report counts them.
    #[default]
    Skip,
    /// They become tools that are marked deprecated.
    Include,
}

/// The options of a conversion.
#[derive(Clone, Debug, Default)]
pub struct ConversionOptions {
    /// The prefix of each tool's name, with a `_` between. Default: none.
    pub namespace: Option<String>,
    /// The version of the tools. Default: the document's.
    pub version: Option<String>,
    /// The category of the tools. Default: the first tag of each operation.
    pub category: Option<String>,
    /// Tags that each tool has beside its own. Default: none.
    pub tags: Vec<String>,
    /// OAuth scopes that the caller of a server needs for each tool, beside those of the tool. Default: none.
    pub scopes: Vec<String>,
    /// The base URL of calls. Default: the document's first server.
    pub base_url: Option<Url>,
    /// Hosts (`name` or `name:port`) with private addresses that calls of a document from the network may reach. Default: none.
    pub hosts: Vec<String>,
    /// Headers that each call sends. No event, error or report shows them.
    pub headers: Arc<HeaderMap>,
    /// Credentials by security scheme, and the origins that they are for. No event, error or report shows them.
    pub auth: Arc<Credentials>,
    /// The origins that credentials and headers are bound to. The first load with these options sets them.
    pub origin_binding: Arc<OriginBinding>,
    /// What happens to deprecated operations. Default: they are left out.
    pub deprecated: Deprecated,
    /// Operations that any of these selections matches become tools. Default: all.
    pub include: Option<Vec<OperationChoice>>,
    /// Operations that any of these selections matches are left out. Default: none.
    pub exclude: Vec<OperationChoice>,
    /// The function of `include` or `exclude`, or both in one: it decides about the operations that are left. Default: none.
    pub selection: Option<SelectionFunction>,
    /// Whether tools have the output schema that the success responses of their operation give. Default: no.
    pub output_schemas: bool,
    /// The most estimated tokens of one output schema. Default: 2,000.
    pub output_tokens: Option<usize>,
    /// Overrides of single operations. Default: none.
    pub overrides: Overrides,
    /// How path, query and body arguments are put into one object.
    pub arguments: ArgumentShape,
    /// The longest definition of a tool, in bytes of JSON. Default: the registry's.
    pub definition_bytes: Option<usize>,
    /// The rate limit of each tool, in calls per minute. Default: the registry's.
    pub rate_limit: Option<f64>,
    /// Call limits of each tool: burst, concurrency, timeout and sizes. Default: the registry's.
    pub call_limits: CallLimits,
}

impl ConversionOptions {
    /// Whether any tool has an output schema: of all operations, or by an override.
    pub fn asks_for_output_schemas(&self) -> bool {
        self.output_schemas
            || self.overrides.entries().iter().any(|(_, values)| values.output_schema == Some(true))
    }
}
