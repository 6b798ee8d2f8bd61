//! Tools of the state file: each saved content is converted again.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::convert::{
    Conversion, ConversionContext, ConversionOutcome, ReportNote, SelectionAnswers, convert, merge_notes,
};
use crate::error::{Error, Result};
use crate::json::{Arena, HashMap, HashSet};
use crate::loader::loader_context::LoaderContext;
use crate::loader::options::LoadOptions;
use crate::loader::pipeline::{ParseOutcome, parse_bundle};
use crate::registry::{Identity, RegisteredTool};
use crate::retrieve::{self, Bundle, BundledDocument, FetchedDocument, SavedBundle};
use crate::review::SourceVersion;
use crate::spec::{Bytes, SpecSource};
use crate::state::{BlobHash, InputsByOperation, SavedInputs, SourceRecord, StateKeeper, source_digest};

/// The tools of a source as the state file has them.
pub struct RestoredTools {
    pub tools: Vec<Arc<RegisteredTool>>,
    /// The versions, oldest first, with the tools of those that are kept for a rollback.
    pub history: Vec<(SourceVersion, Option<Vec<Arc<RegisteredTool>>>)>,
    /// Notes on tools that cannot be called.
    pub notes: Vec<ReportNote>,
}

/// A source that the state file has, and that this process loads for the first time.
#[derive(Clone, Copy)]
pub struct SavedSource<'a> {
    pub context: &'a LoaderContext,
    /// The state file that has it.
    pub keeper: &'a StateKeeper,
    pub name: &'a str,
    pub record: &'a SourceRecord,
    /// The location and the options of this load.
    pub location: &'a SpecSource,
    pub options: &'a LoadOptions,
}

/// The tools of saved inputs, by operation, and the notes on those that cannot be called.
struct ConvertedInputs {
    tools: HashMap<Identity, Arc<RegisteredTool>>,
    notes: Vec<ReportNote>,
}

