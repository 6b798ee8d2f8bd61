//! What an operation asks callers to show.

use std::sync::Arc;

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};

use super::credential::Credential;
use super::credentials::Credentials;
use crate::spec::{ParameterIn, SecurityAlternatives, SecurityScheme, SecuritySchemes};

/// One scheme that an operation names, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthRequirement {
    /// The name of the scheme.
    pub name: String,
    /// What it asks for.
    pub scheme: SecurityScheme,
    /// The scopes.
    pub scopes: Vec<String>,
}

/// Alternatives, each a list of what is applied together. None at all: nothing need be applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthRequirements(Arc<[Vec<AuthRequirement>]>);

/// What one scheme lacks to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingCredential {
    /// The name of the scheme.
    pub scheme: String,
    /// What it lacks; its name stands before that.
    pub reason: String,
}

/// Why nothing can be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthRefusal {
    /// The schemes that lack a credential.
    pub schemes: Vec<String>,
    /// What each of them lacks.
    pub reason: String,
}

/// What is wrong where nothing is given for a scheme.
const NO_ENTRY: &str = "has no entry in auth";

impl MissingCredential {
    /// What a caller can do about it.
    pub fn advice(&self) -> String {
        if self.reason == NO_ENTRY {
            let name = self.scheme.escape_debug();
            return format!("load the document with auth: {{ \"{name}\": … }}, or with auth: false");
        }
        "mend that, or load the document with auth: false".to_owned()
    }
}

impl AuthRefusal {
    /// Of a load without `auth`.
    pub fn of_load(lacks: &[MissingCredential]) -> Option<Self> {
        let advice = lacks.iter().find(|lack| lack.reason == NO_ENTRY).or(lacks.first())?.advice();
        let refusal = Self::from(lacks.to_vec());
        Some(Self { reason: format!("{}; {advice}", refusal.reason), ..refusal })
    }
}

impl From<Vec<MissingCredential>> for AuthRefusal {
    fn from(lacks: Vec<MissingCredential>) -> Self {
        let told = lacks.iter().map(|lack| format!("\"{}\" {}", lack.scheme.escape_debug(), lack.reason));
        let reason = told.collect::<Vec<_>>().join("; ");
        Self { schemes: lacks.into_iter().map(|lack| lack.scheme).collect(), reason }
    }
}

impl AuthRequirements {
    /// What a document says of an operation, with what its schemes are.
    pub fn of(security: &SecurityAlternatives, schemes: &SecuritySchemes) -> Self {
        let requirement = |requirement: &crate::tool::SecurityRequirement| AuthRequirement {
            name: requirement.scheme.clone(),
            scheme: schemes.get(&requirement.scheme).cloned().unwrap_or_else(|| {
                SecurityScheme::Unsupported("is declared nowhere in the document".to_owned())
            }),
            scopes: requirement.scopes.clone(),
        };
        Self(security.iter().map(|all| all.iter().map(requirement).collect()).collect())
    }

    /// What lacks a credential of these before a call can be sent; nothing where an alternative can be applied whole.
    pub fn lacking(&self, credentials: &Credentials, headers: &HeaderMap) -> Vec<MissingCredential> {
        self.choose(|name| credentials.get(name), headers).err().unwrap_or_default()
    }

    /// All that is named in any of the alternatives.
    pub fn all(&self) -> impl Iterator<Item = &AuthRequirement> {
        self.0.iter().flatten()
    }

    /// The first alternative of which every scheme has a credential. Where none has and nothing is one of them, that.
    pub fn choose<'d, 'c>(
        &'d self,
        credential: impl Fn(&str) -> Option<&'c Credential>,
        headers: &HeaderMap,
    ) -> Result<&'d [AuthRequirement], Vec<MissingCredential>> {
        let mut lacking: Vec<MissingCredential> = Vec::new();
        for alternative in self.0.iter().filter(|alternative| !alternative.is_empty()) {
            let lack = |requirement: &AuthRequirement| {
                let reason = requirement.lack(credential(&requirement.name))?;
                Some(MissingCredential { scheme: requirement.name.clone(), reason })
            };
            let lacks: Vec<MissingCredential> = alternative
                .iter()
                .filter(|requirement| !requirement.is_in(headers))
                .filter_map(lack)
                .collect();
            if lacks.is_empty() {
                return Ok(alternative);
            }
            for lack in lacks {
                if !lacking.iter().any(|known| known.scheme == lack.scheme) {
                    lacking.push(lack);
                }
            }
        }
        if lacking.is_empty() || self.0.iter().any(Vec::is_empty) {
            return Ok(&[]);
        }
        Err(lacking)
    }
}

impl AuthRequirement {
    /// Whether the caller's own headers show it already.
    pub fn is_in(&self, headers: &HeaderMap) -> bool {
        match &self.scheme {
            SecurityScheme::ApiKey { place: ParameterIn::Header, name } => {
                headers.contains_key(name.as_str())
            }
            SecurityScheme::ApiKey { place: ParameterIn::Cookie, name } => {
                let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
                let mut pairs = cookies.flat_map(|all| all.split(';'));
                pairs.any(|pair| pair.trim_start().split_once('=').is_some_and(|(known, _)| known == name))
            }
            SecurityScheme::ApiKey { .. } | SecurityScheme::Unsupported(_) => false,
            SecurityScheme::Basic
            | SecurityScheme::Bearer
            | SecurityScheme::OAuth2 { .. }
            | SecurityScheme::OpenIdConnect { .. } => headers.contains_key(AUTHORIZATION),
        }
    }

    /// What the scheme is called in a document.
    pub const fn kind(&self) -> &'static str {
        match self.scheme {
            SecurityScheme::ApiKey { .. } => "apiKey",
            SecurityScheme::Basic => "basic",
            SecurityScheme::Bearer => "bearer",
            SecurityScheme::OAuth2 { .. } => "oauth2",
            SecurityScheme::OpenIdConnect { .. } => "openIdConnect",
            SecurityScheme::Unsupported(_) => "unsupported",
        }
    }

    /// What it lacks to be applied.
    fn lack(&self, credential: Option<&Credential>) -> Option<String> {
        if let SecurityScheme::Unsupported(reason) = &self.scheme {
            return Some(reason.clone());
        }
        let Some(credential) = credential else { return Some(NO_ENTRY.to_owned()) };
        let unfit = match (&self.scheme, credential) {
            (SecurityScheme::Basic, Credential::Login { .. } | Credential::Function(_)) => None,
            (SecurityScheme::Basic, _) => Some("is HTTP Basic, for which auth has { username, password }"),
            (_, Credential::Login { .. }) => Some("takes no user name and password"),
            (SecurityScheme::ApiKey { .. }, Credential::OAuth(_)) => {
                Some("is an API key, which no token endpoint gives")
            }
            (SecurityScheme::Bearer, Credential::OAuth(grant)) if grant.token_url.is_none() => {
                Some("says nothing of a token endpoint: auth needs a tokenUrl")
            }
            _ => None,
        };
        unfit.map(ToOwned::to_owned).or_else(|| credential.lack())
    }
}
