//! Where an operation is on the wire.

use std::sync::Arc;

use http::Method;

use serde_json::Value;

use crate::spec::{Argument, BodyShape, Location, Security, Template};

/// Where an operation is, and where its arguments go.
#[derive(Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path.
    pub template: Template,
    /// Where each argument goes.
    pub arguments: Vec<Arc<Argument>>,
    /// Values that go with every request, which the caller fixed.
    pub fixed: Vec<(Location, Value)>,
    /// How the body is written, where there is one.
    pub body: Option<BodyShape>,
    /// What the document wants callers to show.
    pub security: Security,
}
