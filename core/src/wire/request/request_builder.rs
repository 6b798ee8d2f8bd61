//! Request builder: the arguments of one call become URL, headers and body.
//!
//! The steps of one argument, from top to bottom of this file: [`build_request`] takes it,
//! [`RequestBuilder::add_argument`] finds its location in the endpoint, [`RequestBuilder::add_value`] separates the
//! body from parameters, and [`RequestBuilder::add_parameter`] serializes the value by its `style` into path, query,
//! header or cookie.
//!
//! The document decides where a request goes; an argument only fills its own location. No value can add a path segment,
//! a parameter or a header.

use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use url::Url;

use super::encoded_body::{BodyArguments, EncodedBody};
use super::parameter_names::{is_name_taken, members_are_parameters};
use super::request_path::{PathProblem, PathValue, fill_path, fill_query_members, path_value_problems};
use super::style::{self, Pair};
use crate::error::{Error, Problem, Result};
use crate::json::pointer;
use crate::spec::{
    Argument, ArgumentGroup, ArgumentLocation, ParameterIn, TemplateVariable, ValueSerialization, is_reserved,
};
use crate::wire::data_url;
use crate::wire::endpoint::Endpoint;

/// The `Accept` header of an operation whose document names no response media type.
const DEFAULT_ACCEPT: &str = "application/json, text/*;q=0.9, */*;q=0.1";

/// The parts of a request that arguments decide.
#[derive(Clone, Debug)]
pub struct RequestParts {
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
}

/// The values of one call.
#[derive(Clone, Copy)]
pub struct RequestValues<'v> {
    /// The arguments.
    pub arguments: &'v Map<String, Value>,
    /// Fixed values of this call, beside those of its endpoint.
    pub fixed: &'v [(ArgumentLocation, Value)],
}

/// Builds the request of one call below `base`.
///
/// # Errors
/// `INVALID_PARAMS` with every problem at once: an argument without a location, or a value that its location cannot
/// hold.
pub fn build_request<'e>(
    endpoint: &'e Endpoint,
    tool: &str,
    base: &'e Url,
    values: RequestValues<'e>,
) -> Result<RequestParts> {
    let mut request = RequestBuilder::new(endpoint, base);
    for (name, value) in values.arguments {
        request.add_argument(name, value);
    }
    // Fixed values come last, so that no argument replaces them.
    for (location, value) in endpoint.fixed.iter().chain(values.fixed) {
        request.add_value("", value, location);
    }
    let url = request.url();
    let given = std::mem::take(&mut request.body);
    let body = endpoint.body.as_ref().map_or(Ok(None), |encoding| given.encode(encoding));
    let body = body.unwrap_or_else(|problems| {
        request.problems.extend(problems);
        None
    });
    match url {
        Some(url) if request.problems.is_empty() => {
            let headers = request.headers(body.as_ref());
            Ok(RequestParts { url, headers, body: body.map(|body| body.bytes) })
        }
        _ => Err(Error::InvalidParams { tool: tool.to_owned(), problems: request.problems }),
    }
}

/// One parameter that receives a value.
struct ParameterSlot<'e, 'p> {
    /// JSON pointer of the argument, for problems.
    pointer: &'p str,
    name: &'e str,
    place: ParameterIn,
    wire: &'e ValueSerialization,
}

