//! The pipeline of a load: retrieve, parse, convert, review, apply, report. `LoadAttempt::run` has it in one function.
//!
//! Each step takes a value and gives a value. A step that needs something from outside (an overlay, a `$ref`, the answer of a
//! function) returns a `LoadQuestion`; the load is attempted again with the answer. Meanwhile only bytes are in memory.

mod apply_change;
mod change_review;
mod content_digest;
mod load_inputs;
mod load_pipeline;
mod load_subject;
mod parsed_bundle;
mod proposed_change;
mod truncated_document;
mod unchanged_source;

pub use load_inputs::LoadInputs;
pub use load_pipeline::LoadPipeline;
pub use load_subject::{Load, LoadPurpose, LoadSubject};
pub use parsed_bundle::{ParseOutcome, parse_bundle};
pub use truncated_document::{Truncation, TruncationVerdict};
