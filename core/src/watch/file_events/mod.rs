//! File events of the operating system (inotify, `FSEvents`, Windows), taken as hints.
//!
//! Events are asked of directories, never of files: an event source on a file is bound to its inode and ends when an editor
//! renames a new file over it. A path may lead over symlinks, and each of them can be swapped: Kubernetes mounts a
//! `ConfigMap` as `spec.yaml -> ..data/spec.yaml` and swaps `..data`. So every directory on the way is watched.
//!
//! | file | content |
//! |---|---|
//! | `symlinks` | every name on the way to a file: symlinks, missing directories, the file |
//! | `directory_watcher` | the directories that are watched, and for which sources; alone uses the crate `notify` |
//! | `event_hints` | which event wakes which source |
//!
//! Limits: network mounts and some overlays send no events; polling finds changes there. If the system refuses another
//! watch, [`WatchNotice::Polling`](super::WatchNotice::Polling) names the setting to raise.

pub(super) mod directory_watcher;
pub(super) mod event_hints;
pub(super) mod symlinks;
