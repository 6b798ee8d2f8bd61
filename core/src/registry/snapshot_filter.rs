//! What every tool of a part of a revision meets.

use std::sync::Arc;

use serde_json::Value;

use super::{Filter, RegisteredTool};
use crate::error::Result;

/// What every tool of a part meets.
#[derive(Debug)]
pub struct SnapshotFilter {
    /// The filter as it was written: the same text is the same part.
    pub(in crate::registry) key: String,
    filter: Filter,
    /// That of the part which this is a part of.
    outer: Option<Arc<Self>>,
}

impl SnapshotFilter {
    /// Reads a filter.
    ///
    /// # Errors
    /// As [`Filter::parse`].
    pub fn parse(filter: &Value) -> Result<Self> {
        Ok(Self { key: filter.to_string(), filter: Filter::parse(filter)?, outer: None })
    }

    /// The same part of a part of another one.
    pub(in crate::registry) fn within(self, outer: Option<Arc<Self>>) -> Self {
        Self { outer, ..self }
    }

    /// What bounds the part that this one is a part of.
    pub(in crate::registry) fn outer(&self) -> Option<Arc<Self>> {
        self.outer.clone()
    }

    pub(in crate::registry) fn admits(&self, tool: &RegisteredTool) -> bool {
        self.filter.matches(tool) && self.outer.as_ref().is_none_or(|outer| outer.admits(tool))
    }
}
