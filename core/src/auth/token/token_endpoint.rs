//! Token endpoint: the URL that the caller or a document names, and whether a client secret may be sent there.
//!
//! The caller's endpoint may be anywhere. That of a document must be at the origin of the API, or be https on the
//! public internet. The origins at the first load count: a document that changes later must not redirect client
//! secrets.

use url::Url;

use crate::auth::credential::{ClientAuth, OAuthGrant, OAuthGrantKind};
use crate::auth::origin_binding::origin;
use crate::http::Reach;
use crate::spec::{OAuthFlow, OAuthFlowKind, SecurityScheme};

/// A token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenEndpoint {
    /// The URL.
    pub url: Url,
    /// The servers that it may be on.
    pub reach: Reach,
    /// The client authentication that the provider metadata names.
    pub client_auth: Option<ClientAuth>,
}

/// The token endpoint in a document.
pub enum DocumentedEndpoint {
    /// The endpoint itself.
    Url(String),
    /// The metadata that names it.
    Metadata(String),
}

impl DocumentedEndpoint {
    /// The token endpoint that a scheme has for a grant.
    pub fn of_scheme(scheme: &SecurityScheme, grant: &OAuthGrant) -> Option<Self> {
        match scheme {
            SecurityScheme::OpenIdConnect { url } => Some(Self::Metadata(url.clone())),
            SecurityScheme::OAuth2 { flows, metadata_url } => flow_endpoint(flows, grant)
                .map(Self::Url)
                .or_else(|| metadata_url.clone().map(Self::Metadata)),
            _ => None,
        }
    }

    /// The URL, unparsed.
    pub const fn address(&self) -> &String {
        let (Self::Url(address) | Self::Metadata(address)) = self;
        address
    }
}

fn flow_endpoint(flows: &[OAuthFlow], grant: &OAuthGrant) -> Option<String> {
    match grant.kind {
        OAuthGrantKind::ClientCredentials => {
            let flow = flows.iter().find(|flow| flow.kind == OAuthFlowKind::ClientCredentials)?;
            flow.token_url.clone()
        }
        OAuthGrantKind::RefreshToken(_) => {
            let renewed = flows.iter().find_map(|flow| flow.refresh_url.clone());
            renewed.or_else(|| flows.iter().find_map(|flow| flow.token_url.clone()))
        }
    }
}

/// Parses the token endpoint of a document. `reach` is that of calls to the API.
pub fn documented_endpoint(address: &str, api: &Url, reach: Reach) -> Result<TokenEndpoint, String> {
    let url = Url::parse(address)
        .map_err(|_| "the token endpoint of the document is not a URL: set tokenUrl in auth".to_owned())?;
    trusted_endpoint(url, api, reach)
}

/// Checks an endpoint that `known` names: at the same origin, or https on the public internet.
pub fn trusted_endpoint(url: Url, known: &Url, reach: Reach) -> Result<TokenEndpoint, String> {
    let is_same_origin = url.origin() == known.origin();
    match url.scheme() {
        "http" | "https" if is_same_origin => Ok(TokenEndpoint { url, reach, client_auth: None }),
        "https" => Ok(TokenEndpoint { url, reach: Reach::Public, client_auth: None }),
        _ => Err(format!("the token endpoint {} must use https or be at {}", origin(&url), origin(known))),
    }
}
