//! Takeover: a set takes the place of another source, as a file that was renamed does.

use crate::error::Result;
use crate::loader::pipeline::ChangeContext;
use crate::registry::{RegisteredTool, name_taken};

/// A set that takes the place of another source enters with all its tools: that source must not lose its own for nothing.
///
/// # Errors
/// `NAME_TAKEN` where another source has the name of a tool, and `is_released` does not say that it gives it up.
pub fn check_takeover(
    context: &ChangeContext<'_>,
    tools: &[RegisteredTool],
    is_released: impl Fn(&RegisteredTool) -> bool,
) -> Result<()> {
    let snapshot = context.registry.snapshot();
    let mut holders = tools.iter().filter_map(|tool| Some((tool, snapshot.holder(tool.name())?)));
    let is_taken = |holder: &RegisteredTool| *holder.origin.source != *context.source && !is_released(holder);
    match holders.find(|(_, holder)| is_taken(holder)) {
        Some((tool, holder)) => Err(name_taken(tool.name(), holder)),
        None => Ok(()),
    }
}
