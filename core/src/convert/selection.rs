//! Selects the operations that become tools, before any of them is read: `include`, `exclude`, `deprecated`, `filter`.

use super::amendment::Amendment;
use super::operation_filter::OperationFilter;
use super::options::{ConversionOptions, Deprecated};
use super::predicate::{FilterAnswers, FilterQuestion};
use super::skipped_operation::{Excluded, SkippedOperation};
use crate::error::{Error, Result};
use crate::schema::{Note, kind};
use crate::spec::{Document, OperationSite, ParseLimits, ToolrackExtension};

/// The operations of a document, selected or left out.
pub struct OperationSelection<'a, 'o> {
    /// The number of operations in the document.
    pub operations: usize,
    /// The selected operations, and those that cannot be read at all, in the order of the document.
    pub chosen: Vec<Result<SelectedOperation<'a, 'o>, SkippedOperation>>,
    /// The number of operations that the options leave out.
    pub excluded: Excluded,
    /// Notes on filters and overrides that match no operation.
    pub notes: Vec<Note>,
}

/// A selected operation.
pub struct SelectedOperation<'a, 'o> {
    pub site: OperationSite<'a>,
    pub amendment: Amendment<'o>,
}

impl<'a, 'o> OperationSelection<'a, 'o> {
    /// Selects among the operations of a document. A filter that matches a deprecated operation counts as used.
    pub fn of(document: &Document<'a>, options: &'o ConversionOptions, limits: &ParseLimits) -> Result<Self> {
        let sites = document.operations();
        if sites.len() > limits.operations {
            let limit = limits.operations;
            return Err(Error::LimitExceeded { what: "number of operations", limit });
        }
        let mut selection = Self {
            operations: sites.len(),
            chosen: Vec::with_capacity(sites.len()),
            excluded: Excluded::default(),
            notes: Vec::new(),
        };
        let includes = options.include.as_deref().unwrap_or_default();
        let (mut is_in, mut is_out) = (vec![false; includes.len()], vec![false; options.exclude.len()]);
        let mut said = vec![false; options.overrides.entries().len()];
        let has_choices = options.include.is_some() || !options.exclude.is_empty();
        for site in sites {
            let site = match site {
                Ok(site) => site,
                Err(none) => {
                    let pointer = none.error.pointer().to_owned();
                    let skipped =
                        SkippedOperation::new(None, &none.method, &none.path, &pointer, &none.error);
                    selection.chosen.push(Err(skipped));
                    continue;
                }
            };
            let tags = if has_choices { site.tags() } else { Vec::new() };
            let is_meant = |choices: &[OperationFilter], found: &mut [bool]| {
                let mut any = false;
                for (choice, found) in choices.iter().zip(found) {
                    let matches = choice.matches(&site, &tags);
                    *found |= matches;
                    any |= matches;
                }
                any
            };
            let comes_in = is_meant(includes, &mut is_in) || options.include.is_none();
            let stays_out = is_meant(&options.exclude, &mut is_out);
            let extension = ToolrackExtension::read(&site.spot, document.library());
            let amendment = Amendment::of(&site, extension, &options.overrides);
            amendment.entries().for_each(|entry| said[entry] = true);
            if site.is_deprecated() && options.deprecated == Deprecated::Skip {
                selection.excluded.deprecated += 1;
            } else if !comes_in || stays_out || amendment.excludes() {
                selection.excluded.filtered += 1;
            } else {
                selection.chosen.push(Ok(SelectedOperation { site, amendment }));
            }
        }
        let choices = includes.iter().zip(is_in).chain(options.exclude.iter().zip(is_out));
        for (choice, _) in choices.filter(|(_, found)| !found) {
            let message = format!("{} is no operation of the document", choice.name);
            selection.notes.push(Note::new(kind::FILTER_UNUSED, "", message));
        }
        for ((key, _), _) in options.overrides.entries().iter().zip(said).filter(|(_, found)| !found) {
            let message = format!("\"{}\" is no operation of the document", key.escape_debug());
            selection.notes.push(Note::new(kind::OVERRIDE_UNUSED, "", message));
        }
        Ok(selection)
    }

    /// Leaves out operations that the filter function refuses. Gives the question where it was not asked yet.
    pub fn judge(
        &mut self,
        options: &ConversionOptions,
        answers: Option<&FilterAnswers>,
    ) -> Option<Vec<FilterQuestion>> {
        let predicate = options.filter.as_ref()?;
        let asked: Vec<FilterQuestion> =
            self.chosen.iter().flatten().map(|chosen| FilterQuestion::of(&chosen.site)).collect();
        if asked.is_empty() {
            return None;
        }
        let Some(taken) = answers.and_then(|answers| answers.to(predicate, &asked)) else {
            return Some(asked);
        };
        let mut taken = taken.iter();
        let before = self.chosen.len();
        self.chosen.retain(|chosen| chosen.is_err() || taken.next().copied().unwrap_or_default());
        self.excluded.filtered += before - self.chosen.len();
        None
    }
}
