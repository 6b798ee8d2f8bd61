//! Path templates: `/pets/{id}`, with the expressions of RFC 6570 (URI Template).
//!
//! A path says which variables it has, how each is expanded, and which of them are query parameters.
//!
//! ```
//! use toolrack_core::spec::PathTemplate;
//!
//! let template = PathTemplate::parse("/pets/{id}?lang={language}").expect("a path");
//! assert_eq!(template.variables()[0].name, "id");
//! assert_eq!(template.query_variables()[0].key, "lang");
//! assert!(PathTemplate::parse("/a/../b").is_err());
//! ```
//!
//! Limits: a path never leaves its API: `..`, `\\`, control characters and `://` are refused. A fragment is dropped.

pub(in crate::spec) mod expression;
mod path_query;
pub(in crate::spec) mod path_template;
pub(in crate::spec) mod template_part;
