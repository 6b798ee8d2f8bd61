//! The directory watcher: subscribes to file events of all directories on the way to each file. The only file that uses
//! notify.
//!
//! It never watches files: such a watch is bound to the inode and ends when an editor renames a new file over it. One event
//! source serves all watches of a service, because each has a thread and three file descriptors.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::watch::file_events::event_hints::{EventHints, HintBuffer, PathEvent};
use crate::watch::file_events::symlinks::{DirectoryIdentity, PathLink};
use crate::watch::service::watch_client::WatchKey;

/// The watched directories, and the sources that depend on them.
pub(in crate::watch) struct DirectoryWatcher {
    buffer: Arc<HintBuffer>,
    /// Created with the first source and dropped with the last.
    watcher: Option<RecommendedWatcher>,
    watched: HashMap<PathBuf, DirectoryIdentity>,
    /// The path under which each directory is watched. A directory with two paths, such as a bind mount, has one watch in the
    /// system, and its events name one path.
    paths: HashMap<DirectoryIdentity, PathBuf>,
    names: HashMap<WatchKey, Vec<WatchedName>>,
    /// The number of watched names per directory. At zero, its watch ends.
    name_counts: HashMap<PathBuf, usize>,
}

/// One name on the way to a file, and the path under which its directory is watched.
#[derive(Clone)]
struct WatchedName {
    link: PathLink,
    at: PathBuf,
}

/// The outcome of listening for one source.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::watch) struct ListenOutcome {
    /// Whether at least one directory is newly watched: its earlier events are unknown.
    pub is_new: bool,
    /// Why at least one directory cannot be watched.
    pub refusal: Option<String>,
}

impl DirectoryWatcher {
    /// `wake` is called on the thread of notify after hints came in. It must not block.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            buffer: Arc::new(HintBuffer::new(wake)),
            watcher: None,
            watched: HashMap::new(),
            paths: HashMap::new(),
            names: HashMap::new(),
            name_counts: HashMap::new(),
        }
    }

    /// Watches the directories of all names on the way to a source's files, and no longer those of former names. A directory
    /// that cannot be watched is tried again on each call.
    pub fn listen_to(&mut self, key: &WatchKey, links: Vec<PathLink>) -> ListenOutcome {
        for removed in self.buffer.take_removed() {
            self.unwatch(&removed);
        }
        let is_watched = |name: &WatchedName| self.watched.get(&name.at) == Some(&name.link.identity);
        let names = self.names.get(key).map(Vec::as_slice).unwrap_or_default();
        if names.iter().map(|name| &name.link).eq(&links) && names.iter().all(is_watched) {
            return ListenOutcome::default();
        }
        let mut outcome = ListenOutcome::default();
        let mut names = Vec::with_capacity(links.len());
        // New names first, so that a directory of both is not unwatched in between.
        for link in links {
            let at = self.add_name(key, &link);
            match self.ensure_watched(&at, &link.identity) {
                Ok(is_new) => outcome.is_new |= is_new,
                Err(reason) => outcome.refusal = Some(reason),
            }
            names.push(WatchedName { link, at });
        }
        let former = self.names.insert(key.clone(), names);
        self.remove_names(key, former);
        outcome
    }

    /// Ends all watches of a source.
    pub fn release(&mut self, key: &WatchKey) {
        let former = self.names.remove(key);
        self.remove_names(key, former);
    }

    /// Takes the hints since the last call.
    pub fn take_hints(&self) -> EventHints {
        self.buffer.take_hints()
    }

    /// Makes a source depend on a name. Returns the path under which its directory is to be watched.
    fn add_name(&mut self, key: &WatchKey, link: &PathLink) -> PathBuf {
        let known = self.paths.get(&link.identity).filter(|_| DirectoryIdentity::IS_UNIQUE);
        let at = known.unwrap_or(&link.directory).clone();
        // Before the directory is watched, so that its first events find the source.
        self.buffer.add(key, &at, link.name.as_ref());
        *self.name_counts.entry(at.clone()).or_default() += 1;
        at
    }

    /// Watches a directory if it is not watched yet. Returns whether it is newly watched, or why it cannot be. If two sources
    /// saw different directories at one path, the latest look counts.
    fn ensure_watched(&mut self, at: &Path, identity: &DirectoryIdentity) -> Result<bool, String> {
        if self.watched.get(at) == Some(identity) {
            return Ok(false);
        }
        self.unwatch(at);
        match self.watch(at) {
            Ok(()) => {
                self.paths.insert(identity.clone(), at.to_owned());
                self.buffer.set_watched(at, true);
                self.watched.insert(at.to_owned(), identity.clone());
                Ok(true)
            }
            // Removed since the look; the next look finds what is there.
            Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => Ok(false),
            Err(error) => Err(refusal_reason(&error)),
        }
    }

    fn watch(&mut self, at: &Path) -> notify::Result<()> {
        let watcher = if let Some(watcher) = &mut self.watcher {
            watcher
        } else {
            let buffer = Arc::clone(&self.buffer);
            self.watcher.insert(notify::recommended_watcher(move |event| record_event(&buffer, event))?)
        };
        watcher.watch(at, RecursiveMode::NonRecursive)
    }

    /// Removes former names of a source, apart from those that it has now.
    fn remove_names(&mut self, key: &WatchKey, former: Option<Vec<WatchedName>>) {
        for WatchedName { link, at } in former.into_iter().flatten() {
            let present = self.names.get(key).map(Vec::as_slice).unwrap_or_default();
            if !present.iter().any(|name| name.at == at && name.link.name == link.name) {
                self.buffer.remove(key, &at, link.name.as_ref());
            }
            let count = self.name_counts.get(&at).map_or(0, |count| count - 1);
            if count == 0 {
                self.name_counts.remove(&at);
                self.unwatch(&at);
            } else {
                self.name_counts.insert(at, count);
            }
        }
        if self.names.is_empty() {
            self.watcher = None;
        }
    }

    fn unwatch(&mut self, at: &Path) {
        if let Some(identity) = self.watched.remove(at) {
            self.paths.remove(&identity);
            self.buffer.set_watched(at, false);
        }
        // Called even if it is not watched: notify may still hold the path of a removed directory. It fails if the directory is
        // gone, and its watch with it.
        if let Some(watcher) = &mut self.watcher {
            let _ = watcher.unwatch(at);
        }
    }
}

