//! Discovery of a token endpoint from provider metadata. Sources: OpenID Connect Discovery 1.0, section 4; RFC 8414,
//! section 3.

use http::header::ACCEPT;
use http::{HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::token_cache::TokenError;
use super::token_endpoint::{TokenEndpoint, trusted_endpoint};
use super::token_request::TokenRequestSender;
use crate::auth::credential::ClientAuth;
use crate::auth::origin_binding::origin;
use crate::http::HttpRequest;

/// Reads the token endpoint from the metadata of a provider.
pub async fn discover_endpoint(
    metadata: &TokenEndpoint,
    sender: &TokenRequestSender<'_>,
) -> Result<TokenEndpoint, TokenError> {
    let refused = |reason: String| {
        TokenError::Refused(format!("{} {reason}: set tokenUrl in auth", origin(&metadata.url)))
    };
    let (url, issuer) = metadata_url(&metadata.url);
    let source = TokenEndpoint { url: url.clone(), ..metadata.clone() };
    let mut request = HttpRequest::new(Method::GET, url);
    request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let response = sender.send(&source, request).await?;
    if response.status != 200 {
        return Err(refused(format!(
            "responded with status {} to a request for its metadata",
            response.status
        )));
    }
    let value: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    // Metadata of another issuer could name a token endpoint that collects client secrets (RFC 8414, section 3.3).
    let named = value.get("issuer").and_then(Value::as_str).map(without_trailing_slash);
    if named != Some(without_trailing_slash(&issuer)) {
        return Err(refused("has metadata of another issuer".to_owned()));
    }
    let endpoint = value.get("token_endpoint").and_then(Value::as_str).and_then(|text| Url::parse(text).ok());
    let endpoint = endpoint.ok_or_else(|| refused("names no token endpoint in its metadata".to_owned()))?;
    let endpoint = trusted_endpoint(endpoint, &source.url, source.reach).map_err(TokenError::Refused)?;
    let methods = value.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
    let has = |method: &str| methods.is_some_and(|all| all.iter().any(|known| known == method));
    let is_body_alone = has("client_secret_post") && !has("client_secret_basic");
    Ok(TokenEndpoint { client_auth: is_body_alone.then_some(ClientAuth::Body), ..endpoint })
}

const WELL_KNOWN: [&str; 2] =
    ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

/// The URL of the metadata, and the issuer that it must name. A document may name either of the two.
fn metadata_url(url: &Url) -> (Url, String) {
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
    let mut metadata = issuer.clone();
    metadata.set_path(&format!("{}{}", issuer.path().trim_end_matches('/'), WELL_KNOWN[0]));
    (metadata, issuer.to_string())
}

/// The well-known path replaces a `/` at the end of an issuer, so issuers are compared without it.
fn without_trailing_slash(issuer: &str) -> &str {
    issuer.strip_suffix('/').unwrap_or(issuer)
}
