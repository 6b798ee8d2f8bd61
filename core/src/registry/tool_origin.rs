//! The origin of a tool: its source and namespace.

use std::sync::Arc;

/// Where a tool comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The source: the name of a document, or [`Origin::CODE`].
    pub source: Arc<str>,
    /// The prefix that the source gives its tool names.
    pub namespace: Option<Arc<str>>,
}

impl Origin {
    /// The source of tools that are registered one by one.
    pub const CODE: &'static str = "code";

    /// The origin of tools that are registered one by one.
    pub fn code() -> Self {
        Self { source: Self::CODE.into(), namespace: None }
    }
}
