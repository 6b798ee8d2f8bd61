//! Who calls, and on whose behalf.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::unicode::invisible;

/// The keys that carry a caller's identity. They are taken out of a tool's arguments, unless the tool itself declares
/// an argument of that name.
pub const CONTEXT_KEYS: [&str; 3] = ["userId", "auditingId", "__metadata"];

/// Who calls, and on whose behalf. Never taken from what a model wrote.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallContext {
    /// The user for whom the call is made.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub user_id: Value,
    /// What ties the call to an audit trail.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub auditing_id: Value,
    /// Anything else that the caller hands on.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub metadata: Value,
}

impl CallContext {
    /// Whether a user is named: a text in which something is seen, or a number that is not zero. Blanks, control characters and
    /// characters of no width name nobody.
    pub fn has_user(&self) -> bool {
        match &self.user_id {
            Value::String(text) => text.chars().any(invisible::is_seen),
            Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
            _ => false,
        }
    }
}
