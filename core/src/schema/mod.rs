//! JSON Schema as data: from the dialects of API documents to 2020-12, and what a schema says of a value.
//!
//! [`Schema`] is one frozen schema: its text is what is hashed and shown, its validator is compiled at the first call.
//! [`Converter`] turns the Schema Objects of OpenAPI 3.0 and 3.1 into 2020-12, keyword by keyword from one table
//! ([`keywords`]), and keeps the definitions that schemas reach, each converted once for a document. Only schema
//! positions are walked: a *property* named `type` or `additionalProperties` is a property.

mod convert;
mod defaults;
mod frozen;
pub mod keywords;
mod note;
mod path;
mod reference;
mod validator;

pub use convert::{Converted, Converter, Dialect};
pub use defaults::fill as fill_defaults;
pub use frozen::Schema;
pub use note::Note;
pub use path::Path;
pub use reference::resolve;
pub use validator::problems_of_schema;
