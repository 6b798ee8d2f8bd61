//! Arguments to an HTTP request: path, query, headers, cookies and body.

mod argument_spelling;
mod encoded_body;
mod multipart;
mod parameter_names;
mod request_builder;
mod request_path;
mod style;

pub use argument_spelling::spelled;
pub use request_builder::{RequestParts, build};
