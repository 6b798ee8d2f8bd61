//! What a caller gives for one scheme.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::secret::Secret;
use crate::tool::Executor;

/// What a caller gives for one scheme.
#[derive(PartialEq, Eq)]
pub enum Credential {
    /// A key or a token.
    Value(CredentialText),
    /// A user and a password.
    Login {
        /// Who.
        username: CredentialText,
        /// What proves it.
        password: CredentialText,
    },
    /// What a token endpoint gives tokens for.
    OAuth(OAuthGrant),
    /// A function that is asked at each call.
    Function(CredentialFunction),
}

/// A text of the caller's.
#[derive(Clone, PartialEq, Eq)]
pub enum CredentialText {
    /// As it was given, or read from the environment.
    Value(Secret),
    /// The environment has no variable of this name.
    UnsetVariable(String),
}

impl CredentialText {
    /// The text, or why there is none.
    pub fn get(&self) -> Result<&Secret, String> {
        match self {
            Self::Value(secret) => Ok(secret),
            Self::UnsetVariable(name) => {
                Err(format!("the environment variable \"{}\" is not set", name.escape_debug()))
            }
        }
    }
}

/// What a token endpoint gives tokens for. Source: RFC 6749, sections 4.4 and 6.
#[derive(PartialEq, Eq)]
pub struct OAuthGrant {
    /// Which of the two.
    pub kind: OAuthGrantKind,
    /// The client's name there.
    pub client_id: CredentialText,
    /// What proves it; a public client has none.
    pub client_secret: Option<CredentialText>,
    /// Where tokens are given. Default: where the document says.
    pub token_url: Option<Url>,
    /// What the tokens are to be good for. Default: what each operation asks for.
    pub scopes: Option<Vec<String>>,
    /// The API that they are for, where the server wants to hear it.
    pub audience: Option<String>,
    /// How the client proves who it is. Default: as the server says, else [`ClientAuth::Basic`].
    pub client_auth: Option<ClientAuth>,
}

/// The kinds of grants.
#[derive(PartialEq, Eq)]
pub enum OAuthGrantKind {
    /// The client itself.
    ClientCredentials,
    /// A user who said yes before.
    RefreshToken(CredentialText),
}

/// How a client proves who it is. Source: RFC 6749, section 2.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// In the header `Authorization`.
    Basic,
    /// In the body.
    Body,
}

/// A function of the caller's that gives credentials: `{request}` is what it is told, the context that of the call.
#[derive(Clone)]
pub struct CredentialFunction {
    /// Carries the call out.
    pub executor: Arc<dyn Executor>,
    /// How long it may take.
    pub timeout: Duration,
}

/// Each is its own.
impl PartialEq for CredentialFunction {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.executor, &other.executor)
    }
}

impl Eq for CredentialFunction {}

impl Credential {
    /// Why it is of no use now: a variable of the environment that is not there.
    pub fn lack(&self) -> Option<String> {
        self.texts().find_map(|text| text.get().err())
    }

    /// What nobody may see of it. A user's name and a client's are no secrets, and may be common words.
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
