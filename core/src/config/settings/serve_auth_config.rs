//! Authorization of the MCP server of a configuration: access tokens over HTTP, and who issues them.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::config::alternatives::{OneOrList, WordOr};
use crate::config::config_text::{ConfigText, ConfigTexts, TextVisitor, config_texts};
use crate::json::Path;

/// Who may call over HTTP: callers with an access token. Over stdio it is ignored.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServeAuthConfig {
    /// The address of the server as clients and tokens name it, such as `https://mcp.example.com/mcp`.
    pub resource: ConfigText,
    /// The issuers of tokens, by their addresses. At least one.
    pub authorization_servers: Vec<ConfigText>,
    /// The scopes that every request needs. Default: `[]`.
    pub scopes: Option<Vec<String>>,
    /// How access tokens are verified, where the first issuer and `resource` do not say all.
    pub verify: Option<VerifyConfig>,
    /// Tools whose `scopes` the caller does not have. Default: `"hide"`.
    pub unscoped: Option<UnscopedWord>,
}

/// How access tokens are verified: as JWTs of one issuer, for one audience.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VerifyConfig {
    /// The issuer, as the claim `iss` has it. The first of `authorizationServers`, if absent.
    pub issuer: Option<ConfigText>,
    /// The resource that tokens must be for, as the claim `aud` has it. `resource`, if absent.
    pub audience: Option<OneOrList<ConfigText>>,
    /// The keys of the issuer: the address of a key set, or a key set itself. That of its metadata, if absent.
    pub jwks: Option<WordOr<ConfigText, KeySetConfig>>,
}

/// A key set (JWKS).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeySetConfig {
    /// The keys.
    pub keys: Vec<Map<String, Value>>,
}

/// What happens to tools whose scopes the caller does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum UnscopedWord {
    /// They are not listed, and unknown to a call.
    Hide,
    /// They are listed, and a call is 403 with the scopes that it needs.
    Tell,
}

/// Public keys have no variables.
impl ConfigTexts for KeySetConfig {
    fn visit_texts(&mut self, _: &Path<'_>, _: &mut TextVisitor<'_>) {}
}

config_texts!(ServeAuthConfig {
    resource: "resource",
    authorization_servers: "authorizationServers",
    verify: "verify",
});
config_texts!(VerifyConfig { issuer: "issuer", audience: "audience", jwks: "jwks" });
