//! The conversion: the operations of a document become tools, skipped operations and notes.

use url::Url;

use super::conversion_context::{ConversionContext, ConversionInput};
use super::document_defaults::{DocumentDefaults, check_paths};
use super::operation_reading::{ReadOperation, ReadOperations, read_operations};
use super::report_note::{ReportNote, merge_notes};
use super::selection::{CandidateOperation, OperationSelection, SelectionAnswers};
use super::skipped_operation::{Excluded, SkippedOperation};
use super::tool_assembly::assemble_tool;
use super::tool_location::ToolLocation;
use crate::error::Result;
use crate::registry::{NameDraft, RegisteredTool, UnnamedOperation};
use crate::spec::{CoverageCounter, SecurityScheme};

/// The outcome for all operations of a document.
pub struct Conversion {
    pub version: Option<String>,
    /// The number of operations in the document.
    pub operations: usize,
    pub tools: Vec<(RegisteredTool, ToolLocation)>,
    pub skipped: Vec<SkippedOperation>,
    pub excluded: Excluded,
    pub notes: Vec<ReportNote>,
}

/// The outcome of a conversion, or a question.
pub enum ConversionOutcome {
    /// Every operation is a tool, skipped or excluded.
    Done(Box<Conversion>, NameDraft),
    /// The function of `include` or `exclude` has to be asked of these operations first.
    Asks(Vec<CandidateOperation>),
}

/// Converts every selected operation to a tool. `answers` has those of a function, where it was asked.
///
/// All operations are read before the first is named, so that names do not depend on the order of the document.
///
/// # Errors
/// `INVALID_SPEC` for a document without paths whose source has tools, `INVALID_VALUE` with all problems of the overrides,
/// `LIMIT_EXCEEDED` for too many operations.
pub fn convert(
    input: &ConversionInput<'_>,
    answers: Option<&SelectionAnswers>,
    context: &ConversionContext<'_>,
) -> Result<ConversionOutcome> {
    let (document, options) = (&input.document, context.options);
    let no_paths = check_paths(document, context)?;
    let selection = OperationSelection::select(document, options, context.limits)?;
    let selection = match selection.apply_function(options, answers) {
        Ok(selection) => selection,
        Err(questions) => return Ok(ConversionOutcome::Asks(questions)),
    };
    let defaults = DocumentDefaults::resolve(document, context);
    let OperationSelection { operations, selected, excluded, notes: unmatched } = selection;
    let ReadOperations { readings, mut skipped, unused_overrides } =
        read_operations(input, selected, &defaults, context)?;
    let no_server = defaults.missing_server.iter().filter(|_| readings.iter().any(|one| one.base.is_none()));
    let document_notes = input.notes.iter().chain(&no_paths).chain(&defaults.notes).chain(no_server);
    let document_notes = document_notes.cloned().chain(unmatched).chain(unused_overrides);
    let mut notes: Vec<_> = document_notes.map(|note| (note, None)).collect();
    let names = draft_names(&readings, context);
    bind_origins(&readings, &defaults, context);
    let mut coverage = CoverageCounter::new(document);
    let mut tools = Vec::with_capacity(readings.len());
    for (reading, name) in readings.into_iter().zip(names.outcomes()) {
        match name {
            Ok(name) => {
                let location = ToolLocation {
                    tool: name.to_owned(),
                    identity: reading.identity.clone(),
                    pointer: reading.site.pointer.clone().into_owned(),
                    coverage: coverage.count(&reading.site, &reading.operation),
                };
                let (tool, tool_notes) = assemble_tool(reading, name, &defaults, context);
                notes.extend(tool_notes.into_iter().map(|note| (note, Some(name.to_owned()))));
                tools.push((tool, location));
            }
            Err(error) => skipped.push(SkippedOperation::at(&reading.site, error)),
        }
    }
    let (version, notes) = (defaults.version, merge_notes(notes));
    let conversion = Conversion { version, operations, tools, skipped, excluded, notes };
    Ok(ConversionOutcome::Done(Box::new(conversion), names))
}

fn draft_names(readings: &[ReadOperation<'_, '_>], context: &ConversionContext<'_>) -> NameDraft {
    let unnamed = readings.iter().map(|reading| UnnamedOperation {
        identity: reading.identity.clone(),
        choice: reading.overrides.name_choice(),
    });
    context.registry.draft(context.source, context.options.namespace.as_deref(), unnamed)
}

/// Binds the credentials of the load to the origins of its document: servers and token endpoints.
fn bind_origins(
    readings: &[ReadOperation<'_, '_>],
    defaults: &DocumentDefaults,
    context: &ConversionContext<'_>,
) {
    let servers = readings.iter().filter_map(|reading| reading.base.as_ref());
    let endpoints: Vec<Url> = defaults.schemes.values().flat_map(SecurityScheme::endpoints).collect();
    context.options.origin_binding.bind(defaults.base.as_ref(), servers, endpoints.iter());
}
