//! The door to notify: events of the directories on the way to each file, as hints.
//!
//! Directories and never files: an event source on a file is bound to its inode, and ends when an editor renames a new
//! one over it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::chain::{Identity, Link};

/// The directories that are listened to, and for whom.
pub(super) struct Directories {
    board: Arc<Board>,
    source: EventSource,
    armed: HashMap<PathBuf, Identity>,
    links: HashMap<String, Vec<Link>>,
}

enum EventSource {
    /// Not asked for yet: nothing is watched.
    Untried,
    Open(RecommendedWatcher),
    /// The system gave none.
    Refused,
}

/// What came of listening for one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Armed {
    /// At least one directory is listened to from now on: what happened there before was not heard.
    pub anew: bool,
    /// Why at least one directory cannot be listened to.
    pub refusal: Option<String>,
}

impl Directories {
    /// `wake` is called after hints have come in, from a thread of notify's; it must not block.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        let board = Board { entries: Mutex::default(), wake: Box::new(wake) };
        Self {
            board: Arc::new(board),
            source: EventSource::Untried,
            armed: HashMap::new(),
            links: HashMap::new(),
        }
    }

    /// Listens to everything on the way to the file of a source, and no longer to what was on the way before.
    pub fn arm(&mut self, source: &str, links: Vec<Link>) -> Armed {
        let fallen = std::mem::take(&mut self.board.entries().fallen);
        self.armed.retain(|directory, _| !fallen.contains(directory));
        let moved = self.links.get(source) != Some(&links);
        let stale = links.iter().any(|link| self.armed.get(&link.directory) != Some(&link.identity));
        if !moved && !stale {
            return Armed::default();
        }
        let latest = links.clone();
        self.links.insert(source.to_owned(), links);
        self.rearm(latest)
    }

    /// Listens no longer for a source.
    pub fn release(&mut self, source: &str) {
        if self.links.remove(source).is_some() {
            self.rearm(Vec::new());
        }
    }

    /// The sources for which there were hints since the last time.
    pub fn take_hints(&self) -> Hints {
        std::mem::take(&mut self.board.entries().hints)
    }

    /// Where two sources saw different directories at one path, the latest look counts.
    fn rearm(&mut self, latest: Vec<Link>) -> Armed {
        let earlier = self.links.values().flatten().cloned();
        let wanted: HashMap<_, _> =
            earlier.chain(latest).map(|link| (link.directory, link.identity)).collect();
        // Before the directories are armed, for their first events to find whom they are for.
        self.board.entries().listen(&self.links, wanted.keys());
        let mut armed = Armed::default();
        let watcher = match self.source.open(&self.board) {
            Ok(watcher) => watcher,
            Err(refusal) => return Armed { refusal, ..armed },
        };
        self.armed.retain(|directory, identity| {
            let keep = wanted.get(directory) == Some(identity);
            if !keep {
                // It fails where the directory is gone, and its watch with it.
                let _ = watcher.unwatch(directory);
            }
            keep
        });
        for (directory, identity) in wanted {
            if self.armed.contains_key(&directory) {
                continue;
            }
            // notify may still hold the name of a directory that has fallen.
            let _ = watcher.unwatch(&directory);
            match watcher.watch(&directory, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    armed.anew = true;
                    self.armed.insert(directory, identity);
                }
                // Gone since it was looked up; the next look finds what is there.
                Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => {}
                Err(error) => armed.refusal = Some(reason(&error)),
            }
        }
        armed
    }
}

impl EventSource {
    /// The watcher, made when it is first needed. What the system said is told once.
    fn open(&mut self, board: &Arc<Board>) -> Result<&mut RecommendedWatcher, Option<String>> {
        if matches!(self, Self::Untried) {
            let board = Arc::clone(board);
            match notify::recommended_watcher(move |event| board.take(event)) {
                Ok(watcher) => *self = Self::Open(watcher),
                Err(error) => {
                    *self = Self::Refused;
                    return Err(Some(reason(&error)));
                }
            }
        }
        match self {
            Self::Open(watcher) => Ok(watcher),
            Self::Untried | Self::Refused => Err(None),
        }
    }
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

/// Who is to be woken.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hints {
    /// These sources.
    pub sources: BTreeSet<String>,
    /// All of them: events were lost.
    pub all: bool,
}

