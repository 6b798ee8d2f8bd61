//! Request bodies, as OpenAPI 3 and Swagger 2.0 declare them.
//!
//! Of several media types one is sent: JSON before forms before text before bytes. Text and bytes are one argument, bytes as
//! base64; the fields of a form say which of them are bytes.
//!
//! ```
//! use toolrack_core::spec::MediaType;
//!
//! let (written, media) = MediaType::choose(["image/png", "multipart/form-data"].into_iter()).expect("one");
//! assert_eq!((written, media.name.as_str()), ("multipart/form-data", "multipart/form-data"));
//! ```
//!
//! Limits: at most 10,000 references are followed to find the bytes of a form, 32 for one field.

pub(in crate::spec) mod body_context;
pub(in crate::spec) mod body_reader;
pub(in crate::spec) mod body_schema;
pub(in crate::spec) mod form_fields;
pub(in crate::spec) mod request_body;
pub(in crate::spec) mod swagger2_body;
