//! Arguments to an HTTP request.
//!
//! The document says where the request goes; an argument can only fill its own place. A value never becomes a segment of
//! the path, a parameter or a header of its own, and the members of a map that does become parameters never take the
//! name of another one.

use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use super::encoded_body::{BodyArguments, EncodedBody};
use super::style::{self, Pair};
use crate::error::{Error, Problem, Result};
use crate::json::pointer;
use crate::spec::{
    Argument, ArgumentGroup, ArgumentLocation, MediaKind, ParameterIn, ParameterStyle, TemplatePart,
    TemplateVariable, ValueSerialization, is_reserved,
};
use crate::wire::endpoint::Endpoint;
use crate::wire::{data_url, escape};

/// What is asked for where a document does not say what it answers with.
const ANYTHING: &str = "application/json, text/*;q=0.9, */*;q=0.1";

/// The parts of a request that arguments decide.
#[derive(Clone, Debug)]
pub struct RequestParts {
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
}

/// Puts each argument where it goes. An argument that has no place is a problem, as is one that cannot stand in its.
pub fn build(
    endpoint: &Endpoint,
    tool: &str,
    base: &Url,
    arguments: &Map<String, Value>,
) -> Result<RequestParts> {
    let mut request = RequestBuilder::new(endpoint, base);
    for (name, value) in arguments {
        request.take(name, value);
    }
    // Last, so that of two values for one place the caller's own is the one that stays.
    for (location, value) in &endpoint.fixed {
        request.put("", value, location);
    }
    let url = request.url();
    let given = std::mem::take(&mut request.body);
    let body = endpoint.body.as_ref().and_then(|shape| given.write(shape, &mut request.problems));
    match url {
        Some(url) if request.problems.is_empty() => {
            let headers = request.headers(body.as_ref());
            Ok(RequestParts { url, headers, body: body.map(|body| body.bytes) })
        }
        _ => Err(Error::InvalidParams { tool: tool.to_owned(), problems: request.problems }),
    }
}

/// A request that grows.
struct RequestBuilder<'e> {
    endpoint: &'e Endpoint,
    base: &'e Url,
    /// The text of each variable, and the argument that it comes from.
    path: Vec<(&'e str, String, String)>,
    query: Vec<String>,
    cookies: Vec<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: BodyArguments,
    problems: Vec<Problem>,
}

impl<'e> RequestBuilder<'e> {
    fn new(endpoint: &'e Endpoint, base: &'e Url) -> Self {
        Self {
            endpoint,
            base,
            path: Vec::new(),
            query: Vec::new(),
            cookies: Vec::new(),
            headers: Vec::new(),
            body: BodyArguments::Nothing,
            problems: Vec::new(),
        }
    }

    fn problem(&mut self, at: &str, message: &str) {
        self.problems.push(Problem::at(at, message));
    }

    /// One member of the arguments: an argument, or the object that some of them stand in.
    fn take(&mut self, name: &str, value: &Value) {
        let at = pointer::push("", name);
        let group =
            self.endpoint.arguments.iter().find_map(|one| one.group.filter(|group| group.as_str() == name));
        match (group, value) {
            (None, value) => self.argument(None, name, value, &at),
            (Some(group), Value::Object(members)) => {
                for (name, value) in members {
                    self.argument(Some(group), name, value, &pointer::push(&at, name));
                }
            }
            (Some(_), Value::Null) => {}
            (Some(_), _) => self.problem(&at, "is a map of arguments"),
        }
    }

    fn argument(&mut self, group: Option<ArgumentGroup>, name: &str, value: &Value, at: &str) {
        let endpoint = self.endpoint;
        match endpoint.arguments.iter().find(|one| one.group == group && *one.name == *name) {
            Some(argument) => self.put(at, value, &argument.location),
            None => self.problem(at, "is no argument of this tool"),
        }
    }

    fn put(&mut self, at: &str, value: &Value, location: &'e ArgumentLocation) {
        match location {
            ArgumentLocation::Body => self.body = BodyArguments::Whole(value.clone()),
            ArgumentLocation::BodyProperty { name, .. } => self.body.insert(name, value),
            ArgumentLocation::Parameter { name, place: ParameterIn::Path, wire } => {
                self.variable(at, name, value, wire);
            }
            // Elsewhere there is no way to write nothing: it means that the parameter is not there.
            ArgumentLocation::Parameter { wire, .. } if style::is_absent(wire, value) => {}
            ArgumentLocation::Parameter { name, place, wire } => {
                self.parameter(at, name, &data_url::without_files(value), *place, wire);
            }
        }
    }

