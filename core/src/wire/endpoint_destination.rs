//! Where an operation's calls go, in texts that compare.

use std::fmt::Write;

use http::HeaderMap;
use serde_json::json;
use url::Url;

use super::endpoint::Endpoint;
use crate::json::pointer;
use crate::schema::OriginalSpellings;
use crate::spec::{Argument, ArgumentGroup, ArgumentLocation, ParameterIn, PathTemplate, TemplatePart};
use crate::tool::{Destination, SentArgument, fingerprint};

/// Says it of an operation below `base` with `headers` of its own.
pub fn destination_of(
    endpoint: &Endpoint,
    base: Option<&Url>,
    headers: &HeaderMap,
    spellings: Option<&OriginalSpellings>,
) -> Destination {
    let template = &endpoint.template;
    let sent = |argument: &Argument| {
        let above = argument.group.map(|group| pointer::push("", group.as_str())).unwrap_or_default();
        let (place, mut form) = place(&argument.location, template);
        let names: Vec<&str> =
            argument.group.map(ArgumentGroup::as_str).into_iter().chain([&*argument.name]).collect();
        let unseen = spellings.map(|spellings| spellings.hidden_texts(&names)).unwrap_or_default();
        if !unseen.is_empty() {
            form = format!("{form} {}", fingerprint::of_value(&json!(unseen)));
        }
        SentArgument { pointer: pointer::push(&above, &argument.name), place, form }
    };
    let fixed = endpoint.fixed.iter().map(|(location, value)| {
        let (place, form) = place(location, template);
        (place, format!("{form} {}", fingerprint::of_value(value)))
    });
    Destination {
        method: endpoint.method.to_string(),
        path: path(template),
        base: base.map(address),
        arguments: endpoint.arguments.iter().map(|argument| sent(argument)).collect(),
        fixed: fixed.collect(),
        headers: digest(headers),
        body: endpoint
            .body
            .as_ref()
            .map(|body| (body.media_type.name.clone(), json!(body.fields).to_string())),
        accept: endpoint.accept.as_deref().map(ToOwned::to_owned),
        security: endpoint.security.to_vec(),
    }
}

/// One text for the same headers, whatever their order.
fn digest(headers: &HeaderMap) -> String {
    let mut all: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    all.sort_unstable();
    if all.is_empty() {
        String::new()
    } else {
        fingerprint::hex(&fingerprint::sha256(format!("{all:?}").as_bytes()))
    }
}

/// The address without what may be a credential, and a digest in its place.
fn address(base: &Url) -> String {
    let shown = format!("{}{}", base.origin().ascii_serialization(), base.path());
    let is_whole = base.username().is_empty() && base.password().is_none() && base.query().is_none();
    if is_whole { shown } else { format!("{shown} ({})", fingerprint::short(base.as_str())) }
}

/// The path with its variables by number: their names are the arguments' affair.
fn path(template: &PathTemplate) -> String {
    let mut path = String::new();
    let mut write = |parts: &[TemplatePart]| {
        for part in parts {
            match part {
                TemplatePart::Literal(text) => path.push_str(text),
                TemplatePart::Variable(variable) => {
                    let _ = write!(path, "{{{}}}", number(template, &variable.name));
                }
            }
        }
    };
    write(template.parts());
    let mut sign = "?";
    if let Some(query) = template.query() {
        write(&[TemplatePart::Literal(format!("?{query}"))]);
        sign = "&";
    }
    for member in template.query_members() {
        write(&[TemplatePart::Literal(sign.to_owned())]);
        write(member);
        sign = "&";
    }
    path
}

/// The number of a variable; 0 for a name that is none.
fn number(template: &PathTemplate, name: &str) -> usize {
    template.number(name).unwrap_or_default()
}

/// Where a value goes, and how it is written there.
fn place(location: &ArgumentLocation, template: &PathTemplate) -> (String, String) {
    match location {
        ArgumentLocation::Parameter { name, place: ParameterIn::Path, wire } => {
            (format!("path {{{}}}", number(template, name)), json!(wire).to_string())
        }
        // Headers have no case.
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