/// A request under construction.
struct RequestBuilder<'e> {
    endpoint: &'e Endpoint,
    base: &'e Url,
    path: Vec<PathValue<'e>>,
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

    fn add_problem(&mut self, pointer: &str, message: &str) {
        self.problems.push(Problem::at(pointer, message));
    }

    /// Adds one member of the arguments: an argument, or a group object (`path`, `query`, ...) of several.
    fn add_argument(&mut self, name: &str, value: &Value) {
        let at = pointer::push("", name);
        let group =
            self.endpoint.arguments.iter().find_map(|one| one.group.filter(|group| group.as_str() == name));
        match (group, value) {
            (None, value) => self.add_named(None, name, value, &at),
            (Some(group), Value::Object(members)) => {
                for (name, value) in members {
                    self.add_named(Some(group), name, value, &pointer::push(&at, name));
                }
            }
            (Some(_), Value::Null) => {}
            (Some(_), _) => self.add_problem(&at, "must be an object of arguments"),
        }
    }

    fn add_named(&mut self, group: Option<ArgumentGroup>, name: &str, value: &Value, at: &str) {
        let endpoint = self.endpoint;
        match endpoint.arguments.iter().find(|one| one.group == group && *one.name == *name) {
            Some(argument) => self.add_value(at, value, &argument.location),
            None => self.add_problem(at, "is not an argument of this tool: leave it out"),
        }
    }

    /// Adds a value at its location: the body, a property of the body, or a parameter.
    fn add_value(&mut self, pointer: &str, value: &Value, location: &'e ArgumentLocation) {
        match location {
            ArgumentLocation::Body => self.body = BodyArguments::Whole(value.clone()),
            ArgumentLocation::BodyProperty { name, .. } => self.body.insert(name, value),
            ArgumentLocation::Parameter { name, place, wire } => {
                self.add_parameter(&ParameterSlot { pointer, name, place: *place, wire }, value);
            }
        }
    }

    /// Serializes a value by its `style` and adds it to the path, the query, the cookies or the headers.
    fn add_parameter(&mut self, slot: &ParameterSlot<'e, '_>, value: &Value) {
        let ParameterSlot { pointer, name, place, wire } = *slot;
        // A parameter cannot express null: it is left out. A required path variable is refused instead.
        if style::is_absent(wire, value) && (place != ParameterIn::Path || self.may_be_absent(name)) {
            return;
        }
        let value = &*data_url::files_as_base64(value);
        self.refuse_taken_names(slot, value);
        match place {
            ParameterIn::Path => {
                let text = style::path(wire, name, value);
                path_value_problems(wire, &text).for_each(|problem| self.add_problem(pointer, problem));
                self.path.push(PathValue { name, text, pointer: pointer.to_owned() });
            }
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
                    self.add_problem(pointer, "cannot be sent in a cookie: leave out \";\" and line breaks");
                }
                self.cookies.extend(pairs.into_iter().map(|(name, value)| format!("{name}={value}")));
            }
            // A converted document has no argument for a reserved header; an endpoint from other code may have one.
            ParameterIn::Header if is_reserved(name) => {
                self.add_problem(pointer, "is a reserved header, which no argument may set: leave it out");
            }
            ParameterIn::Header => {
                match (HeaderName::try_from(name), HeaderValue::try_from(style::header(wire, value))) {
                    (Ok(name), Ok(value)) => self.headers.push((name, value)),
                    _ => self.add_problem(
                        pointer,
                        "cannot be sent in a header: leave out line breaks and control characters",
                    ),
                }
            }
        }
    }

    fn may_be_absent(&self, variable: &str) -> bool {
        self.endpoint.template.variable(variable).is_some_and(TemplateVariable::may_be_absent)
    }

    /// Refuses members of an exploded object that would replace another parameter.
    fn refuse_taken_names(&mut self, slot: &ParameterSlot<'e, '_>, value: &Value) {
        let Value::Object(members) = value else { return };
        if !members_are_parameters(slot.place, slot.wire) {
            return;
        }
        let own_query: Vec<&str> = self.own_query().collect();
        for member in members.keys() {
            if is_name_taken(self.endpoint, &own_query, (slot.place, slot.name), member) {
                self.add_problem(
                    &pointer::push(slot.pointer, member),
                    "is the name of another parameter: pass it there",
                );
            }
        }
    }

    /// The queries of the base URL and of the path template, which every request has.
    fn own_query(&self) -> impl Iterator<Item = &'e str> + use<'e> {
        self.base.query().into_iter().chain(self.endpoint.template.query())
    }

    fn url(&mut self) -> Option<Url> {
        let template = &self.endpoint.template;
        let members = fill_query_members(template, &self.path);
        let base_path = self.base.path().trim_end_matches('/');
        let path = fill_path(template, base_path, &std::mem::take(&mut self.path));
        for problem in path.problems {
            match problem {
                PathProblem::Missing(variable) => {
                    self.add_problem(&argument_pointer(self.endpoint, variable), "is required");
                }
                // One problem for each argument is enough: ".." has one already.
                PathProblem::Traversal(pointer)
                    if self.problems.iter().any(|known| known.pointer == pointer) => {}
                PathProblem::Traversal(pointer) => {
                    self.add_problem(&pointer, "leads to another path: leave out \".\" and \"..\" segments");
                }
            }
        }
        let mut url = self.base.clone();
        url.set_path(&path.text);
        // The URL parser resolves dot segments. A path that it changed is not the path of the template.
        let is_kept = url.path().split('/').count() == path.text.split('/').count();
        if !is_kept || url.origin() != self.base.origin() {
            if self.problems.is_empty() {
                self.add_problem("", "arguments lead to another path: leave out \".\" and \"..\" segments");
            }
            return None;
        }
        let all = self.own_query().chain(members.iter().map(String::as_str));
        let query: Vec<&str> = all.chain(self.query.iter().map(String::as_str)).collect();
        url.set_query(if query.is_empty() { None } else { Some(query.join("&")) }.as_deref());
        url.set_fragment(None);
        Some(url)
    }

    fn headers(self, body: Option<&EncodedBody>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let accept = self.endpoint.accept.as_deref().and_then(|accept| HeaderValue::from_str(accept).ok());
        headers.insert(ACCEPT, accept.unwrap_or(HeaderValue::from_static(DEFAULT_ACCEPT)));
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

/// Whether a pair is one cookie. Stricter rules of RFC 6265 are not kept: servers set such values and expect them back.
fn is_cookie((name, value): &Pair) -> bool {
    let splits = |c: char| c == ';' || c.is_control();
    !name.is_empty() && !name.contains(|c| splits(c) || c == '=') && !value.contains(splits)
}

/// The JSON pointer of the argument that fills a path variable.
fn argument_pointer(endpoint: &Endpoint, variable: &str) -> String {
    let fills = |argument: &&Arc<Argument>| matches!(&argument.location, ArgumentLocation::Parameter { name, place: ParameterIn::Path, .. } if **name == *variable);
    let argument = endpoint.arguments.iter().find(fills);
    let group = argument.and_then(|argument| argument.group).map(|group| pointer::push("", group.as_str()));
    pointer::push(&group.unwrap_or_default(), argument.map_or(variable, |argument| &argument.name))
}
