//! The location of a tool's operation in its document.

use crate::registry::Identity;
use crate::spec::InputCoverage;

/// The location of a tool's operation, and how much of its declared input the tool covers.
pub struct ToolLocation {
    pub tool: String,
    pub identity: Identity,
    /// The JSON pointer of the operation.
    pub pointer: String,
    pub coverage: InputCoverage,
}
