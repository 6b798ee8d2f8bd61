//! The filter of a filtered snapshot: every tool in it matches.

use std::sync::Arc;

use serde_json::Value;

use super::{Filter, RegisteredTool};
use crate::error::Result;

/// The filter of a filtered snapshot, and the filters of the snapshots around it.
#[derive(Debug)]
pub struct SnapshotFilter {
    /// The filter as JSON. Equal texts give one cached snapshot.
    pub(in crate::registry) key: Arc<str>,
    filter: Filter,
    /// The filter of the filtered snapshot that this one was made from.
    outer: Option<Arc<Self>>,
}

impl SnapshotFilter {
    /// Reads a filter.
    ///
    /// # Errors
    /// As [`Filter::parse`].
    pub fn parse(filter: &Value) -> Result<Self> {
        Ok(Self { key: filter.to_string().into(), filter: Filter::parse(filter)?, outer: None })
    }

    /// The names of which a tool has to have one.
    pub(in crate::registry) fn names(&self) -> Option<impl ExactSizeIterator<Item = &str>> {
        self.filter.names()
    }

    /// The same filter inside another one.
    pub(in crate::registry) fn within(self, outer: Option<Arc<Self>>) -> Self {
        Self { outer, ..self }
    }

    /// The filter around this one.
    pub(in crate::registry) fn outer(&self) -> Option<Arc<Self>> {
        self.outer.clone()
    }

    /// Whether a tool matches this filter and those around it.
    pub(in crate::registry) fn admits(&self, tool: &RegisteredTool) -> bool {
        self.filter.matches(tool) && self.outer.as_ref().is_none_or(|outer| outer.admits(tool))
    }
}