/// Where notify's thread leaves its hints. A storm of events takes no more room on it than there are sources.
struct Board {
    entries: Mutex<Entries>,
    wake: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Entries {
    /// The sources on whose way each path is.
    names: HashMap<PathBuf, Vec<String>>,
    /// The sources for which any name in a directory is on their way.
    listings: HashMap<PathBuf, Vec<String>>,
    directories: HashSet<PathBuf>,
    /// Directories that were removed or renamed, and whose watches ended with that.
    fallen: HashSet<PathBuf>,
    hints: Hints,
}

impl Board {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, event: notify::Result<Event>) {
        let woken = {
            let mut entries = self.entries();
            match event {
                Ok(event) if !event.need_rescan() => entries.note(&event),
                Ok(_) | Err(_) => {
                    entries.hints.all = true;
                    true
                }
            }
        };
        if woken {
            (self.wake)();
        }
    }
}

impl Entries {
    fn listen<'a>(
        &mut self,
        links: &HashMap<String, Vec<Link>>,
        directories: impl Iterator<Item = &'a PathBuf>,
    ) {
        self.directories = directories.cloned().collect();
        self.names.clear();
        self.listings.clear();
        for (source, link) in
            links.iter().flat_map(|(source, links)| links.iter().map(move |link| (source, link)))
        {
            let map = if link.name.is_empty() { &mut self.listings } else { &mut self.names };
            let path = if link.name.is_empty() { link.directory.clone() } else { link.path() };
            map.entry(path).or_default().push(source.clone());
        }
    }

    /// Whether there was a hint in it.
    fn note(&mut self, event: &Event) -> bool {
        // Reading is an event too, that of our own look among them.
        let is_read = matches!(event.kind, EventKind::Access(access)
            if access != AccessKind::Close(AccessMode::Write));
        if is_read {
            return false;
        }
        let takes_away = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
        // Content says nothing of which names there are.
        let names_change = !matches!(
            event.kind,
            EventKind::Access(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_))
        );
        let mut noted = false;
        for path in &event.paths {
            let directory = path.parent().filter(|_| names_change);
            if let Some(sources) = directory.and_then(|directory| self.listings.get(directory)) {
                self.hints.sources.extend(sources.iter().cloned());
                noted = true;
            }
            if let Some(sources) = self.names.get(path) {
                self.hints.sources.extend(sources.iter().cloned());
                noted = true;
            }
            if takes_away {
                noted |= self.fell(path);
            }
        }
        noted
    }

    /// Notes that a directory and all below it are not what they were. notify forgets their watches without a word.
    fn fell(&mut self, path: &Path) -> bool {
        let fallen: Vec<_> =
            self.directories.iter().filter(|directory| directory.starts_with(path)).cloned().collect();
        if fallen.is_empty() {
            return false;
        }
        let lost = self.names.iter().chain(&self.listings).filter(|(name, _)| name.starts_with(path));
        self.hints.sources.extend(lost.flat_map(|(_, sources)| sources.iter().cloned()));
        self.fallen.extend(fallen);
        true
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag};

    use super::*;
    use crate::watch::chain::links_to;

    /// A board on which `crm` waits for a file and `all` for any name in the same directory.
    fn board() -> Board {
        let board = Board { entries: Mutex::default(), wake: Box::new(|| {}) };
        let root = links_to(&std::env::temp_dir().join("toolrack-nothing"));
        let identity = root.last().map(|link| link.identity.clone());
        let link = |name: &str| Link {
            directory: "/specs".into(),
            identity: identity.clone().expect("there is a directory"),
            name: name.into(),
        };
        let links =
            [("crm", "crm.yaml"), ("all", "")].map(|(source, name)| (source.to_owned(), vec![link(name)]));
        board.entries().listen(&links.into(), [PathBuf::from("/specs")].iter());
        board
    }

    fn hints(event: Event) -> Hints {
        let board = board();
        board.take(Ok(event));
        std::mem::take(&mut board.entries().hints)
    }

    #[test]
    fn events_that_were_lost_are_a_hint_for_all() {
        assert!(hints(Event::new(EventKind::Other).set_flag(Flag::Rescan)).all);
        let board = board();
        board.take(Err(notify::Error::generic("as the test says")));
        assert!(board.entries().hints.all);
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
            let hints = hints(Event::new(kind).add_path(path.into()));
            assert_eq!(
                hints.sources.iter().map(String::as_str).collect::<Vec<_>>(),
                expected,
                "{kind:?} {path}"
            );
        }
    }
}
