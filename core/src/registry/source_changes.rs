//! Changes of all tools of a source in one revision: replace, preview, amend, remove, mark as stale.

use std::sync::Arc;

use super::source_batch::{BatchedSource, OnRefusal};
use super::source_replacement::ReplacedSource;
use super::versions::version_swap::VersionSwap;
use super::{AppliedReplacement, NameDraft, RegisteredTool, SourceReplacement, Stale, ToolRegistry};
use crate::error::Result;

impl ToolRegistry {
    /// Removes all tools of a source in one revision and returns their names. Tools of other sources stay, whatever their
    /// names.
    ///
    /// # Errors
    /// `CLOSED`.
    pub fn unregister_source(&self, source: &str) -> Result<Vec<String>> {
        Ok(self.apply(source, Vec::new())?.removed)
    }

    /// Replaces all tools of a source in one revision. Tools that are the same keep their hash and position. No two of
    /// `tools` may have names with one confusion key.
    ///
    /// # Errors
    /// `CLOSED`.
    pub fn apply(&self, source: &str, tools: Vec<RegisteredTool>) -> Result<AppliedReplacement> {
        let replacement = SourceReplacement { tools, ..SourceReplacement::default() };
        Ok(self.replace_source(source, replacement)?.unwrap_or_default())
    }

    /// Replaces all tools of a source in one revision, or none of them. No two of `tools` may have names with one confusion
    /// key.
    ///
    /// # Errors
    /// `NAME_TAKEN` where another source has the name of a tool, `CLOSED`. Nothing is changed then.
    pub fn apply_whole(&self, source: &str, tools: Vec<RegisteredTool>) -> Result<AppliedReplacement> {
        let replacement = SourceReplacement { tools, ..SourceReplacement::default() };
        let batch = vec![BatchedSource { source, replacement, on_refusal: OnRefusal::Abort }];
        let applied = self.replace_batch(batch).map_err(|(_, error)| error)?;
        Ok(applied.and_then(|mut applied| applied.pop()).unwrap_or_default())
    }

    /// Replaces all tools of a source, whose names are those of a draft. Tools and names are entered together, or neither.
    /// Returns `None` where another load took one of the names, so that a new draft is needed, or where tools changed since
    /// they were judged.
    ///
    /// # Errors
    /// `CLOSED`.
    pub fn apply_drafted(
        &self,
        names: &NameDraft,
        replacement: SourceReplacement<'_>,
    ) -> Result<Option<AppliedReplacement>> {
        let mut ledger = self.ledger();
        if !ledger.admits(names) {
            return Ok(None);
        }
        let applied = self.replace_source(names.source(), replacement)?;
        if applied.is_some() {
            ledger.enter(names);
        }
        Ok(applied)
    }

    /// Computes what [`ToolRegistry::apply_drafted`] would change, and changes nothing.
    ///
    /// # Errors
    /// `CLOSED`.
    pub fn preview(
        &self,
        source: &str,
        mut replacement: SourceReplacement<'_>,
    ) -> Result<Option<AppliedReplacement>> {
        let writer = self.open_to_read()?;
        let current = self.snapshot();
        if !replacement.is_as_judged(&current, source) {
            return Ok(None);
        }
        let mut swap = VersionSwap::begin(&current, source, &mut replacement.tools);
        let (mut change, swapped) = (swap.begin_change(writer.next_id), Arc::clone(swap.snapshot()));
        let replaced = ReplacedSource { current: &swapped, source, on_conflict: self.on_conflict };
        let (mut applied, is_change) = replacement.apply_to(replaced, &mut change);
        applied.revision = current.revision();
        applied.snapshot = Some(if is_change { Arc::new(change.snapshot) } else { swapped });
        Ok(Some(applied))
    }

    /// Returns `None` where the replacement would change something else than was judged.
    fn replace_source(
        &self,
        source: &str,
        replacement: SourceReplacement<'_>,
    ) -> Result<Option<AppliedReplacement>> {
        let batch = vec![BatchedSource { source, replacement, on_refusal: OnRefusal::Skip }];
        let applied = self.replace_batch(batch).map_err(|(_, error)| error)?;
        Ok(applied.and_then(|mut applied| applied.pop()))
    }

    /// Adds or replaces some tools of a source and removes others, in one revision. Its other tools stay as they are.
    ///
    /// # Errors
    /// `CLOSED`.
    pub fn amend_source(
        &self,
        source: &str,
        mut tools: Vec<RegisteredTool>,
        removed: &[String],
    ) -> Result<AppliedReplacement> {
        let mut writer = self.open()?;
        let newest = self.snapshot();
        let mut swap = VersionSwap::begin(&newest, source, &mut tools);
        let (mut change, current) = (swap.begin_change(writer.next_id), Arc::clone(swap.snapshot()));
        let mut applied = AppliedReplacement { revision: newest.revision(), ..AppliedReplacement::default() };
        for old in current.tools_of(source).filter(|old| removed.iter().any(|name| name == old.name())) {
            change.remove(old);
        }
        for tool in tools {
            if let Some(old) = current.get(tool.name()).filter(|old| *old.origin.source == *source) {
                change.replace(old, tool, old.id);
                continue;
            }
            let name = tool.name().to_owned();
            if let Err(error) = change.insert(tool, self.on_conflict) {
                applied.refused.push((name, error));
            }
        }
        applied.set_names(&change.set);
        if swap.finish(&mut change) || !change.set.is_empty() {
            change.set.source = Some(source.to_owned());
            applied.revision = change.set.revision;
            applied.snapshot = Some(self.publish(&mut writer, change).view_of(source));
        }
        Ok(applied)
    }

    /// Marks all tools of a source as stale, or clears their marks with `None`. Returns the revision, and the names of all
    /// tools of the source.
    ///
    /// # Errors
    /// `CLOSED`.
    pub fn mark_source(&self, source: &str, fault: Option<&Stale>) -> Result<(u64, Vec<String>)> {
        let mut writer = self.open()?;
        let newest = self.snapshot();
        let mut swap = VersionSwap::begin(&newest, source, &mut []);
        let (mut change, current) = (swap.begin_change(writer.next_id), Arc::clone(swap.snapshot()));
        let mut is_cleared = false;
        for tool in current.tools_of(source) {
            if let Some(fault) = fault {
                change.mark_stale(tool, fault);
            } else if tool.stale.is_some() {
                let mut fresh = RegisteredTool::clone(tool);
                fresh.stale = None;
                change.put(fresh);
                is_cleared = true;
            }
        }
        let names = current.tools_of(source).map(|tool| tool.name().to_owned()).collect();
        let is_swapped = swap.finish(&mut change);
        if !is_swapped && !is_cleared && change.set.is_empty() {
            return Ok((newest.revision(), names));
        }
        change.set.source = Some(source.to_owned());
        Ok((self.publish(&mut writer, change).revision(), names))
    }
}
