//! Security schemes and security requirements.

pub(in crate::spec) mod security_requirement;
pub(in crate::spec) mod security_scheme;
