//! Where an operation is on the wire.

use http::Method;

use crate::spec::{Argument, Template};

/// Where an operation is, and where its arguments go.
#[derive(Debug)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path.
    pub template: Template,
    /// Where each argument goes.
    pub arguments: Vec<Argument>,
    /// The media type of the body, where it takes one.
    pub media_type: Option<String>,
    /// Whether every request has a body.
    pub body_required: bool,
}
