//! Where the operation of a tool stands in its document.

use crate::registry::Identity;
use crate::spec::InputCoverage;

/// Where the operation of a tool stands.
pub struct ToolLocation {
    pub tool: String,
    pub identity: Identity,
    pub pointer: String,
    pub account: InputCoverage,
}
