//! A tool set: the tools that a program gives for one source.

use std::sync::Arc;

use serde::Deserialize;

use crate::error::Error;
use crate::loader::options::LoadOptions;
use crate::schema::Note;
use crate::tool::{Executor, ToolDefinition};

/// One source whose tools a program gives.
pub struct ToolSet {
    /// The source's name.
    pub name: String,
    /// Where its tools come from, as reports show it: a file, a package, an object.
    pub location: Arc<str>,
    /// The location whose source it takes over: a file that was renamed keeps the versions, pins and decisions.
    pub replaces: Option<Arc<str>>,
    /// What happens to its good tools where an export is no tool, or another source has a name. The batch has its own answer for
    /// the other sources.
    pub on_error: OnError,
    /// Name, namespace, version, category, tags, overrides, gates, limits.
    pub options: Arc<LoadOptions>,
    /// The version that it declares itself. Default: the start of its hash.
    pub version: Option<String>,
    /// SHA-256 of its content.
    pub hash: [u8; 32],
    /// The length of its content, in bytes.
    pub bytes: usize,
    /// Its tools, in their order.
    pub tools: Vec<GivenTool>,
    /// Exports that could not become tools. A tool that such an export made before stays, marked as stale.
    pub failed: Vec<FailedExport>,
}

/// A tool that a program gives.
pub struct GivenTool {
    /// The export that it is, unique within the set.
    pub export: Arc<str>,
    /// Its definition.
    pub definition: ToolDefinition,
    /// Carries out its calls.
    pub executor: Arc<dyn Executor>,
    /// What was changed in its definition.
    pub notes: Vec<Note>,
}

/// An export that could not become a tool.
#[derive(Clone, Debug)]
pub struct FailedExport {
    /// The export.
    pub export: Arc<str>,
    /// Why it is no tool.
    pub error: Error,
}

/// What happens to what is good of a batch, or of a source, with a fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OnError {
    /// Nothing changes: it fails with the first fault.
    #[default]
    Refuse,
    /// What is good enters; the rest is in the report.
    Skip,
}
