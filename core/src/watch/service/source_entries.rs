//! Adds, updates and removes the sources that the actor watches.

use std::sync::Arc;

use crate::retrieve::{ListedFiles, WatchLocation, WatchTarget};
use crate::watch::WatchOptions;
use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::debounce::watch_state::WatchState;
use crate::watch::files::file_group::FileGroup;
use crate::watch::files::look_target::{LookTarget, listing_finding};
use crate::watch::service::service_actor::ServiceActor;
use crate::watch::service::watch_client::{WatchClient, WatchKey};
use crate::watch::service::watch_message::WatchedDirectory;
use crate::watch::service::watched_source::WatchedSource;

/// A source that is about to be watched.
struct NewSource {
    target: LookTarget,
    /// What is in use: anything else is handed over.
    applied: FileFinding,
    options: WatchOptions,
}

impl ServiceActor {
    pub(super) fn watch_source(
        &mut self,
        client: &Arc<WatchClient>,
        source: &str,
        watched: &WatchTarget,
        options: WatchOptions,
    ) {
        let key = WatchKey::new(client.id, source);
        self.clients.entry(client.id).or_insert_with(|| Arc::clone(client));
        match &watched.location {
            WatchLocation::Address(age) => self.polls.watch(&key, options, *age, self.now()),
            WatchLocation::File(..) | WatchLocation::Text | WatchLocation::Program => self.polls.remove(&key),
        }
        match FileGroup::of_target(watched) {
            Some((group, applied)) => {
                let target = LookTarget::Files(group);
                self.add_source(client, key, NewSource { target, applied, options });
            }
            None => self.remove_source(&key),
        }
    }

    pub(super) fn watch_directory(
        &mut self,
        client: &Arc<WatchClient>,
        directory: WatchedDirectory,
        options: WatchOptions,
    ) {
        let WatchedDirectory { directory, path, known, listing } = directory;
        let applied = listing_finding(&ListedFiles { names: known, unlisted: Vec::new() });
        let target = LookTarget::Directory { directory, path, listing };
        let key = WatchKey::new(client.id, &target.source_name());
        self.add_source(client, key, NewSource { target, applied, options });
    }

    fn add_source(&mut self, client: &Arc<WatchClient>, key: WatchKey, new: NewSource) {
        let now = self.now();
        let NewSource { target, applied, options } = new;
        let timing = target.timing(options);
        // A reload of an earlier watch of this source may still be under way: two must not overlap.
        let state = if self.reloading.contains(&key) {
            WatchState::reloading(timing, applied, now)
        } else {
            WatchState::new(timing, applied, now)
        };
        self.clients.entry(client.id).or_insert_with(|| Arc::clone(client));
        self.last_generation += 1;
        let source = WatchedSource {
            client: Arc::clone(client),
            target: Arc::new(target),
            state,
            options,
            generation: self.last_generation,
            is_seen: false,
            applied_outlines: None,
            pending_outlines: None,
        };
        self.deadlines.set(&key, source.state.next_deadline());
        self.sources.insert(key, source);
    }

    pub(super) fn remove_source(&mut self, key: &WatchKey) {
        self.sources.remove(key);
        self.deadlines.set(key, None);
        self.directories.release(key);
    }

    pub(super) fn remove_client(&mut self, client: u64) {
        self.clients.remove(&client);
        self.polls.remove_client(client);
        self.reloading.retain(|key| key.client != client);
        let removed: Vec<_> = self.sources.keys().filter(|key| key.client == client).cloned().collect();
        for key in &removed {
            self.remove_source(key);
        }
    }

    /// Watches the files that a source consists of now, if they changed.
    pub(super) fn update_files(&mut self, key: &WatchKey, watched: Option<&WatchTarget>) {
        let now = self.now();
        let Some(watched) = watched else { return };
        let Some((group, applied)) = FileGroup::of_target(watched) else { return };
        let target = LookTarget::Files(group);
        match (self.sources.get_mut(key), self.polls.options(key)) {
            (Some(source), _) if *source.target == target => {}
            (Some(source), _) => {
                self.last_generation += 1;
                // More files may have more bytes together.
                source.options.max_bytes = watched.max_bytes;
                source.set_target(target, self.last_generation);
                source.state.restart(applied, now);
                self.deadlines.set(key, source.state.next_deadline());
            }
            // A polled document that refers to its first file.
            (None, Some(options)) => {
                let options = WatchOptions { max_bytes: watched.max_bytes, ..options };
                if let Some(client) = self.clients.get(&key.client).cloned() {
                    self.add_source(&client, key.clone(), NewSource { target, applied, options });
                }
            }
            (None, None) => {}
        }
    }
}
