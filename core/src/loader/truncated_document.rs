//! Whether a change of a document looks like a file that is still being written.

use std::sync::Arc;

use crate::convert::ToolLocation;
use crate::json::HashSet;
use crate::registry::{RegisteredTool, ReplacementPlan};

/// What a watcher says of content that it hands over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truncation {
    /// It is new: it may be truncated.
    Possible,
    /// It is what it is, or has stayed for as long as truncated content has to.
    Waited {
        /// Whether a file has the first bytes of what it had before, and fewer.
        is_prefix: bool,
    },
}

/// What became of content that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TruncationVerdict {
    /// It is in use, or refused.
    Done,
    /// Nothing: it looks truncated. Only where that is [`Truncation::Possible`].
    Truncated,
}

/// Whether a change takes away only what stood last in the document, and puts fewer in its place. Others may differ: what they
/// refer to may have been cut off with the rest. `before` has the names of its tools and `after` what it has now, both in the
/// order of the document.
pub fn takes_only_the_end(plan: &ReplacementPlan, before: &[&str], after: &[ToolLocation]) -> bool {
    // A stale tool has no position: its operation is unreadable in this version of the document.
    let gone: HashSet<&str> =
        plan.removed.iter().filter(|tool| tool.stale.is_none()).map(|tool| tool.name()).collect();
    let stood_last = before.len().checked_sub(gone.len()).map(|start| &before[start..]);
    if plan.removed.is_empty() || !stood_last.is_some_and(|last| last.iter().all(|name| gone.contains(name)))
    {
        return false;
    }
    // An operation whose id was cut has another name at the same place; one before it may be unreadable.
    let is_cut = |site: &ToolLocation| {
        let place = |tool: &Arc<RegisteredTool>| {
            tool.operation
                .as_ref()
                .is_some_and(|own| own.path == site.identity.path && own.method == site.identity.method)
        };
        plan.removed.iter().any(place)
    };
    let added: HashSet<&str> = plan.added.iter().map(String::as_str).collect();
    let put_there = after.iter().rev().take_while(|site| added.contains(&*site.tool));
    let there: HashSet<&str> = after.iter().map(|site| &*site.tool).collect();
    let missing = before.iter().filter(|name| !there.contains(*name)).count().max(plan.removed.len());
    put_there.filter(|site| !is_cut(site)).count() < missing
}
