//! Token requests to a token endpoint, with client credentials or a refresh token. Sources: RFC 6749, sections 2.3.1,
//! 4.4, 5 and 6; RFC 6750, section 4.
//!
//! Written by hand instead of with the crate `oauth2` (5.0). For one form and one response it brings 17 crates, 11 of
//! them in a second, older version (rand 0.8, sha2 0.10, base64 0.22, thiserror 1, ...). Its tokens can be serialized
//! and are not wiped, its errors hold the response with the token, and it refuses an `expires_in` that is a string.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method};
use serde_json::Value;
use url::form_urlencoded;

use super::token_cache::{AccessToken, FetchedToken, TokenError};
use super::token_endpoint::TokenEndpoint;
use crate::auth::credential::{ClientAuth, OAuthGrant, OAuthGrantKind};
use crate::auth::origin_binding::origin;
use crate::auth::redaction::SecretRedactor;
use crate::auth::secret::Secret;
use crate::error::excerpt;
use crate::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, content_encoding};
use crate::wire::data_url;

/// The limit of a response of a token endpoint: 1 MiB.
const MAX_RESPONSE_BYTES: usize = 1 << 20;

/// Sends requests to token endpoints and to provider metadata.
pub struct TokenRequestSender<'e> {
    /// The HTTP client.
    pub client: &'e dyn HttpClient,
    /// The timeout of one request.
    pub timeout: Duration,
    /// The time, in ms since 1970.
    pub now: u64,
}

impl TokenRequestSender<'_> {
    /// Sends a request and returns the response with any status.
    ///
    /// # Errors
    /// [`TokenError::TimedOut`] where the deadline of the call passes; [`TokenError::Refused`] for every other fault.
    pub async fn send(
        &self,
        endpoint: &TokenEndpoint,
        request: HttpRequest,
    ) -> Result<HttpResponse, TokenError> {
        let request = HttpRequest {
            timeout: self.timeout.min(HttpRequest::TIMEOUT),
            max_bytes: MAX_RESPONSE_BYTES,
            reach: endpoint.reach,
            ..request
        };
        let timeout = request.timeout;
        let answer = self.client.send(request).await.map_err(|fault| match fault {
            HttpFault::Timeout { .. } if timeout == self.timeout => TokenError::TimedOut,
            other => {
                let reason = format!("the token endpoint {} failed: {other}", origin(&endpoint.url));
                TokenError::Refused(match other {
                    HttpFault::Forbidden { .. } => {
                        format!("{reason}; if it may be asked, name it: set tokenUrl in auth")
                    }
                    _ => reason,
                })
            }
        })?;
        match content_encoding::text_fault(&answer.headers, &answer.body) {
            Some(wrong) => {
                let origin = origin(&endpoint.url);
                Err(TokenError::Refused(format!(
                    "the response of the token endpoint {origin} cannot be read: {wrong}"
                )))
            }
            None => Ok(answer),
        }
    }
}

/// One token request.
pub struct TokenRequest<'r> {
    /// The client and its grant.
    pub grant: &'r OAuthGrant,
    /// The token endpoint.
    pub endpoint: &'r TokenEndpoint,
    /// The refresh token of the last response. Default: that of the grant.
    pub refresh: Option<Secret>,
    /// The scopes of the token.
    pub scopes: &'r [String],
}

impl TokenRequest<'_> {
    /// Sends the request and reads the token from the response.
    pub async fn send(self, sender: &TokenRequestSender<'_>) -> Result<FetchedToken, TokenError> {
        let Self { grant, endpoint, refresh, scopes } = self;
        let refresh = match &grant.kind {
            OAuthGrantKind::ClientCredentials => None,
            OAuthGrantKind::RefreshToken(first) => {
                Some(refresh.map_or_else(|| first.get().cloned(), Ok).map_err(TokenError::Refused)?)
            }
        };
        let request = http_request(grant, endpoint, refresh.as_ref(), scopes).map_err(TokenError::Refused)?;
        let answer = sender.send(endpoint, request).await?;
        let known = grant.client_secret.as_ref().and_then(|secret| secret.get().ok()).into_iter();
        let redaction = SecretRedactor::new(known.chain(refresh.as_ref()).map(Secret::expose));
        read_token(&answer, sender.now, &redaction)
            .map_err(|wrong| TokenError::Refused(format!("{} {wrong}", origin(&endpoint.url))))
    }
}

