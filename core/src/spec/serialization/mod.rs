//! Serialization of values: location, style, explode, media type, form encoding.
//!
//! A parameter or a form field says how its value is written in the request. [`ValueSerialization`] is that, for all versions
//! of OpenAPI; the room `wire` writes the bytes.
//!
//! ```
//! use toolrack_core::spec::{MediaKind, MediaType, ParameterIn, ParameterStyle};
//!
//! assert!(ParameterStyle::DeepObject.fits(ParameterIn::Query));
//! let types = ["text/plain", "application/json"];
//! let (_, media) = MediaType::choose(types.into_iter()).expect("one");
//! assert_eq!(media.kind, MediaKind::Json);
//! ```
//!
//! Limits: a style that does not fit its location is replaced by the default, with a note.
//!
//! [`ValueSerialization`]: crate::spec::ValueSerialization

pub(in crate::spec) mod form_encoding;
pub(in crate::spec) mod media_type;
pub(in crate::spec) mod parameter_in;
pub(in crate::spec) mod parameter_style;
pub(in crate::spec) mod value_serialization;
