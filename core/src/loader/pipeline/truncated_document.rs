//! Truncation: whether a change looks like a file that is still being written and has lost its end.

use std::sync::Arc;

use crate::convert::ToolLocation;
use crate::json::HashSet;
use crate::registry::{RegisteredTool, ReplacementPlan};

/// Whether content that a watcher hands over may be truncated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truncation {
    /// The content is new: it may be truncated.
    Possible,
    /// The content stayed for as long as truncated content has to wait.
    Waited {
        /// Whether a file is a prefix of its content before.
        is_prefix: bool,
    },
}

/// The loader's verdict on content that a watcher handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TruncationVerdict {
    /// The content is in use, or refused.
    Done,
    /// The content looks truncated, and nothing was changed. Only for [`Truncation::Possible`].
    Truncated,
}

/// Whether a change removes only tools from the end of the document, and adds fewer there. Other tools may differ: what they
/// refer to may be cut off too. `before` has the names of the tools, `after` the tools now, both in document order.
pub fn removes_only_the_tail(plan: &ReplacementPlan, before: &[&str], after: &[ToolLocation]) -> bool {
    // A stale tool has no position: its operation is unreadable in this version of the document.
    let gone: HashSet<&str> =
        plan.removed.iter().filter(|tool| tool.stale.is_none()).map(|tool| tool.name()).collect();
    let stood_last = before.len().checked_sub(gone.len()).map(|start| &before[start..]);
    if plan.removed.is_empty() || !stood_last.is_some_and(|last| last.iter().all(|name| gone.contains(name)))
    {
        return false;
    }
    // An operation whose id was cut off has another name at the same path and method.
    let is_cut = |site: &ToolLocation| {
        let is_at = |tool: &Arc<RegisteredTool>| {
            tool.operation
                .as_ref()
                .is_some_and(|own| own.path == site.identity.path && own.method == site.identity.method)
        };
        plan.removed.iter().any(is_at)
    };
    let added: HashSet<&str> = plan.added.iter().map(String::as_str).collect();
    let put_there = after.iter().rev().take_while(|site| added.contains(&*site.tool));
    let there: HashSet<&str> = after.iter().map(|site| &*site.tool).collect();
    let missing = before.iter().filter(|name| !there.contains(*name)).count().max(plan.removed.len());
    put_there.filter(|site| !is_cut(site)).count() < missing
}
