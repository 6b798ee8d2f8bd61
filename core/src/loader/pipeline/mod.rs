//! The pipeline of a load: retrieve, parse, convert, review, apply, report. `LoadAttempt::run` has it in one function.
//!
//! Each step takes a value and gives a value. A step that needs something from outside (an overlay, a `$ref`, the answer of a
//! function) returns a `LoadQuestion`; the load is attempted again with the answer. Meanwhile only bytes are in memory.
//!
//! | file | what it decides |
//! |---|---|
//! | `load_pipeline` | the order of the steps; which source a document belongs to |
//! | `load_subject` | which source is loaded, with which options and pins, and why |
//! | `load_inputs` | what a load has from outside, the questions that ask for more, and their answers |
//! | `unchanged_source`, `content_digest` | whether the content is in use already; its SHA-256 |
//! | `parsed_bundle` | which references are still to be read |
//! | `proposed_change` | the tools of the document, and what they would change |
//! | `truncated_document` | whether a change looks like a half-written file |
//! | `change_review` | what the gates hold, reject or refuse |
//! | `reviewed_change` | what enters the registry |
//! | `applied_load` | report, statuses, state file, notifications |

mod applied_load;
mod change_review;
mod content_digest;
mod load_inputs;
mod load_pipeline;
mod load_subject;
mod parsed_bundle;
mod proposed_change;
mod reviewed_change;
mod truncated_document;
mod unchanged_source;

pub use applied_load::{AppliedLoad, LoadRecord, RecordedContent};
pub use change_review::review_change;
pub use content_digest::ContentDigest;
pub use load_inputs::{LoadInputs, LoadQuestion, StepError, StepResult};
pub use load_pipeline::LoadPipeline;
pub use load_subject::{Load, LoadPurpose, LoadSubject};
pub use parsed_bundle::{ParseOutcome, parse_bundle};
pub use proposed_change::{ChangeContext, ConvertedDocument, ProposedChange};
pub use reviewed_change::ReviewedChange;
pub use truncated_document::{Truncation, TruncationVerdict};
pub use unchanged_source::last_report;