    /// A variable of the path. One whose expression brings its own separator may be left out.
    fn variable(&mut self, at: &str, name: &'e str, value: &Value, wire: &ValueSerialization) {
        let variable = self.endpoint.template.variable(name);
        if style::is_absent(wire, value) && variable.is_some_and(TemplateVariable::may_be_absent) {
            return;
        }
        let text = style::path(wire, name, &data_url::without_files(value));
        if text.is_empty() || text == "." || text == ".." {
            self.problem(at, "cannot be empty, \".\" or \"..\" in a path");
        }
        let has_gap = |segments: &str| segments.split('/').any(str::is_empty);
        let is_broken = match wire.style {
            ParameterStyle::Reserved => !text.is_empty() && has_gap(&text),
            ParameterStyle::PathSegment => text.strip_prefix('/').is_some_and(has_gap),
            _ => false,
        };
        if is_broken {
            self.problem(at, "cannot begin or end with \"/\", or have \"//\" in it, in a path");
        }
        self.path.push((name, text, at.to_owned()));
    }

    fn parameter(
        &mut self,
        at: &str,
        name: &str,
        value: &Value,
        place: ParameterIn,
        wire: &ValueSerialization,
    ) {
        if let Value::Object(members) = value
            && are_parameters(place, wire)
        {
            let taken: Vec<_> = members.keys().filter(|member| self.is_taken(place, name, member)).collect();
            for member in taken {
                self.problem(&pointer::push(at, member), "is the name of another parameter");
            }
        }
        match place {
            ParameterIn::Path => {}
            ParameterIn::Query => {
                let pairs = style::query(wire, name, value).into_iter();
                self.query.extend(pairs.map(|(name, value)| format!("{name}={value}")));
            }
            ParameterIn::QueryString => {
                let text = style::query_string(wire, value);
                self.query.extend(Some(text).filter(|text| !text.is_empty()));
            }
            ParameterIn::Cookie => {
                let pairs = style::cookie(wire, name, value);
                if !pairs.iter().all(is_cookie) {
                    self.problem(at, "cannot stand in a cookie, which has no \";\" and no line breaks");
                }
                self.cookies.extend(pairs.into_iter().map(|(name, value)| format!("{name}={value}")));
            }
            // The loader makes no such parameter an argument; whoever makes operations by hand is held to the same.
            ParameterIn::Header if is_reserved(name) => self.problem(at, "is a header that no argument sets"),
            ParameterIn::Header => {
                let text = style::header(wire, value);
                match (HeaderName::try_from(name), HeaderValue::try_from(text)) {
                    (Ok(name), Ok(value)) => self.headers.push((name, value)),
                    _ => self.problem(at, "cannot stand in a header"),
                }
            }
        }
    }

