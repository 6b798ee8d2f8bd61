//! Tools of an inactive version: kept beside the revision, with their positions and definitions.

use std::sync::Arc;

use crate::json::HashMap;
use crate::registry::RegisteredTool;
use crate::tool::name::confusion_key;

/// The tools of a version that is not active in the revision.
#[derive(Debug, Default)]
pub struct InactiveTools {
    /// In the order of their positions.
    pub tools: Vec<Arc<RegisteredTool>>,
    by_key: HashMap<Box<str>, usize>,
}

impl InactiveTools {
    /// Indexes tools that are in the order of their positions.
    pub fn new(tools: Vec<Arc<RegisteredTool>>) -> Self {
        let keys = tools.iter().map(|tool| confusion_key(tool.name()).into());
        Self { by_key: keys.zip(0..).collect(), tools }
    }

    /// The tool with the name, or with one that differs by `-` and `_` or by case alone.
    pub fn holder(&self, name: &str) -> Option<&Arc<RegisteredTool>> {
        self.by_key.get(&*confusion_key(name)).map(|index| &self.tools[*index])
    }

    /// The approximate size of all tools, in bytes.
    pub fn bytes(&self) -> usize {
        self.tools.iter().map(|tool| tool.bytes()).sum()
    }
}
