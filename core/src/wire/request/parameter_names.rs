//! Names of exploded parameters: members of an object that become parameters, and conflicts with other parameters.

use url::form_urlencoded;

use crate::spec::{ArgumentLocation, MediaKind, ParameterIn, ParameterStyle, ValueSerialization};
use crate::wire::endpoint::Endpoint;

/// Whether the members of an object become parameters of their own (`explode: true`).
pub fn members_are_parameters(place: ParameterIn, wire: &ValueSerialization) -> bool {
    match (place, wire.style) {
        (ParameterIn::QueryString, _) => {
            wire.media_type.as_ref().is_some_and(|media| media.kind == MediaKind::Form)
        }
        (ParameterIn::Path | ParameterIn::Header, _)
        | (_, ParameterStyle::DeepObject | ParameterStyle::Content) => false,
        (ParameterIn::Query | ParameterIn::Cookie, _) => wire.explode,
    }
}

/// Whether a member has the name of another parameter in its place, of a fixed value, or of one in `own_query`.
pub fn is_name_taken(
    endpoint: &Endpoint,
    own_query: &[&str],
    (place, own): (ParameterIn, &str),
    member: &str,
) -> bool {
    let is_cookie = place == ParameterIn::Cookie;
    let has_name = |location: &ArgumentLocation| match location {
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
    declared.chain(fixed).any(has_name) || (!is_cookie && own_query.iter().any(in_query))
}
