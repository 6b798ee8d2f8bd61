//! Input coverage: each declared input is exposed as an argument, reported in a note, or lost.
//!
//! A conversion that forgets a parameter would not know it. So what is declared is counted from the raw document, what is
//! exposed from the finished schema, and what is reported from the notes.
//!
//! ```
//! use toolrack_core::spec::InputCounts;
//!
//! let mut counts = InputCounts { declared: 3, exposed: 2, reported: 1 };
//! counts.add(&InputCounts { declared: 1, exposed: 1, reported: 0 });
//! assert_eq!(counts.declared, counts.exposed + counts.reported);
//! ```
//!
//! Limits: a body counts by its properties, those of `allOf` included; nested properties and the branches of unions do not count.

pub(in crate::spec) mod coverage_counter;
pub(in crate::spec) mod declared_properties;
pub(in crate::spec) mod input_coverage;
