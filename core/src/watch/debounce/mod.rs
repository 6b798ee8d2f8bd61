//! Debounce: when a file is looked at, and when its new content is handed over.
//!
//! An editor saves in several steps, and each step is an event. `watch_state` is a pure state machine: events and time come
//! in, work goes out (`step(input, now) -> Option<WatchWork>`). It waits 50 ms of silence after the last event, looks, and
//! looks again 150 ms later. Content that is the same in both looks is stable and handed over.
//!
//! Truncated content (a prefix of the former content, or a document that only lost its end) waits 2 s, and again while it
//! grows. An empty file waits 1 s. Content that never is stable is handed over after 1 s all the same.
//!
//! `file_finding` names what a look can find: content by its SHA-256, an empty, missing, unreadable or moving file.
//!
//! Limits: a file whose size, times and inode stay the same is only read every 15th poll.

#[cfg(test)]
mod debounce_cases;
pub(super) mod file_finding;
#[cfg(test)]
mod truncation_cases;
pub(super) mod watch_state;
