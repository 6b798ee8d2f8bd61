//! What of a change goes into the audit log.

use serde_json::{Map, Value, json};

use super::{ChangeSet, RegisteredTool, Snapshot};

/// Writes a change down, before its revision can be read: whatever anybody saw is in the log.
pub(in crate::registry) fn record(before: &Snapshot, after: &Snapshot, change: &ChangeSet) {
    if let Some(log) = after.audit() {
        log.record("change", &data(before, after, change));
    }
}

/// Writes down what somebody said of versions, or what became of them.
pub(in crate::registry) fn note(snapshot: &Snapshot, kind: &str, data: &Value) {
    if let Some(log) = snapshot.audit() {
        log.record(kind, data);
    }
}

/// Makes the hashes of the tools of a source that will change, which for a large document takes longer than all else, before
/// anybody has to wait for the writer.
pub(in crate::registry) fn prepare(current: &Snapshot, tools: &[RegisteredTool]) {
    if current.audit().is_some() {
        let is_same = |tool: &RegisteredTool| {
            current
                .get(tool.name())
                .is_some_and(|old| old.definition.input_schema == tool.definition.input_schema)
        };
        for tool in tools.iter().filter(|tool| !is_same(tool)) {
            tool.schema_hash();
        }
    }
}

/// The tools of a change with their hashes before and after, by which their exact definitions are found again.
fn data(before: &Snapshot, after: &Snapshot, change: &ChangeSet) -> Value {
    // What became of a version that waits is not what became of the tools that stand.
    let is_waiting =
        |source: &&str| after.waits(source) || before.waits(source) && !after.has_version(source);
    let waiting = change.source.as_deref().filter(is_waiting);
    let tools = |names: &[String]| -> Value {
        let find = |snapshot: &Snapshot, name: &str| match waiting {
            Some(source) => snapshot.tool_of(source, name).cloned(),
            None => snapshot.get(name).cloned(),
        };
        let one = |name: &String| {
            let (before, after) = (find(before, name), find(after, name));
            tool(name, before.as_deref(), after.as_deref())
        };
        names.iter().map(one).collect()
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

fn tool(name: &str, before: Option<&RegisteredTool>, after: Option<&RegisteredTool>) -> Value {
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
