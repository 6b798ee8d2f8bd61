//! The convert step and what it proposes: the tools of a document, compared with those in use.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::load_inputs::{LoadInputs, LoadQuestion, StepError, StepResult};
use super::truncated_document::{Truncation, removes_only_the_tail};
use crate::clock::Clock;
use crate::convert::{
    Conversion, ConversionContext, ConversionInput, ConversionOutcome, ToolLocation, convert,
};
use crate::error::Error;
use crate::http::HttpClient;
use crate::json::{HashMap, HashSet};
use crate::loader::loader_context::LoaderContext;
use crate::loader::options::LoadOptions;
use crate::loader::sources::LoadedSource;
use crate::registry::{
    NameDraft, RegisteredTool, ReplacementPlan, Snapshot, SourceReplacement, ToolRegistry, UnreadOperation,
};
use crate::review::RemovedTools;
use crate::spec::SpecSource;

/// What the steps of a load know of its source.
pub struct ChangeContext<'a> {
    pub registry: &'a ToolRegistry,
    pub client: &'a Arc<dyn HttpClient>,
    pub clock: &'a Arc<dyn Clock>,
    /// The name of the source.
    pub source: &'a str,
    pub location: &'a SpecSource,
    pub options: &'a LoadOptions,
    /// Whether the source is new.
    pub is_first: bool,
    /// The document version in use.
    pub version: Option<&'a str>,
    /// The pins of its tools: the schema hash that each may have.
    pub pins: BTreeMap<String, String>,
    /// Rejected changes: by tool, the fingerprint of what it would have become.
    pub rejected: &'a HashMap<String, String>,
    /// The tools that it had and has no more.
    pub removed: &'a RemovedTools,
    /// The names of its tools, in the order of the document.
    pub order: &'a [String],
    /// Milliseconds since 1970.
    pub now: u64,
    /// Whether nothing is applied.
    pub is_check: bool,
}

impl<'a> ChangeContext<'a> {
    /// What a load of a source knows of it: where it stands, with its own options and pins.
    pub fn of_source(context: &'a LoaderContext, source: &'a LoadedSource) -> Self {
        Self {
            registry: &context.registry,
            client: &context.client,
            clock: &context.clock,
            source: &source.name,
            location: &source.location,
            options: &source.options,
            // A withdrawn source that is back unchanged was admitted before: it passes as a first load.
            is_first: source.is_new() || source.state.withdrawn.is_some(),
            version: source.history.active().and_then(|active| active.version.as_deref()),
            pins: source.pins.clone(),
            rejected: &source.rejected,
            removed: &source.removed,
            order: &source.state.order,
            now: context.now(),
            is_check: false,
        }
    }
}

/// The tools of a document, with names that no other source has.
pub struct ConvertedDocument {
    /// The lines of the report; its tools are taken out.
    pub conversion: Conversion,
    pub names: NameDraft,
    pub tools: Vec<RegisteredTool>,
    /// Where each tool stands in the document.
    pub locations: Vec<ToolLocation>,
    /// Operations that cannot be read: their tools stay as they are, marked as stale.
    pub unread: Vec<UnreadOperation>,
}

/// A document's tools beside those in use.
pub struct ProposedChange {
    pub converted: ConvertedDocument,
    /// The revision that the plan is made against, as the source sees it.
    pub current: Arc<Snapshot>,
    pub plan: ReplacementPlan,
    /// Whether the document looks truncated, where a watcher handed it over.
    pub is_truncated: bool,
    pub truncation: Option<Truncation>,
}

/// Converts a document to tools. Their names are drafted, and enter the ledger with the tools.
pub fn convert_document(
    context: &ChangeContext<'_>,
    document: &ConversionInput<'_>,
    inputs: &LoadInputs,
) -> StepResult<ConvertedDocument> {
    let conversion = ConversionContext {
        options: &context.options.conversion,
        limits: &context.options.limits,
        source: context.source,
        location: context.location.url(),
        client: context.client,
        clock: context.clock,
        registry: context.registry,
        now: context.now,
    };
    let (mut conversion, names) = match convert(document, inputs.selection_answers.as_ref(), &conversion)? {
        ConversionOutcome::Done(conversion, names) => (*conversion, names),
        ConversionOutcome::Asks(operations) => {
            let function = context.options.conversion.selection.clone();
            let function = function
                .ok_or_else(|| Error::Internal { reason: "there is no function to ask".to_owned() })?;
            return Err(StepError::Question(LoadQuestion::Selection(function, operations)));
        }
    };
    let (tools, locations) = std::mem::take(&mut conversion.tools).into_iter().unzip();
    let unread = conversion.skipped.iter().map(|skipped| skipped.unread(context.now)).collect();
    Ok(ConvertedDocument { conversion, names, tools, locations, unread })
}

impl ProposedChange {
    /// Compares a document's tools with those in use.
    pub fn new(
        context: &ChangeContext<'_>,
        converted: ConvertedDocument,
        truncation: Option<Truncation>,
    ) -> Self {
        let current = context.registry.snapshot().view_of(context.source);
        let ConvertedDocument { tools, unread, .. } = converted;
        let replacement = SourceReplacement { tools, unread: &unread, ..SourceReplacement::default() };
        let plan = replacement.plan(&current, context.source);
        let converted = ConvertedDocument { tools: replacement.tools, unread, ..converted };
        let is_truncated =
            truncation.is_some() && removes_only_the_end(context, &plan, &converted.locations, &current);
        Self { converted, current, plan, is_truncated, truncation }
    }

    /// The tools of the document, by name.
    pub fn tools_by_name(&self) -> HashMap<&str, &RegisteredTool> {
        self.converted.tools.iter().map(|tool| (tool.name(), tool)).collect()
    }
}

/// Whether a change removes only tools from the end of the document (truncation).
fn removes_only_the_end(
    context: &ChangeContext<'_>,
    plan: &ReplacementPlan,
    locations: &[ToolLocation],
    current: &Snapshot,
) -> bool {
    let own = || current.tools_of(context.source).filter(|tool| tool.stale.is_none()).map(|tool| tool.name());
    let present: HashSet<&str> = own().collect();
    let known: Vec<&str> = if context.order.is_empty() {
        own().collect() // The source was restored, in this order.
    } else {
        context.order.iter().map(String::as_str).filter(|name| present.contains(name)).collect()
    };
    removes_only_the_tail(plan, &known, locations)
}
