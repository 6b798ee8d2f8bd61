//! Credentials on a request.

use std::sync::Arc;

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use url::{Url, form_urlencoded};

use super::redaction::Redaction;
use super::secret::Secret;
use crate::spec::{ParameterIn, SecurityScheme};
use crate::wire::data_url;
use crate::wire::escape::Escape;

/// What is applied with one request.
#[derive(Default)]
pub struct AppliedCredentials {
    headers: Vec<(HeaderName, HeaderValue)>,
    query: Vec<(String, Secret)>,
    cookies: Vec<(String, Secret)>,
    /// Tokens that another one can be had for.
    pub renewable: Vec<Secret>,
    /// What of it nobody may see, beside what is secret in every call.
    pub redactions: Vec<Arc<Redaction>>,
}

/// What was got for one scheme.
pub enum CredentialProof<'p> {
    /// A key or a token.
    Value(&'p Secret),
    /// A user and a password.
    Login(&'p Secret, &'p Secret),
}

/// Headers that say how a request is sent; a document that wants a key there wants something else.
const NO_KEYS: [&str; 9] = [
    "host",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "te",
    "trailer",
    "upgrade",
    "expect",
];

impl AppliedCredentials {
    /// Puts one in where its scheme says; or why it cannot stand there.
    pub fn put(&mut self, scheme: &SecurityScheme, proof: &CredentialProof<'_>) -> Result<(), String> {
        match (scheme, proof) {
            (SecurityScheme::ApiKey { place: ParameterIn::Query, name }, CredentialProof::Value(value)) => {
                self.query.push((name.clone(), (*value).clone()));
            }
            (SecurityScheme::ApiKey { place: ParameterIn::Cookie, name }, CredentialProof::Value(value)) => {
                let splits = |c: char| matches!(c, ';' | ',') || c.is_whitespace() || c.is_control();
                if name.contains(|c| splits(c) || c == '=') || value.expose().contains(splits) {
                    return Err("cannot stand in a cookie".to_owned());
                }
                self.cookies.push((name.clone(), (*value).clone()));
            }
            (SecurityScheme::ApiKey { name, .. }, CredentialProof::Value(value)) => {
                let header = HeaderName::try_from(name.as_str())
                    .ok()
                    .filter(|name| !NO_KEYS.contains(&name.as_str()) && !name.as_str().starts_with("proxy-"))
                    .ok_or_else(|| "wants a header that is not the caller's to set".to_owned())?;
                self.header(header, value.expose())?;
            }
            (SecurityScheme::Unsupported(reason), _) => return Err(reason.clone()),
            (SecurityScheme::Basic, CredentialProof::Login(username, password)) => {
                let pair = Secret::new(format!("{}:{}", username.expose(), password.expose()));
                self.header(AUTHORIZATION, &format!("Basic {}", data_url::encode(pair.expose().as_bytes())))?;
            }
            (
                SecurityScheme::Bearer | SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIdConnect { .. },
                CredentialProof::Value(value),
            ) => {
                self.header(AUTHORIZATION, &format!("Bearer {}", value.expose()))?;
            }
            (SecurityScheme::Basic, CredentialProof::Value(_)) => {
                return Err("wants a user name and a password".to_owned());
            }
            (_, CredentialProof::Login(..)) => return Err("takes no user name and password".to_owned()),
        }
        Ok(())
    }

    fn header(&mut self, name: HeaderName, text: &str) -> Result<(), String> {
        if self.headers.iter().any(|(known, _)| *known == name) {
            return Err(format!("wants \"{name}\", which another scheme has beside it"));
        }
        let mut value = HeaderValue::from_str(text).map_err(|_| "cannot stand in a header".to_owned())?;
        value.set_sensitive(true);
        self.headers.push((name, value));
        Ok(())
    }

    /// Whether another token is among what was got than before.
    pub fn differs_from(&self, before: &Self) -> bool {
        self.renewable.iter().any(|new| before.renewable.iter().all(|old| old != new))
    }

    /// The same behind what was refused, which stays as secret as it was.
    #[must_use]
    pub fn after(mut self, refused: Self) -> Self {
        self.redactions.extend(refused.redactions);
        self
    }

    /// Puts all of it on a request, in the place of whatever has the same name there: an argument of a model's is no
    /// credential.
    pub fn apply_to(&self, url: &mut Url, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        if !self.query.is_empty() {
            let query = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
            let mut all: Vec<String> = query
                .filter(|pair| !self.query.iter().any(|(name, _)| is_named(pair, name)))
                .map(ToOwned::to_owned)
                .collect();
            let escape = Escape::Url;
            all.extend(self.query.iter().map(|(name, value)| {
                format!("{}={}", escape.escape_name(name), escape.escape_value(value.expose()))
            }));
            url.set_query(Some(&all.join("&")));
        }
        if !self.cookies.is_empty() {
            let old = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
            let pairs = old.flat_map(|all| all.split(';')).map(str::trim).filter(|pair| !pair.is_empty());
            let own = |pair: &str| {
                let name = pair.split_once('=').map_or(pair, |(name, _)| name);
                self.cookies.iter().any(|(known, _)| known == name)
            };
            let mut all: Vec<String> = pairs.filter(|pair| !own(pair)).map(ToOwned::to_owned).collect();
            all.extend(self.cookies.iter().map(|(name, value)| format!("{name}={}", value.expose())));
            if let Ok(mut value) = HeaderValue::try_from(all.join("; ")) {
                value.set_sensitive(true);
                headers.insert(COOKIE, value);
            }
        }
    }
}

/// Whether a pair of a query has this name, however it is escaped.
fn is_named(pair: &str, name: &str) -> bool {
    form_urlencoded::parse(pair.as_bytes()).any(|(known, _)| known == name)
}
