//! Union comparison (`anyOf`, `oneOf`): which branch of the new union accepts the values of an old branch.
//!
//! The same values are often written with and without a union (`type: [string, null]`), and branches move. Therefore
//! unions are paired first, then their branches. An added `oneOf` branch is breaking unless it is disjoint from the
//! others.
//!
//! - `unions.rs` pairs unions, and compares those that only one side has.
//! - `matched_unions.rs` compares a union with its counterpart.
//! - `branches.rs` matches branches and proves that two branches are disjoint.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::schema::{Schema, differences};
//!
//! let old = json!({"anyOf": [{"type": "string"}, {"type": "null"}]});
//! let found = differences(&Schema::new(&old), &Schema::new(&json!({"type": ["string", "null"]})));
//! assert!(found.iter().all(|difference| !difference.is_breaking()));
//! ```
//!
//! Limits: 128 branches or values are tried one by one. Disjointness is searched to a depth of 4.

mod branches;
mod matched_unions;
mod unions;
