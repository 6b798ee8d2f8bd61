//! Input coverage: each declared input is an argument, a note of the report, or lost.

pub(in crate::spec) mod coverage_counter;
pub(in crate::spec) mod declared_properties;
