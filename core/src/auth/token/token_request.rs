//! Asking a token endpoint. Source: RFC 6749, sections 2.3.1, 4.4, 5 and 6; RFC 6750, section 4.
//!
//! Written here and not taken from the crate `oauth2` (5.0): for one form and one answer that brings 17 crates, 11 of them
//! in a second, older version (rand 0.8, sha2 0.10, base64 0.22, thiserror 1 …); its tokens can be serialized and are not
//! wiped; its errors hold the answer with the token in it; and it refuses the `expires_in` that some servers write as text.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method};
use serde_json::Value;
use url::form_urlencoded;

use super::token_cache::{AccessToken, FetchedToken, TokenError};
use super::token_endpoint::TokenEndpoint;
use crate::auth::credential::{ClientAuth, OAuthGrant, OAuthGrantKind};
use crate::auth::origin_binding::origin;
use crate::auth::redaction::Redaction;
use crate::auth::secret::Secret;
use crate::error::excerpt;
use crate::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, content_encoding};
use crate::wire::data_url;

/// More than this is no answer of a token endpoint, in bytes.
const LONGEST: usize = 1 << 20;

/// One request to a token endpoint or to what describes it.
pub struct TokenRequestSender<'e> {
    /// Sends it.
    pub client: &'e dyn HttpClient,
    /// How long it may take.
    pub timeout: Duration,
    /// The time, in ms since 1970.
    pub now: u64,
}

impl TokenRequestSender<'_> {
    /// Sends a request to a place, and gets its answer whatever it is.
    pub async fn send(
        &self,
        place: &TokenEndpoint,
        request: HttpRequest,
    ) -> Result<HttpResponse, TokenError> {
        let request = HttpRequest {
            timeout: self.timeout.min(HttpRequest::TIMEOUT),
            max_bytes: LONGEST,
            reach: place.reach,
            ..request
        };
        let bounded = request.timeout;
        let answer = self.client.send(request).await.map_err(|fault| match fault {
            HttpFault::Timeout { .. } if bounded == self.timeout => TokenError::TimedOut,
            other => TokenError::Refused(format!("{} cannot be asked: {other}", origin(&place.url))),
        })?;
        match content_encoding::text_fault(&answer.headers, &answer.body) {
            Some(wrong) => {
                Err(TokenError::Refused(format!("the answer of {} is none: {wrong}", origin(&place.url))))
            }
            None => Ok(answer),
        }
    }
}

/// Gets a token.
pub async fn token(
    grant: &OAuthGrant,
    place: &TokenEndpoint,
    refresh: Option<Secret>,
    scopes: &[String],
    sender: &TokenRequestSender<'_>,
) -> Result<FetchedToken, TokenError> {
    let refresh = match &grant.kind {
        OAuthGrantKind::ClientCredentials => None,
        OAuthGrantKind::RefreshToken(first) => Some(refresh.map_or_else(|| first.get().cloned(), Ok)),
    };
    let refresh = refresh.transpose().map_err(TokenError::Refused)?;
    let request = request(grant, place, refresh.as_ref(), scopes).map_err(TokenError::Refused)?;
    let answer = sender.send(place, request).await?;
    let known = grant.client_secret.as_ref().and_then(|secret| secret.get().ok()).into_iter();
    let hidden = Redaction::of(known.chain(refresh.as_ref()).map(Secret::expose));
    read(&answer, sender.now, &hidden)
        .map_err(|wrong| TokenError::Refused(format!("{} {wrong}", origin(&place.url))))
}

fn request(
    grant: &OAuthGrant,
    place: &TokenEndpoint,
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
    let mut request = HttpRequest::new(Method::POST, place.url.clone());
    match (secret, grant.client_auth.or(place.client_auth).unwrap_or(ClientAuth::Basic)) {
        (Some(secret), ClientAuth::Basic) => {
            let escaped =
                |text: &Secret| form_urlencoded::byte_serialize(text.expose().as_bytes()).collect::<String>();
            let pair = Secret::new(format!("{}:{}", escaped(id), escaped(secret)));
            let value = format!("Basic {}", data_url::encode(pair.expose().as_bytes()));
            let mut value =
                HeaderValue::try_from(value).map_err(|_| "the client cannot stand in a header".to_owned())?;
            value.set_sensitive(true);
            request.headers.insert(AUTHORIZATION, value);
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

/// The token of an answer, or what is wrong with that, redacted before it is cut.
fn read(answer: &HttpResponse, now: u64, hidden: &Redaction) -> Result<FetchedToken, String> {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |key: &str| value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let applied = |text: &str| excerpt(&hidden.text(text)).escape_debug().to_string();
    // Some say no with a status of success.
    if let Some(error) = text("error") {
        let why = text("error_description").map(|why| format!(" ({})", applied(why))).unwrap_or_default();
        return Err(format!("answered {}: {}{why}", answer.status, applied(error)));
    }
    if !(200..300).contains(&answer.status) {
        return Err(format!("answered {}", answer.status));
    }
    let Some(token) = text("access_token") else { return Err("gave no access_token".to_owned()) };
    if let Some(kind) = text("token_type").filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(format!("gave a token of the type \"{}\", which is no Bearer", applied(kind)));
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
