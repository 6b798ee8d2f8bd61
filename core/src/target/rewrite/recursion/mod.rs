//! Recursive schemas.

pub mod unroll;
pub mod unroll_extent;
