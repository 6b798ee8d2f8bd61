//! Anthropic, Messages API, not strict.
//!
//! Rules and their sources: root object without combinators (claude-code#5319), names of arguments
//! `^[a-zA-Z0-9_.-]{1,64}$` at the top level (decocms/studio#6874), dialect 2020-12 (claude-code#63673). As of 2026-11.

use serde_json::{Value, json};

use super::exchange::{self, Sent};
use super::rules::{Fate, Keys, Rules};

pub const RULES: Rules = Rules {
    fate: |_| Fate::Kept,
    keys: Keys::TopLevel,
    items_required: false,
    python_patterns: false,
    enums_for_consts: false,
    only_format: None,
    bare_references: false,
};

pub fn shape(name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "description": description, "input_schema": schema})
}

pub fn read(call: &Value) -> Option<Sent> {
    Some(Sent {
        id: Some(call.get("id")?.as_str()?.to_owned()),
        wire_name: call.get("name")?.as_str()?.to_owned(),
        arguments: call.get("input").cloned().unwrap_or_default(),
    })
}

pub fn answer(sent: &Sent, outcome: Result<Value, Value>) -> Value {
    let failed = outcome.is_err();
    let (Ok(value) | Err(value)) = outcome;
    let mut block = json!({"type": "tool_result", "tool_use_id": sent.id, "content": exchange::text(&value)});
    if failed {
        block["is_error"] = json!(true);
    }
    block
}
