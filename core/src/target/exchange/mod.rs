//! Exchange: a model's call → arguments, and a result or an error → the provider's message.
//!
//! `messages.rs` reads a call, and writes a result or an error that a model can act on. `argument_translation.rs`
//! undoes the rewriting of a schema for arguments. `null_omission.rs` drops nulls that stand for absent properties in
//! strict mode. `rewrite/json_text.rs` parses strings that hold JSON. `result_files.rs` writes images and documents.
//!
//! The way back needs the tool's own schema alone: a call may come from another process than the one that sent the
//! tool.
//!
//! Limits: 256 schemas are read for one value, and 20,000 for the nulls of one call.

pub mod argument_translation;
pub mod attached_file;
pub mod branch_matcher;
pub mod messages;
pub mod null_omission;
pub mod provider_call;
pub mod result_files;
