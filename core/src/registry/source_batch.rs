//! A batch of sources: the tools of several sources are replaced in one revision, or none of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::change_set::Change;
use super::former_revisions::FormerTool;
use super::source_replacement::ReplacedSource;
use super::versions::families::Families;
use super::versions::version_swap::VersionSwap;
use super::{
    AppliedReplacement, ChangeSet, NameDraft, OnConflict, RegisteredTool, Snapshot, SourceReplacement,
    ToolRegistry, VersionEvent, revision_record,
};
use crate::error::{Error, Result};
use crate::json::{HashMap, HashSet};

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
        let mut released = released_tools(&current, &batch);
        for (source, tools) in &released {
            revision.release(source, tools);
        }
        // These sources are replaced again.
        revision.seal();
        let mut applied = Vec::with_capacity(batch.len());
        for (index, one) in batch.into_iter().enumerate() {
            let (source, on_refusal) = (one.source, one.on_refusal);
            let mut outcome = revision.replace(one);
            let gone = released.remove(source).unwrap_or_default();
            outcome.removed.extend(gone.iter().map(|tool| tool.name().to_owned()));
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

/// The tools of each source of a batch that it is to have no more, and whose names another one of the batch takes. They go
/// first: a name could not move from a source to one before it.
fn released_tools<'b>(
    current: &'b Snapshot,
    batch: &[BatchedSource<'b>],
) -> BTreeMap<&'b str, Vec<Arc<RegisteredTool>>> {
    let mut released: BTreeMap<&str, Vec<Arc<RegisteredTool>>> = BTreeMap::new();
    if batch.len() == 1 {
        return released;
    }
    let mut wanted: HashMap<&str, Vec<&Arc<RegisteredTool>>> = HashMap::default();
    for one in batch {
        for tool in &one.replacement.tools {
            let inactive = current.families.inactive_holder(tool.name(), one.source);
            for holder in current.holder(tool.name()).into_iter().chain(inactive) {
                wanted.entry(&holder.origin.source).or_default().push(holder);
            }
        }
    }
    for one in batch {
        let Some(holders) = wanted.get(one.source) else { continue };
        let remaining = one.replacement.remaining_tools(current, one.source).map(RegisteredTool::name);
        // A name that is there is not given twice: two sources may want spellings of it.
        let mut kept: HashSet<&str> = remaining.collect();
        let gone = holders.iter().filter(|holder| kept.insert(holder.name()));
        let gone: Vec<_> = gone.map(|holder| Arc::clone(holder)).collect();
        if !gone.is_empty() {
            released.insert(one.source, gone);
        }
    }
    released
}

/// The change of one source, until it is a part of the revision.
struct SourceStep {
    swap: VersionSwap,
    change: Change,
    /// The revision in which the source is active.
    current: Arc<Snapshot>,
    /// Whether the source has no other versions. No other change since the last seal concerns its tools then.
    is_alone: bool,
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

    /// Replaces the tools of a source.
    fn replace(&mut self, batched: BatchedSource<'_>) -> AppliedReplacement {
        let BatchedSource { source, mut replacement, .. } = batched;
        let mut step = self.begin(source, &mut replacement.tools);
        let replaced = ReplacedSource { current: &step.current, source, on_conflict: self.on_conflict };
        let (applied, is_change) = replacement.apply_to(replaced, &mut step.change);
        let is_swap = step.swap.finish(&mut step.change);
        if is_change || is_swap {
            self.is_change = true;
            self.end(step.change, step.is_alone);
        } else if step.is_alone {
            self.unsealed = Some(step.change);
        }
        applied
    }

    /// Takes tools away from a source that is replaced afterwards.
    fn release(&mut self, source: &str, tools: &[Arc<RegisteredTool>]) {
        let mut step = self.begin(source, &mut []);
        for tool in tools {
            step.change.remove(tool);
        }
        step.swap.finish_release(&mut step.change);
        self.is_change = true;
        self.end(step.change, step.is_alone);
    }

    fn begin(&mut self, source: &str, tools: &mut [RegisteredTool]) -> SourceStep {
        if self.latest.families.is_alone(source) {
            let change = self.unsealed.take().unwrap_or_else(|| Change::after(&self.latest, self.next_id));
            let swap = VersionSwap::begin(&self.latest, source, tools);
            return SourceStep { swap, change, current: Arc::clone(&self.latest), is_alone: true };
        }
        self.seal();
        let mut swap = VersionSwap::begin(&self.latest, source, tools);
        let (change, current) = (swap.begin_change(self.next_id), Arc::clone(swap.snapshot()));
        SourceStep { swap, change, current, is_alone: false }
    }

    fn end(&mut self, mut change: Change, is_alone: bool) {
        if !is_alone {
            return self.take(change);
        }
        let revision = change.set.revision;
        self.extend_set(std::mem::replace(&mut change.set, ChangeSet { revision, ..ChangeSet::default() }));
        self.unsealed = Some(change);
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
            merge_lists(&mut change.set);
        }
        Some(change)
    }
}

/// Puts each name into one list: one that moved from a source to another is updated, one that is gone is only removed.
fn merge_lists(set: &mut ChangeSet) {
    let former = std::mem::take(&mut set.removed);
    let removed: HashSet<&String> = former.iter().collect();
    let (moved, added): (Vec<String>, Vec<String>) =
        std::mem::take(&mut set.added).into_iter().partition(|name| removed.contains(name));
    let back: HashSet<&String> = moved.iter().collect();
    let gone = |name: &String| removed.contains(name) && !back.contains(name);
    let mut listed: HashSet<&String> = added.iter().collect();
    let updated = set.updated.iter().chain(&moved).filter(|name| !gone(name) && listed.insert(name));
    let updated = updated.cloned().collect();
    set.removed = former.iter().filter(|name| gone(name)).cloned().collect();
    (set.added, set.updated) = (added, updated);
}