/// Records an event of notify as hints.
fn record_event(buffer: &HintBuffer, event: notify::Result<Event>) {
    let Some(event) = event.ok().filter(|event| !event.need_rescan()) else {
        buffer.record_lost_events();
        return;
    };
    // Reading is an event too, and each look reads.
    let is_read = matches!(event.kind, EventKind::Access(access)
        if access != AccessKind::Close(AccessMode::Write));
    if is_read {
        return;
    }
    let is_removal = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
    let changes_names = !matches!(
        event.kind,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_))
    );
    buffer.record_events(event.paths.iter().map(|path| PathEvent { path, changes_names, is_removal }));
}

/// Why the system refuses a watch; on Linux with the setting to raise.
fn refusal_reason(error: &notify::Error) -> String {
    const TOO_MANY_OPEN_FILES: i32 = 24;
    match &error.kind {
        ErrorKind::MaxFilesWatch => {
            "no more inotify watches: raise the sysctl fs.inotify.max_user_watches".to_owned()
        }
        ErrorKind::Io(io) if cfg!(target_os = "linux") && io.raw_os_error() == Some(TOO_MANY_OPEN_FILES) => {
            format!("{io}: raise the sysctl fs.inotify.max_user_instances, or ulimit -n")
        }
        ErrorKind::Io(io) => io.to_string(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag};

    use super::*;

    /// The hints of an event, where `crm` depends on a file and `all` on all names in its directory.
    fn hints(event: notify::Result<Event>) -> EventHints {
        let buffer = HintBuffer::new(|| {});
        for (source, name) in [("crm", "crm.yaml"), ("all", "")] {
            buffer.add(&WatchKey::new(1, source), Path::new("/specs"), Path::new(name));
        }
        record_event(&buffer, event);
        buffer.take_hints()
    }

    #[test]
    fn lost_events_are_a_hint_for_all_sources() {
        assert!(hints(Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan))).all);
        assert!(hints(Err(notify::Error::generic("events were lost"))).all);
    }

    #[test]
    fn an_event_is_a_hint_for_the_sources_that_depend_on_its_name() {
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let created = EventKind::Create(CreateKind::File);
        for (kind, path, expected) in [
            (written, "/specs/crm.yaml", &["crm"][..]),
            (created, "/specs/crm.yaml", &["all", "crm"]),
            (created, "/specs/new.yaml", &["all"]),
            (written, "/specs/new.yaml", &[]),
            (EventKind::Access(AccessKind::Read), "/specs/crm.yaml", &[]),
            (created, "/elsewhere/crm.yaml", &[]),
        ] {
            let hints = hints(Ok(Event::new(kind).add_path(path.into())));
            let sources: Vec<_> = hints.sources.iter().map(|key| &*key.source).collect();
            assert_eq!(sources, expected, "{kind:?} {path}");
        }
    }
}
