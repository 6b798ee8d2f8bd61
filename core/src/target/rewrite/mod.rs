//! Schema rewriting: the JSON Schema of a tool as one provider takes it.
//!
//! A provider takes a part of JSON Schema, and strict mode takes less. Each provider has a table, `RewriteRules`, that says what
//! becomes of each keyword. A schema is first brought into the canonical form (`canonical/`), then one walk (`rewriter.rs`)
//! applies the table to each schema in it: `composition.rs` (`$ref`, `allOf`), `shape.rs` (unions, tuples, `enum`, types),
//! `object_properties.rs` (closed objects, optional properties that take null), `renamed_properties.rs` (names of arguments that
//! the provider refuses), `patterns.rs` (regular expressions), `json_text.rs` (values without a type, written as JSON text).
//! Recursive schemas are written out by `recursion/`. What the provider does not take stands in the description.
//!
//! Example: strict OpenAI writes `{"type": "object", "properties": {"a": {"type": "string"}}}` with
//! `"required": ["a"]`, `"additionalProperties": false` and `"type": ["string", "null"]` for `a`.
//!
//! Limits: 200 levels, 100,000 values that references write out, 500 references inlined beside other keywords.

pub mod argument_names;
pub mod canonical;
pub mod composition;
pub mod description_hints;
pub mod json_text;
pub mod keyword_fates;
pub mod null_types;
pub mod object_properties;
pub mod patterns;
pub mod positions;
pub mod recursion;
pub mod renamed_properties;
pub mod rewrite_rules;
pub mod rewriter;
pub mod tuples;
pub mod type_keywords;
pub mod unions;
