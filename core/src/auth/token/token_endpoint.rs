//! Where tokens are got: what a caller or a document names, and whether a secret may go there.
//!
//! What the caller says is asked wherever it is. What a document says is asked at the API's own origin, and elsewhere by
//! https on the public internet alone. Where a document said so at its first load counts: a document that names another
//! origin later would have the secrets sent there.

use url::Url;

use crate::auth::credential::{ClientAuth, OAuthGrant, OAuthGrantKind};
use crate::auth::origin_binding::origin;
use crate::http::Reach;
use crate::spec::{OAuthFlow, OAuthFlowKind, SecurityScheme};

/// Where a token endpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenEndpoint {
    /// The address.
    pub url: Url,
    /// Which servers it may be on.
    pub reach: Reach,
    /// How a client proves who it is there, where that is said.
    pub client_auth: Option<ClientAuth>,
}

/// What a scheme says of where tokens are got.
pub enum DocumentedEndpoint {
    /// The endpoint itself.
    Url(String),
    /// What describes it.
    Metadata(String),
}

impl DocumentedEndpoint {
    /// What a scheme says to somebody who has this.
    pub fn of_scheme(scheme: &SecurityScheme, grant: &OAuthGrant) -> Option<Self> {
        match scheme {
            SecurityScheme::OpenIdConnect { url } => Some(Self::Metadata(url.clone())),
            SecurityScheme::OAuth2 { flows, metadata_url } => flow_endpoint(flows, grant)
                .map(Self::Url)
                .or_else(|| metadata_url.clone().map(Self::Metadata)),
            _ => None,
        }
    }

    /// The address.
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

/// A place that a document names, beside an API that is asked within some reach.
pub fn documented_endpoint(address: &str, api: &Url, reach: Reach) -> Result<TokenEndpoint, String> {
    let url = Url::parse(address).map_err(|_| "the document's token endpoint is no address".to_owned())?;
    endpoint_beside(url, api, reach)
}

/// A place that another one names: at its own origin, or public.
pub fn endpoint_beside(url: Url, known: &Url, reach: Reach) -> Result<TokenEndpoint, String> {
    let is_near = url.origin() == known.origin();
    match url.scheme() {
        "http" | "https" if is_near => Ok(TokenEndpoint { url, reach, client_auth: None }),
        "https" => Ok(TokenEndpoint { url, reach: Reach::Public, client_auth: None }),
        _ => Err(format!("{} is neither at {} nor asked by https", origin(&url), origin(known))),
    }
}
