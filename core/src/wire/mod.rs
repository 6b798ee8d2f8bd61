//! Operations on the wire: arguments become an HTTP request, and an HTTP response becomes a result.
//!
//! A tool has one flat object of arguments. Its API wants each of them in its own place: path, query, header, cookie or
//! body. An [`Endpoint`] has that location for each argument. Parameters are serialized by OpenAPI's styles (`simple`,
//! `form`, `deepObject`, ...), and bodies by their media type (JSON, form, multipart, text, bytes). A response is read
//! by its media type and charset, never by a guess from its bytes. A value cannot add a parameter or leave its path
//! segment.
//!
//! ```
//! use std::sync::Arc;
//! use toolrack_core::spec::{Argument, ArgumentLocation, ParameterIn, ParameterStyle, PathTemplate, ValueSerialization};
//! use toolrack_core::wire::Endpoint;
//!
//! let location = ArgumentLocation::Parameter {
//!     name: "Idempotency-Key".into(),
//!     place: ParameterIn::Header,
//!     wire: ValueSerialization::plain(ParameterStyle::Simple, false),
//! };
//! let endpoint = Endpoint {
//!     method: http::Method::POST,
//!     template: PathTemplate::parse("/orders/{id}").expect("a path template"),
//!     arguments: vec![Arc::new(Argument { name: "key".into(), group: None, location })],
//!     fixed: Vec::new(),
//!     body: None,
//!     security: Default::default(),
//!     accept: None,
//! };
//! assert!(endpoint.fills_header("idempotency-key"));
//! ```
//!
//! Limits: a body is held in memory whole, a file included. Multipart is `multipart/form-data`. XML bodies are text.

pub(crate) mod data_url;
mod endpoint;
mod endpoint_destination;
pub(crate) mod escape;
pub(crate) mod request;
pub(crate) mod response;

pub use endpoint::{Endpoint, annotations_of};
pub(crate) use endpoint_destination::endpoint_destination;
