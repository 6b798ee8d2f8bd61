//! Polling of servers, with backoff where they fail.

pub(super) mod poll_state;
pub(super) mod polled_addresses;
