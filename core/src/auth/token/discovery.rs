//! Discovery of a token endpoint, by OpenID Connect Discovery 1.0 and RFC 8414.

use http::header::ACCEPT;
use http::{HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::token_cache::TokenError;
use super::token_endpoint::{TokenEndpoint, endpoint_beside};
use super::token_request::TokenRequestSender;
use crate::auth::credential::ClientAuth;
use crate::auth::origin_binding::origin;
use crate::http::HttpRequest;

/// Asks a provider where its token endpoint is. Source: OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3.
pub async fn discover(
    metadata: &TokenEndpoint,
    sender: &TokenRequestSender<'_>,
) -> Result<TokenEndpoint, TokenError> {
    let refused = |reason: String| TokenError::Refused(format!("{} {reason}", origin(&metadata.url)));
    let (url, issuer) = well_known(&metadata.url);
    let place = TokenEndpoint { url: url.clone(), ..metadata.clone() };
    let mut request = HttpRequest::new(Method::GET, url);
    request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let answer = sender.send(&place, request).await?;
    if answer.status != 200 {
        return Err(refused(format!("answered {} instead of describing itself", answer.status)));
    }
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    // Whoever describes another issuer would have its clients' secrets.
    if said.get("issuer").and_then(Value::as_str).map(bare) != Some(bare(&issuer)) {
        return Err(refused("describes another issuer than itself".to_owned()));
    }
    let endpoint = said.get("token_endpoint").and_then(Value::as_str).and_then(|text| Url::parse(text).ok());
    let endpoint = endpoint.ok_or_else(|| refused("names no token endpoint".to_owned()))?;
    let place = endpoint_beside(endpoint, &place.url, place.reach).map_err(TokenError::Refused)?;
    let methods = said.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
    let has = |method: &str| methods.is_some_and(|all| all.iter().any(|known| known == method));
    let is_body_alone = has("client_secret_post") && !has("client_secret_basic");
    Ok(TokenEndpoint { client_auth: is_body_alone.then_some(ClientAuth::Body), ..place })
}

const WELL_KNOWN: [&str; 2] =
    ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

/// Where a provider describes itself, and the issuer that it must be. A document may name either.
fn well_known(url: &Url) -> (Url, String) {
    let mut issuer = url.clone();
    issuer.set_query(None);
    issuer.set_fragment(None);
    for known in WELL_KNOWN {
        if let Some((before, after)) = url.path().split_once(known) {
            let path = format!("{before}{after}");
            issuer.set_path(&path);
            return (url.clone(), issuer.to_string());
        }
    }
    let mut at = issuer.clone();
    at.set_path(&format!("{}{}", issuer.path().trim_end_matches('/'), WELL_KNOWN[0]));
    (at, issuer.to_string())
}

/// An issuer without the `/` at its end, which is taken off before the well-known path is put there.
fn bare(issuer: &str) -> &str {
    issuer.strip_suffix('/').unwrap_or(issuer)
}
