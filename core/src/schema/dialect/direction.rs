//! Direction of a value: request or response.

/// Direction in which a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the API: read-only properties are removed.
    Request,
    /// From the API: write-only properties are removed.
    Response,
}

impl Direction {
    /// Returns the keyword that excludes a property in this direction.
    pub(super) const fn excluding_keyword(self) -> &'static str {
        match self {
            Self::Request => "readOnly",
            Self::Response => "writeOnly",
        }
    }
}
