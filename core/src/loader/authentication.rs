//! Operations whose security requirement nothing answers: the report says so, and their calls fail before anything is sent.
//!
//! A load without `auth` may answer in another way: by a header that may be a credential, by a user or a query in `baseUrl`,
//! by a fixed argument where an API key goes, by a `fetch` of its own. Which scheme that is for cannot be known, so
//! each of them answers all. A load with `auth` says what it has, and is taken at its word.

use http::HeaderMap;
use serde_json::Value;
use url::Url;

use super::options::LoadOptions;
use crate::exec::auth::{Demands, Lack, may_be_credential};
use crate::http::HttpClient;
use crate::schema::{Note, kind};
use crate::spec::{Document, In, Location, Scheme};

/// What schemes of an operation lack; nothing where something may answer them, or where calls go out without.
pub fn lacks(
    demands: &Demands,
    options: &LoadOptions,
    base: Option<&Url>,
    fixed: &[(Location, Value)],
    client: &dyn HttpClient,
) -> Vec<Lack> {
    let auth = &options.auth;
    if auth.is_given() {
        return demands.lacking(auth, &options.headers);
    }
    let is_answered = auth.is_off()
        || client.may_authenticate()
        || options.headers.keys().any(may_be_credential)
        || base.is_some_and(|base| !base.username().is_empty() || base.password().is_some())
        || options.base_url.as_ref().is_some_and(|base| base.query().is_some_and(|query| !query.is_empty()))
        || fixed.iter().any(|(location, _)| is_key(location, demands));
    if is_answered {
        return Vec::new();
    }
    demands.lacking(auth, &HeaderMap::new())
}

/// What the report says of a scheme that lacks a credential.
pub fn note(document: &Document<'_>, lack: &Lack) -> Note {
    let Lack { scheme, reason } = lack;
    let message = format!("\"{}\" {reason}; calls are AUTH_FAILED: {}", scheme.escape_debug(), lack.advice());
    Note::new(kind::AUTH_NOT_CONFIGURED, document.scheme_pointer(scheme), message)
}

/// Whether an argument goes where an API key does.
fn is_key(location: &Location, demands: &Demands) -> bool {
    let Location::Parameter { name, place, .. } = location else { return false };
    demands.all().any(|demand| match &demand.scheme {
        Scheme::ApiKey { place: In::Header, name: own } => {
            *place == In::Header && own.eq_ignore_ascii_case(name)
        }
        Scheme::ApiKey { place: own_place, name: own } => place == own_place && *own == **name,
        _ => false,
    })
}
