//! Credentials of one source, by security scheme, and the rules of where they may be sent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use http::{HeaderMap, HeaderName};
use serde_json::Value;
use url::Url;

use super::credential::{Credential, CredentialFunction};
use super::options;
use super::origin_binding::{OriginBinding, origin};
use super::redaction::SecretRedactor;
use super::secret::Secret;
use super::token::TokenCache;
use crate::clock::{Clock, system_clock};
use crate::error::Problem;
use crate::json::pointer;
use crate::wire::escape;

/// The credentials of one source. Its [`OriginBinding`] decides which origins get them.
pub struct Credentials {
    /// `None` where the option `auth` is missing or `false`.
    by_scheme: Option<BTreeMap<String, Credential>>,
    /// Whether the option `auth` is `false`.
    is_off: bool,
    /// The option `network.authOrigins`: origins beside those of the document.
    origins: BTreeSet<String>,
    redaction: OnceLock<SecretRedactor>,
    pub(super) tokens: TokenCache,
}

impl Credentials {
    /// Parses the options `auth` (credentials by scheme name, or `false`) and `network.authOrigins`.
    pub fn parse(auth: Option<&Value>, origins: &[String], problems: &mut Vec<Problem>) -> Self {
        let is_off = auth == Some(&Value::Bool(false));
        let auth = auth.filter(|auth| !auth.is_null() && !is_off);
        let members = auth.and_then(Value::as_object);
        if auth.is_some() && members.is_none() {
            problems.push(Problem::at(
                "",
                "must be false, or an object with a credential for each security scheme",
            ));
        }
        let mut credential = |(name, value): (&String, &Value)| match options::parse_credential(
            value,
            &pointer::push("", name),
        ) {
            Ok(credential) => Some((name.clone(), credential)),
            Err(wrong) => {
                problems.extend(wrong);
                None
            }
        };
        let by_scheme = members.map(|members| members.iter().filter_map(&mut credential).collect());
        let origins = origins.iter().filter_map(|text| Some(origin(&Url::parse(text).ok()?))).collect();
        Self { by_scheme, is_off, origins, ..Self::default() }
    }

    /// The credential of a tool without a document, under the name of its scheme. `at` is its JSON pointer.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn of_definition(scheme: &str, value: &Value, at: &str) -> Result<Self, Vec<Problem>> {
        let credential = options::parse_credential(value, at)?;
        let by_scheme = Some(BTreeMap::from([(scheme.to_owned(), credential)]));
        Ok(Self { by_scheme, ..Self::default() })
    }

    /// Replaces the clock by which tokens expire. Cached tokens are forgotten.
    pub fn set_clock(&mut self, clock: Arc<dyn Clock>) {
        self.tokens = TokenCache::new(clock);
    }

    /// Sets the credential function of one scheme.
    pub fn set_function(&mut self, scheme: String, function: CredentialFunction) {
        self.by_scheme.get_or_insert_default().insert(scheme, Credential::Function(function));
    }

    /// Whether the option `network.authOrigins` names any origin.
    pub fn names_origins(&self) -> bool {
        !self.origins.is_empty()
    }

    /// Whether the option `auth` has credentials.
    pub const fn is_given(&self) -> bool {
        self.by_scheme.is_some()
    }

    /// Whether the option `auth` is `false`: calls are sent without credentials, whatever the document requires.
    pub const fn is_off(&self) -> bool {
        self.is_off
    }

    /// The names of all schemes with a credential.
    pub fn schemes(&self) -> impl Iterator<Item = &str> {
        self.by_scheme.iter().flatten().map(|(name, _)| name.as_str())
    }

    /// The credential of a scheme.
    pub(super) fn get(&self, scheme: &str) -> Option<&Credential> {
        self.by_scheme.as_ref()?.get(scheme)
    }

    /// Whether a scheme has a credential.
    pub fn has(&self, scheme: &str) -> bool {
        self.get(scheme).is_some()
    }

    /// The message why credentials may not be sent to a URL; `None` where they may.
    pub(super) fn credential_refusal(&self, url: &Url, binding: &OriginBinding) -> Option<String> {
        let to = origin(url);
        let is_allowed = binding.allows_credentials(&to) || self.origins.contains(&to);
        (!is_allowed).then(|| binding_message("credentials", binding, &to))
    }

    /// The message why the caller's headers may not be sent to a URL. Those that may be credentials are bound to the
    /// origins that the document had at the load.
    pub(super) fn header_refusal(
        &self,
        headers: &HeaderMap,
        url: &Url,
        binding: &OriginBinding,
    ) -> Option<String> {
        let to = origin(url);
        let is_allowed = binding.allows_headers(&to) || self.origins.contains(&to);
        (!is_allowed && headers.keys().any(may_be_credential))
            .then(|| binding_message("headers", binding, &to))
    }

    /// The message why a token endpoint of the document may not be used.
    pub(super) fn endpoint_refusal(&self, url: &Url, binding: &OriginBinding) -> Option<String> {
        let to = origin(url);
        let is_allowed = binding.allows_token_requests(&to) || self.origins.contains(&to);
        (!is_allowed).then(|| {
            format!("the document names the token endpoint {to}, which it did not name when it was loaded: load it again, or add {to} to network.authOrigins")
        })
    }

    /// The redaction of these credentials, of the caller's headers, and of the password in the base URL.
    pub(super) fn redaction(&self, headers: &HeaderMap, base: &Url) -> &SecretRedactor {
        self.redaction.get_or_init(|| {
            let own = self.by_scheme.iter().flatten().flat_map(|(_, credential)| credential.secrets());
            let mut all: Vec<&str> = own.map(Secret::expose).collect();
            let password = escape::percent_decode(base.password().unwrap_or_default());
            all.push(&password);
            for (name, value) in headers.iter().filter(|(name, _)| may_be_credential(name)) {
                let Ok(text) = value.to_str() else { continue };
                all.push(text);
                // The token of `Bearer …`, and the value of each cookie.
                all.extend(text.split_once(' ').filter(|_| name == "authorization").map(|(_, token)| token));
                let cookies = text.split(';').filter(|_| name == "cookie");
                all.extend(cookies.filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.trim()));
            }
            SecretRedactor::new(all)
        })
    }

    /// Whether other credentials are equal.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || (self.by_scheme == other.by_scheme && self.origins == other.origins)
    }
}

fn binding_message(what: &str, binding: &OriginBinding, to: &str) -> String {
    let home = binding.api().unwrap_or("no origin");
    format!(
        "{what} of this source are bound to {home}, and this call goes to {to}: load the document again, or add {to} to network.authOrigins"
    )
}

/// Whether the value of a header may be a credential. A version is none, and would be redacted
/// wherever it occurs in a response.
pub fn may_be_credential(name: &HeaderName) -> bool {
    let name = name.as_str();
    let is_plain = [
        "accept",
        "content-",
        "user-agent",
        "cache-control",
        "if-",
        "range",
        "prefer",
        "origin",
        "referer",
        "from",
        "date",
    ];
    !is_plain.iter().any(|plain| name.starts_with(plain)) && !name.ends_with("version")
}

/// No credentials.
impl Default for Credentials {
    fn default() -> Self {
        Self {
            by_scheme: None,
            is_off: false,
            origins: BTreeSet::new(),
            redaction: OnceLock::new(),
            tokens: TokenCache::new(system_clock()),
        }
    }
}

/// Shows the names of the schemes alone.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("schemes", &self.schemes().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
