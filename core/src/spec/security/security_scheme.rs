//! Security schemes as data: what a caller's credentials are put where by. Source: Swagger 2.0, "Security Scheme
//! Object"; the same of OpenAPI 3.0.4, 3.1.1 and 3.2.0, and their "OAuth Flow Object".

use std::collections::BTreeMap;

use url::Url;

use crate::json::Node;
use crate::schema::{Library, Spot};
use crate::spec::serialization::parameter_in::ParameterIn;

/// The schemes of a document by their names.
pub type SecuritySchemes = BTreeMap<String, SecurityScheme>;

/// What one scheme asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecurityScheme {
    /// A text in a header, the query or a cookie.
    ApiKey {
        /// Which of the three.
        place: ParameterIn,
        /// The name there.
        name: String,
    },
    /// A user's name and password: RFC 7617.
    Basic,
    /// A token in the header `Authorization`: RFC 6750.
    Bearer,
    /// A token that an OAuth 2 server gives, shown as one of [`SecurityScheme::Bearer`].
    OAuth2 {
        /// The ways to get one.
        flows: Vec<OAuthFlow>,
        /// Where the server describes itself (RFC 8414): OpenAPI 3.2.
        metadata_url: Option<String>,
    },
    /// A token of an OpenID Connect provider.
    OpenIdConnect {
        /// Where the provider describes itself.
        url: String,
    },
    /// What nobody can show here, and why.
    Unsupported(String),
}

/// One way to a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthFlow {
    /// Which one.
    pub kind: OAuthFlowKind,
    /// Where tokens are given; it may be relative to the document.
    pub token_url: Option<String>,
    /// Where they are renewed, where that is another place.
    pub refresh_url: Option<String>,
}

/// The ways to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OAuthFlowKind {
    /// A machine shows its own credentials.
    ClientCredentials,
    /// A user is asked in a browser.
    AuthorizationCode,
    /// A user's password is handed over.
    Password,
    /// A user is asked in a browser, without a token endpoint.
    Implicit,
    /// A user is asked on another device: OpenAPI 3.2.
    DeviceAuthorization,
}

impl SecurityScheme {
    /// Every address at which the document says that tokens are got.
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
    /// The flow that a key of `flows`, or a `flow` of Swagger 2.0, means.
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

/// The map that a document declares its schemes in.
pub fn all<'a>(root: &Spot<'a>) -> Option<Spot<'a>> {
    let modern = root.key("components").and_then(|components| components.key("securitySchemes"));
    modern.or_else(|| root.key("securityDefinitions"))
}

/// All schemes of a document. Addresses that are relative are below `location`, where the document was read.
pub fn of_document<'a>(library: &Library<'a>, root: &Spot<'a>, location: Option<&Url>) -> SecuritySchemes {
    let Some(all) = all(root) else { return SecuritySchemes::new() };
    let names = all.node.entries().map(|(name, _)| name);
    let read = |name: &str| {
        let spot = all.key(name)?;
        let scheme = match library.follow(spot) {
            Ok(spot) => scheme(spot.node, location),
            Err(error) => SecurityScheme::Unsupported(error.to_string()),
        };
        Some((name.to_owned(), scheme))
    };
    names.filter_map(read).collect()
}

fn scheme(node: Node<'_>, location: Option<&Url>) -> SecurityScheme {
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
            other => unsupported(format!("is the HTTP scheme \"{}\"", shown(other))),
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
        other => unsupported(format!("has the type \"{}\"", shown(other))),
    }
}

fn shown(word: &str) -> String {
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
