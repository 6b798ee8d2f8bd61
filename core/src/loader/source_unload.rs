//! Unload: the tools of sources go, with all that is known of them.

use std::collections::{BTreeMap, BTreeSet};

use super::loader_context::LoaderContext;
use super::mutex::{lock, lock_in_order};
use super::sources::SourceState;
use crate::error::Result;
use crate::review::HoldOutcome;

impl LoaderContext {
    /// Unloads sources in one revision. Gives the names of the tools that were removed, by source in the order of their names;
    /// none for a source that the state file alone knows.
    ///
    /// # Errors
    /// `CLOSED`; `UNKNOWN_SOURCE`, then all of them stay.
    pub fn unload(&self, names: &[&str]) -> Result<Vec<Vec<String>>> {
        // A name that is given twice would wait for its own lock.
        let distinct: BTreeSet<&str> = names.iter().copied().collect();
        let (mut listed, mut entries) = (Vec::new(), Vec::new());
        for &name in &distinct {
            match self.source(name) {
                Ok(entry) => {
                    listed.push(name);
                    entries.push(entry);
                }
                Err(error) if !self.is_saved(name) => return Err(error),
                // The state file alone knows it.
                Err(_) => {}
            }
        }
        // The locks wait for loads that are under way. A load that still reads finds no source afterwards, and changes nothing.
        let mut sources = lock_in_order(&entries, |index| listed[index]);
        let removed = self.registry.unregister_sources(&listed)?;
        let mut removed_by_name: BTreeMap<&str, Vec<String>> = listed.iter().copied().zip(removed).collect();
        for (name, source) in listed.iter().zip(&mut sources) {
            lock(&self.sources).remove(*name);
            self.release(name);
            self.statuses.forget(name);
            self.claims.forget(name);
            source.state = SourceState::default();
            self.forget_saved(name);
            if let Some(held) = self.holds.remove(name) {
                self.report_settled(&held, HoldOutcome::Superseded);
            }
        }
        let removed = distinct.into_iter().map(|name| {
            let tools = removed_by_name.remove(name);
            if tools.is_none() {
                self.forget_saved(name);
            }
            tools.unwrap_or_default()
        });
        Ok(removed.collect())
    }
}
