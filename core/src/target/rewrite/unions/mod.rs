//! Unions (`anyOf`, `oneOf`), as the provider takes them.
//!
//! `root_union.rs` makes the root one object with the properties of all branches. `any_of.rs` writes unions below the root.
//! `exclusive_branches.rs` tells whether `oneOf` and `anyOf` mean the same.
//!
//! Limits: 1,024 branches of a root; 300 branches without a common tag are compared with each other.

pub mod any_of;
pub mod exclusive_branches;
pub mod root_union;
