//! Credentials in a configuration: a text, a login, or the data of an OAuth 2 grant.

use serde::Deserialize;

use crate::config::alternatives::WordOr;
use crate::config::config_text::{ConfigText, ConfigTexts, TextVisitor, config_texts};
use crate::json::Path;

/// A credential: a text such as `${TOKEN}`, or a map.
pub type CredentialConfig = WordOr<ConfigText, CredentialMapConfig>;

/// A secret: a text such as `${TOKEN}`, or the name of a variable that is read at the load.
pub type SecretConfig = WordOr<ConfigText, EnvironmentName>;

/// The name of a variable of the environment that holds a secret. It is read when the source is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EnvironmentName {
    /// The name of the variable.
    pub env: String,
}

/// A credential as a map: `env`; `username` and `password` (HTTP Basic); `clientId` and `clientSecret` (OAuth 2 client
/// credentials); or `refreshToken` and `clientId` (OAuth 2 refresh token).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CredentialMapConfig {
    /// The name of the variable of the environment that holds the credential.
    pub env: Option<String>,
    /// HTTP Basic: the user name, without a `:`.
    pub username: Option<SecretConfig>,
    /// HTTP Basic: the password.
    pub password: Option<SecretConfig>,
    /// OAuth 2: the client id.
    pub client_id: Option<SecretConfig>,
    /// OAuth 2: the client secret.
    pub client_secret: Option<SecretConfig>,
    /// OAuth 2: the refresh token.
    pub refresh_token: Option<SecretConfig>,
    /// OAuth 2: the URL of the token endpoint, where not that of the document.
    pub token_url: Option<ConfigText>,
    /// OAuth 2: the scopes to request, where not those of each operation.
    pub scopes: Option<Vec<String>>,
    /// OAuth 2: the parameter `audience` of the token request.
    pub audience: Option<String>,
    /// OAuth 2: where the client secret is sent.
    pub client_auth: Option<ClientAuthWord>,
}

/// Where the client secret is sent to a token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ClientAuthWord {
    /// In the header `Authorization` (HTTP Basic).
    Basic,
    /// In the body of the request.
    Body,
}

/// The name of a variable is no text in which variables are filled in.
impl ConfigTexts for EnvironmentName {
    fn visit_texts(&mut self, _: &Path<'_>, _: &mut TextVisitor<'_>) {}
}

config_texts!(CredentialMapConfig {
    username: "username",
    password: "password",
    client_id: "clientId",
    client_secret: "clientSecret",
    refresh_token: "refreshToken",
    token_url: "tokenUrl",
});
