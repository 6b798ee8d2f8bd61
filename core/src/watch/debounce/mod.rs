//! Debounce: when a file is looked at, and when its new content is handed over.

#[cfg(test)]
mod debounce_cases;
pub(super) mod file_finding;
#[cfg(test)]
mod truncation_cases;
pub(super) mod watch_state;
