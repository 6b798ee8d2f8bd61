//! Which edition each tool of a source was made of, and the editions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::edition::{Edition, Hash};
use crate::registry::{Identity, RegisteredTool};
use crate::review::VersionHistory;

/// Operations that are tools, and the edition that each tool was made of.
pub type Lineage = BTreeMap<Identity, Hash>;

/// The editions of one source that some tool is made of, in use or kept. Empty where nothing is saved.
#[derive(Debug, Default)]
pub struct Shelf {
    editions: BTreeMap<Hash, Arc<Edition>>,
    /// The newest.
    latest: Option<Hash>,
    /// Of the tools in use.
    made: Arc<Lineage>,
    /// Of the tools of each version that is kept, by its number.
    kept: BTreeMap<u64, Arc<Lineage>>,
}

impl Shelf {
    /// What a file says.
    pub fn restored(
        editions: BTreeMap<Hash, Arc<Edition>>,
        made: Arc<Lineage>,
        kept: BTreeMap<u64, Arc<Lineage>>,
    ) -> Self {
        Self { editions, latest: None, made, kept }
    }

    /// An edition that tools come of.
    pub fn put(&mut self, edition: Edition) {
        self.latest = Some(edition.id);
        self.editions.entry(edition.id).or_insert_with(|| Arc::new(edition));
    }

    /// What the tools in use are made of: the fresh ones of the newest edition, the others of what they were made of.
    pub fn settle<'t>(
        &mut self,
        tools: impl Iterator<Item = &'t Arc<RegisteredTool>>,
        is_fresh: impl Fn(&str) -> bool,
    ) {
        let edition = |tool: &RegisteredTool, identity: &Identity| {
            if is_fresh(tool.name()) { self.latest } else { self.made.get(identity).copied() }
        };
        let made = tools.filter_map(|tool| {
            let identity = tool.operation.clone()?;
            Some((edition(tool, &identity)?, identity))
        });
        self.made = Arc::new(made.map(|(edition, identity)| (identity, edition)).collect());
    }

    /// The tools of a version are in use again.
    pub fn back(&mut self, number: u64) {
        if let Some(made) = self.kept.get(&number) {
            self.made = Arc::clone(made);
        }
    }

    /// Lets go of what no version has any more that is kept.
    pub fn tidy(&mut self, history: &VersionHistory) {
        if let Some(active) = history.active() {
            self.kept.insert(active.number, Arc::clone(&self.made));
        }
        let numbers: BTreeSet<u64> = history.kept_numbers().collect();
        self.kept.retain(|number, _| numbers.contains(number));
        let all = [&self.made].into_iter().chain(self.kept.values());
        let mut used: BTreeSet<Hash> = all.flat_map(|made| made.values().copied()).collect();
        used.extend(self.latest);
        self.editions.retain(|id, _| used.contains(id));
    }

    pub const fn editions(&self) -> &BTreeMap<Hash, Arc<Edition>> {
        &self.editions
    }

    pub const fn made(&self) -> &Arc<Lineage> {
        &self.made
    }

    pub const fn kept(&self) -> &BTreeMap<u64, Arc<Lineage>> {
        &self.kept
    }
}
