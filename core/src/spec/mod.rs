//! From the bytes of an API document to its operations.
//!
//! A [`SpecSource`] is where a document stands, a [`Document`] is what was read there with what its references lead to,
//! an [`Operation`] is one method of one path with its [`Arguments`]: the one object that a model fills in, and the map
//! that says where in an HTTP request each of its members goes. Each operation is read alone; one that cannot be is an
//! error of its own and costs no other. An [`InputCoverage`] says of each of its inputs what became of it. Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are read, JSON and YAML.

mod accept_header;
mod argument_merge;
mod arguments;
mod body;
mod coverage;
mod document;
mod hidden_unicode;
mod operation;
mod operation_reader;
mod operation_site;
mod overlay;
mod parameter;
mod security;
mod serialization;
mod server;
mod source;
mod syntax;
mod toolrack_extension;
mod uri_template;

pub use arguments::argument_edit::{ArgumentLookup, ArgumentNames};
pub use arguments::argument_object::{
    Argument, ArgumentGroup, ArgumentLocation, ArgumentShape, Arguments, BodyEncoding,
};
pub use body::request_body::RequestBody;
pub use coverage::coverage_counter::{CoverageCounter, InputCounts, InputCoverage, InputLoss};
pub use document::{Document, InvalidOperation};
pub use operation::Operation;
pub use operation_reader::OperationReader;
pub use operation_site::OperationSite;
pub use overlay::overlay_document::{Overlay, OverlayBudget, value_under_overlays};
pub use parameter::reserved_headers::is_reserved;
pub use security::security_requirement::SecurityAlternatives;
pub use security::security_scheme::{OAuthFlow, OAuthFlowKind, SecurityScheme, SecuritySchemes};
pub use serialization::media_type::{MediaKind, MediaType};
pub use serialization::parameter_in::ParameterIn;
pub use serialization::parameter_style::ParameterStyle;
pub use serialization::value_serialization::{FormField, ValueSerialization};
pub use source::{Bytes, SpecSource};
pub use syntax::parse::{ParseLimits, ParsedDocument, decode_text, parse_document};
pub use toolrack_extension::ToolrackExtension;
pub use uri_template::expression::{TemplateVariable, VariableExpansion};
pub use uri_template::path_template::{PathRepair, PathTemplate, QueryVariable, TemplatePart};
