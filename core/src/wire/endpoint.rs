//! Where an operation is on the wire.

use std::sync::Arc;

use http::Method;

use serde_json::Value;

use crate::spec::{
    Argument, ArgumentLocation, BodyEncoding, ParameterIn, PathTemplate, SecurityAlternatives,
};

/// Where an operation is, and where its arguments go.
#[derive(Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path.
    pub template: PathTemplate,
    /// Where each argument goes.
    pub arguments: Vec<Arc<Argument>>,
    /// Values that go with every request, which the caller fixed.
    pub fixed: Vec<(ArgumentLocation, Value)>,
    /// How the body is written, where there is one.
    pub body: Option<BodyEncoding>,
    /// What the document wants callers to show.
    pub security: SecurityAlternatives,
    /// What its requests ask for, where the document says what it answers with.
    pub accept: Option<Arc<str>>,
}

impl Endpoint {
    /// Whether the document says what a header holds.
    pub fn takes_header(&self, header: &str) -> bool {
        let is_it = |location: &ArgumentLocation| matches!(location, ArgumentLocation::Parameter { name, place: ParameterIn::Header, .. } if name.eq_ignore_ascii_case(header));
        self.arguments.iter().any(|argument| is_it(&argument.location))
            || self.fixed.iter().any(|(location, _)| is_it(location))
    }
}
