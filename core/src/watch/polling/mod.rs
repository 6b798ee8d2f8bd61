//! Polling of servers: when a document at an address is requested again, with exponential backoff on failures.
//!
//! `poll_state` is a pure state machine: time and randomness come in, a request goes out. A server that answers is polled
//! once each interval (60 s by default), up to 10 % earlier, so that many processes spread. Each failure doubles the
//! pause, up to 10 minutes, with up to 50 % jitter. `Retry-After` (RFC 9110, section 10.2.3) is honoured up to a day.
//!
//! `polled_addresses` keeps the state of all addresses, with one request under way for each.
//!
//! Limits: a response is awaited for 30 s. Files are polled by `debounce`, not here.

pub(super) mod poll_state;
pub(super) mod polled_addresses;
