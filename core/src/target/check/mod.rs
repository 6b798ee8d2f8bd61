//! Checks: the rules of a target that a definition breaks, each rule with its source and date.
//!
//! `definition_check.rs` checks one tool against tables of rules; the tables stand in the files of `provider/`, and those that
//! providers share in `common_rules.rs`. `schema_census.rs` counts depth, properties and enum values for rules that limit them.
//! `validate.rs` checks definitions that toolrack did not render: a tool, a namespace (`tool_namespace.rs`), a whole request.
//!
//! The checks do not know how schemas are rewritten. A fault of the rewriting is then a tool that stays away from one target,
//! with the rule that it broke, and not a request that the provider refuses.
//!
//! Limits: schemas below 1,000 levels are not looked at.

pub mod common_rules;
pub mod definition_check;
pub mod schema_census;
pub mod tool_namespace;
pub mod validate;
