//! Audit log: what happened, one JSON line for each record, in a hash chain that shows each change.
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
//! ```
//! use serde_json::json;
//! use toolrack_core::audit::{AuditLog, AuditOptions, verify_file};
//!
//! let path = std::env::temp_dir().join(format!("toolrack-doc-{}.jsonl", std::process::id()));
//! let log = AuditLog::open(&AuditOptions::at(&path), |failure| eprintln!("{}", failure.reason))?;
//! log.record("note", &json!({"text": "hello"}));
//! log.close();
//! let verdict = verify_file(&path, None)?;
//! assert!(verdict.ok && verdict.records == 3);
//! # std::fs::remove_file(&path).expect("is there");
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! | file | what it decides, symptom it answers |
//! |---|---|
//! | `log` | a chain that breaks after a restart: `AuditLog::open`, `repair_end`; lost records (`gap`) |
//! | `verify`, `chain_end` | which record is the first bad one; whether a line continues the chain |
//! | `record` | the bytes of a line, and what is hashed of them |
//! | `sink`, `syncer` | whether another process has the file; when records are synced |
//!
//! Limits: a line has at most [`LONGEST`] bytes; longer data are replaced by their length and hash. One process writes a
//! file. The room knows neither tools nor documents: callers say what a record holds.

mod chain_end;
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
