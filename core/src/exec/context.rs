//! Call context: the identity of the caller, separate from the arguments that a model writes.

use serde_json::{Map, Value};

use crate::error::{Error, Problem, Result};
use crate::json::pointer;
use crate::registry::RegisteredTool;
use crate::tool::{CONTEXT_KEYS, CallContext};

/// Where the caller's identity comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContextFrom {
    /// The context of the call, else the context keys of the arguments, which some frameworks use.
    #[default]
    Params,
    /// The context of the call alone: context keys in the arguments are refused.
    Caller,
}

/// Takes the context keys out of the arguments, except those that the tool declares as its own arguments.
///
/// A context of the call wins. The keys that were found are then returned, because a model tried to name a user, or was
/// made to do so by prompt injection.
///
/// # Errors
/// `INVALID_PARAMS` where the identity comes from the caller alone and the arguments have context keys.
pub fn take_context(
    tool: &RegisteredTool,
    arguments: &mut Map<String, Value>,
    given: Option<CallContext>,
    from: ContextFrom,
) -> Result<(CallContext, Vec<&'static str>)> {
    let mut found: Vec<(&'static str, Value)> = Vec::new();
    for (key, own) in CONTEXT_KEYS.into_iter().zip(tool.own_context_keys()) {
        if !own && let Some(value) = arguments.shift_remove(key) {
            found.push((key, value));
        }
    }
    match given {
        Some(context) => Ok((context, found.into_iter().map(|(key, _)| key).collect())),
        None if from == ContextFrom::Caller && !found.is_empty() => {
            let refused = |key: &str| {
                Problem::at(
                    pointer::push("", key),
                    "must be left out: identity comes from the context of the call alone",
                )
            };
            let problems = found.iter().map(|(key, _)| refused(key)).collect();
            Err(Error::InvalidParams { tool: tool.name().to_owned(), problems })
        }
        None => {
            let mut take_key = |wanted: &str| {
                let at = found.iter().position(|(key, _)| *key == wanted);
                at.map(|at| found.swap_remove(at).1).unwrap_or_default()
            };
            let context = CallContext {
                user_id: take_key("userId"),
                auditing_id: take_key("auditingId"),
                metadata: take_key("__metadata"),
            };
            Ok((context, Vec::new()))
        }
    }
}

/// Refuses a call without a user where the tool requires one.
pub fn require_user(tool: &RegisteredTool, context: &CallContext) -> Result<()> {
    if tool.definition.requires_auth && !context.has_user() {
        return Err(Error::MissingContext { tool: tool.name().to_owned(), key: "userId".into() });
    }
    Ok(())
}
