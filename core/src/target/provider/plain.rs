//! No provider's words: for frameworks that have their own, and for programs that look at answers themselves.
//!
//! A framework hands schemas on to a provider that is not known here, so they keep to what all providers take, as those for the AI SDK do.

use serde_json::{Value, json};

use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::message_parts;

pub fn shape(name: &str, description: &str, schema: Value) -> Value {
    message_parts::object([
        ("name", name.into()),
        ("description", description.into()),
        ("inputSchema", schema),
    ])
}

/// `{ name, arguments }`, which may have an `id`. Frameworks say `args` (`LangChain`) or `input` for the arguments too.
pub fn read(call: &Value) -> Option<ProviderCall> {
    let arguments = ["arguments", "args", "input"].into_iter().find_map(|key| call.get(key));
    Some(ProviderCall {
        id: call.get("id").and_then(Value::as_str).map(ToOwned::to_owned),
        wire_name: call.get("name")?.as_str()?.to_owned(),
        arguments: arguments.cloned().unwrap_or_default(),
    })
}

/// `{ ok: true, value }`, or `{ ok: false, error }` with what [`fault`](super::fault) says.
pub fn answer(outcome: Result<Value, Value>) -> Value {
    match outcome {
        Ok(value) => json!({"ok": true, "value": value}),
        Err(fault) => json!({"ok": false, "error": fault["error"]}),
    }
}
