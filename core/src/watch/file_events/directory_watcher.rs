//! The door to notify: events of the directories on the way to each file, as hints.
//!
//! Directories and never files: an event source on a file is bound to its inode, and ends when an editor renames a new
//! one over it. One event source for all watches of a service: it has a thread and three descriptors.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::watch::file_events::event_hints::{EventHints, HintBoard, PathEvent};
use crate::watch::file_events::symlinks::{DirectoryIdentity, PathLink};
use crate::watch::service::watch_client::WatchKey;

/// The directories that are listened to, and for whom.
pub(in crate::watch) struct DirectoryWatcher {
    board: Arc<HintBoard>,
    /// Made when it is first needed, and gone with the last source.
    watcher: Option<RecommendedWatcher>,
    armed: HashMap<PathBuf, DirectoryIdentity>,
    /// At which path each directory is armed. The system has one watch for a directory that stands at two paths, as a bind
    /// mount does, and tells its events by one of them.
    paths: HashMap<DirectoryIdentity, PathBuf>,
    routes: HashMap<WatchKey, Vec<WatchedName>>,
    /// How many stops of all routes are at each path.
    stops: HashMap<PathBuf, usize>,
}

/// One name on the way to a file, and the path under which its directory is listened to.
#[derive(Clone)]
struct WatchedName {
    link: PathLink,
    at: PathBuf,
}

/// What came of listening for one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::watch) struct ListenOutcome {
    /// At least one directory is listened to from now on: what happened there before was not heard.
    pub anew: bool,
    /// Why at least one directory cannot be listened to.
    pub refusal: Option<String>,
}

impl DirectoryWatcher {
    /// `wake` is called after hints have come in, from a thread of notify's; it must not block.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            board: Arc::new(HintBoard::new(wake)),
            watcher: None,
            armed: HashMap::new(),
            paths: HashMap::new(),
            routes: HashMap::new(),
            stops: HashMap::new(),
        }
    }

    /// Listens to everything on the way to the file of a source, and no longer to what was on the way before. What cannot be
    /// listened to is tried again each time.
    pub fn arm(&mut self, key: &WatchKey, links: Vec<PathLink>) -> ListenOutcome {
        for fallen in self.board.take_fallen() {
            self.disarm(&fallen);
        }
        let is_armed = |stop: &WatchedName| self.armed.get(&stop.at) == Some(&stop.link.identity);
        let route = self.routes.get(key).map(Vec::as_slice).unwrap_or_default();
        if route.iter().map(|stop| &stop.link).eq(&links) && route.iter().all(is_armed) {
            return ListenOutcome::default();
        }
        let mut listened = ListenOutcome::default();
        // The new way first, so that a directory on both is not let go of in between.
        let route = links.into_iter().map(|link| self.stop(key, link, &mut listened)).collect();
        let former = self.routes.insert(key.clone(), route);
        self.leave(key, former);
        listened
    }

    /// Listens no longer for a source.
    pub fn release(&mut self, key: &WatchKey) {
        let former = self.routes.remove(key);
        self.leave(key, former);
    }

    /// The sources for which there were hints since the last time.
    pub fn take_hints(&self) -> EventHints {
        self.board.take_hints()
    }

    /// Listens to a directory for a name in it. Where two sources saw different directories at one path, the latest look
    /// counts.
    fn stop(&mut self, key: &WatchKey, link: PathLink, listened: &mut ListenOutcome) -> WatchedName {
        let known = self.paths.get(&link.identity).filter(|_| DirectoryIdentity::IS_UNIQUE);
        let at = known.unwrap_or(&link.directory).clone();
        // Before the directory is armed, for its first events to find whom they are for.
        self.board.enter(key, &at, link.name.as_ref());
        *self.stops.entry(at.clone()).or_default() += 1;
        if self.armed.get(&at) != Some(&link.identity) {
            self.disarm(&at);
            match self.listen(&at) {
                Ok(()) => {
                    listened.anew = true;
                    self.paths.insert(link.identity.clone(), at.clone());
                    self.board.listen(&at, true);
                    self.armed.insert(at.clone(), link.identity.clone());
                }
                // Gone since it was looked up; the next look finds what is there.
                Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => {}
                Err(error) => listened.refusal = Some(reason(&error)),
            }
        }
        WatchedName { link, at }
    }

    fn listen(&mut self, at: &Path) -> notify::Result<()> {
        let watcher = if let Some(watcher) = &mut self.watcher {
            watcher
        } else {
            let board = Arc::clone(&self.board);
            self.watcher.insert(notify::recommended_watcher(move |event| take(&board, event))?)
        };
        watcher.watch(at, RecursiveMode::NonRecursive)
    }

    /// Leaves a way, apart from what is on the one that the source has now.
    fn leave(&mut self, key: &WatchKey, route: Option<Vec<WatchedName>>) {
        for WatchedName { link, at } in route.into_iter().flatten() {
            let now = self.routes.get(key).map(Vec::as_slice).unwrap_or_default();
            if !now.iter().any(|stop| stop.at == at && stop.link.name == link.name) {
                self.board.strike(key, &at, link.name.as_ref());
            }
            let left = self.stops.get(&at).map_or(0, |stops| stops - 1);
            if left == 0 {
                self.stops.remove(&at);
                self.disarm(&at);
            } else {
                self.stops.insert(at, left);
            }
        }
        if self.routes.is_empty() {
            self.watcher = None;
        }
    }

    fn disarm(&mut self, at: &Path) {
        if let Some(identity) = self.armed.remove(at) {
            self.paths.remove(&identity);
            self.board.listen(at, false);
        }
        // It fails where the directory is gone, and its watch with it. notify may still hold the name of one that has fallen.
        if let Some(watcher) = &mut self.watcher {
            let _ = watcher.unwatch(at);
        }
    }
}

