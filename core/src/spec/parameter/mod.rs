//! Parameters of operations, as OpenAPI 3 and Swagger 2.0 declare them.
//!
//! An operation inherits the parameters of its path item and may override them; the path template has a last word on how a
//! path variable is sent. Reserved headers (`Host`, `Cookie`, `Authorization`, `Content-Length` …) are no arguments:
//!
//! ```
//! use toolrack_core::spec::is_reserved;
//!
//! assert!(is_reserved("transfer_encoding") && is_reserved("X-Forwarded-For"));
//! assert!(!is_reserved("X-Tenant"));
//! ```
//!
//! Limits: a parameter without name or place is left out with a note, and so is the second of a name and place.

pub(in crate::spec) mod openapi3_parameter;
pub(in crate::spec) mod operation_parameter;
pub(in crate::spec) mod parameter_lists;
pub(in crate::spec) mod parameter_text;
pub(in crate::spec) mod path_parameters;
pub(in crate::spec) mod reserved_headers;
pub(in crate::spec) mod swagger2_parameter;
