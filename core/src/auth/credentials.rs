//! What a caller has to show to one source.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName};
use serde_json::Value;
use url::Url;

use super::credential::{Credential, CredentialFunction};
use super::options;
use super::origin_binding::{OriginBinding, origin};
use super::redaction::Redaction;
use super::secret::Secret;
use super::token::{TokenCache, UnixClock};
use crate::error::Problem;
use crate::json::pointer;
use crate::wire::escape;

/// What a caller has to show to one source, for whom its [`OriginBinding`] says.
pub struct Credentials {
    /// `None` where the caller says nothing of them, or wants none.
    by_scheme: Option<BTreeMap<String, Credential>>,
    /// Whether the caller said that calls go out without.
    is_off: bool,
    /// Origins that the caller names beside those of the document.
    origins: BTreeSet<String>,
    redaction: OnceLock<Redaction>,
    pub(super) tokens: TokenCache,
}

impl Credentials {
    /// Reads the options `auth`, credentials by the names of schemes or `false`, and `authOrigins`.
    pub fn parse(auth: Option<&Value>, origins: &[String], problems: &mut Vec<Problem>) -> Self {
        let is_off = auth == Some(&Value::Bool(false));
        let auth = auth.filter(|auth| !auth.is_null() && !is_off);
        let members = auth.and_then(Value::as_object);
        if auth.is_some() && members.is_none() {
            problems.push(Problem::at("", "is neither a map of schemes to credentials nor false"));
        }
        let mut credential = |(name, value): (&String, &Value)| {
            let at = pointer::push("", name);
            Some((name.clone(), options::credential(value, &at, problems)?))
        };
        let by_scheme = members.map(|members| members.iter().filter_map(&mut credential).collect());
        let origins = origins.iter().filter_map(|text| Some(origin(&Url::parse(text).ok()?))).collect();
        Self { by_scheme, is_off, origins, ..Self::default() }
    }

    /// The same with another clock: it gives the time in ms since 1970.
    #[must_use]
    pub fn with_clock(self, clock: UnixClock) -> Self {
        Self { tokens: TokenCache::new(clock), ..self }
    }

    /// Has a function asked for one scheme.
    pub fn ask(&mut self, scheme: String, function: CredentialFunction) {
        self.by_scheme.get_or_insert_default().insert(scheme, Credential::Function(function));
    }

    /// Whether the caller names origins that they may go to.
    pub fn names_origins(&self) -> bool {
        !self.origins.is_empty()
    }

    /// Whether the caller says anything of them.
    pub const fn is_given(&self) -> bool {
        self.by_scheme.is_some()
    }

    /// Whether the caller said that calls go out without, whatever the document wants.
    pub const fn is_off(&self) -> bool {
        self.is_off
    }

    /// The names of all schemes that something is given for.
    pub fn schemes(&self) -> impl Iterator<Item = &str> {
        self.by_scheme.iter().flatten().map(|(name, _)| name.as_str())
    }

    /// What is given for a scheme.
    pub(super) fn get(&self, scheme: &str) -> Option<&Credential> {
        self.by_scheme.as_ref()?.get(scheme)
    }

    /// Whether something is given for a scheme.
    pub fn has(&self, scheme: &str) -> bool {
        self.get(scheme).is_some()
    }

    /// Why credentials may not go to an address.
    pub(super) fn forbids(&self, url: &Url, binding: &OriginBinding) -> Option<String> {
        let to = origin(url);
        let is_allowed = binding.takes_credentials(&to) || self.origins.contains(&to);
        (!is_allowed).then(|| told("credentials", binding, &to))
    }

    /// Why the caller's own headers may not: those that may be credentials go where the document led when it was loaded.
    pub(super) fn forbids_headers(
        &self,
        headers: &HeaderMap,
        url: &Url,
        binding: &OriginBinding,
    ) -> Option<String> {
        let to = origin(url);
        let is_allowed = binding.takes_headers(&to) || self.origins.contains(&to);
        (!is_allowed && headers.keys().any(may_be_credential)).then(|| told("headers", binding, &to))
    }

    /// Why tokens may not be got at an address that a document names.
    pub(super) fn forbids_endpoint(&self, url: &Url, binding: &OriginBinding) -> Option<String> {
        let to = origin(url);
        let is_allowed = binding.takes_clients(&to) || self.origins.contains(&to);
        (!is_allowed).then(|| {
            format!("the document names {to} for tokens, which it did not when it was loaded; name it in authOrigins")
        })
    }

    /// What nobody may see of them, of the caller's headers and of the address of the API.
    pub(super) fn redaction(&self, headers: &HeaderMap, base: &Url) -> &Redaction {
        self.redaction.get_or_init(|| {
            let own = self.by_scheme.iter().flatten().flat_map(|(_, credential)| credential.secrets());
            let mut all: Vec<&str> = own.map(Secret::expose).collect();
            let password = escape::percent_decode(base.password().unwrap_or_default());
            all.push(&password);
            for (name, value) in headers.iter().filter(|(name, _)| may_be_credential(name)) {
                let Ok(text) = value.to_str() else { continue };
                all.push(text);
                // `Bearer …`, and each cookie.
                all.extend(text.split_once(' ').filter(|_| name == "authorization").map(|(_, token)| token));
                let cookies = text.split(';').filter(|_| name == "cookie");
                all.extend(cookies.filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.trim()));
            }
            Redaction::new(all)
        })
    }

    /// Whether others are the same.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || (self.by_scheme == other.by_scheme && self.origins == other.origins)
    }
}

fn told(what: &str, binding: &OriginBinding, to: &str) -> String {
    let home = binding.api().unwrap_or("no origin");
    format!(
        "{what} of this source are bound to {home}, and this call goes to {to}; load it anew, or name that in authOrigins"
    )
}

/// Whether the value of a header may be a credential. A version that an API wants to hear is none, and would be masked
/// wherever it stands in an answer.
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

fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Nothing is given.
impl Default for Credentials {
    fn default() -> Self {
        Self {
            by_scheme: None,
            is_off: false,
            origins: BTreeSet::new(),
            redaction: OnceLock::new(),
            tokens: TokenCache::new(milliseconds),
        }
    }
}

/// The names of schemes alone.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("schemes", &self.schemes().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
