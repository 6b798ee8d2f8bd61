//! Checks: the rules of a provider that a definition breaks, each rule with its source and date.
//!
//! `definition_check.rs` checks one tool against tables of rules. The tables are in the files of `provider/`, and
//! shared rules in `common_rules.rs`. `schema_census.rs` counts depth, properties and enum values for rules that limit
//! them. `validate.rs` checks definitions that toolrack did not render: a tool, a namespace (`tool_namespace.rs`), a
//! whole request.
//!
//! The checks do not know how schemas are rewritten. A fault of the rewriting then quarantines one tool for one
//! target, with the rule that it broke. Otherwise the provider would refuse the whole request.
//!
//! Limits: schemas below 1,000 levels are not checked.

pub mod common_rules;
pub mod definition_check;
pub mod schema_census;
pub mod tool_namespace;
pub mod validate;
