//! Former revisions: what each revision changed, so that an earlier one can be rebuilt.

use std::sync::Arc;

use super::RegisteredTool;
use super::persistent_map::PersistentQueue;
use super::versions::families::Families;
use crate::json::HashMap;

/// The maximum size of all remembered definitions, in bytes. A reload that changes every tool of GitHub's API takes 4 MB.
const MAX_BYTES: usize = 8 << 20;

/// The size of the families of a revision beside their inactive tools, in bytes.
const FAMILIES_BYTES: usize = 2 << 10;

/// What one revision changed.
#[derive(Debug)]
struct RevisionStep {
    revision: u64,
    formers: Vec<FormerTool>,
    /// The families before, if they changed.
    families: Option<Families>,
    bytes: usize,
}

/// What was at a position before a revision changed it.
#[derive(Clone, Debug)]
pub struct FormerTool {
    /// The position.
    pub position: u64,
    /// The tool, if there was one.
    pub tool: Option<Arc<RegisteredTool>>,
}

/// The changes that led to a revision, the oldest first, up to [`MAX_BYTES`].
#[derive(Clone, Debug, Default)]
pub struct FormerRevisions {
    steps: PersistentQueue<Arc<RevisionStep>>,
    bytes: usize,
}

impl FormerRevisions {
    /// Adds what a revision changed, and forgets the oldest ones beyond the limit. `families` comes with the size of its
    /// unshared inactive tools.
    pub fn push(&mut self, revision: u64, formers: Vec<FormerTool>, families: Option<(usize, Families)>) {
        let families_bytes = families.as_ref().map_or(0, |(bytes, _)| *bytes + FAMILIES_BYTES);
        let families = families.map(|(_, families)| families);
        let step = RevisionStep { revision, bytes: bytes_of(&formers) + families_bytes, formers, families };
        self.bytes += step.bytes;
        self.steps.enqueue_mut(Arc::new(step));
        while self.bytes > MAX_BYTES
            && let Some(oldest) = self.steps.peek().map(|step| step.bytes)
        {
            self.bytes -= oldest;
            self.steps.dequeue_mut();
        }
    }

    /// The oldest revision that can be rebuilt from `current`.
    pub fn oldest(&self, current: u64) -> u64 {
        self.steps.peek().map_or(current, |step| step.revision - 1)
    }

    /// Tools of a name that were changed or removed, the newest first, each with the revision that did so.
    pub fn tools_named(&self, name: &str) -> Vec<(Arc<RegisteredTool>, u64)> {
        let former = |step: &Arc<RevisionStep>| {
            let mut named = step
                .formers
                .iter()
                .filter_map(|former| former.tool.clone())
                .filter(|tool| tool.name() == name);
            // A step may change a position twice. Only the first entry is of the revision before.
            named.next().map(|tool| (tool, step.revision))
        };
        let mut all: Vec<_> = self.steps.iter().filter_map(former).collect();
        all.reverse();
        all
    }

    /// The positions that changed since a revision, with the tools that were there at that revision.
    pub fn changes_since(&self, revision: u64) -> HashMap<u64, Option<Arc<RegisteredTool>>> {
        let mut tools = HashMap::default();
        for step in self.steps.iter().filter(|step| step.revision > revision) {
            for FormerTool { position, tool } in &step.formers {
                tools.entry(*position).or_insert_with(|| tool.clone());
            }
        }
        tools
    }

    /// The families at a revision, if they changed since.
    pub fn families_at(&self, revision: u64) -> Option<&Families> {
        let mut since = self.steps.iter().filter(|step| step.revision > revision);
        since.find_map(|step| step.families.as_ref())
    }
}

fn bytes_of(formers: &[FormerTool]) -> usize {
    let bytes = formers
        .iter()
        .map(|former| size_of::<FormerTool>() + former.tool.as_ref().map_or(0, |tool| tool.bytes()));
    size_of::<RevisionStep>() + bytes.sum::<usize>()
}
