//! Endpoint: the HTTP request of an operation, and the location of each argument in it.

use std::sync::Arc;

use http::Method;

use serde_json::Value;

use crate::spec::{
    Argument, ArgumentLocation, BodyEncoding, ParameterIn, PathTemplate, SecurityAlternatives,
};
use crate::tool::Annotations;

/// The request of one operation.
#[derive(Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path.
    pub template: PathTemplate,
    /// The arguments with their locations.
    pub arguments: Vec<Arc<Argument>>,
    /// Fixed values of the caller, which every request has.
    pub fixed: Vec<(ArgumentLocation, Value)>,
    /// The encoding of the body; `None` where there is no body.
    pub body: Option<BodyEncoding>,
    /// The security requirements of the document.
    pub security: SecurityAlternatives,
    /// The `Accept` header; `None` where the document names no response media type.
    pub accept: Option<Arc<str>>,
}

impl Endpoint {
    /// Whether an argument or a fixed value fills this header.
    pub fn fills_header(&self, header: &str) -> bool {
        let is_it = |location: &ArgumentLocation| matches!(location, ArgumentLocation::Parameter { name, place: ParameterIn::Header, .. } if name.eq_ignore_ascii_case(header));
        self.arguments.iter().any(|argument| is_it(&argument.location))
            || self.fixed.iter().any(|(location, _)| is_it(location))
    }
}

/// The MCP annotations of an HTTP method: safe and idempotent methods. Source: RFC 9110, sections 9.2.1 and 9.2.2.
pub fn annotations_of(method: &Method) -> Annotations {
    let is_safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    let is_idempotent = is_safe || matches!(*method, Method::PUT | Method::DELETE);
    Annotations {
        read_only_hint: Some(is_safe),
        destructive_hint: Some(*method == Method::DELETE),
        idempotent_hint: Some(is_idempotent),
        open_world_hint: Some(true),
    }
}
