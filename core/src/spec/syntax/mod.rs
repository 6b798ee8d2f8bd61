//! JSON and YAML syntax: bytes to values, within limits.
//!
//! Publishers write JSON, YAML, JSON with a trailing comma, and YAML whose quoted text stands too far left; a byte order mark
//! says UTF-16. [`decode_text`](crate::spec::decode_text) gives the text, [`parse_document`](crate::spec::parse_document) the
//! values, borrowed from that text.
//!
//! ```
//! use toolrack_core::json::Arena;
//! use toolrack_core::spec::{ParseLimits, decode_text, parse_document};
//!
//! let limits = ParseLimits::default();
//! let text = decode_text(b"\xef\xbb\xbfopenapi: 3.1.0\n", &limits)?;
//! let arena = Arena::new();
//! assert_eq!(parse_document(&text, &limits, &arena)?.root.text("openapi"), Some("3.1.0"));
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! Limits: [`ParseLimits`](crate::spec::ParseLimits) counts an alias of YAML as if it were written out, so that an alias bomb
//! ends in `LIMIT_EXCEEDED`. Only the core schema of YAML 1.2 is read, and one document per text.

pub(in crate::spec) mod json_comments;
pub(in crate::spec) mod parse;
pub(in crate::spec) mod yaml_indentation;
pub(in crate::spec) mod yaml_reader;
pub(in crate::spec) mod yaml_scalar;
