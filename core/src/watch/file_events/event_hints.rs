//! Who is to be woken by which path: hints are left here by the thread of the file events, and taken by the actor.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::watch::service::watch_client::WatchKey;

/// Who is to be woken.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::watch) struct EventHints {
    /// These sources.
    pub sources: BTreeSet<WatchKey>,
    /// All of them: events were lost.
    pub all: bool,
}

/// What happened to one path.
#[derive(Clone, Copy, Debug)]
pub(in crate::watch) struct PathEvent<'h> {
    pub path: &'h Path,
    /// Whether a name came or went; content says nothing of which names there are.
    pub changes_names: bool,
    /// Whether what stood at the path does so no more.
    pub takes_away: bool,
}

/// Where hints are left. A storm of events takes no more room on it than there are sources.
pub(in crate::watch) struct HintBoard {
    entries: Mutex<HintTable>,
    wake: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct HintTable {
    /// The sources on whose way each path is.
    names: BTreeMap<PathBuf, HashSet<WatchKey>>,
    /// The sources for which any name in a directory is on their way.
    listings: BTreeMap<PathBuf, HashSet<WatchKey>>,
    /// Directories that are listened to.
    directories: BTreeSet<PathBuf>,
    /// Directories that were removed or renamed, and whose watches ended with that.
    fallen: BTreeSet<PathBuf>,
    hints: EventHints,
}

impl HintBoard {
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { entries: Mutex::default(), wake: Box::new(wake) }
    }

    /// Wakes a source by a name in a directory; by all names in it where the name is empty.
    pub fn enter(&self, key: &WatchKey, directory: &Path, name: &Path) {
        let mut entries = self.entries();
        let (map, path) = entries.map_of(directory, name);
        map.entry(path).or_default().insert(key.clone());
    }

    /// Wakes it by that no more.
    pub fn strike(&self, key: &WatchKey, directory: &Path, name: &Path) {
        let mut entries = self.entries();
        let (map, path) = entries.map_of(directory, name);
        if let Some(keys) = map.get_mut(&path) {
            keys.remove(key);
            if keys.is_empty() {
                map.remove(&path);
            }
        }
    }

    /// Whether a directory is listened to.
    pub fn listen(&self, directory: &Path, listens: bool) {
        let mut entries = self.entries();
        if listens {
            entries.directories.insert(directory.to_owned());
        } else {
            entries.directories.remove(directory);
        }
        entries.fallen.remove(directory);
    }

    /// The directories that have fallen since the last time.
    pub fn take_fallen(&self) -> BTreeSet<PathBuf> {
        std::mem::take(&mut self.entries().fallen)
    }

    /// The sources for which there were hints since the last time.
    pub fn take_hints(&self) -> EventHints {
        std::mem::take(&mut self.entries().hints)
    }

    /// Takes what happened.
    pub fn take<'h>(&self, happenings: impl Iterator<Item = PathEvent<'h>>) {
        let mut entries = self.entries();
        let mut is_hint = false;
        for happening in happenings {
            is_hint |= entries.note(happening);
        }
        drop(entries);
        if is_hint {
            (self.wake)();
        }
    }

    /// Events were lost.
    pub fn lose(&self) {
        self.entries().hints.all = true;
        (self.wake)();
    }

    fn entries(&self) -> MutexGuard<'_, HintTable> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HintTable {
    fn map_of(
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

    /// Whether there was a hint in it.
    fn note(&mut self, PathEvent { path, changes_names, takes_away }: PathEvent<'_>) -> bool {
        let directory = path.parent().filter(|_| changes_names);
        let listings = directory.and_then(|directory| self.listings.get(directory));
        let woken: Vec<_> = listings.into_iter().chain(self.names.get(path)).collect();
        let is_hint = !woken.is_empty();
        self.hints.sources.extend(woken.into_iter().flatten().cloned());
        (takes_away && self.fell(path)) || is_hint
    }

    /// Notes that a directory and all below it are not what they were. notify forgets their watches without a word.
    fn fell(&mut self, path: &Path) -> bool {
        let at = (Bound::Included(path), Bound::Unbounded);
        let below = |known: &&PathBuf| known.starts_with(path);
        let fallen: Vec<_> = self.directories.range::<Path, _>(at).take_while(below).cloned().collect();
        if fallen.is_empty() {
            return false;
        }
        for map in [&self.names, &self.listings] {
            let lost = map.range::<Path, _>(at).take_while(|(known, _)| known.starts_with(path));
            self.hints.sources.extend(lost.flat_map(|(_, keys)| keys.iter().cloned()));
        }
        self.fallen.extend(fallen);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is woken by something that happens, where `crm` waits for a file and `all` for any name beside it.
    fn woken(path: &str, changes_names: bool, takes_away: bool) -> (Vec<String>, Vec<PathBuf>) {
        let board = HintBoard::new(|| {});
        for (source, name) in [("crm", "crm.yaml"), ("all", "")] {
            board.enter(&WatchKey::new(1, source), Path::new("/specs"), Path::new(name));
        }
        board.listen(Path::new("/specs"), true);
        board.listen(Path::new("/specs-2"), true);
        board.take(std::iter::once(PathEvent { path: Path::new(path), changes_names, takes_away }));
        let sources = board.take_hints().sources.into_iter().map(|key| key.source.to_string());
        (sources.collect(), board.take_fallen().into_iter().collect())
    }

    #[test]
    fn a_path_wakes_whoever_waits_for_its_name() {
        for (path, changes_names, expected) in [
            ("/specs/crm.yaml", false, &["crm"][..]),
            ("/specs/crm.yaml", true, &["all", "crm"]),
            ("/specs/new.yaml", true, &["all"]),
            ("/specs/new.yaml", false, &[]),
            ("/elsewhere/crm.yaml", true, &[]),
        ] {
            assert_eq!(woken(path, changes_names, false).0, expected, "{path}");
        }
    }

    #[test]
    fn a_directory_that_goes_takes_what_is_below_it_along_and_nothing_beside() {
        let all = ["all".to_owned(), "crm".to_owned()].to_vec();
        assert_eq!(woken("/specs", true, true), (all, vec!["/specs".into()]));
        assert_eq!(woken("/spec", true, true), (vec![], vec![]));
    }

    #[test]
    fn a_source_that_is_struck_is_woken_no_more() {
        let (board, key, other) = (HintBoard::new(|| {}), WatchKey::new(1, "crm"), WatchKey::new(2, "crm"));
        let (directory, name) = (Path::new("/specs"), Path::new("crm.yaml"));
        board.enter(&key, directory, name);
        board.enter(&other, directory, name);
        board.strike(&key, directory, name);
        let path = Path::new("/specs/crm.yaml");
        board.take(std::iter::once(PathEvent { path, changes_names: true, takes_away: false }));
        assert_eq!(board.take_hints().sources, BTreeSet::from([other.clone()]));
        board.strike(&other, directory, name);
        assert!(board.entries().names.is_empty());
    }
}
