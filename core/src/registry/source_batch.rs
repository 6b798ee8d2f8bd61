//! A batch of sources: the tools of several sources are replaced in one revision, or none of them.

use std::sync::Arc;

use super::change_set::Change;
use super::former_revisions::FormerTool;
use super::source_replacement::ReplacedSource;
use super::versions::families::Families;
use super::versions::version_swap::VersionSwap;
use super::{
    AppliedReplacement, ChangeSet, NameDraft, OnConflict, Snapshot, SourceReplacement, ToolRegistry,
    VersionEvent, revision_record,
};
use crate::error::{Error, Result};
use crate::json::HashSet;

/// One source of a batch, and the tools that it is to have. No source is in a batch twice.
pub struct BatchedSource<'r> {
    /// The source.
    pub source: &'r str,
    /// Its tools.
    pub replacement: SourceReplacement<'r>,
    /// What a tool whose name another source has does to the batch.
    pub on_refusal: OnRefusal,
}

/// What happens to a batch with a tool whose name another source has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnRefusal {
    /// The whole batch changes nothing: its error is that of the first such tool.
    Abort,
    /// The tool is left out, in [`AppliedReplacement::refused`].
    Skip,
}

/// The outcome of each source; `None` where the batch has to be made anew. An error has the index of its source.
pub type BatchResult = std::result::Result<Option<Vec<AppliedReplacement>>, (usize, Error)>;

impl ToolRegistry {
    /// Replaces the tools of several sources in one revision. `names` is the draft of all their names, which are
    /// entered with the tools. A name may move from one source of the batch to another. Returns one outcome for each source; `None` where
    /// another load took one of the names, or where tools changed since they were judged.
    ///
    /// # Errors
    /// `CLOSED`; with [`OnRefusal::Abort`] the `NAME_TAKEN` of a tool, and the index of its source.
    pub fn apply_batch(&self, names: &NameDraft, batch: Vec<BatchedSource<'_>>) -> BatchResult {
        let mut ledger = self.ledger();
        if !ledger.admits(names) {
            return Ok(None);
        }
        let applied = self.replace_batch(batch)?;
        if applied.is_some() {
            ledger.enter(names);
        }
        Ok(applied)
    }

    /// Removes all tools of several sources in one revision. Returns the names of the tools of each.
    ///
    /// # Errors
    /// `CLOSED`.
    pub fn unregister_sources(&self, sources: &[&str]) -> Result<Vec<Vec<String>>> {
        let batch = sources.iter().map(|source| BatchedSource {
            source,
            replacement: SourceReplacement::default(),
            on_refusal: OnRefusal::Skip,
        });
        let applied = self.replace_batch(batch.collect()).map_err(|(_, error)| error)?;
        // Nothing was judged, so there is an outcome.
        Ok(applied.unwrap_or_default().into_iter().map(|one| one.removed).collect())
    }

    /// Returns `None` where a replacement would change something else than was judged.
    pub(super) fn replace_batch(&self, batch: Vec<BatchedSource<'_>>) -> BatchResult {
        // Before the lock: hashing the tools of a large document takes longer than the change.
        let before = self.snapshot();
        for one in &batch {
            revision_record::prepare_hashes(&before, &one.replacement.tools);
        }
        let mut writer = self.open().map_err(|error| (0, error))?;
        let current = self.snapshot();
        if !batch.iter().all(|one| one.replacement.is_as_judged(&current, one.source)) {
            return Ok(None);
        }
        let mut revision = RevisionBuilder::after(&current, writer.next_id, self.on_conflict);
        let sources: Vec<Arc<str>> = batch.iter().map(|one| one.source.into()).collect();
        for released in released_names(&current, &batch) {
            revision.replace(released);
        }
        // These sources are replaced again.
        revision.seal();
        let mut applied = Vec::with_capacity(batch.len());
        for (index, one) in batch.into_iter().enumerate() {
            let on_refusal = one.on_refusal;
            let outcome = revision.replace(one);
            if let Some((_, error)) = outcome.refused.first().filter(|_| on_refusal == OnRefusal::Abort) {
                return Err((index, error.clone()));
            }
            applied.push(outcome);
        }
        let published = match revision.finish(&sources) {
            Some(change) => self.publish(&mut writer, change),
            None => current,
        };
        for (one, source) in applied.iter_mut().zip(&sources) {
            one.revision = published.revision();
            one.snapshot = Some(published.view_of(source));
        }
        Ok(Some(applied))
    }
}

/// Replacements that release names for other sources of the batch: each source that has such a name loses the tools that it
/// is to have no more. Without them a name could not move from a source to one before it.
fn released_names<'b>(current: &'b Snapshot, batch: &[BatchedSource<'b>]) -> Vec<BatchedSource<'b>> {
    let sources: HashSet<&str> = batch.iter().map(|one| one.source).collect();
    let mut losing = HashSet::default();
    for one in batch.iter().filter(|_| batch.len() > 1) {
        let holders = one.replacement.tools.iter().filter_map(|tool| current.holder(tool.name()));
        let others = holders.map(|holder| &*holder.origin.source).filter(|holder| *holder != one.source);
        losing.extend(others.filter(|holder| sources.contains(holder)));
    }
    let losers = batch.iter().filter(|one| losing.contains(one.source));
    let release = |one: &BatchedSource<'b>| {
        let tools = one.replacement.remaining_tools(current, one.source).cloned().collect();
        BatchedSource { replacement: SourceReplacement { tools, ..SourceReplacement::default() }, ..*one }
    };
    losers.map(release).collect()
}

