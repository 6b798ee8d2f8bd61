//! What revisions changed, so that a former one can be made again.

use std::sync::Arc;

use super::RegisteredTool;
use super::persistent_map::PersistentQueue;
use super::versions::family::Families;
use crate::json::HashMap;

/// How much is remembered, in bytes of what was said of tools that are gone or were changed. A reload that changes every
/// tool of GitHub's API takes 4 MB.
const REMEMBERED: usize = 8 << 20;

/// What families take beside the tools that wait in them, in bytes.
const OF_FAMILIES: usize = 2 << 10;

/// What one revision changed.
#[derive(Debug)]
struct RevisionStep {
    revision: u64,
    formers: Vec<FormerPlace>,
    /// The families before, where they changed.
    families: Option<Families>,
    bytes: usize,
}

/// What stood in a place before.
#[derive(Clone, Debug)]
pub struct FormerPlace {
    /// The place.
    pub place: u64,
    /// The tool, if there was one.
    pub tool: Option<Arc<RegisteredTool>>,
}

/// The steps that led to a revision, the oldest first. As much of them as is worth remembering.
#[derive(Clone, Debug, Default)]
pub struct FormerRevisions {
    steps: PersistentQueue<Arc<RevisionStep>>,
    bytes: usize,
}

impl FormerRevisions {
    /// One more revision.
    pub fn push(&mut self, revision: u64, formers: Vec<FormerPlace>, families: Option<(usize, Families)>) {
        let waiting = families.as_ref().map_or(0, |(bytes, _)| *bytes + OF_FAMILIES);
        let families = families.map(|(_, families)| families);
        let step = RevisionStep { revision, bytes: bytes_of(&formers) + waiting, formers, families };
        self.bytes += step.bytes;
        self.steps.enqueue_mut(Arc::new(step));
        while self.bytes > REMEMBERED
            && let Some(oldest) = self.steps.peek().map(|step| step.bytes)
        {
            self.bytes -= oldest;
            self.steps.dequeue_mut();
        }
    }

    /// The oldest revision that can be made again from `current`.
    pub fn oldest(&self, current: u64) -> u64 {
        self.steps.peek().map_or(current, |step| step.revision - 1)
    }

    /// The tools of a name that were changed or taken away, the newest first, each with the revision that did it.
    pub fn named(&self, name: &str) -> Vec<(Arc<RegisteredTool>, u64)> {
        let formers = |step: &Arc<RevisionStep>| {
            let named = step
                .formers
                .iter()
                .filter_map(|former| former.tool.clone())
                .filter(|tool| tool.name() == name);
            // Of a place that was cleared twice in one step the first one stood before it.
            named.map(|tool| (tool, step.revision)).next()
        };
        let mut all: Vec<_> = self.steps.iter().filter_map(formers).collect();
        all.reverse();
        all
    }

    /// What stood in the places that were changed since a revision, at that revision.
    pub fn since(&self, revision: u64) -> HashMap<u64, Option<Arc<RegisteredTool>>> {
        let mut stood = HashMap::default();
        for step in self.steps.iter().filter(|step| step.revision > revision) {
            for FormerPlace { place, tool } in &step.formers {
                stood.entry(*place).or_insert_with(|| tool.clone());
            }
        }
        stood
    }

    /// The families at a revision, where they changed since.
    pub fn families(&self, revision: u64) -> Option<&Families> {
        let mut since = self.steps.iter().filter(|step| step.revision > revision);
        since.find_map(|step| step.families.as_ref())
    }
}

fn bytes_of(formers: &[FormerPlace]) -> usize {
    let bytes = formers
        .iter()
        .map(|former| size_of::<FormerPlace>() + former.tool.as_ref().map_or(0, |tool| tool.bytes()));
    size_of::<RevisionStep>() + bytes.sum::<usize>()
}
