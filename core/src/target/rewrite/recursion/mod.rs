//! Recursive schemas, for providers without `$ref`: written out to a bounded depth.
//!
//! `unroll_extent.rs` counts over references alone how far the schema may be written out, before anything is written.
//! `unroll.rs` writes it. Optional properties and union branches below that depth are left out; required ones are JSON text.
//!
//! Limits: 3 levels of a definition within itself and at most 20,000 values.

pub mod unroll;
pub mod unroll_extent;
