//! The saved inputs of one source: those that its tools were made of, in use or kept for a rollback.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::blob::BlobHash;
use super::saved_inputs::SavedInputs;
use crate::registry::{Identity, RegisteredTool};
use crate::review::VersionHistory;

/// The id of the inputs that the tool of each operation was made of.
pub type InputsByOperation = BTreeMap<Identity, BlobHash>;

/// The saved inputs of one source, by their id. Empty where no state is saved.
#[derive(Debug, Default)]
pub struct SourceInputs {
    by_id: BTreeMap<BlobHash, Arc<SavedInputs>>,
    latest: Option<BlobHash>,
    /// The inputs of the tools in use.
    active: Arc<InputsByOperation>,
    /// The inputs of the tools of each kept version, by its number.
    kept: BTreeMap<u64, Arc<InputsByOperation>>,
}

impl SourceInputs {
    /// Restores the inputs of a state file.
    pub fn restore(
        by_id: BTreeMap<BlobHash, Arc<SavedInputs>>,
        active: Arc<InputsByOperation>,
        kept: BTreeMap<u64, Arc<InputsByOperation>>,
    ) -> Self {
        Self { by_id, latest: None, active, kept }
    }

    /// Adds the inputs of a new load.
    pub fn add(&mut self, inputs: SavedInputs) {
        self.latest = Some(inputs.id);
        self.by_id.entry(inputs.id).or_insert_with(|| Arc::new(inputs));
    }

    /// Sets the inputs of the tools in use: fresh tools were made of the latest ones, others keep theirs.
    pub fn set_active<'t>(
        &mut self,
        tools: impl Iterator<Item = &'t Arc<RegisteredTool>>,
        is_fresh: impl Fn(&str) -> bool,
    ) {
        let inputs_of = |tool: &RegisteredTool, identity: &Identity| {
            if is_fresh(tool.name()) { self.latest } else { self.active.get(identity).copied() }
        };
        let inputs = tools.filter_map(|tool| {
            let identity = tool.operation.clone()?;
            let id = inputs_of(tool, &identity)?;
            Some((identity, id))
        });
        self.active = Arc::new(inputs.collect());
    }

    /// A rollback: the tools of a kept version are in use again.
    pub fn roll_back(&mut self, number: u64) {
        if let Some(inputs) = self.kept.get(&number) {
            self.active = Arc::clone(inputs);
        }
    }

    /// Removes inputs that no kept version uses.
    pub fn remove_unused(&mut self, history: &VersionHistory) {
        if let Some(active) = history.active() {
            self.kept.insert(active.number, Arc::clone(&self.active));
        }
        let numbers: BTreeSet<u64> = history.kept_numbers().collect();
        self.kept.retain(|number, _| numbers.contains(number));
        let all = [&self.active].into_iter().chain(self.kept.values());
        let mut used: BTreeSet<BlobHash> = all.flat_map(|inputs| inputs.values().copied()).collect();
        used.extend(self.latest);
        self.by_id.retain(|id, _| used.contains(id));
    }

    pub const fn by_id(&self) -> &BTreeMap<BlobHash, Arc<SavedInputs>> {
        &self.by_id
    }

    pub const fn active(&self) -> &Arc<InputsByOperation> {
        &self.active
    }

    pub const fn kept(&self) -> &BTreeMap<u64, Arc<InputsByOperation>> {
        &self.kept
    }
}