impl SavedSource<'_> {
    /// Makes the tools in use, and those that are kept for a rollback.
    pub async fn convert(self) -> Result<RestoredTools> {
        let record = self.record;
        let kept = record.versions.iter().filter(|version| version.kept).take(self.options.keep_versions.0);
        let kept: BTreeMap<u64, &InputsByOperation> =
            kept.filter_map(|one| Some((one.number, &**record.kept.get(&one.number)?))).collect();
        let mut converted: BTreeMap<BlobHash, ConvertedInputs> = BTreeMap::new();
        for id in
            [&*record.active].into_iter().chain(kept.values().copied()).flat_map(InputsByOperation::values)
        {
            if let Some(inputs) = record.inputs.get(id).filter(|_| !converted.contains_key(id)) {
                converted.insert(*id, self.convert_inputs(inputs).await?);
            }
        }
        let tools_of = |inputs: &InputsByOperation| -> Vec<Arc<RegisteredTool>> {
            let tool =
                |(identity, id): (&Identity, &BlobHash)| converted.get(id)?.tools.get(identity).cloned();
            inputs.iter().filter_map(tool).collect()
        };
        let versions = record.versions.iter().rev();
        let history = versions.map(|one| (one.clone(), kept.get(&one.number).map(|inputs| tools_of(inputs))));
        let history = history.collect();
        Ok(RestoredTools {
            tools: tools_of(&record.active),
            history,
            notes: notes_in_use(&record.active, &converted),
        })
    }

    /// The tools of saved inputs under the options of this load. Their names enter the ledger.
    async fn convert_inputs(self, inputs: &SavedInputs) -> Result<ConvertedInputs> {
        let bundle = self.bundle(inputs).await?;
        let mut answers = None;
        loop {
            let asked = match self.convert_bundle(&bundle, answers.as_ref())? {
                ConversionOutcome::Done(conversion, _) => {
                    let Conversion { tools, mut notes, .. } = *conversion;
                    let tools = tools.into_iter().map(|(tool, site)| (site.identity, Arc::new(tool)));
                    notes.retain(|one| one.note.kind.stops_calls());
                    return Ok(ConvertedInputs { tools: tools.collect(), notes });
                }
                ConversionOutcome::Asks(asked) => asked,
            };
            let Some(function) = &self.options.conversion.selection else {
                return Err(Error::Internal { reason: "there is no function to ask".to_owned() });
            };
            answers = Some(function.ask(asked).await?);
        }
    }

    /// Converts the document of a bundle until its names enter the ledger.
    fn convert_bundle(
        self,
        bundle: &Bundle,
        answers: Option<&SelectionAnswers>,
    ) -> Result<ConversionOutcome> {
        let Self { context, name, location, options, .. } = self;
        let conversion = ConversionContext {
            options: &options.conversion,
            limits: &options.limits,
            source: name,
            location: location.url(),
            client: &context.client,
            clock: &context.clock,
            registry: &context.registry,
            now: context.now(),
        };
        let (texts, arena) = (bundle.texts(&options.limits)?, Arena::new());
        let ParseOutcome::Document(document) = parse_bundle(bundle, &texts, &arena, options)? else {
            return Err(Error::Internal { reason: "a saved bundle has all its documents".to_owned() });
        };
        loop {
            match convert(&document, answers, &conversion)? {
                // Another source took one of the names meanwhile: they are drafted again.
                ConversionOutcome::Done(_, names) if !context.registry.enter_names(&names) => {}
                outcome => return Ok(outcome),
            }
        }
    }

    /// The documents of saved inputs, under the overlays of the options. An overlay that was not saved is read.
    async fn bundle(self, inputs: &SavedInputs) -> Result<Bundle> {
        let Self { context, keeper, location, options, .. } = self;
        let home = location.address();
        let mut overlays = Vec::with_capacity(options.overlays.len());
        for (i, overlay) in options.overlays.iter().enumerate() {
            let digest = source_digest(overlay);
            // Texts are told apart by their order alone.
            let at_its_index = inputs.overlays.get(i).filter(|(known, _)| *known == digest);
            let known = at_its_index.or_else(|| inputs.overlays.iter().find(|(known, _)| *known == digest));
            let bytes: Bytes = match (overlay, known) {
                (SpecSource::Text(bytes), _) => bytes.clone(),
                (_, Some((_, blob))) => keeper.read_blob(blob)?,
                (_, None) => {
                    retrieve::fetch_document(overlay, &*context.client, options.limits.bytes).await?.bytes
                }
            };
            overlays.push((overlay.clone(), bytes));
        }
        let references = inputs.references.iter().map(|other| {
            Ok(BundledDocument {
                address: Some(other.address.restore(home.as_ref())),
                final_url: other.final_address.as_ref().map(|found| found.restore(home.as_ref())),
                bytes: keeper.read_blob(&other.blob)?,
            })
        });
        let references = references.collect::<Result<Vec<_>>>()?;
        let unavailable = inputs.unavailable.iter().map(|(address, reason)| {
            let url = address.restore(home.as_ref());
            let location = SpecSource::Url(url.clone()).display_location();
            (url, Error::SourceUnreadable { location, reason: reason.clone(), status: None })
        });
        let final_url = inputs.final_address.as_ref().map(|found| found.restore(None));
        let document =
            FetchedDocument { final_url, ..FetchedDocument::from(keeper.read_blob(&inputs.root)?) };
        let saved = SavedBundle { document, overlays, references, unavailable: unavailable.collect() };
        Bundle::restore(location, saved, &options.limits)
    }
}

/// The notes on tools in use that cannot be called. A note counts for the tools that its own content made; the same note of several
/// contents is one.
fn notes_in_use(
    active: &InputsByOperation,
    converted: &BTreeMap<BlobHash, ConvertedInputs>,
) -> Vec<ReportNote> {
    let mut names: BTreeMap<&BlobHash, HashSet<&str>> = BTreeMap::new();
    for (identity, id) in active {
        let tool = converted.get(id).and_then(|converted| converted.tools.get(identity));
        names.entry(id).or_default().extend(tool.map(|tool| tool.name()));
    }
    let mut notes = Vec::new();
    for (id, names) in names {
        for ReportNote { note, tools } in converted.get(id).into_iter().flat_map(|converted| &converted.notes)
        {
            if tools.is_empty() {
                notes.push((note.clone(), None));
            }
            let in_use = tools.iter().filter(|tool| names.contains(tool.as_str()));
            notes.extend(in_use.map(|tool| (note.clone(), Some(tool.clone()))));
        }
    }
    let mut notes = merge_notes(notes);
    // Contents come in the order of their hashes.
    for note in &mut notes {
        note.tools.sort_unstable();
    }
    notes
}