/// What happened, as the board takes it.
fn take(board: &HintBoard, event: notify::Result<Event>) {
    let Some(event) = event.ok().filter(|event| !event.need_rescan()) else {
        board.lose();
        return;
    };
    // Reading is an event too, that of our own look among them.
    let is_read = matches!(event.kind, EventKind::Access(access)
        if access != AccessKind::Close(AccessMode::Write));
    if is_read {
        return;
    }
    let takes_away = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
    let changes_names = !matches!(
        event.kind,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_))
    );
    board.take(event.paths.iter().map(|path| PathEvent { path, changes_names, takes_away }));
}

/// What the system said, and on Linux which setting allows more of it.
fn reason(error: &notify::Error) -> String {
    const TOO_MANY_OPEN_FILES: i32 = 24;
    match &error.kind {
        ErrorKind::MaxFilesWatch => "no more watches (sysctl fs.inotify.max_user_watches)".to_owned(),
        ErrorKind::Io(io) if cfg!(target_os = "linux") && io.raw_os_error() == Some(TOO_MANY_OPEN_FILES) => {
            format!("{io} (sysctl fs.inotify.max_user_instances, or ulimit -n)")
        }
        ErrorKind::Io(io) => io.to_string(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag};

    use super::*;

    /// A board on which `crm` waits for a file and `all` for any name in the same directory.
    fn hints(event: notify::Result<Event>) -> EventHints {
        let board = HintBoard::new(|| {});
        for (source, name) in [("crm", "crm.yaml"), ("all", "")] {
            board.enter(&WatchKey::new(1, source), Path::new("/specs"), Path::new(name));
        }
        take(&board, event);
        board.take_hints()
    }

    #[test]
    fn events_that_were_lost_are_a_hint_for_all() {
        assert!(hints(Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan))).all);
        assert!(hints(Err(notify::Error::generic("as the test says"))).all);
    }

    #[test]
    fn an_event_is_a_hint_for_whoever_waits_for_its_name() {
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
