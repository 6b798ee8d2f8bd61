//! Why a source cannot be compiled, and where.

use crate::error::Error;

/// A fault of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFault {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in UTF-16 units.
    pub column: u32,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl ModuleFault {
    /// The error of a module at a location.
    pub fn into_error(self, location: &str) -> Error {
        Error::InvalidModule {
            location: location.to_owned(),
            line: self.line,
            column: self.column,
            reason: self.message,
        }
    }
}
