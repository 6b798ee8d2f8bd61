//! Recursive schemas, written out to a bounded depth for providers without `$ref`.
//!
//! `unroll_extent.rs` counts references to find how far a schema may be written out, before anything is written.
//! `unroll.rs` writes it. Below that depth optional properties and union branches are left out, and required
//! properties are strings of JSON.
//!
//! Limits: 3 levels of a definition within itself, and at most 20,000 values.

pub mod unroll;
pub mod unroll_extent;
