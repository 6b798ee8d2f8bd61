//! A tool set: the tools that a program gives for one source.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;
use crate::json::pointer::escape;
use crate::loader::options::LoadOptions;
use crate::schema::{Note, kind};
use crate::tool::{Executor, ToolDefinition};
use crate::unicode::count_hidden;

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
    /// What a name belongs to.
    pub names: NameOwner,
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

/// What a tool name belongs to, for the ledger of names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NameOwner {
    /// Whatever code has it: code chooses its names, and a tool may move to another file.
    #[default]
    Code,
    /// The export: a name that was derived from one export never comes to mean another one.
    Export,
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

impl GivenTool {
    /// Hidden Unicode characters of a definition that a server wrote, as a note at their first place. `text` is the
    /// definition as JSON.
    pub fn hidden_note(text: &str) -> Option<Note> {
        // JSON may have any character as an escape.
        if text.is_ascii() && !text.contains("\\u") {
            return None;
        }
        let place = find_hidden(&serde_json::from_str(text).ok()?, &mut String::new())?;
        let message = "has hidden characters, which a model reads and a reviewer does not see";
        Some(Note::new(kind::HIDDEN_UNICODE, place, message))
    }
}

/// The JSON pointer of the first text or key with hidden characters.
fn find_hidden(value: &Value, pointer: &mut String) -> Option<String> {
    let length = pointer.len();
    let mut below = |key: &str, held: &Value| {
        pointer.truncate(length);
        pointer.push('/');
        pointer.push_str(&escape(key));
        if count_hidden(key) > 0 { Some(pointer.clone()) } else { find_hidden(held, pointer) }
    };
    match value {
        Value::String(text) => (count_hidden(text) > 0).then(|| pointer.clone()),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, held)| below(&index.to_string(), held))
        }
        Value::Object(map) => map.iter().find_map(|(key, held)| below(key, held)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
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
