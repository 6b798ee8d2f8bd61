//! Schema rewriting.

pub mod argument_names;
pub mod canonical;
pub mod composition;
pub mod description_hints;
pub mod json_text;
pub mod null_types;
pub mod object_properties;
pub mod patterns;
pub mod positions;
pub mod recursion;
pub mod renamed_properties;
pub mod rewrite_rules;
pub mod rewriter;
pub mod root_union;
pub mod shape;
