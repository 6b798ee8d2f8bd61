//! JSON and YAML syntax: bytes to values, within limits.

pub(in crate::spec) mod json_comments;
pub(in crate::spec) mod parse;
pub(in crate::spec) mod yaml_indentation;
pub(in crate::spec) mod yaml_reader;
