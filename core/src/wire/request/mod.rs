//! Request building: arguments become path, query, headers, cookies and body.
//!
//! `style.rs` and `deep_object.rs` serialize parameters, `encoded_body.rs` and `multipart.rs` encode bodies.

mod argument_spelling;
mod deep_object;
mod encoded_body;
mod multipart;
mod parameter_names;
mod request_builder;
mod request_path;
mod style;
mod style_value;

pub use argument_spelling::use_schema_spelling;
pub use request_builder::{RequestParts, RequestValues, build_request};
