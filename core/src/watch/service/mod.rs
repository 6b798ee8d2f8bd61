//! One service for all watches of a process: its actor, its threads, its timetable.

mod blocking_pool;
mod reload_queue;
mod service_actor;
mod service_state;
pub(super) mod watch_client;
pub(super) mod watch_message;
pub(super) mod watch_service;
mod watched_source;
