//! References: where each may lead, what it costs to follow it, and who pays when it leads nowhere.

mod addresses;
mod chains;
mod files;
mod kinds;
mod names;

/// The tools in which a reference that leads nowhere opened its place, sorted.
fn opened(report: &toolrack_core::loader::LoadReport) -> Vec<&str> {
    let notes = report.notes.iter().filter(|told| told.note.kind.code == "REF_OPENED");
    let mut tools: Vec<_> = notes.flat_map(|told| told.tools.iter().map(String::as_str)).collect();
    tools.sort_unstable();
    tools
}
