//! Selects the operations that become tools, before any of them is read: `include`, `exclude`, `deprecated`.

use super::operation_choice::OperationChoice;
use super::selection_function::{CandidateOperation, SelectionAnswers};
use crate::convert::options::{ConversionOptions, Deprecated};
use crate::convert::overrides::OverrideLayers;
use crate::convert::skipped_operation::{Excluded, SkippedOperation};
use crate::error::{Error, Result};
use crate::registry::Identity;
use crate::schema::{Note, kind};
use crate::spec::{Document, OperationSite, ParseLimits, ToolrackExtension};

/// The operations of a document, selected or left out.
pub struct OperationSelection<'a, 'o> {
    /// The number of operations in the document.
    pub operations: usize,
    /// The selected operations, and those that cannot be read at all, in the order of the document.
    pub selected: Vec<Result<SelectedOperation<'a, 'o>, SkippedOperation>>,
    /// The number of operations that the options leave out.
    pub excluded: Excluded,
    /// Notes on selections and overrides that match no operation.
    pub notes: Vec<Note>,
}

/// A selected operation.
pub struct SelectedOperation<'a, 'o> {
    pub site: OperationSite<'a>,
    pub overrides: OverrideLayers<'o>,
}

/// Whether each selection and override of the options matches an operation.
struct MatchedOptions {
    includes: Vec<bool>,
    excludes: Vec<bool>,
    overrides: Vec<bool>,
}

impl<'a, 'o> OperationSelection<'a, 'o> {
    /// Selects among the operations of a document. A selection that matches a deprecated operation counts as used.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED` for more operations than `limits.operations`.
    pub fn select(
        document: &Document<'a>,
        options: &'o ConversionOptions,
        limits: &ParseLimits,
    ) -> Result<Self> {
        let sites = document.operations();
        if sites.len() > limits.operations {
            let limit = limits.operations;
            return Err(Error::LimitExceeded { what: "number of operations", limit });
        }
        let operations = sites.len();
        let (mut selected, mut excluded) = (Vec::with_capacity(operations), Excluded::default());
        let includes = options.include.as_deref().unwrap_or_default();
        let mut matched = MatchedOptions {
            includes: vec![false; includes.len()],
            excludes: vec![false; options.exclude.len()],
            overrides: vec![false; options.overrides.entries().len()],
        };
        let has_choices = options.include.is_some() || !options.exclude.is_empty();
        for site in sites {
            let site = match site {
                Ok(site) => site,
                Err(invalid) => {
                    let (path, method) = (invalid.path.as_str().into(), invalid.method.as_str().into());
                    let identity = Identity { path, method, id: None };
                    let pointer = invalid.error.pointer();
                    selected.push(Err(SkippedOperation::new(&identity, pointer, &invalid.error)));
                    continue;
                }
            };
            let tags = if has_choices { site.tags() } else { Vec::new() };
            let including = matching_choices(includes, &site, &tags);
            let excluding = matching_choices(&options.exclude, &site, &tags);
            let is_included = !including.is_empty() || options.include.is_none();
            let is_excluded = !excluding.is_empty();
            for index in including {
                matched.includes[index] = true;
            }
            for index in excluding {
                matched.excludes[index] = true;
            }
            let extension = ToolrackExtension::read(&site.operation, document.library());
            let aliases = ToolrackExtension::read_aliases(&site.operation, document.library());
            let overrides = OverrideLayers::collect(&site, &options.overrides)
                .with_extension(extension)
                .with_aliases_extension(aliases);
            overrides.entries().for_each(|entry| matched.overrides[entry] = true);
            if site.is_deprecated() && options.deprecated == Deprecated::Skip {
                excluded.deprecated += 1;
            } else if !is_included || is_excluded || overrides.is_excluded() {
                excluded.unselected += 1;
            } else {
                selected.push(Ok(SelectedOperation { site, overrides }));
            }
        }
        let notes = matched.unmatched_notes(options);
        Ok(Self { operations, selected, excluded, notes })
    }

    /// Leaves out operations that the function of `include` or `exclude` refuses.
    ///
    /// # Errors
    /// The question, where the function has not been asked of these operations yet.
    pub fn apply_function(
        mut self,
        options: &ConversionOptions,
        answers: Option<&SelectionAnswers>,
    ) -> Result<Self, Vec<CandidateOperation>> {
        let Some(function) = &options.selection else { return Ok(self) };
        let operations: Vec<CandidateOperation> =
            self.selected.iter().flatten().map(|one| CandidateOperation::describe(&one.site)).collect();
        if operations.is_empty() {
            return Ok(self);
        }
        let Some(accepted) = answers.and_then(|answers| answers.for_operations(function, &operations)) else {
            return Err(operations);
        };
        let mut accepted = accepted.iter();
        let before = self.selected.len();
        self.selected.retain(|one| one.is_err() || accepted.next().copied().unwrap_or_default());
        self.excluded.unselected += before - self.selected.len();
        Ok(self)
    }
}

/// The indexes of the choices that match an operation.
fn matching_choices(choices: &[OperationChoice], site: &OperationSite<'_>, tags: &[String]) -> Vec<usize> {
    let matching = choices.iter().enumerate().filter(|(_, choice)| choice.matches(site, tags));
    matching.map(|(index, _)| index).collect()
}

impl MatchedOptions {
    fn unmatched_notes(self, options: &ConversionOptions) -> Vec<Note> {
        let includes = options.include.iter().flatten().zip(self.includes);
        let choices = includes.chain(options.exclude.iter().zip(self.excludes));
        let choices = choices.filter(|(_, is_matched)| !is_matched).map(|(choice, _)| {
            let message =
                format!("{} matches no operation of the document; correct or remove it", choice.name);
            Note::new(kind::SELECTION_UNUSED, "", message)
        });
        let overrides = options.overrides.entries().iter().zip(self.overrides);
        let overrides = overrides.filter(|(_, is_matched)| !is_matched).map(|((key, _), _)| {
            let message = format!(
                "\"{}\" is no operation of the document; use an operationId, or a method and path",
                key.escape_debug()
            );
            Note::new(kind::OVERRIDE_UNUSED, "", message)
        });
        choices.chain(overrides).collect()
    }
}
