//! The shortcut of a reload: what is in use already is not parsed again.

use super::content_digest::ContentDigest;
use super::load_subject::{Load, LoadSubject};
use crate::error::{Error, Result};
use crate::json::{HashSet, checksum};
use crate::loader::load_report::{CheckReport, LoadReport};
use crate::loader::loader_context::LoaderContext;
use crate::loader::sources::LoadedSource;
use crate::retrieve::Bundle;
use crate::review::{Classification, Decision};

/// The report of a reload that changes nothing: an older read must not undo a newer one, and the same bytes make the same tools.
/// `None` where the document has to be parsed.
pub fn unchanged_report(
    context: &LoaderContext,
    load: Load<'_>,
    source: &LoadedSource,
    bundle: &Bundle,
) -> Result<Option<CheckReport>> {
    if source.is_new() {
        // It was unloaded while its document was read.
        return Err(Error::UnknownSource { name: source.name.clone(), nearest: Vec::new() });
    }
    let is_older = load.read_number < source.state.last_read;
    // Gates that are given for this load have not judged what is in use.
    let has_other_gates = matches!(load.subject, LoadSubject::Source { gates: Some(_), .. });
    if !is_older && (has_other_gates || !is_in_use(source, bundle)) {
        return Ok(None);
    }
    let report = last_report(context, source);
    Ok(report.map(|report| CheckReport { report, decision: Decision::Apply, objections: Vec::new() }))
}

/// Whether the tools are made of these bytes, and of nothing else: no references, overlays, functions, or a rollback.
fn is_in_use(source: &LoadedSource, bundle: &Bundle) -> bool {
    let LoadedSource { options, state, .. } = source;
    options.depends_on_bytes_alone()
        && !state.dependencies.has_other_documents
        && !state.is_rolled_back
        // The checksum nearly always differs for other bytes, and costs a fraction of the SHA-256.
        && state.checksum == checksum(bundle.original_bytes())
        && state.applied == Some(ContentDigest::compute(bundle).hash)
}

/// The report of the last load, now that nothing changed; `None` where tools of the source were unregistered meanwhile.
pub fn last_report(context: &LoaderContext, source: &LoadedSource) -> Option<LoadReport> {
    let snapshot = context.registry.snapshot();
    let (stale, unchanged): (Vec<_>, Vec<_>) =
        snapshot.tools_of(&source.name).partition(|tool| tool.stale.is_some());
    let present: HashSet<&str> = stale.iter().chain(&unchanged).map(|tool| tool.name()).collect();
    let known = &source.state.tool_names;
    if known.len() != present.len() || !known.iter().all(|name| present.contains(name.as_str())) {
        return None;
    }
    let held = context.holds.get(&source.name);
    Some(LoadReport {
        revision: snapshot.revision(),
        unchanged: unchanged.into_iter().map(|tool| tool.name().to_owned()).collect(),
        added: Vec::new(),
        updated: Vec::new(),
        removed: Vec::new(),
        held: held.iter().flat_map(|held| held.names()).cloned().collect(),
        hold_id: held.map(|held| held.id.clone()),
        changes: source.state.report.changes.as_ref().map(|_| Classification::default()),
        ..source.state.report.clone()
    })
}
