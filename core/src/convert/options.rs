//! What a caller says of the tools of a document.

use std::sync::Arc;

use http::HeaderMap;
use serde::Deserialize;
use url::Url;

use super::operation_filter::OperationFilter;
use super::overrides::Overrides;
use super::predicate::Predicate;
use crate::auth::{Credentials, OriginBinding};
use crate::spec::ArgumentShape;
use crate::tool::CallLimits;

/// What becomes of operations that the document calls deprecated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Deprecated {
    /// They become no tools; the report counts them.
    #[default]
    Skip,
    /// They become tools that say so.
    Include,
}

/// What a caller says of the tools of a document.
#[derive(Clone, Debug, Default)]
pub struct ConversionOptions {
    /// What stands before each tool's name, with a `_` between.
    pub namespace: Option<String>,
    /// The version of the tools. Default: the document's.
    pub version: Option<String>,
    /// The category of the tools. Default: the first tag of each operation.
    pub category: Option<String>,
    /// Tags on top of those that operations have.
    pub tags: Vec<String>,
    /// Where the API is. Default: the document's first server.
    pub base_url: Option<Url>,
    /// Hosts (`name` or `name:port`) that calls may reach though a document of the network names them and their address is
    /// private. Default: none.
    pub hosts: Vec<String>,
    /// Headers that go with every call. They stand in no event, no error and no report.
    pub headers: Arc<HeaderMap>,
    /// What there is to show of what the document asks for, and the origins that it is for. It stands in no event, no error
    /// and no report either.
    pub auth: Arc<Credentials>,
    /// The origins that those and the headers are for: written by the first load with these options.
    pub bond: Arc<OriginBinding>,
    /// What becomes of deprecated operations.
    pub deprecated: Deprecated,
    /// The operations that become tools: those that any of these means. Default: all.
    pub include: Option<Vec<OperationFilter>>,
    /// The operations that do not: those that any of these means.
    pub exclude: Vec<OperationFilter>,
    /// Is asked of those that are left.
    pub filter: Option<Predicate>,
    /// What is said of operations on top of what the document says.
    pub overrides: Overrides,
    /// How arguments stand side by side.
    pub arguments: ArgumentShape,
    /// How long the definition of one of its tools may be, in bytes of JSON. Default: what the registry says.
    pub definition_bytes: Option<usize>,
    /// What calls of its tools may cost.
    pub call_limits: CallLimits,
}
