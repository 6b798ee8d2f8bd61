//! API documents: bytes to operations.
//!
//! Tools are made of OpenAPI 3.0, 3.1, 3.2 and Swagger 2.0, in JSON or YAML, as publishers really write them. An
//! [`SpecSource`] says where a document is; [`parse_document`] makes values of its text; a [`Document`] is the root with all
//! documents that its references reach; an [`OperationReader`] reads one operation after another into an [`Operation`]: the
//! argument object that a model fills in ([`Arguments`]), and the map that says where in the request each argument goes. An
//! operation that cannot be read is an error of its own. [`InputCoverage`] counts what became of each declared input.
//!
//! ```
//! use toolrack_core::json::Arena;
//! use toolrack_core::schema::DocumentSet;
//! use toolrack_core::spec::{ArgumentShape, Document, OperationReader, ParseLimits, parse_document};
//!
//! let text = "openapi: 3.1.0\npaths:\n  /pets/{id}:\n    get:\n      operationId: getPet\n";
//! let arena = Arena::new();
//! let parsed = parse_document(text, &ParseLimits::default(), &arena)?;
//! let mut library = DocumentSet::new(&arena);
//! library.add(parsed.root, None, false)?;
//! let document = Document::new(library)?;
//! let sites = document.operations();
//! let site = sites[0].as_ref().expect("an operation");
//! let operation = OperationReader::new(&document, ArgumentShape::Flat).read(site)?;
//! assert_eq!(operation.id.as_deref(), Some("getPet"));
//! assert_eq!(&*operation.arguments.map[0].name, "id");
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! | folder | what it has |
//! |---|---|
//! | `syntax/` | JSON, YAML, comments, indentation, limits |
//! | `overlay/` | Overlay Specification 1.0 |
//! | `uri_template/` | path templates, RFC 6570 |
//! | `serialization/` | location, style, explode, media type, Encoding Object |
//! | `parameter/`, `body/` | parameters and request bodies of OpenAPI 3 and Swagger 2.0 |
//! | `output/` | output schemas: success responses, and one schema of them |
//! | `arguments/`, `hidden_unicode/` | the argument object, and what is stripped of it |
//! | `security/`, `coverage/` | security schemes and requirements; input coverage |
//!
//! Limits: [`ParseLimits`] bounds bytes, depth, values, aliases, operations and documents.

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
mod output;
mod overlay;
mod parameter;
mod security;
mod serialization;
mod server;
mod source;
mod syntax;
mod toolrack_extension;
mod uri_template;

pub use arguments::argument_lookup::{ArgumentLookup, ArgumentNames};
pub use arguments::argument_object::{
    Argument, ArgumentGroup, ArgumentLocation, ArgumentShape, Arguments, BodyEncoding,
};
pub use body::request_body::RequestBody;
pub use coverage::coverage_counter::CoverageCounter;
pub use coverage::input_coverage::{InputCounts, InputCoverage, InputLoss};
pub use document::{Document, InvalidOperation};
pub use operation::Operation;
pub use operation_reader::OperationReader;
pub use operation_site::OperationSite;
pub use output::operation_output::{OperationOutput, OutputBound};
pub use output::output_reader::OutputReader;
pub use overlay::overlay_document::{OverlaidValue, Overlay, OverlayBudget, value_under_overlays};
pub use parameter::reserved_headers::is_reserved;
pub use security::security_requirement::SecurityAlternatives;
pub use security::security_scheme::{OAuthFlow, OAuthFlowKind, SecurityScheme, SecuritySchemes};
pub use serialization::media_type::{MediaKind, MediaType, is_sendable};
pub use serialization::parameter_in::ParameterIn;
pub use serialization::parameter_style::ParameterStyle;
pub use serialization::value_serialization::{FormField, ValueSerialization};
pub use source::{Bytes, SpecSource};
pub use syntax::parse::{ParseLimits, ParsedDocument, decode_text, parse_document};
pub use toolrack_extension::ToolrackExtension;
pub use uri_template::expression::{TemplateVariable, VariableExpansion};
pub use uri_template::path_template::{PathRepair, PathTemplate};
pub use uri_template::template_part::{QueryVariable, TemplatePart};
