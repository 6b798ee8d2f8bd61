//! The sources of a batch: listed, claimed and locked while the batch loads; restored from the state file.

use std::sync::{Arc, Mutex, MutexGuard};

use super::tool_set::ToolSet;
use crate::error::{Error, Result};
use crate::loader::loader_context::LoaderContext;
use crate::loader::mutex::lock_in_order;
use crate::loader::sources::LoadedSource;
use crate::registry::{Origin, family_of};
use crate::review::VersionHistory;
use crate::spec::SpecSource;

/// The entries of a batch in the list of sources, in the order of the batch.
pub struct BatchEntries<'l> {
    context: &'l LoaderContext,
    entries: Vec<Arc<Mutex<LoadedSource>>>,
}

impl<'l> BatchEntries<'l> {
    /// Lists the sources of a batch.
    pub fn enlist(context: &'l LoaderContext, batch: &[ToolSet]) -> Self {
        let new = |set: &ToolSet| LoadedSource::new(&set.name, &location(set), Arc::clone(&set.options));
        let entries = batch.iter().map(|set| context.enlist(&set.name, || new(set))).collect();
        Self { context, entries }
    }

    /// Locks all sources.
    pub fn lock(&self, batch: &[ToolSet]) -> Vec<MutexGuard<'_, LoadedSource>> {
        lock_in_order(&self.entries, |index| &batch[index].name)
    }

    /// Keeps the sources that are loaded in the list, and drops the others.
    pub fn settle(&self, sources: &[MutexGuard<'_, LoadedSource>]) {
        for (entry, source) in self.entries.iter().zip(sources) {
            self.context.settle_entry(entry, source);
        }
    }
}

/// Makes a source ready for a load of its tools: it is claimed, and has what the state file knows of it.
///
/// # Errors
/// `NAME_TAKEN` where a source at another location has the name, or one of another loader.
pub fn prepare_source(context: &LoaderContext, source: &mut LoadedSource, set: &ToolSet) -> Result<()> {
    let location = location(set);
    if family_of(&set.name) == Origin::CODE {
        // This name stands for the tools that were registered in code: they would be replaced.
        let location = "the tools that were registered one by one".to_owned();
        return Err(Error::SourceTaken { name: set.name.clone(), location });
    }
    let replaced = set.replaces.as_ref().map(|replaced| SpecSource::Program(Arc::clone(replaced)));
    if !source.is_new() && source.location != location && Some(&source.location) != replaced.as_ref() {
        let location = source.location.display_location();
        return Err(Error::SourceTaken { name: set.name.clone(), location });
    }
    context.claim(&set.name)?;
    if source.is_new() {
        restore_record(context, source);
    }
    Ok(())
}

/// The location of a set, as a source has it.
pub fn location(set: &ToolSet) -> SpecSource {
    SpecSource::Program(Arc::clone(&set.location))
}

/// Gives a new source the pins, rejections and versions of the state file. Code is not in it, so no version can be rolled back to.
fn restore_record(context: &LoaderContext, source: &mut LoadedSource) {
    let record = context.keeper.as_ref().and_then(|keeper| keeper.record(&source.name));
    let Some(record) = record.filter(|record| record.is_of(&source.location)) else { return };
    source.pins.clone_from(&record.pins);
    source.rejected = record.rejected.clone().into_iter().collect();
    let versions = record.versions.iter().rev().map(|version| (version.clone(), None));
    source.history = VersionHistory::restore(versions);
}
