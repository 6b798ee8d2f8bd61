//! From the bytes of an API document to its operations.
//!
//! A [`SpecSource`] is where a document stands, [`Document`] is what was read there, [`Operation`] is one method of one
//! path with its [`Arguments`]: the one object that a model fills in, and the map that says where in an HTTP request
//! each of its members goes. Each operation is read alone; one that cannot be is an error of its own and costs no
//! other. `OpenAPI` 3.0 and 3.1 are read, JSON and YAML, with references within the document.

mod arguments;
mod body;
mod document;
mod operation;
mod parameter;
mod parse;
mod source;
mod template;

pub use arguments::{Argument, Arguments, Location};
pub use body::Body;
pub use document::{Document, OperationSite};
pub use operation::{Operation, OperationReader, id_of};
pub use parameter::{In, Style};
pub use parse::{Limits, parse, text_of};
pub use source::SpecSource;
pub use template::{Part, Template};