fn http_request(
    grant: &OAuthGrant,
    endpoint: &TokenEndpoint,
    refresh: Option<&Secret>,
    scopes: &[String],
) -> Result<HttpRequest, String> {
    let id = grant.client_id.get()?;
    let secret = grant.client_secret.as_ref().map(|secret| secret.get()).transpose()?;
    let mut form = form_urlencoded::Serializer::new(String::new());
    match refresh {
        None => form.append_pair("grant_type", "client_credentials"),
        Some(token) => {
            form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token.expose())
        }
    };
    if !scopes.is_empty() {
        form.append_pair("scope", &scopes.join(" "));
    }
    if let Some(audience) = &grant.audience {
        form.append_pair("audience", audience);
    }
    let mut request = HttpRequest::new(Method::POST, endpoint.url.clone());
    match (secret, grant.client_auth.or(endpoint.client_auth).unwrap_or(ClientAuth::Basic)) {
        (Some(secret), ClientAuth::Basic) => {
            request.headers.insert(AUTHORIZATION, basic_header(id, secret)?);
        }
        (Some(secret), ClientAuth::Body) => {
            form.append_pair("client_id", id.expose()).append_pair("client_secret", secret.expose());
        }
        (None, _) => drop(form.append_pair("client_id", id.expose())),
    }
    request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    request.body = Some(form.finish().into_bytes());
    Ok(request)
}

/// The HTTP Basic header of a client: id and secret are form-encoded first (RFC 6749, section 2.3.1).
fn basic_header(id: &Secret, secret: &Secret) -> Result<HeaderValue, String> {
    let escaped =
        |text: &Secret| form_urlencoded::byte_serialize(text.expose().as_bytes()).collect::<String>();
    let pair = Secret::new(format!("{}:{}", escaped(id), escaped(secret)));
    let value = format!("Basic {}", data_url::encode(pair.expose().as_bytes()));
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| "client id or client secret cannot be sent in a header".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

/// Reads the token from a response. The error is a message, in which texts of the server are redacted, then truncated.
fn read_token(answer: &HttpResponse, now: u64, redaction: &SecretRedactor) -> Result<FetchedToken, String> {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |key: &str| value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let quoted = |text: &str| excerpt(&redaction.redact_text(text)).escape_debug().to_string();
    // Some servers send an error with a success status.
    if let Some(error) = text("error") {
        let why = text("error_description").map(|why| format!(" ({})", quoted(why))).unwrap_or_default();
        return Err(format!("responded with status {}: {}{why}", answer.status, quoted(error)));
    }
    if !(200..300).contains(&answer.status) {
        return Err(format!("responded with status {}", answer.status));
    }
    let Some(token) = text("access_token") else { return Err("responded without access_token".to_owned()) };
    if let Some(kind) = text("token_type").filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(format!(
            "responded with a token of the type \"{}\": only Bearer tokens can be sent",
            quoted(kind)
        ));
    }
    let seconds = match value.get("expires_in") {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let expires_at = seconds
        .filter(|seconds| *seconds >= 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .and_then(|life| u64::try_from(life.as_millis()).ok())
        .map(|life| now.saturating_add(life));
    let refresh = text("refresh_token").map(|text| Secret::new(text.to_owned()));
    Ok(FetchedToken { token: AccessToken::new(Secret::new(token.to_owned()), expires_at, now), refresh })
}
