//! Security schemes: API key, basic, bearer, OAuth 2 and OpenID Connect, with their token endpoints. Source: Swagger 2.0,
//! OpenAPI 3.0.4, 3.1.1 and 3.2.0, "Security Scheme Object" and "OAuth Flow Object".

use std::collections::BTreeMap;

use url::Url;

use crate::json::Node;
use crate::schema::{DocumentSet, LocatedNode};
use crate::spec::serialization::parameter_in::ParameterIn;

/// The security schemes of a document, by name.
pub type SecuritySchemes = BTreeMap<String, SecurityScheme>;

/// One security scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecurityScheme {
    /// An API key in a header, the query or a cookie.
    ApiKey {
        /// Where it goes.
        place: ParameterIn,
        /// The name there.
        name: String,
    },
    /// User name and password: RFC 7617.
    Basic,
    /// A bearer token in the header `Authorization`: RFC 6750.
    Bearer,
    /// An access token of OAuth 2, sent as [`SecurityScheme::Bearer`].
    OAuth2 {
        /// The flows that give a token.
        flows: Vec<OAuthFlow>,
        /// URL of the server metadata (RFC 8414): OpenAPI 3.2.
        metadata_url: Option<String>,
    },
    /// An access token of an OpenID Connect provider.
    OpenIdConnect {
        /// URL of the discovery document.
        url: String,
    },
    /// A scheme that is not supported, with the reason.
    Unsupported(String),
}

/// One OAuth flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthFlow {
    /// Its kind.
    pub kind: OAuthFlowKind,
    /// The token endpoint. It may be relative to the document.
    pub token_url: Option<String>,
    /// The refresh endpoint, where it differs.
    pub refresh_url: Option<String>,
}

/// The kinds of OAuth flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OAuthFlowKind {
    /// Client credentials: a machine authenticates itself.
    ClientCredentials,
    /// Authorization code: a user consents in a browser.
    AuthorizationCode,
    /// Password: the client sends the password of a user.
    Password,
    /// Implicit: a user consents in a browser, and there is no token endpoint.
    Implicit,
    /// Device authorization: a user consents on another device. OpenAPI 3.2.
    DeviceAuthorization,
}

impl SecurityScheme {
    /// The URLs of all token endpoints of the scheme.
    pub fn endpoints(&self) -> impl Iterator<Item = Url> {
        let (flows, one) = match self {
            Self::OAuth2 { flows, metadata_url } => (flows.as_slice(), metadata_url.as_ref()),
            Self::OpenIdConnect { url } => (&[][..], Some(url)),
            _ => (&[][..], None),
        };
        let of_flows =
            flows.iter().flat_map(|flow| [flow.token_url.as_ref(), flow.refresh_url.as_ref()]).flatten();
        of_flows.chain(one).filter_map(|text| Url::parse(text).ok())
    }
}

impl OAuthFlowKind {
    /// Parses a key of `flows`, or `flow` of Swagger 2.0.
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "clientCredentials" | "application" => Self::ClientCredentials,
            "authorizationCode" | "accessCode" => Self::AuthorizationCode,
            "password" => Self::Password,
            "implicit" => Self::Implicit,
            "deviceAuthorization" => Self::DeviceAuthorization,
            _ => return None,
        })
    }
}

/// The map of schemes that a document declares.
pub fn schemes_of<'a>(root: &LocatedNode<'a>) -> Option<LocatedNode<'a>> {
    let modern = root.key("components").and_then(|components| components.key("securitySchemes"));
    modern.or_else(|| root.key("securityDefinitions"))
}

/// Reads all schemes of a document. Relative URLs are resolved against `location`, the URL of the document.
pub fn read_schemes<'a>(
    library: &DocumentSet<'a>,
    root: &LocatedNode<'a>,
    location: Option<&Url>,
) -> SecuritySchemes {
    let Some(all) = schemes_of(root) else { return SecuritySchemes::new() };
    let names = all.node.entries().map(|(name, _)| name);
    let read = |name: &str| {
        let located = all.key(name)?;
        let scheme = match library.follow_references(located) {
            Ok(located) => read_scheme(located.node, location),
            Err(error) => SecurityScheme::Unsupported(error.to_string()),
        };
        Some((name.to_owned(), scheme))
    };
    names.filter_map(read).collect()
}

fn read_scheme(node: Node<'_>, location: Option<&Url>) -> SecurityScheme {
    let url = |text: &str| absolute(text, location);
    let unsupported = |reason: String| SecurityScheme::Unsupported(reason);
    match node.text("type").unwrap_or_default() {
        "apiKey" => api_key(node).unwrap_or_else(|| {
            unsupported("says neither a name nor one of header, query and cookie".to_owned())
        }),
        "basic" => SecurityScheme::Basic,
        // Names of HTTP's schemes have no case: RFC 9110, section 11.1.
        "http" => match node.text("scheme").unwrap_or_default().to_ascii_lowercase().as_str() {
            "basic" => SecurityScheme::Basic,
            "bearer" => SecurityScheme::Bearer,
            other => unsupported(format!("is the HTTP scheme \"{}\"", excerpt_of(other))),
        },
        "oauth2" => SecurityScheme::OAuth2 {
            flows: flows(node, url),
            metadata_url: node.text("oauth2MetadataUrl").map(url),
        },
        "openIdConnect" => match node.text("openIdConnectUrl") {
            Some(text) => SecurityScheme::OpenIdConnect { url: url(text) },
            None => unsupported("has no openIdConnectUrl".to_owned()),
        },
        "mutualTLS" => unsupported("is mutual TLS, for which a client certificate is shown".to_owned()),
        other => unsupported(format!("has the type \"{}\"", excerpt_of(other))),
    }
}

fn excerpt_of(word: &str) -> String {
    word.chars().take(40).flat_map(char::escape_debug).collect()
}

fn api_key(node: Node<'_>) -> Option<SecurityScheme> {
    let place = match node.text("in")? {
        "header" => ParameterIn::Header,
        "query" => ParameterIn::Query,
        "cookie" => ParameterIn::Cookie,
        _ => return None,
    };
    let name = node.text("name").filter(|name| !name.is_empty())?.to_owned();
    Some(SecurityScheme::ApiKey { place, name })
}

fn absolute(text: &str, location: Option<&Url>) -> String {
    location.and_then(|location| location.join(text).ok()).map_or_else(|| text.to_owned(), String::from)
}

fn flows(node: Node<'_>, url: impl Fn(&str) -> String) -> Vec<OAuthFlow> {
    let flow = |(word, held): (&str, Node<'_>)| {
        let text = |key: &str| held.text(key).filter(|text| !text.is_empty()).map(&url);
        let kind = OAuthFlowKind::parse(word)?;
        Some(OAuthFlow { kind, token_url: text("tokenUrl"), refresh_url: text("refreshUrl") })
    };
    let several = node.get("flows").into_iter().flat_map(Node::entries);
    // Swagger 2.0 has one flow, in the scheme itself.
    let one = node.text("flow").map(|word| (word, node));
    several.chain(one).filter_map(flow).collect()
}
