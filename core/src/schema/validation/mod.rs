//! Schema validation: compiled validators, default values, and problems with JSON pointers.
//!
//! Arguments are validated before a call, and the problems are written for a model that tries again. A [`Schema`]
//! compiles its validator at the first use: a session calls a dozen of a thousand tools.
//!
//! - `compiled_schema.rs` is [`Schema`]. `validator.rs` wraps the crate jsonschema and words the problems.
//! - `plain_schema.rs` spares most schemas the meta-schema.
//! - `default_values.rs` fills `default`. `pattern_removal.rs` drops patterns that the engine cannot read.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::schema::Schema;
//!
//! let schema = Schema::new(&json!({"required": ["id"]}));
//! let problems = schema.problems(&json!({}));
//! assert_eq!((problems[0].pointer.as_str(), problems[0].message.as_str()), ("/id", "is required"));
//! ```
//!
//! Limits: 20 problems for a value, 80 characters of a wrong value, 60 in a message. `format` is not validated. A pattern that backtracks
//! more than 100,000 steps does not match.

mod compiled_schema;
mod default_values;
mod pattern_removal;
mod plain_schema;
mod validator;

pub use compiled_schema::{Definition, Definitions, Property, Schema};
pub use default_values::fill as fill_defaults;
pub(in crate::schema) use default_values::is_plausible;
pub use plain_schema::is_plain_schema;
pub(in crate::schema) use validator::{Validator, is_pattern};
pub use validator::{is_wrong_type, meta_schema_problems};
