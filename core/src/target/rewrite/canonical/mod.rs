//! Canonical form: JSON Schema 2020-12, every `$ref` to `#` or `#/$defs/<name>`, an object at the root.
//!
//! All targets start from this form, so that the rules of a target need not know older dialects or other ways to write a
//! reference. `schema_scan.rs` looks at a schema once; `settled_references.rs` rewrites references; `older_dialects.rs` rewrites
//! draft-04 to draft-07 and OpenAPI 3.0; `all_of_merge.rs` merges the parts of `allOf`; `canonical_form.rs` makes the root an object.
//!
//! Limits: 200 levels; references to other documents are refused; 500 definitions are written out for one merge.

pub mod all_of_merge;
pub mod canonical_form;
pub mod older_dialects;
pub mod schema_scan;
pub mod settled_references;
