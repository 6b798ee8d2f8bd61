//! From the bytes of an API document to its operations.
//!
//! A [`SpecSource`] is where a document stands, a [`Document`] is what was read there with what its references lead to,
//! an [`Operation`] is one method of one path with its [`Arguments`]: the one object that a model fills in, and the map
//! that says where in an HTTP request each of its members goes. Each operation is read alone; one that cannot be is an
//! error of its own and costs no other. An [`Account`] says of each of its inputs what became of it. Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are read, JSON and YAML.

mod account;
mod arguments;
mod body;
mod collisions;
mod comments;
mod document;
mod expression;
mod extension;
mod fixed;
mod form;
mod indentation;
mod inventory;
mod listed;
mod media;
mod merge;
mod operation;
mod operation_reader;
mod overlay;
mod parameter;
mod parameter_in;
mod parse;
mod path_parameters;
mod renaming;
mod request_body;
mod reserved;
mod responses;
mod scheme;
mod security;
mod server;
mod site;
mod source;
mod stripping;
mod style;
mod swagger2;
mod swagger2_body;
mod template;
mod wire;
mod yaml;

pub use account::{Account, Auditor, Loss, Tally};
pub use arguments::{Argument, Arguments, BodyShape, Group, Location, Shape};
pub use body::Body;
pub use document::{Document, NoOperation};
pub use expression::{Expansion, Variable};
pub use extension::Extension;
pub use fixed::{ArgumentNames, Found};
pub use media::{Kind as MediaKind, Media};
pub use operation::Operation;
pub use operation_reader::OperationReader;
pub use overlay::{Budget, Overlay, value_of};
pub use parameter_in::In;
pub use parse::{Limits, Parsed, parse, text_of};
pub use reserved::is_reserved;
pub use scheme::{Flow, FlowKind, Scheme, Schemes};
pub use security::Security;
pub use site::OperationSite;
pub use source::{Bytes, SpecSource};
pub use style::Style;
pub use template::{Oddity, Part, QueryVariable, Template};
pub use wire::{Field, Wire};
