//! The credential of an HTTP tool: the keys `auth` and `authScheme`.

use http::HeaderName;
use serde_json::Value;

use super::http_tool_reader::HttpToolReader;
use super::request_place::RequestPlace;
use super::taken_places::TakenPlaces;
use crate::auth::{AuthRequirements, CredentialFunction, Credentials};
use crate::error::{describe_unknown, excerpt};
use crate::json::pointer;
use crate::spec::{ParameterIn, SecurityScheme, is_reserved};
use crate::tool::SecurityRequirement;

/// The words of `authScheme`.
const SCHEME_WORDS: [&str; 2] = ["bearer", "basic"];

/// A credential with its scheme.
pub struct ToolCredential {
    /// The name of the scheme, as errors tell it.
    pub name: &'static str,
    pub scheme: SecurityScheme,
    pub credentials: Credentials,
}

impl ToolCredential {
    /// Reads the keys; `function` is the credential function, which has no JSON form.
    pub fn read(
        reader: &mut HttpToolReader<'_>,
        function: Option<CredentialFunction>,
        taken: &mut TakenPlaces,
    ) -> Option<Self> {
        let auth = reader.value("auth");
        let has_auth = auth.is_some() || function.is_some();
        let scheme = read_scheme(reader);
        if !has_auth {
            if reader.value("authScheme").is_some() {
                reader.add("/authScheme", "says where a credential goes, and there is none: add auth");
            }
            return None;
        }
        let is_login =
            auth.is_some_and(|auth| auth.get("username").is_some() || auth.get("password").is_some());
        let scheme =
            scheme.ok()?.unwrap_or(if is_login { SecurityScheme::Basic } else { SecurityScheme::Bearer });
        let name = match &scheme {
            SecurityScheme::Basic => "basic",
            SecurityScheme::ApiKey { .. } => "apiKey",
            _ => "bearer",
        };
        let credentials = match (function, auth) {
            (Some(function), _) => {
                let mut credentials = Credentials::default();
                credentials.set_function(name.to_owned(), function);
                Ok(credentials)
            }
            (None, auth) => Credentials::of_definition(name, auth.unwrap_or(&Value::Null), "/auth"),
        };
        let credentials = credentials.map_err(|problems| reader.extend(problems)).ok()?;
        if let Some(reason) = AuthRequirements::of_definition(name, scheme.clone()).unfit_reason(&credentials)
        {
            reader.add("/auth", reason);
        }
        let (place, place_name) = scheme_place(&scheme);
        if let Err(message) = taken.take(place, place_name, "the credential of auth") {
            reader.add("/auth", message);
        }
        Some(Self { name, scheme, credentials })
    }

    /// The requirement, as gates compare it.
    pub fn security(&self) -> Vec<SecurityRequirement> {
        let (place, name) = scheme_place(&self.scheme);
        let kind = format!("{} in {} \"{name}\"", self.name, place.as_str());
        vec![SecurityRequirement { scheme: self.name.to_owned(), kind, scopes: Vec::new() }]
    }
}

/// Where the credential of a scheme goes.
fn scheme_place(scheme: &SecurityScheme) -> (RequestPlace, &str) {
    match scheme {
        SecurityScheme::ApiKey { place: ParameterIn::Query, name } => (RequestPlace::Query, name),
        SecurityScheme::ApiKey { place: ParameterIn::Cookie, name } => (RequestPlace::Cookie, name),
        SecurityScheme::ApiKey { name, .. } => (RequestPlace::Header, name),
        _ => (RequestPlace::Header, "authorization"),
    }
}

/// Reads `authScheme`: a word, or `{ in, name }` of an API key. `Err` where a problem was added.
fn read_scheme(reader: &mut HttpToolReader<'_>) -> Result<Option<SecurityScheme>, ()> {
    let problem = match reader.value("authScheme") {
        None => return Ok(None),
        Some(Value::String(word)) => match word.as_str() {
            "bearer" => return Ok(Some(SecurityScheme::Bearer)),
            "basic" => return Ok(Some(SecurityScheme::Basic)),
            word => (String::new(), describe_unknown(word, &SCHEME_WORDS)),
        },
        Some(Value::Object(members)) => {
            let unknown = members.keys().find(|key| !["in", "name"].contains(&key.as_str()));
            let text = |key: &str| members.get(key).and_then(Value::as_str).unwrap_or_default();
            let (name, place) = (text("name"), text("in"));
            let place = match place {
                "header" => Some(ParameterIn::Header),
                "query" => Some(ParameterIn::Query),
                "cookie" => Some(ParameterIn::Cookie),
                _ => None,
            };
            match (unknown, place) {
                (Some(key), _) => (pointer::push("", key), describe_unknown(key, &["in", "name"])),
                (None, None) => {
                    ("/in".to_owned(), describe_unknown(text("in"), &["header", "query", "cookie"]))
                }
                (None, Some(place)) => match check_key_name(place, name) {
                    Ok(()) => return Ok(Some(SecurityScheme::ApiKey { place, name: name.to_owned() })),
                    Err(message) => ("/name".to_owned(), message),
                },
            }
        }
        Some(_) => (String::new(), "must be \"bearer\", \"basic\" or { in, name }".to_owned()),
    };
    reader.add(format!("/authScheme{}", problem.0), problem.1);
    Err(())
}

fn check_key_name(place: ParameterIn, name: &str) -> Result<(), String> {
    let is_header = place == ParameterIn::Header;
    if name.is_empty() {
        return Err("must be the name of the key in the request".to_owned());
    }
    let is_authorization = name.eq_ignore_ascii_case("authorization");
    if is_header && (HeaderName::try_from(name).is_err() || is_reserved(name) && !is_authorization) {
        let name = excerpt(name).escape_debug().to_string();
        return Err(format!("\"{name}\" is no header that a credential may set"));
    }
    Ok(())
}
