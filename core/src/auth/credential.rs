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
    Value(Text),
    /// A user and a password.
    Login {
        /// Who.
        username: Text,
        /// What proves it.
        password: Text,
    },
    /// What a token endpoint gives tokens for.
    Grant(Grant),
    /// A function that is asked at each call.
    Function(Function),
}

/// A text of the caller's.
#[derive(Clone, PartialEq, Eq)]
pub enum Text {
    /// As it was given, or read from the environment.
    Given(Secret),
    /// The environment has no variable of this name.
    Unset(String),
}

impl Text {
    /// The text, or why there is none.
    pub fn get(&self) -> Result<&Secret, String> {
        match self {
            Self::Given(secret) => Ok(secret),
            Self::Unset(name) => {
                Err(format!("the environment variable \"{}\" is not set", name.escape_debug()))
            }
        }
    }
}

/// What a token endpoint gives tokens for. Source: RFC 6749, sections 4.4 and 6.
#[derive(PartialEq, Eq)]
pub struct Grant {
    /// Which of the two.
    pub kind: GrantKind,
    /// The client's name there.
    pub client_id: Text,
    /// What proves it; a public client has none.
    pub client_secret: Option<Text>,
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
pub enum GrantKind {
    /// The client itself.
    ClientCredentials,
    /// A user who said yes before.
    RefreshToken(Text),
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
pub struct Function {
    /// Carries the call out.
    pub executor: Arc<dyn Executor>,
    /// How long it may take.
    pub timeout: Duration,
}

/// Each is its own.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.executor, &other.executor)
    }
}

impl Eq for Function {}

impl Credential {
    /// Why it is of no use now: a variable of the environment that is not there.
    pub fn lack(&self) -> Option<String> {
        self.texts().find_map(|text| text.get().err())
    }

    /// What nobody may see of it. A user's name and a client's are no secrets, and may be common words.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let public: Option<&Text> = match self {
            Self::Login { username, .. } => Some(username),
            Self::Grant(grant) => Some(&grant.client_id),
            Self::Value(_) | Self::Function(_) => None,
        };
        let is_secret = move |text: &&Text| !public.is_some_and(|public| std::ptr::eq(public, *text));
        self.texts().filter(is_secret).filter_map(|text| text.get().ok())
    }

    fn texts(&self) -> impl Iterator<Item = &Text> {
        let all = match self {
            Self::Value(text) => [Some(text), None, None],
            Self::Login { username, password } => [Some(username), Some(password), None],
            Self::Grant(Grant { kind, client_id, client_secret, .. }) => {
                let refresh = match kind {
                    GrantKind::RefreshToken(text) => Some(text),
                    GrantKind::ClientCredentials => None,
                };
                [Some(client_id), client_secret.as_ref(), refresh]
            }
            Self::Function(_) => [None, None, None],
        };
        all.into_iter().flatten()
    }
}
