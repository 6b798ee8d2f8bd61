//! File events of the operating system, as hints: directories that are listened to, and the symlinks on the way to a file.

pub(super) mod directory_watcher;
pub(super) mod event_hints;
pub(super) mod symlinks;
