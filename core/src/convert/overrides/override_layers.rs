//! The overrides of one operation, the strongest first: the caller's for its method and path, the caller's for its id, the
//! document's own `x-toolrack`, its `x-toolrack-aliases`.

use std::borrow::Cow;

use serde_json::Value;

use super::operation_override::{Override, OverrideAuthor};
use super::override_option::Overrides;
use crate::error::Problem;
use crate::json::pointer;
use crate::registry::NameChoice;
use crate::schema::{Note, kind};
use crate::spec::{OperationSite, ToolrackExtension};
use crate::tool::{CallLimits, joined_scopes, parse_aliases};

/// The overrides of one operation, in layers. The first layer that has a key decides that key.
pub struct OverrideLayers<'o> {
    pub(super) layers: Vec<OverrideLayer<'o>>,
    /// Notes on what is ignored of the document's own extension.
    pub notes: Vec<Note>,
}

/// One override of an operation.
pub(super) struct OverrideLayer<'o> {
    pub author: OverrideAuthor,
    pub values: Cow<'o, Override>,
    /// Its JSON pointer, in the option or in the document.
    pub pointer: String,
    /// The index in [`Overrides::entries`]; `None` for the document's layer.
    pub entry: Option<usize>,
}

impl<'o> OverrideLayers<'o> {
    /// Collects the caller's layers of an operation.
    pub fn collect(site: &OperationSite<'_>, overrides: &'o Overrides) -> Self {
        let caller = overrides.find(site).into_iter().map(|entry| {
            let (key, values) = &overrides.entries()[entry];
            OverrideLayer {
                author: OverrideAuthor::Caller,
                values: Cow::Borrowed(values),
                pointer: pointer::push("", key),
                entry: Some(entry),
            }
        });
        Self { layers: caller.collect(), notes: Vec::new() }
    }

    /// Adds the document's `x-toolrack`, below the caller's layers.
    #[must_use]
    pub fn with_extension(self, extension: Option<ToolrackExtension>) -> Self {
        self.with_document_layer(extension, |value, at| Override::parse(value, at, OverrideAuthor::Document))
    }

    /// Adds the document's `x-toolrack-aliases`, below its `x-toolrack`.
    #[must_use]
    pub fn with_aliases_extension(self, extension: Option<ToolrackExtension>) -> Self {
        self.with_document_layer(extension, |value, at| {
            let (aliases, problems) = parse_aliases(value, at);
            (Override { aliases: Some(aliases), ..Override::default() }, problems)
        })
    }

    fn with_document_layer(
        mut self,
        extension: Option<ToolrackExtension>,
        parse: impl FnOnce(&Value, &str) -> (Override, Vec<Problem>),
    ) -> Self {
        let Some(ToolrackExtension { pointer, value, notes }) = extension else { return self };
        let (values, problems) = parse(&value, &pointer);
        self.notes.extend(notes.into_iter().chain(problems.iter().map(ignored_extension)));
        let (author, values) = (OverrideAuthor::Document, Cow::Owned(values));
        self.layers.push(OverrideLayer { author, values, pointer, entry: None });
        self
    }

    /// The indexes of the caller's overrides of this operation.
    pub fn entries(&self) -> impl Iterator<Item = usize> {
        self.layers.iter().filter_map(|layer| layer.entry)
    }

    fn first<T>(&self, value: impl Fn(&Override) -> Option<T>) -> Option<(OverrideAuthor, T)> {
        self.layers.iter().find_map(|layer| Some((layer.author, value(&layer.values)?)))
    }

    /// How the tool is named. A name of the document is a suggestion; the ledger may give another one.
    pub fn name_choice(&self) -> NameChoice {
        match self.first(|values| values.name.clone()) {
            Some((OverrideAuthor::Caller, name)) => NameChoice::Explicit(name),
            Some((OverrideAuthor::Document, name)) => NameChoice::Suggested(name),
            None => NameChoice::Derived,
        }
    }

    /// Whether the document leaves the operation out: `x-toolrack: false`.
    pub fn is_excluded(&self) -> bool {
        self.layers.iter().any(|layer| layer.values.is_excluded)
    }

    /// The description, where an override has one.
    pub fn description(&self) -> Option<String> {
        self.first(|values| values.description.clone()).map(|(_, description)| description)
    }

    /// The tags, where an override has them.
    pub fn tags(&self) -> Option<Vec<String>> {
        self.first(|values| values.tags.clone()).map(|(_, tags)| tags)
    }

    /// The aliases: those of the first layer that has some.
    pub fn aliases(&self) -> Vec<String> {
        self.first(|values| values.aliases.clone()).map(|(_, aliases)| aliases).unwrap_or_default()
    }

    /// The category. The caller's override counts first, then `for_all` of the load, then the document's.
    pub fn category(&self, for_all: Option<&String>) -> Option<String> {
        match (self.first(|values| values.category.clone()), for_all) {
            (Some((OverrideAuthor::Caller, category)), _) => Some(category),
            (_, Some(category)) => Some(category.clone()),
            (document, None) => document.map(|(_, category)| category),
        }
    }

    /// Whether a call needs an identified user.
    pub fn requires_auth(&self) -> bool {
        self.first(|values| values.requires_auth).is_some_and(|(_, required)| required)
    }

    /// Whether a person has to approve a call.
    pub fn requires_approval(&self) -> bool {
        self.first(|values| values.requires_approval).is_some_and(|(_, required)| required)
    }

    /// The OAuth scopes: those of an override, and those of the load.
    pub fn scopes(&self, for_all: &[String]) -> Vec<String> {
        let own = self.first(|values| values.scopes.clone()).map(|(_, scopes)| scopes).unwrap_or_default();
        joined_scopes(own, for_all)
    }

    /// Whether the tool has the output schema of its operation: as the caller's override says, else as `for_all` does.
    pub fn has_output_schema(&self, for_all: bool) -> bool {
        self.first(|values| values.output_schema).map_or(for_all, |(_, has)| has)
    }

    /// The call limits. The caller's override counts first, then `for_all` of the load. A document sets none.
    pub fn call_limits(&self, for_all: &CallLimits) -> CallLimits {
        let own = self
            .layers
            .iter()
            .fold(CallLimits::default(), |stronger, layer| stronger.over(&layer.values.call_limits));
        own.over(for_all)
    }

    /// The rate limit, and who sets it. The caller's override counts first, then `for_all` of the load. A document may lower
    /// that of the load, and never raise it.
    pub fn rate_limit(&self, for_all: Option<f64>) -> Option<(OverrideAuthor, f64)> {
        match (self.first(|values| values.rate_limit), for_all) {
            (Some((OverrideAuthor::Document, asked)), Some(allowed)) => {
                Some((OverrideAuthor::Caller, asked.min(allowed)))
            }
            (None, Some(allowed)) => Some((OverrideAuthor::Caller, allowed)),
            (own, _) => own,
        }
    }
}

/// The note of a fault in `x-toolrack`. A document's fault costs the key, never the operation.
pub(super) fn ignored_extension(problem: &Problem) -> Note {
    Note::new(kind::EXTENSION_IGNORED, problem.pointer.as_str(), problem.message.as_str())
}
