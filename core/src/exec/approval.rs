//! Approval (human in the loop): refuses a call that a person has to approve, and has not.

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::registry::RegisteredTool;
use crate::tool::{CallApproval, ToolCall};

/// Refuses a call that needs approval and has none. Where the tool decides for each call, it is asked, before limits are
/// spent.
///
/// # Errors
/// `APPROVAL_REQUIRED`, and what the tool fails with when it is asked.
pub async fn require_approval(tool: &RegisteredTool, call: &ToolCall) -> Result<()> {
    let is_predicate = tool.definition.requires_approval == CallApproval::ByPredicate;
    if is_predicate && !call.approved && !tool.executor.needs_approval(call.clone()).await? {
        return Ok(());
    }
    require_approved(tool, call.approved, &call.arguments)
}

/// The same for a tool that has no predicate: an operation of a document.
///
/// # Errors
/// `APPROVAL_REQUIRED`, and `INVALID_PARAMS` for arguments with which the call would not be made.
pub fn require_approved(
    tool: &RegisteredTool,
    is_approved: bool,
    arguments: &Map<String, Value>,
) -> Result<()> {
    if tool.definition.requires_approval.is_required() && !is_approved {
        tool.executor.check_arguments(tool.name(), arguments)?;
        return Err(Error::ApprovalRequired { tool: tool.name().to_owned() });
    }
    Ok(())
}
