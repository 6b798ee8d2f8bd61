//! Names of exploded objects: whose members become parameters, and which names other parameters have.

use url::form_urlencoded;

use crate::spec::{ArgumentLocation, MediaKind, ParameterIn, ParameterStyle, ValueSerialization};
use crate::wire::endpoint::Endpoint;

/// Whether the members of an object become parameters of their own (`explode: true`).
pub fn are_parameters(place: ParameterIn, wire: &ValueSerialization) -> bool {
    match (place, wire.style) {
        (ParameterIn::QueryString, _) => {
            wire.media_type.as_ref().is_some_and(|media| media.kind == MediaKind::Form)
        }
        (ParameterIn::Path | ParameterIn::Header, _)
        | (_, ParameterStyle::DeepObject | ParameterStyle::Content) => false,
        (ParameterIn::Query | ParameterIn::Cookie, _) => wire.explode,
    }
}

/// Whether a member has the name of another parameter in its place, of a fixed one, or of one in `own_query`.
pub fn is_taken(
    endpoint: &Endpoint,
    own_query: &[&str],
    (place, own): (ParameterIn, &str),
    member: &str,
) -> bool {
    let is_cookie = place == ParameterIn::Cookie;
    let bears_it = |location: &ArgumentLocation| match location {
        ArgumentLocation::Parameter { name, place: ParameterIn::Query, .. } => {
            !is_cookie && **name == *member && **name != *own
        }
        ArgumentLocation::Parameter { name, place: ParameterIn::Cookie, .. } => {
            is_cookie && **name == *member && **name != *own
        }
        _ => false,
    };
    let declared = endpoint.arguments.iter().map(|argument| &argument.location);
    let fixed = endpoint.fixed.iter().map(|(location, _)| location);
    let in_query = |query: &&str| form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == member);
    declared.chain(fixed).any(bears_it) || (!is_cookie && own_query.iter().any(in_query))
}
