//! The audit trail: what happened, one line each, chained so that no line can be changed, taken out or moved unseen.
//!
//! A log is a file of JSON lines. Each line is one record, written by one `write` in this order of keys, without white
//! space, and ended by one line feed:
//!
//! ```text
//! {"seq":7,"time":1763740800000,"kind":"change","data":{…},"prev":"<64 hex>","hash":"<64 hex>"}
//! ```
//!
//! - `seq` counts from 1, so that it is the number of the line too; `time` is in ms since 1970.
//! - `prev` is the `hash` of the line before; 64 zeros in the first one.
//! - `hash` is the SHA-256 of the bytes of the line before `,"hash":`, in lower-case hex. A line always ends with
//!   `,"hash":"<64 hex>"}`: what is hashed is the line without its last 75 bytes.
//!
//! Whoever can write the file can write a whole new chain, and can cut its end off: against that, keep `seq` and `hash` of
//! the newest record somewhere else ([`AuditLog::status`]) and hand them to [`verify()`] as its anchor.
//!
//! [`AuditLog`] writes. The room knows neither tools nor documents: what a record holds is said by those who call it.

mod chain;
mod log;
mod options;
mod record;
mod sink;
mod syncer;
mod verify;

pub use log::{AuditFailure, AuditLog, AuditStatus};
pub use options::{AuditOptions, Durability, OnBroken, file_options};
pub use record::{LONGEST, ORIGIN};
pub use sink::AuditSink;
pub use verify::{AuditAnchor, AuditVerdict, BadRecord, verify, verify_file};
