//! Applied credentials: headers, query parameters and cookies that a request gets.

use std::sync::Arc;

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use url::{Url, form_urlencoded};

use super::redaction::SecretRedactor;
use super::secret::Secret;
use crate::spec::{ParameterIn, SecurityScheme};
use crate::wire::data_url;
use crate::wire::escape::Escape;

/// The credentials of one request.
#[derive(Default)]
pub struct AppliedCredentials {
    headers: Vec<(HeaderName, HeaderValue)>,
    query: Vec<(String, Secret)>,
    cookies: Vec<(String, Secret)>,
    /// Tokens that can be renewed once the API refuses them.
    pub renewable: Vec<Secret>,
    /// The redactions of these credentials, beside those of every call.
    pub redactions: Vec<Arc<SecretRedactor>>,
}

/// The acquired credential of one scheme.
pub enum CredentialProof<'p> {
    /// A key or a token.
    Value(&'p Secret),
    /// A user name and a password.
    Login(&'p Secret, &'p Secret),
}

/// Headers that frame a request. A document cannot use one of these for a key.
const RESERVED_HEADERS: [&str; 9] = [
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
    /// Adds a credential in the place that its scheme names, or returns the message why it does not fit there.
    pub fn add(&mut self, scheme: &SecurityScheme, proof: &CredentialProof<'_>) -> Result<(), String> {
        match (scheme, proof) {
            (SecurityScheme::ApiKey { place: ParameterIn::Query, name }, CredentialProof::Value(value)) => {
                self.query.push((name.clone(), (*value).clone()));
            }
            (SecurityScheme::ApiKey { place: ParameterIn::Cookie, name }, CredentialProof::Value(value)) => {
                let is_separator = |c: char| matches!(c, ';' | ',') || c.is_whitespace() || c.is_control();
                if name.contains(|c| is_separator(c) || c == '=') || value.expose().contains(is_separator) {
                    return Err(
                        "cannot be sent in a cookie: leave out \";\", \",\", spaces and control characters"
                            .to_owned(),
                    );
                }
                self.cookies.push((name.clone(), (*value).clone()));
            }
            (SecurityScheme::ApiKey { name, .. }, CredentialProof::Value(value)) => {
                let header = HeaderName::try_from(name.as_str())
                    .ok()
                    .filter(|name| {
                        !RESERVED_HEADERS.contains(&name.as_str()) && !name.as_str().starts_with("proxy-")
                    })
                    .ok_or_else(|| "names a reserved header, which no credential may set".to_owned())?;
                self.add_header(header, value.expose())?;
            }
            (SecurityScheme::Unsupported(reason), _) => return Err(reason.clone()),
            (SecurityScheme::Basic, CredentialProof::Login(username, password)) => {
                let pair = Secret::new(format!("{}:{}", username.expose(), password.expose()));
                self.add_header(
                    AUTHORIZATION,
                    &format!("Basic {}", data_url::encode(pair.expose().as_bytes())),
                )?;
            }
            (
                SecurityScheme::Bearer | SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIdConnect { .. },
                CredentialProof::Value(value),
            ) => {
                self.add_header(AUTHORIZATION, &format!("Bearer {}", value.expose()))?;
            }
            (SecurityScheme::Basic, CredentialProof::Value(_)) => {
                return Err("wants a user name and a password: give { username, password }".to_owned());
            }
            (_, CredentialProof::Login(..)) => {
                return Err("takes no user name and password: give a key or a token".to_owned());
            }
        }
        Ok(())
    }

    fn add_header(&mut self, name: HeaderName, text: &str) -> Result<(), String> {
        if self.headers.iter().any(|(known, _)| *known == name) {
            return Err(format!("wants the header \"{name}\", which another scheme of the same call sets"));
        }
        let mut value = HeaderValue::from_str(text).map_err(|_| {
            "cannot be sent in a header: leave out line breaks and control characters".to_owned()
        })?;
        value.set_sensitive(true);
        self.headers.push((name, value));
        Ok(())
    }

    /// Whether a renewed token is among these credentials.
    pub fn differs_from(&self, before: &Self) -> bool {
        self.renewable.iter().any(|new| before.renewable.iter().all(|old| old != new))
    }

    /// Adds the redactions of refused credentials, which stay secret.
    #[must_use]
    pub fn keep_redactions(mut self, refused: Self) -> Self {
        self.redactions.extend(refused.redactions);
        self
    }

    /// Adds the credentials to a request. They replace what has the same name: an argument of a model must not pose as
    /// a credential.
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

/// Whether a query pair has this name, in any escaping.
fn is_named(pair: &str, name: &str) -> bool {
    form_urlencoded::parse(pair.as_bytes()).any(|(known, _)| known == name)
}
