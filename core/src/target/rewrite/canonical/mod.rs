//! Canonical form: JSON Schema 2020-12, every `$ref` to `#` or `#/$defs/<name>`, an object at the root.
//!
//! All targets start from this form. The rules of a target then need not know older dialects or other forms of
//! references. `schema_scan.rs` scans a schema once. `settled_references.rs` rewrites references. `older_dialects.rs`
//! rewrites draft-04 to draft-07 and OpenAPI 3.0. `all_of_merge.rs` merges `allOf`. `canonical_form.rs` makes the root
//! an object.
//!
//! Limits: 200 levels; references to other documents are refused; one merge writes out at most 500 definitions.

pub mod all_of_merge;
pub mod canonical_form;
pub mod older_dialects;
pub mod schema_scan;
pub mod settled_references;
