//! `OpenAI`, Responses API, not strict.
//!
//! Rules and their sources: root object with `properties` and without combinators (error texts in spring-ai#4776,
//! google-calendar-mcp#39), arrays with `items` (aichat#1049), patterns that Python's `re` reads (litellm 1.109.1),
//! `strict` always said, because a missing one means "try strict" (openai-node 7.55). As of 2026-11.

use serde_json::{Value, json};

use super::exchange::{self, Sent};
use super::rules::{Fate, Keys, Rules};

pub const RULES: Rules = Rules {
    fate: |_| Fate::Kept,
    keys: Keys::Free,
    items_required: true,
    python_patterns: true,
    enums_for_consts: false,
    only_format: None,
    bare_references: false,
};

pub fn shape(name: &str, description: &str, schema: &Value) -> Value {
    json!({"type": "function", "name": name, "description": description, "parameters": schema, "strict": false})
}

pub fn read(call: &Value) -> Option<Sent> {
    Some(Sent {
        id: Some(call.get("call_id")?.as_str()?.to_owned()),
        wire_name: call.get("name")?.as_str()?.to_owned(),
        arguments: call.get("arguments").cloned().unwrap_or_default(),
    })
}

pub fn answer(sent: &Sent, outcome: Result<Value, Value>) -> Value {
    let (Ok(value) | Err(value)) = outcome;
    json!({"type": "function_call_output", "call_id": sent.id, "output": exchange::text(&value)})
}
