//! Arguments to an HTTP request: path, query, headers, cookies and body.

mod argument_spelling;
mod encoded_body;
mod multipart;
mod request_builder;
mod style;

pub use argument_spelling::spelled;
pub use request_builder::{RequestParts, build};
