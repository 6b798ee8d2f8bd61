//! The watch service: one task, one source of file events and one pool of threads for all watches of a process.
//!
//! A process may have many registries. Each watch with a thread and an inotify instance of its own would exhaust the
//! system. The actor owns all state and never blocks; looks and reloads run on blocking threads and answer with a message.
//!
//! | file | content |
//! |---|---|
//! | `watch_service`, `service_state` | the handle, and what handle and actor share |
//! | `service_actor`, `watch_message` | the actor and its inbox |
//! | `source_entries`, `source_looks` | what the actor does: add and remove sources, look at files |
//! | `reloader_calls` | what the actor does: reload, list a directory, poll; panics of reloads |
//! | `watch_client`, `watched_source` | one watch, and one of its sources |
//! | `reload_queue` | reloads of one watch run in turn |
//! | `blocking_pool` | bounds the threads for looks and reloads |
//!
//! Limits: 8 looks and 8 reloads at once; one that hangs for over a second no longer counts.

mod blocking_pool;
mod reload_queue;
mod reloader_calls;
mod service_actor;
mod service_state;
mod source_entries;
mod source_looks;
pub(super) mod watch_client;
pub(super) mod watch_message;
pub(super) mod watch_service;
mod watched_source;