    /// Whether a name is that of another parameter in its place, of a fixed one, or of one that the address has.
    fn is_taken(&self, place: ParameterIn, own: &str, member: &str) -> bool {
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
        let declared = self.endpoint.arguments.iter().map(|argument| &argument.location);
        let fixed = self.endpoint.fixed.iter().map(|(location, _)| location);
        let in_address =
            |query: &str| form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == member);
        declared.chain(fixed).any(bears_it) || (!is_cookie && self.own_query().any(in_address))
    }

    /// What stands in the query of every request.
    fn own_query(&self) -> impl Iterator<Item = &'e str> + use<'e> {
        self.base.query().into_iter().chain(self.endpoint.template.query())
    }

    fn url(&mut self) -> Option<Url> {
        let members = self.query_members();
        let path = self.full_path();
        let mut url = self.base.clone();
        url.set_path(&path);
        // The parser resolves dot segments; a path that it changed leads elsewhere than the template says.
        let is_kept = url.path().split('/').count() == path.split('/').count();
        if !is_kept || url.origin() != self.base.origin() {
            if self.problems.is_empty() {
                self.problem("", "arguments lead out of the path of this operation");
            }
            return None;
        }
        let query: Vec<&str> = self
            .own_query()
            .chain(members.iter().map(String::as_str))
            .chain(self.query.iter().map(String::as_str))
            .collect();
        url.set_query(if query.is_empty() { None } else { Some(query.join("&")) }.as_deref());
        url.set_fragment(None);
        Some(url)
    }

    /// The members of the query that are templates, filled; one whose variable has no value is left out.
    fn query_members(&self) -> Vec<String> {
        let filled = |part: &TemplatePart| match part {
            TemplatePart::Literal(text) => Some(text.clone()),
            TemplatePart::Variable(variable) => {
                let (_, text, _) = self.path.iter().rfind(|(known, ..)| *known == variable.name)?;
                Some(text.clone())
            }
        };
        let members = self.endpoint.template.query_members().iter();
        members.filter_map(|member| member.iter().map(filled).collect()).collect()
    }

    /// The path with its variables filled. Several of them can stand in one segment, so each is judged as a whole.
    fn full_path(&mut self) -> String {
        let endpoint = self.endpoint;
        let values = std::mem::take(&mut self.path);
        let mut path = self.base.path().trim_end_matches('/').to_owned();
        let (mut start, mut from) = (path.len(), Vec::new());
        for part in endpoint.template.parts() {
            match part {
                TemplatePart::Literal(text) => {
                    let slash = text.find('/').unwrap_or(text.len());
                    path.push_str(&text[..slash]);
                    if slash < text.len() {
                        self.judge_segment(&path[start..], &from);
                        from.clear();
                        path.push_str(&text[slash..]);
                        start = path.rfind('/').map_or(path.len(), |last| last + 1);
                    }
                }
                TemplatePart::Variable(variable) => {
                    match values.iter().rfind(|(known, ..)| *known == variable.name) {
                        Some((_, text, at)) => {
                            path.push_str(text);
                            from.push(at.as_str());
                        }
                        None if variable.may_be_absent() => {}
                        None => self.problem(&place_of(endpoint, &variable.name), "is required"),
                    }
                }
            }
        }
        self.judge_segment(&path[start..], &from);
        path
    }

    fn judge_segment(&mut self, segment: &str, from: &[&str]) {
        if from.is_empty() || !escape::leads_out(segment) {
            return;
        }
        for at in from {
            if !self.problems.iter().any(|told| told.pointer == *at) {
                self.problem(at, "leads out of its place in the path");
            }
        }
    }

    fn headers(self, body: Option<&EncodedBody>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let accept = self.endpoint.accept.as_deref().and_then(|accept| HeaderValue::from_str(accept).ok());
        headers.insert(ACCEPT, accept.unwrap_or(HeaderValue::from_static(ANYTHING)));
        headers.extend(self.headers);
        if let Some(Ok(value)) = body.map(|body| HeaderValue::try_from(body.content_type.as_str())) {
            headers.insert(CONTENT_TYPE, value);
        }
        if let Ok(cookies) = HeaderValue::try_from(self.cookies.join("; "))
            && !self.cookies.is_empty()
        {
            headers.insert(COOKIE, cookies);
        }
        headers
    }
}

/// Whether the members of a map are parameters of their own.
fn are_parameters(place: ParameterIn, wire: &ValueSerialization) -> bool {
    match (place, wire.style) {
        (ParameterIn::QueryString, _) => {
            wire.media_type.as_ref().is_some_and(|media| media.kind == MediaKind::Form)
        }
        (ParameterIn::Path | ParameterIn::Header, _)
        | (_, ParameterStyle::DeepObject | ParameterStyle::Content) => false,
        (ParameterIn::Query | ParameterIn::Cookie, _) => wire.explode,
    }
}

/// Whether a pair is one cookie as it is. RFC 6265 forbids more than what splits the header, and what servers set and
/// expect back does not keep to it.
fn is_cookie((name, value): &Pair) -> bool {
    let splits = |c: char| c == ';' || c.is_control();
    !name.is_empty() && !name.contains(|c| splits(c) || c == '=') && !value.contains(splits)
}

/// The argument that fills a variable of the path.
fn place_of(endpoint: &Endpoint, variable: &str) -> String {
    let fills = |argument: &&Arc<Argument>| matches!(&argument.location, ArgumentLocation::Parameter { name, place: ParameterIn::Path, .. } if **name == *variable);
    let argument = endpoint.arguments.iter().find(fills);
    let group = argument.and_then(|argument| argument.group).map(|group| pointer::push("", group.as_str()));
    pointer::push(&group.unwrap_or_default(), argument.map_or(variable, |argument| &argument.name))
}
