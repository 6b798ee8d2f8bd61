//! The two sides of a comparison at one position.

use serde_json::Value;

use super::merged_schema::{MergedSchema, SchemaParts};
use crate::json::Path;

/// The old and the new schema of a position where defaults are filled before validation.
#[derive(Clone, Copy)]
pub struct FilledSchemas<'v> {
    pub old: &'v Value,
    pub new: &'v Value,
}

impl<'v> FilledSchemas<'v> {
    /// Returns the schemas of a property that both sides declare.
    pub fn property(self, name: &str) -> Option<Self> {
        let declared = |schema: &'v Value| schema.get("properties")?.get(name);
        Some(Self { old: declared(self.old)?, new: declared(self.new)? })
    }
}

/// The schemas that a value must satisfy, on both sides.
#[derive(Clone, Copy)]
pub struct PartsPair<'s, 'v> {
    pub old: &'s SchemaParts<'v>,
    pub new: &'s SchemaParts<'v>,
    /// Present where defaults are filled.
    pub filled: Option<FilledSchemas<'v>>,
}

impl<'s, 'v> PartsPair<'s, 'v> {
    /// A position where no defaults are filled.
    pub const fn new(old: &'s SchemaParts<'v>, new: &'s SchemaParts<'v>) -> Self {
        Self { old, new, filled: None }
    }
}

/// Both sides of a position, merged.
#[derive(Clone, Copy)]
pub struct ComparedPair<'s, 'v> {
    pub old: &'s MergedSchema<'v>,
    pub new: &'s MergedSchema<'v>,
    /// Present where defaults are filled.
    pub filled: Option<FilledSchemas<'v>>,
    pub path: &'s Path<'s>,
}
