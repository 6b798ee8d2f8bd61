//! What a call came to, as a key keeps it.

use std::sync::Arc;

use super::budget;
use crate::error::{Error, Result};
use crate::tool::{Content, ToolResult};

/// An outcome that many calls may have.
pub type Outcome = Arc<Result<ToolResult>>;

/// Whether nobody acted on a call that failed so: its key is free for another attempt. What an API answered is kept, but for
/// the two that say that it looked at nothing (401, 429); so is a call that it may have acted on without an answer.
pub const fn is_without_effect(error: &Error) -> bool {
    match error {
        Error::UnknownTool { .. }
        | Error::Disabled { .. }
        | Error::InvalidParams { .. }
        | Error::MissingContext { .. }
        | Error::RateLimited { .. }
        | Error::Busy { .. }
        | Error::CircuitOpen { .. }
        | Error::KeyReused { .. }
        | Error::AuthFailed { .. }
        | Error::AddressForbidden { .. }
        | Error::HttpUnreachable { .. }
        | Error::InvalidOptions { .. }
        | Error::InvalidValue { .. }
        | Error::Closed { .. } => true,
        Error::HttpFailed { answer, .. } => matches!(answer.status, 401 | 429),
        _ => false,
    }
}

/// About how many bytes an outcome takes.
pub fn weight(outcome: &Result<ToolResult>) -> usize {
    const OVERHEAD: usize = 512;
    let own = match outcome {
        Ok(result) => match &result.content {
            Content::Value(value) => budget::size(value, usize::MAX),
            Content::Json(text) => text.len(),
            Content::File(file) => file.bytes.len(),
        },
        Err(Error::HttpFailed { answer, .. }) => budget::size(&answer.body, usize::MAX),
        Err(Error::ToolFailed { failure, .. }) => {
            failure.message.len() + failure.stack.as_ref().map_or(0, String::len)
        }
        Err(_) => 0,
    };
    own.saturating_add(OVERHEAD)
}
