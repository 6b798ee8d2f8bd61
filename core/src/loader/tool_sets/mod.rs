//! Tool sets: sources whose tools a program gives, such as the exports of a JavaScript module, instead of a document.
//!
//! Code changes as documents do, and a bad change must not take good tools away. So a [`ToolSet`] takes the second half of the
//! trip of a document: compare → review → registry → report, with the same gates, versions, pins, decisions and audit records.
//! Several sets enter in one revision, because modules that share a helper change together.
//!
//! | file | what it decides |
//! |---|---|
//! | `tool_set` | what a program gives |
//! | `list_message`, `listed_tools` | the list of an MCP server (`tools/list`), as it arrived → the tools of a set |
//! | `local_name`, `header_arguments` | the names of these tools, and their `x-mcp-header` arguments |
//! | `tool_set_options` | the options of a source, where they mean the same as those of a document |
//! | `tool_set_conversion` | the names and the amended definitions of its tools |
//! | `tool_set_batch` | the sources of a batch: locked, restored from the state file, released |
//! | `takeover` | whether a set may take the place of another source |
//! | `batch_attempt` | convert → review → apply → record, in one revision |
//! | `tool_set_check` | convert → review → preview of one set: what its load would do |
//! | `tool_sets` | the façade: load of a batch with the questions of its gates, faults, unload |
//!
//! Limits: the state file keeps pins, rejections and the list of versions; code itself cannot be restored.

mod batch_attempt;
mod header_arguments;
mod list_message;
mod listed_tools;
mod local_name;
mod takeover;
mod tool_set;
mod tool_set_batch;
mod tool_set_check;
mod tool_set_conversion;
mod tool_set_options;
#[expect(clippy::module_inception, reason = "the façade has the name of its room")]
mod tool_sets;

pub use list_message::ListMessage;
pub use listed_tools::{ListReading, ListedTools};
pub use local_name::local_name;
pub use tool_set::{FailedExport, GivenTool, NameOwner, OnError, ToolSet};
pub use tool_sets::{BatchOutcome, ToolSets};
