//! Arguments to an HTTP request.

use http::header::{ACCEPT, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use url::Url;

use super::endpoint::Endpoint;
use super::style;
use crate::error::{Error, Problem, Result};
use crate::json::pointer;
use crate::spec::{In, Location, Part, Style};

/// The parts of a request that arguments decide.
#[derive(Debug)]
pub struct Parts {
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
}

/// Puts each argument where it goes. An argument that has no place is a problem, as is one that cannot stand in its.
pub fn build(endpoint: &Endpoint, tool: &str, base: &Url, arguments: &Map<String, Value>) -> Result<Parts> {
    let mut request = Request::default();
    for (name, value) in arguments {
        match endpoint.arguments.iter().find(|argument| *argument.name == **name) {
            Some(argument) => request.put(name, value, &argument.location),
            None => request.problem(name, "is no argument of this tool"),
        }
    }
    for (location, value) in &endpoint.fixed {
        request.put("", value, location);
    }
    let body_required = endpoint.body.as_ref().is_some_and(|body| body.required);
    let url = request.url(endpoint, base);
    let headers = request.headers(endpoint);
    let body = match (&request.whole, &request.properties) {
        (Some(whole), _) => Some(whole.to_string().into_bytes()),
        (None, properties) if properties.is_empty() && !body_required => None,
        (None, properties) => Some(Value::Object(properties.clone()).to_string().into_bytes()),
    };
    match url {
        Some(url) if request.problems.is_empty() => Ok(Parts { url, headers, body }),
        _ => Err(Error::InvalidParams { tool: tool.to_owned(), problems: request.problems }),
    }
}

#[derive(Default)]
struct Request {
    path: Vec<(String, String)>,
    query: Vec<String>,
    cookies: Vec<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    properties: Map<String, Value>,
    whole: Option<Value>,
    problems: Vec<Problem>,
}

impl Request {
    fn problem(&mut self, argument: &str, message: &str) {
        self.problems.push(Problem::at(pointer::push("", argument), message));
    }

    fn put(&mut self, argument: &str, value: &Value, location: &Location) {
        match location {
            Location::Body => self.whole = Some(value.clone()),
            Location::BodyProperty { name, .. } => {
                drop(self.properties.insert(name.to_string(), value.clone()));
            }
            // Elsewhere there is no way to write null: it means that the parameter is not there.
            Location::Parameter { place: In::Query | In::Header | In::Cookie, .. } if value.is_null() => {}
            Location::Parameter { name, place, wire } => {
                self.parameter(argument, name, value, *place, (wire.style, wire.explode));
            }
        }
    }

    fn parameter(
        &mut self,
        argument: &str,
        name: &str,
        value: &Value,
        place: In,
        (style, explode): (Style, bool),
    ) {
        match place {
            In::Path => {
                let text = style::path(style, explode, name, value);
                if text.is_empty() || text == "." || text == ".." {
                    self.problem(argument, "cannot be empty, \".\" or \"..\" in a path");
                }
                self.path.push((name.to_owned(), text));
            }
            In::Query | In::QueryString => self.query.extend(style::query(style, explode, name, value)),
            In::Cookie => self.cookies.extend(style::cookie(style, explode, name, value)),
            In::Header => {
                let text = style::header(style, explode, value);
                match (HeaderName::try_from(name), HeaderValue::try_from(text)) {
                    (Ok(name), Ok(value)) => self.headers.push((name, value)),
                    _ => self.problem(argument, "cannot stand in a header"),
                }
            }
        }
    }

    fn url(&mut self, endpoint: &Endpoint, base: &Url) -> Option<Url> {
        let mut path = base.path().trim_end_matches('/').to_owned();
        for part in endpoint.template.parts() {
            match part {
                Part::Literal(text) => path.push_str(text),
                Part::Variable(name) => match self.path.iter().find(|(known, _)| known == name) {
                    Some((_, text)) => path.push_str(text),
                    None => self.problems.push(Problem::at(pointer::push("", name), "is required")),
                },
            }
        }
        let mut url = base.clone();
        url.set_path(&path);
        // The parser resolves dot segments; a path that it changed leads elsewhere than the template says.
        let kept = url.path().split('/').count() == path.split('/').count();
        if !kept || url.origin() != base.origin() {
            self.problems.push(Problem::at("", "arguments lead out of the path of this operation"));
            return None;
        }
        let query: Vec<&str> = base
            .query()
            .into_iter()
            .chain(endpoint.template.query())
            .chain(self.query.iter().map(String::as_str))
            .collect();
        url.set_query(if query.is_empty() { None } else { Some(query.join("&")) }.as_deref());
        url.set_fragment(None);
        Some(url)
    }

    fn headers(&mut self, endpoint: &Endpoint) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/*;q=0.9, */*;q=0.1"));
        headers.extend(self.headers.drain(..));
        if let Some(body) = &endpoint.body
            && let Ok(value) = HeaderValue::try_from(body.media_type.name.as_str())
            && (self.whole.is_some() || !self.properties.is_empty() || body.required)
        {
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
