//! Security schemes and security requirements: which credentials an operation needs, and where they go.
//!
//! ```
//! use toolrack_core::spec::{ParameterIn, SecurityScheme};
//!
//! let scheme = SecurityScheme::ApiKey { place: ParameterIn::Header, name: "X-Key".to_owned() };
//! assert_eq!(scheme.endpoints().count(), 0);
//! ```
//!
//! Limits: an operation has at most 300 alternatives, with at most 300 schemes in all. Mutual TLS is not supported.

pub(in crate::spec) mod security_requirement;
pub(in crate::spec) mod security_scheme;
