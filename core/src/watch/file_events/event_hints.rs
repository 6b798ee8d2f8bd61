//! Event hints: which file event concerns which source. The thread of the file events leaves hints; the actor takes them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::watch::service::watch_client::WatchKey;

/// The sources that may have changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::watch) struct EventHints {
    /// These sources.
    pub sources: BTreeSet<WatchKey>,
    /// All sources, because events were lost.
    pub all: bool,
}

/// A file event at one path.
#[derive(Clone, Copy, Debug)]
pub(in crate::watch) struct PathEvent<'h> {
    pub path: &'h Path,
    /// Whether a name appeared or disappeared. Only then the list of names in the directory changed.
    pub changes_names: bool,
    /// Whether the file or directory at the path was removed or renamed.
    pub is_removal: bool,
}

/// Collects hints. Its size is bounded by the number of sources, however many events come.
pub(in crate::watch) struct HintBuffer {
    table: Mutex<HintTable>,
    wake: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct HintTable {
    /// The sources that depend on each path.
    names: BTreeMap<PathBuf, HashSet<WatchKey>>,
    /// The sources that depend on all names in each directory.
    listings: BTreeMap<PathBuf, HashSet<WatchKey>>,
    /// Directories that are watched.
    directories: BTreeSet<PathBuf>,
    /// Watched directories that were removed or renamed, which ends their watches.
    removed: BTreeSet<PathBuf>,
    hints: EventHints,
}

impl HintBuffer {
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { table: Mutex::default(), wake: Box::new(wake) }
    }

    /// Makes a source depend on a name in a directory, or on all its names if `name` is empty.
    pub fn add(&self, key: &WatchKey, directory: &Path, name: &Path) {
        let mut table = self.table();
        let (map, path) = table.map_for(directory, name);
        map.entry(path).or_default().insert(key.clone());
    }

    /// Ends the dependency that [`HintBuffer::add`] made.
    pub fn remove(&self, key: &WatchKey, directory: &Path, name: &Path) {
        let mut table = self.table();
        let (map, path) = table.map_for(directory, name);
        if let Some(keys) = map.get_mut(&path) {
            keys.remove(key);
            if keys.is_empty() {
                map.remove(&path);
            }
        }
    }

    /// Records whether a directory is watched.
    pub fn set_watched(&self, directory: &Path, is_watched: bool) {
        let mut table = self.table();
        if is_watched {
            table.directories.insert(directory.to_owned());
        } else {
            table.directories.remove(directory);
        }
        table.removed.remove(directory);
    }

    /// Takes the watched directories that were removed or renamed.
    pub fn take_removed(&self) -> BTreeSet<PathBuf> {
        std::mem::take(&mut self.table().removed)
    }

    /// Takes the hints since the last call.
    pub fn take_hints(&self) -> EventHints {
        std::mem::take(&mut self.table().hints)
    }

    /// Records events, and wakes the actor if one concerns a source.
    pub fn record_events<'h>(&self, events: impl Iterator<Item = PathEvent<'h>>) {
        let mut table = self.table();
        let mut is_hint = false;
        for event in events {
            is_hint |= table.record_event(event);
        }
        // The actor takes the hints as soon as it wakes, so the lock is released first.
        drop(table);
        if is_hint {
            (self.wake)();
        }
    }

    /// Records that events were lost: every source may have changed.
    pub fn record_lost_events(&self) {
        self.table().hints.all = true;
        (self.wake)();
    }

    fn table(&self) -> MutexGuard<'_, HintTable> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HintTable {
    fn map_for(
        &mut self,
        directory: &Path,
        name: &Path,
    ) -> (&mut BTreeMap<PathBuf, HashSet<WatchKey>>, PathBuf) {
        if name.as_os_str().is_empty() {
            (&mut self.listings, directory.to_owned())
        } else {
            (&mut self.names, directory.join(name))
        }
    }

    /// Records an event. Returns whether it concerns a source.
    fn record_event(&mut self, PathEvent { path, changes_names, is_removal }: PathEvent<'_>) -> bool {
        let directory = path.parent().filter(|_| changes_names);
        let listings = directory.and_then(|directory| self.listings.get(directory));
        let concerned: Vec<_> = listings.into_iter().chain(self.names.get(path)).collect();
        let is_hint = !concerned.is_empty();
        self.hints.sources.extend(concerned.into_iter().flatten().cloned());
        (is_removal && self.record_removal(path)) || is_hint
    }

    /// Records that a directory and all below it were removed or renamed. notify drops their watches without an event.
    fn record_removal(&mut self, path: &Path) -> bool {
        let at = (Bound::Included(path), Bound::Unbounded);
        let below = |known: &&PathBuf| known.starts_with(path);
        let removed: Vec<_> = self.directories.range::<Path, _>(at).take_while(below).cloned().collect();
        if removed.is_empty() {
            return false;
        }
        for map in [&self.names, &self.listings] {
            let affected = map.range::<Path, _>(at).take_while(|(known, _)| known.starts_with(path));
            self.hints.sources.extend(affected.flat_map(|(_, keys)| keys.iter().cloned()));
        }
        self.removed.extend(removed);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sources that an event concerns, where `crm` depends on a file and `all` on all names in its directory.
    fn concerned(event: PathEvent<'_>) -> (Vec<String>, Vec<PathBuf>) {
        let buffer = HintBuffer::new(|| {});
        for (source, name) in [("crm", "crm.yaml"), ("all", "")] {
            buffer.add(&WatchKey::new(1, source), Path::new("/specs"), Path::new(name));
        }
        buffer.set_watched(Path::new("/specs"), true);
        buffer.set_watched(Path::new("/specs-2"), true);
        buffer.record_events(std::iter::once(event));
        let sources = buffer.take_hints().sources.into_iter().map(|key| key.source.to_string());
        (sources.collect(), buffer.take_removed().into_iter().collect())
    }

    #[test]
    fn an_event_concerns_the_sources_that_depend_on_its_name() {
        for (path, changes_names, expected) in [
            ("/specs/crm.yaml", false, &["crm"][..]),
            ("/specs/crm.yaml", true, &["all", "crm"]),
            ("/specs/new.yaml", true, &["all"]),
            ("/specs/new.yaml", false, &[]),
            ("/elsewhere/crm.yaml", true, &[]),
        ] {
            let event = PathEvent { path: Path::new(path), changes_names, is_removal: false };
            assert_eq!(concerned(event).0, expected, "{path}");
        }
    }

    #[test]
    fn a_removed_directory_concerns_all_below_it_and_nothing_beside() {
        let all = ["all".to_owned(), "crm".to_owned()].to_vec();
        let removal = |path| PathEvent { path: Path::new(path), changes_names: true, is_removal: true };
        assert_eq!(concerned(removal("/specs")), (all, vec!["/specs".into()]));
        assert_eq!(concerned(removal("/spec")), (vec![], vec![]));
    }

    #[test]
    fn a_removed_dependency_gives_no_hint() {
        let (buffer, key, other) = (HintBuffer::new(|| {}), WatchKey::new(1, "crm"), WatchKey::new(2, "crm"));
        let (directory, name) = (Path::new("/specs"), Path::new("crm.yaml"));
        buffer.add(&key, directory, name);
        buffer.add(&other, directory, name);
        buffer.remove(&key, directory, name);
        let path = Path::new("/specs/crm.yaml");
        buffer.record_events(std::iter::once(PathEvent { path, changes_names: true, is_removal: false }));
        assert_eq!(buffer.take_hints().sources, BTreeSet::from([other.clone()]));
        buffer.remove(&other, directory, name);
        assert!(buffer.table().names.is_empty());
    }
}