/// The next revision, while sources are replaced in it one after the other.
struct RevisionBuilder {
    /// The newest revision with all sealed replacements. Its number is still that of the newest revision.
    latest: Arc<Snapshot>,
    /// Replacements that are not sealed: of sources without other versions, each of another source. They share one copy of the
    /// revision; a copy for each source would copy nodes of all maps each time.
    unsealed: Option<Change>,
    on_conflict: OnConflict,
    next_id: u64,
    is_change: bool,
    set: ChangeSet,
    events: Vec<VersionEvent>,
    formers: Vec<FormerTool>,
    former_families: Option<Families>,
}

impl RevisionBuilder {
    fn after(current: &Arc<Snapshot>, next_id: u64, on_conflict: OnConflict) -> Self {
        Self {
            latest: Arc::clone(current),
            unsealed: None,
            on_conflict,
            next_id,
            is_change: false,
            set: ChangeSet::default(),
            events: Vec::new(),
            formers: Vec::new(),
            former_families: None,
        }
    }

    fn replace(&mut self, batched: BatchedSource<'_>) -> AppliedReplacement {
        if self.latest.families.is_alone(batched.source) {
            return self.replace_unsealed(batched);
        }
        self.seal();
        let BatchedSource { source, mut replacement, .. } = batched;
        let mut swap = VersionSwap::begin(&self.latest, source, &mut replacement.tools);
        let (mut change, swapped) = (swap.begin_change(self.next_id), Arc::clone(swap.snapshot()));
        let replaced = ReplacedSource { current: &swapped, source, on_conflict: self.on_conflict };
        let (applied, is_change) = replacement.apply_to(replaced, &mut change);
        if swap.finish(&mut change) || is_change {
            self.is_change = true;
            self.take(change);
        }
        applied
    }

    /// Replaces a source without other versions. No other replacement since the last seal concerns its tools.
    fn replace_unsealed(&mut self, batched: BatchedSource<'_>) -> AppliedReplacement {
        let BatchedSource { source, mut replacement, .. } = batched;
        let mut change = self.unsealed.take().unwrap_or_else(|| Change::after(&self.latest, self.next_id));
        let swap = VersionSwap::begin(&self.latest, source, &mut replacement.tools);
        let replaced = ReplacedSource { current: &self.latest, source, on_conflict: self.on_conflict };
        let (applied, is_change) = replacement.apply_to(replaced, &mut change);
        self.is_change |= swap.finish(&mut change) || is_change;
        let revision = change.set.revision;
        self.extend_set(std::mem::replace(&mut change.set, ChangeSet { revision, ..ChangeSet::default() }));
        self.unsealed = Some(change);
        applied
    }

    /// Makes the unsealed replacements a part of the latest revision: later ones see them.
    fn seal(&mut self) {
        if let Some(change) = self.unsealed.take() {
            self.take(change);
        }
    }

    fn extend_set(&mut self, set: ChangeSet) {
        self.set.revision = set.revision;
        self.set.added.extend(set.added);
        self.set.updated.extend(set.updated);
        self.set.removed.extend(set.removed);
        self.set.stale.extend(set.stale);
    }

    fn take(&mut self, change: Change) {
        let Change { mut snapshot, set, events, next_id, .. } = change;
        self.next_id = next_id;
        self.events.extend(events);
        self.extend_set(set);
        self.formers.append(&mut snapshot.formers);
        self.former_families = self.former_families.take().or(snapshot.former_families.take());
        // The next replacement belongs to the same revision.
        snapshot.revision = self.latest.revision();
        self.latest = Arc::new(snapshot);
    }

    /// The change, ready to publish; `None` where nothing changed.
    fn finish(mut self, sources: &[Arc<str>]) -> Option<Change> {
        if !self.is_change {
            return None;
        }
        self.seal();
        let mut change = Change::after(&self.latest, self.next_id);
        (change.snapshot.formers, change.snapshot.former_families) = (self.formers, self.former_families);
        (change.set, change.events) = (self.set, self.events);
        if let [source] = sources {
            change.set.source = Some(source.to_string());
        } else {
            merge_moved_names(&mut change.set);
        }
        Some(change)
    }
}

/// A name that moved from one source to another is updated: it is in no other list.
fn merge_moved_names(set: &mut ChangeSet) {
    let removed: HashSet<&String> = set.removed.iter().collect();
    let (moved, added): (Vec<String>, Vec<String>) =
        std::mem::take(&mut set.added).into_iter().partition(|name| removed.contains(name));
    let is_moved: HashSet<&String> = moved.iter().collect();
    set.removed =
        std::mem::take(&mut set.removed).into_iter().filter(|name| !is_moved.contains(name)).collect();
    set.added = added;
    set.updated.extend(moved);
}
