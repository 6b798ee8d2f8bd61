//! Authentication requirements: the security schemes of an operation, and the choice of one alternative.

use std::sync::Arc;

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};

use super::credential::Credential;
use super::source_credentials::Credentials;
use crate::spec::{ParameterIn, SecurityAlternatives, SecurityScheme, SecuritySchemes};

/// One security scheme that an operation requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthRequirement {
    /// The name of the scheme.
    pub name: String,
    /// The scheme.
    pub scheme: SecurityScheme,
    /// The scopes.
    pub scopes: Vec<String>,
    /// Where its credential is given.
    pub given_in: CredentialOption,
}

/// Where the credential of a scheme is given, as errors tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CredentialOption {
    /// The option `auth` of a load: a map of schemes.
    #[default]
    Load,
    /// The key `auth` of the definition of an HTTP tool: one credential.
    Definition,
}

/// Alternatives, each a list of schemes that are applied together. Without alternatives no credential is required.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthRequirements(Arc<[Vec<AuthRequirement>]>);

/// A scheme without a usable credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingCredential {
    /// The name of the scheme.
    pub scheme: String,
    /// The reason, as a predicate: its name stands before it in messages.
    pub reason: String,
    /// Where the credential is given.
    pub given_in: CredentialOption,
}

/// Why a call has no credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthRefusal {
    /// The schemes that lack a credential.
    pub schemes: Vec<String>,
    /// The reasons of all schemes.
    pub reason: String,
}

/// The reason of a scheme without a credential.
const NO_ENTRY: &str = "has no entry in auth";

impl MissingCredential {
    /// What the caller can do next.
    pub fn advice(&self) -> String {
        if self.given_in == CredentialOption::Definition {
            return "correct that, and register the tool again".to_owned();
        }
        if self.reason == NO_ENTRY {
            let name = self.scheme.escape_debug();
            return format!("load the document with auth: {{ \"{name}\": … }}, or with auth: false");
        }
        "correct that, or load the document with auth: false".to_owned()
    }
}

impl AuthRefusal {
    /// The refusal of a load without `auth`; `None` where nothing is missing.
    pub fn of_load(lacks: &[MissingCredential]) -> Option<Self> {
        (!lacks.is_empty()).then(|| Self::of_missing(lacks))
    }

    /// The refusal for want of credentials: the reasons of all schemes, and what to do.
    pub fn of_missing(lacks: &[MissingCredential]) -> Self {
        let reasons = lacks.iter().map(|lack| format!("\"{}\" {}", lack.scheme.escape_debug(), lack.reason));
        let advice = lacks.iter().find(|lack| lack.reason == NO_ENTRY).or(lacks.first());
        let all: Vec<String> = reasons.chain(advice.map(MissingCredential::advice)).collect();
        Self { schemes: lacks.iter().map(|lack| lack.scheme.clone()).collect(), reason: all.join("; ") }
    }
}

impl AuthRequirements {
    /// Resolves the scheme names of an operation.
    pub fn resolve(security: &SecurityAlternatives, schemes: &SecuritySchemes) -> Self {
        let requirement = |requirement: &crate::tool::SecurityRequirement| AuthRequirement {
            name: requirement.scheme.clone(),
            scheme: schemes
                .get(&requirement.scheme)
                .cloned()
                .unwrap_or_else(|| SecurityScheme::Unsupported("is not declared in the document".to_owned())),
            scopes: requirement.scopes.clone(),
            given_in: CredentialOption::Load,
        };
        Self(security.iter().map(|all| all.iter().map(requirement).collect()).collect())
    }

    /// The requirement of a tool without a document: one scheme, whose credential its definition has.
    pub fn of_definition(name: &str, scheme: SecurityScheme) -> Self {
        let given_in = CredentialOption::Definition;
        let requirement = AuthRequirement { name: name.to_owned(), scheme, scopes: Vec::new(), given_in };
        Self([vec![requirement]].into())
    }

    /// Why a credential does not fit its scheme, whatever the environment has; `None` where all fit.
    pub fn unfit_reason(&self, credentials: &Credentials) -> Option<&'static str> {
        self.all().find_map(|requirement| requirement.unfit_reason(credentials.get(&requirement.name)?))
    }

    /// The schemes without a usable credential; none where one alternative is complete.
    pub fn lacking(&self, credentials: &Credentials, headers: &HeaderMap) -> Vec<MissingCredential> {
        self.choose(|name| credentials.get(name), headers).err().unwrap_or_default()
    }

    /// The schemes of all alternatives.
    pub fn all(&self) -> impl Iterator<Item = &AuthRequirement> {
        self.0.iter().flatten()
    }

    /// Chooses the first alternative whose schemes all have a credential. Where there is none, the empty alternative is
    /// chosen if the document has it.
    ///
    /// # Errors
    /// The schemes of all alternatives that have no usable credential.
    pub fn choose<'d, 'c>(
        &'d self,
        credential: impl Fn(&str) -> Option<&'c Credential>,
        headers: &HeaderMap,
    ) -> Result<&'d [AuthRequirement], Vec<MissingCredential>> {
        let mut lacking: Vec<MissingCredential> = Vec::new();
        for alternative in self.0.iter().filter(|alternative| !alternative.is_empty()) {
            let lack = |requirement: &AuthRequirement| {
                let reason = requirement.missing_reason(credential(&requirement.name))?;
                Some(MissingCredential {
                    scheme: requirement.name.clone(),
                    reason,
                    given_in: requirement.given_in,
                })
            };
            let lacks: Vec<MissingCredential> = alternative
                .iter()
                .filter(|requirement| !requirement.is_satisfied_by(headers))
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
    /// Whether the caller's headers satisfy the scheme already.
    pub fn is_satisfied_by(&self, headers: &HeaderMap) -> bool {
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

    /// The reason of a refusal with what to do, where it does not say that yet.
    pub fn advise(&self, reason: String) -> String {
        if [" in auth", " to network.authOrigins"].iter().any(|advice| reason.ends_with(advice)) {
            return reason;
        }
        if self.given_in == CredentialOption::Definition {
            return format!("{reason}; the credential is auth of the definition");
        }
        format!("{reason}; the credential is auth: {{ \"{}\": … }} of the load", self.name.escape_debug())
    }

    /// The `type` of the scheme, or its HTTP scheme.
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

    /// The reason why the scheme cannot be applied; `None` where it can.
    fn missing_reason(&self, credential: Option<&Credential>) -> Option<String> {
        if let SecurityScheme::Unsupported(reason) = &self.scheme {
            return Some(reason.clone());
        }
        let Some(credential) = credential else { return Some(NO_ENTRY.to_owned()) };
        self.unfit_reason(credential).map(ToOwned::to_owned).or_else(|| credential.missing_variable())
    }

    /// The reason why a credential does not fit the scheme; `None` where it does.
    fn unfit_reason(&self, credential: &Credential) -> Option<&'static str> {
        match (&self.scheme, credential) {
            (SecurityScheme::Basic, Credential::Login { .. } | Credential::Function(_)) => None,
            (SecurityScheme::Basic, _) => Some("is HTTP Basic: give { username, password } in auth"),
            (_, Credential::Login { .. }) => {
                Some("takes no user name and password: give a key or a token in auth")
            }
            (SecurityScheme::ApiKey { .. }, Credential::OAuth(_)) => {
                Some("is an API key, which no token endpoint issues: give the key in auth")
            }
            (SecurityScheme::Bearer, Credential::OAuth(grant)) if grant.token_url.is_none() => {
                Some("has no token endpoint: set tokenUrl in auth")
            }
            _ => None,
        }
    }
}
