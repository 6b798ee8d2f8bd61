//! The edition cache of one source: the editions that its tools were made of, in use or kept for a rollback.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::blob::Hash;
use super::edition::Edition;
use crate::registry::{Identity, RegisteredTool};
use crate::review::VersionHistory;

/// The edition that the tool of each operation was made of.
pub type Lineage = BTreeMap<Identity, Hash>;

/// The editions of one source. Empty where no state is saved.
#[derive(Debug, Default)]
pub struct EditionCache {
    editions: BTreeMap<Hash, Arc<Edition>>,
    latest: Option<Hash>,
    /// The lineage of the tools in use.
    active: Arc<Lineage>,
    /// The lineage of the tools of each kept version, by its number.
    kept: BTreeMap<u64, Arc<Lineage>>,
}

impl EditionCache {
    /// Restores the cache of a state file.
    pub fn restore(
        editions: BTreeMap<Hash, Arc<Edition>>,
        active: Arc<Lineage>,
        kept: BTreeMap<u64, Arc<Lineage>>,
    ) -> Self {
        Self { editions, latest: None, active, kept }
    }

    /// Adds the edition of a new load.
    pub fn add(&mut self, edition: Edition) {
        self.latest = Some(edition.id);
        self.editions.entry(edition.id).or_insert_with(|| Arc::new(edition));
    }

    /// Sets the lineage of the tools in use: fresh tools were made of the latest edition, others keep theirs.
    pub fn set_active<'t>(
        &mut self,
        tools: impl Iterator<Item = &'t Arc<RegisteredTool>>,
        is_fresh: impl Fn(&str) -> bool,
    ) {
        let edition = |tool: &RegisteredTool, identity: &Identity| {
            if is_fresh(tool.name()) { self.latest } else { self.active.get(identity).copied() }
        };
        let lineage = tools.filter_map(|tool| {
            let identity = tool.operation.clone()?;
            let edition = edition(tool, &identity)?;
            Some((identity, edition))
        });
        self.active = Arc::new(lineage.collect());
    }

    /// A rollback: the tools of a kept version are in use again.
    pub fn roll_back(&mut self, number: u64) {
        if let Some(lineage) = self.kept.get(&number) {
            self.active = Arc::clone(lineage);
        }
    }

    /// Removes editions that no kept version uses.
    pub fn remove_unused(&mut self, history: &VersionHistory) {
        if let Some(active) = history.active() {
            self.kept.insert(active.number, Arc::clone(&self.active));
        }
        let numbers: BTreeSet<u64> = history.kept_numbers().collect();
        self.kept.retain(|number, _| numbers.contains(number));
        let lineages = [&self.active].into_iter().chain(self.kept.values());
        let mut used: BTreeSet<Hash> = lineages.flat_map(|lineage| lineage.values().copied()).collect();
        used.extend(self.latest);
        self.editions.retain(|id, _| used.contains(id));
    }

    pub const fn editions(&self) -> &BTreeMap<Hash, Arc<Edition>> {
        &self.editions
    }

    pub const fn active(&self) -> &Arc<Lineage> {
        &self.active
    }

    pub const fn kept(&self) -> &BTreeMap<u64, Arc<Lineage>> {
        &self.kept
    }
}
