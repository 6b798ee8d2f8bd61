//! Audit records of revisions: which tools changed, with the hashes of their definitions.

use serde_json::{Map, Value, json};

use super::{ChangeSet, RegisteredTool, Snapshot};

/// Records a change. Called before its revision can be read, so that every revision that somebody saw is in the log.
pub(in crate::registry) fn record_change(before: &Snapshot, after: &Snapshot, change: &ChangeSet) {
    if let Some(log) = after.audit() {
        log.record("change", &change_data(before, after, change));
    }
}

/// Records a route that a user set, or an event about versions.
pub(in crate::registry) fn record_event(snapshot: &Snapshot, kind: &str, data: &Value) {
    if let Some(log) = snapshot.audit() {
        log.record(kind, data);
    }
}

/// Computes the hashes of the tools that will change. For a large document this takes longer than the change itself, so it
/// is done before the writer's lock is held.
pub(in crate::registry) fn prepare_hashes(current: &Snapshot, tools: &[RegisteredTool]) {
    if current.audit().is_some() {
        let is_same = |tool: &RegisteredTool| {
            current.get(tool.name()).is_some_and(|old| {
                old.definition.input_schema == tool.definition.input_schema
                    && old.definition.output_schema == tool.definition.output_schema
            })
        };
        for tool in tools.iter().filter(|tool| !is_same(tool)) {
            tool.schema_hash();
        }
    }
}

/// The changed tools with their hashes before and after. A hash identifies the exact definition.
fn change_data(before: &Snapshot, after: &Snapshot, change: &ChangeSet) -> Value {
    let inactive = change.source.as_deref().filter(|source| is_inactive(before, after, source));
    let tools = |names: &[String]| -> Value {
        let find = |snapshot: &Snapshot, name: &str| match inactive {
            Some(source) => snapshot.tool_of(source, name).cloned(),
            None => snapshot.get(name).cloned(),
        };
        let data = |name: &String| {
            let (before, after) = (find(before, name), find(after, name));
            tool_data(name, before.as_deref(), after.as_deref())
        };
        names.iter().map(data).collect()
    };
    let mut data = Map::new();
    data.insert("revision".to_owned(), json!(change.revision));
    if let Some(source) = &change.source {
        data.insert("source".to_owned(), json!(source));
    }
    data.insert("added".to_owned(), tools(&change.added));
    data.insert("updated".to_owned(), tools(&change.updated));
    data.insert("removed".to_owned(), tools(&change.removed));
    data.insert("stale".to_owned(), json!(change.stale));
    Value::Object(data)
}

/// Whether a change of a source is that of an inactive version: it concerns its own tools, not the active ones of the same
/// names.
pub(in crate::registry) fn is_inactive(before: &Snapshot, after: &Snapshot, source: &str) -> bool {
    after.is_inactive(source) || before.is_inactive(source) && !after.has_version(source)
}

fn tool_data(name: &str, before: Option<&RegisteredTool>, after: Option<&RegisteredTool>) -> Value {
    let mut data = Map::new();
    data.insert("name".to_owned(), json!(name));
    for (key, tool) in [("before", before), ("after", after)] {
        if let Some(tool) = tool {
            data.insert(key.to_owned(), json!(tool.schema_hash()));
        }
    }
    if let (Some(before), Some(after)) = (before, after)
        && before.enabled != after.enabled
    {
        data.insert("enabled".to_owned(), json!(after.enabled));
    }
    Value::Object(data)
}
