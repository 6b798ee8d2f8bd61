//! The override of one operation and of one argument: its keys, from the option `overrides` or from `x-toolrack`.

use serde_json::Value;

use crate::tool::CallLimits;

/// Who wrote an override. A document is not trusted: it may ask for more care, never for less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverrideAuthor {
    /// The caller, in the option `overrides`.
    Caller,
    /// The document, in `x-toolrack`.
    Document,
}

/// The override of one operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Override {
    /// The tool's name.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Its category.
    pub category: Option<String>,
    /// Its tags.
    pub tags: Option<Vec<String>>,
    /// Its aliases.
    pub aliases: Option<Vec<String>>,
    /// Whether a call needs an identified user.
    pub requires_auth: Option<bool>,
    /// Whether a person has to approve a call.
    pub requires_approval: Option<bool>,
    /// The OAuth scopes that a caller needs beside those of the load. Only the caller of the load sets them.
    pub scopes: Option<Vec<String>>,
    /// Calls per minute.
    pub rate_limit: Option<f64>,
    /// Burst, concurrency, timeout and sizes of its calls.
    pub call_limits: CallLimits,
    /// Whether the tool has the output schema of its operation.
    pub output_schema: Option<bool>,
    /// Whether the document leaves the operation out: `x-toolrack: false`.
    pub is_excluded: bool,
    /// The overrides of arguments, by the name that was written.
    pub parameters: Vec<(String, ArgumentOverride)>,
}

/// The override of one argument.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArgumentOverride {
    pub description: Option<String>,
    /// Whether the model sees the argument.
    pub visibility: Option<ArgumentVisibility>,
}

/// Whether the model sees an argument, or what each request sends in its place.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgumentVisibility {
    /// The model sees it.
    Shown,
    /// No request has it.
    Hidden,
    /// Each request has this value; the model does not see it.
    Fixed(Value),
}
