//! Where tokens are got: what a caller or a document names, and whether a secret may go there.
//!
//! What the caller says is asked wherever it is. What a document says is asked at the API's own origin, and elsewhere by
//! https on the public internet alone. Where a document said so at its first load counts: a document that names another
//! origin later would have the secrets sent there.

use http::header::ACCEPT;
use http::{HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::credential::{ClientAuth, Grant, GrantKind};
use super::grant::Errand;
use super::tokens::NoToken;
use crate::http::{HttpRequest, Reach};
use crate::spec::{Flow, FlowKind, Scheme};

/// Where a token endpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The address.
    pub url: Url,
    /// Which servers it may be on.
    pub reach: Reach,
    /// How a client proves who it is there, where that is said.
    pub client_auth: Option<ClientAuth>,
}

/// What a scheme says of where tokens are got.
pub enum Named {
    /// The endpoint itself.
    Endpoint(String),
    /// What describes it.
    Metadata(String),
}

impl Named {
    /// What a scheme says to somebody who has this.
    pub fn by(scheme: &Scheme, grant: &Grant) -> Option<Self> {
        match scheme {
            Scheme::OpenIdConnect { url } => Some(Self::Metadata(url.clone())),
            Scheme::OAuth2 { flows, metadata_url } => endpoint(flows, grant)
                .map(Self::Endpoint)
                .or_else(|| metadata_url.clone().map(Self::Metadata)),
            _ => None,
        }
    }

    /// The address.
    pub const fn address(&self) -> &String {
        let (Self::Endpoint(address) | Self::Metadata(address)) = self;
        address
    }
}

fn endpoint(flows: &[Flow], grant: &Grant) -> Option<String> {
    match grant.kind {
        GrantKind::ClientCredentials => {
            let flow = flows.iter().find(|flow| flow.kind == FlowKind::ClientCredentials)?;
            flow.token_url.clone()
        }
        GrantKind::RefreshToken(_) => {
            let renewed = flows.iter().find_map(|flow| flow.refresh_url.clone());
            renewed.or_else(|| flows.iter().find_map(|flow| flow.token_url.clone()))
        }
    }
}

/// An origin as it is compared and shown.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// A place that a document names, beside an API that is asked within some reach.
pub fn of_document(address: &str, api: &Url, reach: Reach) -> Result<Place, String> {
    let url = Url::parse(address).map_err(|_| "the document's token endpoint is no address".to_owned())?;
    beside(url, api, reach)
}

/// A place that another one names: at its own origin, or public.
fn beside(url: Url, known: &Url, reach: Reach) -> Result<Place, String> {
    let is_near = url.origin() == known.origin();
    match url.scheme() {
        "http" | "https" if is_near => Ok(Place { url, reach, client_auth: None }),
        "https" => Ok(Place { url, reach: Reach::Public, client_auth: None }),
        _ => Err(format!("{} is neither at {} nor asked by https", origin(&url), origin(known))),
    }
}

/// Asks a provider where its token endpoint is. Source: OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3.
pub async fn discover(metadata: &Place, errand: &Errand<'_>) -> Result<Place, NoToken> {
    let refused = |reason: String| NoToken::Refused(format!("{} {reason}", origin(&metadata.url)));
    let (url, issuer) = well_known(&metadata.url);
    let place = Place { url: url.clone(), ..metadata.clone() };
    let mut request = HttpRequest::new(Method::GET, url);
    request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let answer = errand.send(&place, request).await?;
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
    let place = beside(endpoint, &place.url, place.reach).map_err(NoToken::Refused)?;
    let methods = said.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
    let has = |method: &str| methods.is_some_and(|all| all.iter().any(|known| known == method));
    let is_body_alone = has("client_secret_post") && !has("client_secret_basic");
    Ok(Place { client_auth: is_body_alone.then_some(ClientAuth::Body), ..place })
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
