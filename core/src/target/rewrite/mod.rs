//! Schema rewriting: a tool's JSON Schema → the JSON Schema that one provider takes.
//!
//! A provider takes a part of JSON Schema, and strict mode takes less. Each provider has a table, `RewriteRules`, that
//! says what becomes of each keyword. `canonical/` first brings a schema into one form. One walk (`rewriter.rs`) then
//! applies the table to each schema in it:
//!
//! - `composition.rs`: `$ref` and `allOf`.
//! - `keyword_fates.rs`: keywords that are kept, dropped or moved to the description (`description_hints.rs`).
//! - `unions/`: `anyOf` and `oneOf`, also at the root.
//! - `tuples.rs`, `type_keywords.rs`, `null_types.rs`: `prefixItems`; `type`, `const` and `enum`; null.
//! - `object_properties.rs`: closed objects, and optional properties that take null.
//! - `renamed_properties.rs`: property names that the provider refuses (`argument_names.rs` has the names).
//! - `patterns.rs`: regular expressions.
//! - `output_schema.rs`: the output schema of a tool, which is left out where it would become narrower.
//! - `json_text.rs`: values without a type, as strings of JSON.
//! - `recursion/`: recursive schemas, written out to a bounded depth.
//!
//! Example: strict OpenAI turns `{"type": "object", "properties": {"a": {"type": "string"}}}` into a schema with
//! `"required": ["a"]`, `"additionalProperties": false` and `"type": ["string", "null"]` for `a`.
//!
//! Limits: 200 levels; 100,000 values from inlined references; 500 references inlined beside other keywords.

pub mod argument_names;
pub mod canonical;
pub mod composition;
pub mod description_hints;
pub mod json_text;
pub mod keyword_fates;
pub mod null_types;
pub mod object_properties;
pub mod output_schema;
pub mod patterns;
pub mod recursion;
pub mod renamed_properties;
pub mod rewrite_rules;
pub mod rewriter;
pub mod schema_positions;
pub mod tuples;
pub mod type_keywords;
pub mod unions;
