//! Credential: what the caller gives for one security scheme.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::secret::Secret;
use crate::tool::Executor;

/// The credential of one security scheme.
#[derive(PartialEq, Eq)]
pub enum Credential {
    /// A key or a token.
    Value(CredentialText),
    /// A user name and a password.
    Login {
        /// The user name.
        username: CredentialText,
        /// The password.
        password: CredentialText,
    },
    /// A grant, for which a token endpoint issues tokens.
    OAuth(OAuthGrant),
    /// A function of the caller that returns the credential of each call.
    Function(CredentialFunction),
}

/// A string of the caller, or the environment variable that should have it.
#[derive(Clone, PartialEq, Eq)]
pub enum CredentialText {
    /// The string, as given or read from the environment.
    Value(Secret),
    /// The name of an environment variable that is not set.
    UnsetVariable(String),
}

impl CredentialText {
    /// The string, or the message why there is none.
    pub fn get(&self) -> Result<&Secret, String> {
        match self {
            Self::Value(secret) => Ok(secret),
            Self::UnsetVariable(name) => Err(format!(
                "the environment variable \"{}\" is not set: set it before the load or the registration",
                name.escape_debug()
            )),
        }
    }
}

/// A grant of OAuth 2.0. Source: RFC 6749, sections 4.4 and 6.
#[derive(PartialEq, Eq)]
pub struct OAuthGrant {
    /// The kind of the grant.
    pub kind: OAuthGrantKind,
    /// The client id.
    pub client_id: CredentialText,
    /// The client secret; a public client has none.
    pub client_secret: Option<CredentialText>,
    /// The token endpoint. Default: that of the document.
    pub token_url: Option<Url>,
    /// The scopes of the tokens. Default: the scopes of each operation.
    pub scopes: Option<Vec<String>>,
    /// The parameter `audience`, which some servers require.
    pub audience: Option<String>,
    /// The client authentication. Default: that of the provider metadata, else [`ClientAuth::Basic`].
    pub client_auth: Option<ClientAuth>,
}

/// The kind of a grant.
#[derive(PartialEq, Eq)]
pub enum OAuthGrantKind {
    /// Client credentials: the client acts for itself.
    ClientCredentials,
    /// Refresh token: the client acts for a user who consented before.
    RefreshToken(CredentialText),
}

/// Client authentication at a token endpoint. Source: RFC 6749, section 2.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// HTTP Basic in the header `Authorization`.
    Basic,
    /// In the form of the body.
    Body,
}

/// A credential function of the caller. Its argument is `{request}`; its context is that of the call.
#[derive(Clone)]
pub struct CredentialFunction {
    /// Calls the function.
    pub executor: Arc<dyn Executor>,
    /// The timeout of one call.
    pub timeout: Duration,
}

/// Two functions are equal where they are the same object.
impl PartialEq for CredentialFunction {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.executor, &other.executor)
    }
}

impl Eq for CredentialFunction {}

impl Credential {
    /// The message why the credential cannot be used: an environment variable is not set.
    pub fn missing_variable(&self) -> Option<String> {
        self.texts().find_map(|text| text.get().err())
    }

    /// The secret strings. User names and client ids are not secret, and as common words they would redact too much.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let public: Option<&CredentialText> = match self {
            Self::Login { username, .. } => Some(username),
            Self::OAuth(grant) => Some(&grant.client_id),
            Self::Value(_) | Self::Function(_) => None,
        };
        let is_secret =
            move |text: &&CredentialText| !public.is_some_and(|public| std::ptr::eq(public, *text));
        self.texts().filter(is_secret).filter_map(|text| text.get().ok())
    }

    fn texts(&self) -> impl Iterator<Item = &CredentialText> {
        let all = match self {
            Self::Value(text) => [Some(text), None, None],
            Self::Login { username, password } => [Some(username), Some(password), None],
            Self::OAuth(OAuthGrant { kind, client_id, client_secret, .. }) => {
                let refresh = match kind {
                    OAuthGrantKind::RefreshToken(text) => Some(text),
                    OAuthGrantKind::ClientCredentials => None,
                };
                [Some(client_id), client_secret.as_ref(), refresh]
            }
            Self::Function(_) => [None, None, None],
        };
        all.into_iter().flatten()
    }
}
