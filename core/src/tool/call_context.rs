//! Call context: the identity of the caller, apart from the arguments.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::unicode::invisible;

/// The keys of the caller's identity. They are removed from the arguments, unless the tool declares an argument of that
/// name.
pub const CONTEXT_KEYS: [&str; 3] = ["userId", "auditingId", "__metadata"];

/// The identity of the caller. It never comes from the arguments that a model wrote.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallContext {
    /// The id of the user: any JSON value.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub user_id: Value,
    /// The id that ties the call to an audit trail of the host.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub auditing_id: Value,
    /// Further values of the host, the tenant among them.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub metadata: Value,
}

impl CallContext {
    /// Whether the context names a user: a text with a visible character, or a number that is not zero. White space,
    /// control characters and zero-width characters name nobody.
    pub fn has_user(&self) -> bool {
        match &self.user_id {
            Value::String(text) => text.chars().any(invisible::is_seen),
            Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
            _ => false,
        }
    }
}
