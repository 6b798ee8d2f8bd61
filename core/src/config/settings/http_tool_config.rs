//! HTTP tools of a configuration: tools of an API that has no document.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::call_limits_config::CallLimitsConfig;
use super::credential_config::CredentialConfig;
use crate::config::alternatives::{NamedParts, OneOrList, WordOr};
use crate::config::config_text::{ConfigText, config_texts};

/// A tool that calls an HTTP API.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HttpToolConfig {
    /// The name: 1 to 128 characters of `A–Z a–z 0–9 _ . : / -`.
    pub name: String,
    /// The title for people.
    pub title: Option<String>,
    /// The description for the model.
    pub description: String,
    /// The category, for filters and catalogs.
    pub category: Option<String>,
    /// Tags, for filters and catalogs.
    pub tags: Option<Vec<String>>,
    /// Other words for what the tool does. Search finds it by them; no model sees them.
    pub aliases: Option<Vec<String>>,
    /// The version. If it is a semantic version, filters can select it by range.
    pub version: Option<String>,
    /// The arguments, by name: each a JSON Schema with `required`, which is true where it is absent.
    pub parameters: Option<Map<String, Value>>,
    /// The arguments, as a JSON Schema with `type: object`. Not together with `parameters`.
    pub input_schema: Option<Map<String, Value>>,
    /// The results, as a JSON Schema. A result that does not match fails the call.
    pub output_schema: Option<Map<String, Value>>,
    /// The URL of calls, with `{name}` for arguments in its path.
    pub endpoint: ConfigText,
    /// The HTTP method: `POST` where something makes a body, and else `GET`, if absent.
    pub method: Option<HttpMethodWord>,
    /// Where arguments go, by their names: a place, or a place with another name in the request.
    #[serde(rename = "in")]
    pub places: Option<NamedParts<WordOr<HttpPlaceWord, HttpPlaceConfig>>>,
    /// Fixed query parameters, which the model does not see.
    pub query: Option<Map<String, Value>>,
    /// Fixed headers, which the model does not see. `{context.userId}` stands for the user of the call.
    pub headers: Option<NamedParts<ConfigText>>,
    /// Fixed properties of the body, which the model does not see.
    pub body: Option<Map<String, Value>>,
    /// The media type of the body. Default: `"application/json"`.
    pub content_type: Option<String>,
    /// The credential.
    pub auth: Option<CredentialConfig>,
    /// Where the credential goes: in the header `Authorization`, or in the place of an API key.
    pub auth_scheme: Option<WordOr<AuthSchemeWord, KeyPlaceConfig>>,
    /// The parts of a response that the model sees: a path such as `$.items[*].id`, or a list of fields.
    pub response: Option<OneOrList<String>>,
    /// Whether a call needs a `userId` in its context.
    pub requires_auth: Option<bool>,
    /// Whether a person has to approve a call. Default: `false`.
    pub requires_approval: Option<bool>,
    /// OAuth scopes that a caller of a server needs. Default: `[]`.
    pub scopes: Option<Vec<String>>,
    /// The rate limit, in calls per minute.
    pub rate_limit: Option<f64>,
    /// The limits of its calls.
    pub call_limits: Option<CallLimitsConfig>,
    /// Whether the tool is deprecated. Default: `false`.
    pub deprecated: Option<bool>,
    /// Hints about the effects of the tool, where not those of its method.
    pub annotations: Option<AnnotationsConfig>,
    /// Which hosts calls may reach.
    pub network: Option<HttpToolNetworkConfig>,
}

/// Which hosts calls of an HTTP tool may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HttpToolNetworkConfig {
    /// The private hosts that endpoints may name, as `name` or `name:port`. Default: `[]`.
    pub hosts: Option<Vec<String>>,
}

/// The HTTP method of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethodWord {
    /// Reads.
    Get,
    /// Reads the headers alone.
    Head,
    /// Creates, or does something.
    Post,
    /// Replaces.
    Put,
    /// Changes a part.
    Patch,
    /// Removes.
    Delete,
    /// Asks what is possible.
    Options,
}

/// The place of an argument in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum HttpPlaceWord {
    /// A variable of the path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A member of the body.
    Body,
}

/// The place of an argument in a request, with its name there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HttpPlaceConfig {
    /// The place.
    #[serde(rename = "in")]
    pub place: HttpPlaceWord,
    /// The name in the request, where not that of the argument.
    pub name: Option<String>,
}

/// How a credential is sent in the header `Authorization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AuthSchemeWord {
    /// `Authorization: Bearer …`.
    Bearer,
    /// `Authorization: Basic …`.
    Basic,
}

/// The place of an API key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyPlaceConfig {
    /// The place.
    #[serde(rename = "in")]
    pub place: KeyPlaceWord,
    /// The name of the key there.
    pub name: String,
}

/// Where an API key may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum KeyPlaceWord {
    /// A header.
    Header,
    /// The query.
    Query,
    /// A cookie.
    Cookie,
}

/// Hints about the effects of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AnnotationsConfig {
    /// The tool changes nothing.
    pub read_only_hint: Option<bool>,
    /// The tool may delete or overwrite something.
    pub destructive_hint: Option<bool>,
    /// A second call with the same arguments has no further effect.
    pub idempotent_hint: Option<bool>,
    /// The tool reaches systems outside of the program.
    pub open_world_hint: Option<bool>,
}

config_texts!(HttpToolConfig { endpoint: "endpoint", headers: "headers", auth: "auth" });
