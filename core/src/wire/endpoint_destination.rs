//! Destination of an operation: where its calls send which values, as texts that can be compared.
//!
//! A review compares destinations, so that a reload that sends an argument elsewhere is seen. No text holds a
//! credential.

use std::fmt::Write;

use http::HeaderMap;
use serde_json::json;
use url::Url;

use super::endpoint::Endpoint;
use crate::json::pointer;
use crate::schema::OriginalSpellings;
use crate::spec::{Argument, ArgumentGroup, ArgumentLocation, ParameterIn, PathTemplate, TemplatePart};
use crate::tool::sha256::{hex, sha256};
use crate::tool::{Destination, SentArgument, fingerprint};

/// The destination of an operation below `base`, with the headers of its load.
pub fn endpoint_destination(
    endpoint: &Endpoint,
    base: Option<&Url>,
    headers: &HeaderMap,
    spellings: Option<&OriginalSpellings>,
) -> Destination {
    let template = &endpoint.template;
    let sent = |argument: &Argument| {
        let group_pointer = argument.group.map(|group| pointer::push("", group.as_str())).unwrap_or_default();
        let (place, mut form) = location_texts(&argument.location, template);
        let names: Vec<&str> =
            argument.group.map(ArgumentGroup::as_str).into_iter().chain([&*argument.name]).collect();
        let hidden = spellings.map(|spellings| spellings.hidden_texts(&names)).unwrap_or_default();
        if !hidden.is_empty() {
            form = format!("{form} {}", fingerprint::of_value(&json!(hidden)));
        }
        SentArgument { pointer: pointer::push(&group_pointer, &argument.name), place, form }
    };
    let fixed = endpoint.fixed.iter().map(|(location, value)| {
        let (place, form) = location_texts(location, template);
        (place, format!("{form} {}", fingerprint::of_value(value)))
    });
    Destination {
        method: endpoint.method.to_string(),
        path: template_text(template),
        base: base.map(base_text),
        arguments: endpoint.arguments.iter().map(|argument| sent(argument)).collect(),
        fixed: fixed.collect(),
        headers: header_digest(headers),
        body: endpoint
            .body
            .as_ref()
            .map(|body| (body.media_type.name.clone(), json!(body.fields).to_string())),
        accept: endpoint.accept.as_deref().map(ToOwned::to_owned),
        security: endpoint.security.to_vec(),
    }
}

/// A digest of the headers, which does not depend on their order.
fn header_digest(headers: &HeaderMap) -> String {
    let mut all: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    all.sort_unstable();
    if all.is_empty() { String::new() } else { hex(&sha256(format!("{all:?}").as_bytes())) }
}

/// The base URL. User, password and query may be credentials, so a digest replaces them.
fn base_text(base: &Url) -> String {
    let origin_and_path = format!("{}{}", base.origin().ascii_serialization(), base.path());
    let is_whole = base.username().is_empty() && base.password().is_none() && base.query().is_none();
    if is_whole {
        origin_and_path
    } else {
        format!("{origin_and_path} ({})", fingerprint::short(base.as_str()))
    }
}

/// The path template with variables by number: a renamed variable changes no destination.
fn template_text(template: &PathTemplate) -> String {
    let mut path = String::new();
    let mut write = |parts: &[TemplatePart]| {
        for part in parts {
            match part {
                TemplatePart::Literal(text) => path.push_str(text),
                TemplatePart::Variable(variable) => {
                    let _ = write!(path, "{{{}}}", variable_number(template, &variable.name));
                }
            }
        }
    };
    write(template.parts());
    let mut separator = "?";
    if let Some(query) = template.query() {
        write(&[TemplatePart::Literal(format!("?{query}"))]);
        separator = "&";
    }
    for member in template.query_members() {
        write(&[TemplatePart::Literal(separator.to_owned())]);
        write(member);
        separator = "&";
    }
    path
}

/// The number of a variable; 0 for a name that is not a variable.
fn variable_number(template: &PathTemplate, name: &str) -> usize {
    template.number(name).unwrap_or_default()
}

/// The location of a value, and its serialization there.
fn location_texts(location: &ArgumentLocation, template: &PathTemplate) -> (String, String) {
    match location {
        ArgumentLocation::Parameter { name, place: ParameterIn::Path, wire } => {
            (format!("path {{{}}}", variable_number(template, name)), json!(wire).to_string())
        }
        // Header names are case-insensitive.
        ArgumentLocation::Parameter { name, place: ParameterIn::Header, wire } => {
            (format!("header \"{}\"", name.to_ascii_lowercase()), json!(wire).to_string())
        }
        ArgumentLocation::Parameter { name, place, wire } => {
            (format!("{} \"{name}\"", place.as_str()), json!(wire).to_string())
        }
        ArgumentLocation::BodyProperty { pointer, .. } => (format!("body {pointer}"), String::new()),
        ArgumentLocation::Body => ("body".to_owned(), String::new()),
    }
}
