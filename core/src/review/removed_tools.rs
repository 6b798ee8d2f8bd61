//! Removed tools: what the tools of a source were, so that one that comes back is compared with that (rug pull).

use std::sync::Arc;

use crate::json::HashMap;
use crate::registry::Snapshot;
use crate::tool::{Destination, ToolDefinition};

/// The number of tools that are remembered of a source; the one that was removed first is forgotten first.
const MAX_TOOLS: usize = 10_000;

/// A tool that was removed. It has no executor: that would keep a closure.
pub struct RemovedTool {
    /// Its definition.
    pub definition: Arc<ToolDefinition>,
    /// Where its calls went.
    pub destination: Option<Destination>,
    /// The number of the removal.
    number: u64,
}

/// The tools that were removed from a source and are not back, by name.
#[derive(Default)]
pub struct RemovedTools {
    tools: HashMap<String, RemovedTool>,
    removals: u64,
}

impl RemovedTools {
    /// The tool that had a name.
    pub fn get(&self, name: &str) -> Option<&RemovedTool> {
        self.tools.get(name)
    }

    /// Remembers tools that a change removes; `before` is the revision before it.
    pub fn remember(&mut self, before: &Snapshot, names: &[String]) {
        for tool in names.iter().filter_map(|name| before.get(name)) {
            self.removals += 1;
            let (definition, destination) = (Arc::clone(&tool.definition), tool.executor.destination());
            let removed = RemovedTool { definition, destination, number: self.removals };
            self.tools.insert(tool.name().to_owned(), removed);
        }
        self.prune();
    }

    fn prune(&mut self) {
        let Some(surplus) = self.tools.len().checked_sub(MAX_TOOLS).filter(|surplus| *surplus > 0) else {
            return;
        };
        let mut numbers: Vec<u64> = self.tools.values().map(|tool| tool.number).collect();
        let (_, oldest_kept, _) = numbers.select_nth_unstable(surplus);
        let oldest_kept = *oldest_kept;
        self.tools.retain(|_, tool| tool.number >= oldest_kept);
    }

    /// Forgets tools that are back.
    pub fn forget(&mut self, names: &[String]) {
        for name in names {
            self.tools.remove(name);
        }
    }
}
