//! Tool sets: loads tools of modules, providers and objects as sources of a loader.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use toolrack_core::error::{Error, ErrorCode, Problem, RaisedFault, Result as Outcome};
use toolrack_core::loader::{
    FailedExport, GivenTool, ListedTools, LoadOptions, LoadReport, NameOwner, OnError, SpecLoader, ToolSet,
};
use toolrack_core::review::{CustomGates, LoadTrigger};
use toolrack_core::schema::{Note, kind};
use toolrack_core::tool::{Executor, ToolDefinition};

use crate::convert::{blocking_promise, reason, to_napi};
use crate::dispatcher::Dispatcher;
use crate::error::to_json;
use crate::executor::JsExecutor;
use crate::loader::NativeLoader;
use crate::tool_lists::NativeToolList;

/// A batch as JavaScript writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenBatch<'a> {
    trigger: LoadTrigger,
    on_error: OnError,
    /// The different options of the sets, each without its functions.
    #[serde(borrow)]
    options: Vec<&'a RawValue>,
    #[serde(borrow)]
    sets: Vec<WrittenSet<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenSet<'a> {
    name: String,
    location: String,
    replaces: Option<String>,
    on_error: OnError,
    #[serde(default)]
    names: NameOwner,
    /// The index of its options in those of the batch; none for the defaults.
    options: Option<usize>,
    gates: Option<WrittenGates>,
    version: Option<String>,
    /// SHA-256 in hex.
    hash: String,
    bytes: usize,
    #[serde(borrow)]
    tools: Vec<WrittenTool<'a>>,
    failed: Vec<WrittenFault>,
    /// The closures of the tools of a list that was read, in their order.
    listed: Option<WrittenListed<'a>>,
}

#[derive(Deserialize)]
struct WrittenListed<'a> {
    slots: Vec<u32>,
    /// Stands before the own name of a tool in the identity of its closure.
    instance: &'a str,
}

/// The closure of custom gates, and its timeout.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenGates {
    slot: u32,
    timeout_ms: f64,
}

#[derive(Deserialize)]
struct WrittenTool<'a> {
    export: String,
    slot: u32,
    /// What its closure does, where a later one does the same: a reload then leaves the tool unchanged.
    identity: Option<Box<str>>,
    #[serde(borrow)]
    definition: &'a RawValue,
    /// Problems that JavaScript found because JSON would drop them.
    #[serde(default)]
    problems: Vec<Problem>,
    #[serde(default)]
    notes: Vec<WrittenNote>,
}

#[derive(Deserialize)]
struct WrittenNote {
    code: String,
    pointer: String,
    message: String,
}

#[derive(Deserialize)]
struct WrittenFault {
    export: String,
    code: String,
    message: String,
}

#[napi]
impl NativeLoader {
    /// Loads tool sets in one revision. `batch` is JSON: `{ trigger, onError, options, sets }`. Returns `{ outcomes }`, each a report or
    /// an error, or `{ fault: { index, error } }` where nothing changed, as JSON.
    ///
    /// `list` has the tools of a set with `listed`; it has them once.
    #[napi(catch_unwind)]
    pub fn load_tool_sets<'env>(
        &self,
        env: &'env Env,
        batch: String,
        list: Option<&NativeToolList>,
    ) -> Result<PromiseRaw<'env, String>> {
        let closures = self.closures(list);
        let core = Arc::clone(&self.core);
        blocking_promise(env, async move { load_batch(&core, &closures, &batch).await })
    }

    /// Checks the first set of a batch, and changes nothing. Returns the report of the check, as JSON.
    #[napi(catch_unwind)]
    pub fn check_tool_set<'env>(
        &self,
        env: &'env Env,
        batch: String,
        list: Option<&NativeToolList>,
    ) -> Result<PromiseRaw<'env, String>> {
        let closures = self.closures(list);
        let core = Arc::clone(&self.core);
        blocking_promise(env, async move { check_set(&core, &closures, &batch).await })
    }

    /// Unloads sources and removes their tools in one revision. Returns the names of these tools.
    #[napi(catch_unwind)]
    pub fn unload_tool_sets(&self, sources: Vec<String>) -> Result<Vec<String>> {
        let names: Vec<&str> = sources.iter().map(String::as_str).collect();
        Ok(to_napi(self.core.tool_sets().unload(&names))?.concat())
    }

    /// Records that the content of a source could not become tools. Its tools stay.
    #[napi(catch_unwind)]
    pub fn report_fault(&self, source: String, trigger: String, code: String, message: String) -> Result<()> {
        let trigger = to_napi(read_trigger(&trigger))?;
        self.core.tool_sets().report_raised_fault(&source, trigger, &code, &message);
        Ok(())
    }

    /// Reports a reload whose content is the one in use. Returns the report as JSON; nothing where the source has to be loaded.
    #[napi(catch_unwind)]
    pub fn report_unchanged(&self, source: String, trigger: String) -> Result<Option<String>> {
        let trigger = to_napi(read_trigger(&trigger))?;
        let report = to_napi(self.core.tool_sets().report_unchanged(&source, trigger))?;
        let written = report.map(|report| serde_json::to_string(&report));
        to_napi(written.transpose().map_err(|error| Error::Internal { reason: reason(&error) }))
    }

    /// Whether a version of a source had tools, in this process or by the state file.
    #[napi(catch_unwind)]
    pub fn had_tools(&self, source: String) -> bool {
        self.core.tool_sets().had_tools(&source)
    }

    /// Records that the content of a source is the one in use.
    #[napi(catch_unwind)]
    pub fn clear_fault(&self, source: String) {
        self.core.tool_sets().clear_fault(&source);
    }

    /// Withdraws the tools of a source whose file is missing, in one revision. They are restored with the file.
    #[napi(catch_unwind)]
    pub fn withdraw(&self, source: String) {
        self.core.hot_reload().withdraw_tools(&source);
    }
}

impl NativeLoader {
    fn closures(&self, list: Option<&NativeToolList>) -> BatchClosures {
        BatchClosures {
            dispatcher: Arc::clone(&self.dispatcher),
            list: list.map(|list| Arc::clone(&list.listed)),
        }
    }
}

/// What a batch refers to beside its text.
struct BatchClosures {
    dispatcher: Arc<Dispatcher>,
    list: Option<Arc<Mutex<ListedTools>>>,
}

/// Checks the options of tool sets, as JSON, before any code of theirs runs. Throws `INVALID_OPTIONS`.
#[napi(catch_unwind)]
pub fn check_tool_set_options(options: String) -> Result<()> {
    to_napi(read_options(&options).map(drop))
}

/// What became of a batch, as JavaScript reads it: `{ outcomes }` or `{ fault }`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum WrittenBatchOutcome<'o> {
    Outcomes(Vec<WrittenOutcome<'o>>),
    /// Nothing changed.
    Fault {
        index: usize,
        error: Value,
    },
}

/// `{ report, failed? }` or `{ error }`.
#[derive(Serialize)]
#[serde(untagged)]
enum WrittenOutcome<'o> {
    Loaded {
        report: &'o LoadReport,
        /// The errors of exports that could not become tools.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        failed: Vec<WrittenFailure<'o>>,
    },
    Refused {
        error: Value,
    },
}

#[derive(Serialize)]
struct WrittenFailure<'o> {
    export: &'o str,
    error: Value,
}

async fn load_batch(core: &SpecLoader, closures: &BatchClosures, text: &str) -> Outcome<String> {
    let internal = |error: &serde_json::Error| Error::Internal { reason: reason(error) };
    let batch: WrittenBatch<'_> = serde_json::from_str(text).map_err(|error| internal(&error))?;
    let (trigger, on_error) = (batch.trigger, batch.on_error);
    let written = |outcome: &WrittenBatchOutcome<'_>| serde_json::to_string(outcome);
    let fault = |index, error: &Error| written(&WrittenBatchOutcome::Fault { index, error: to_json(error) });
    let text = match read_sets(core, closures, batch) {
        Ok(batch) => match core.tool_sets().load(&batch, trigger, on_error).await {
            Ok(outcomes) => {
                let outcomes =
                    batch.iter().zip(&outcomes).map(|(set, outcome)| written_outcome(set, outcome));
                written(&WrittenBatchOutcome::Outcomes(outcomes.collect()))
            }
            Err((index, error)) => fault(index, &error),
        },
        Err((index, error)) => fault(index, &error),
    };
    text.map_err(|error| internal(&error))
}

async fn check_set(core: &SpecLoader, closures: &BatchClosures, text: &str) -> Outcome<String> {
    let internal = |error: &serde_json::Error| Error::Internal { reason: reason(error) };
    let batch: WrittenBatch<'_> = serde_json::from_str(text).map_err(|error| internal(&error))?;
    let sets = read_sets(core, closures, batch).map_err(|(_, error)| error)?;
    let Some(set) = sets.first() else {
        return Err(Error::Internal { reason: "a check has a set".to_owned() });
    };
    let report = core.tool_sets().check(set).await?;
    serde_json::to_string(&report).map_err(|error| internal(&error))
}

fn written_outcome<'o>(set: &'o ToolSet, outcome: &'o Outcome<LoadReport>) -> WrittenOutcome<'o> {
    let failure =
        |failed: &'o FailedExport| WrittenFailure { export: &failed.export, error: to_json(&failed.error) };
    match outcome {
        Ok(report) => WrittenOutcome::Loaded { report, failed: set.failed.iter().map(failure).collect() },
        Err(error) => WrittenOutcome::Refused { error: to_json(error) },
    }
}

/// Reads the sets of a batch. A fault is recorded as that of its source.
fn read_sets(
    core: &SpecLoader,
    BatchClosures { dispatcher, list }: &BatchClosures,
    batch: WrittenBatch<'_>,
) -> Outcome<Vec<ToolSet>, (usize, Error)> {
    let WrittenBatch { trigger, options, sets, .. } = batch;
    let max_bytes = core.definition_bytes();
    let list = list.as_ref().map(|list| list.lock().unwrap_or_else(PoisonError::into_inner));
    let mut reader = SetReader { dispatcher, list, max_bytes, written: options, options: HashMap::new() };
    // All of them, also after a fault: a closure that no executor has is never released.
    let read: Vec<_> = sets.into_iter().map(|set| (set.name.clone(), reader.read(set))).collect();
    let sets = read.into_iter().enumerate().map(|(index, (name, set))| {
        set.map_err(|error| {
            core.tool_sets().report_fault(&name, trigger, &error);
            (index, error)
        })
    });
    sets.collect()
}

fn read_options(text: &str) -> Outcome<LoadOptions> {
    let value = serde_json::from_str(text).map_err(|error| Error::Internal { reason: reason(&error) })?;
    LoadOptions::parse_for_tool_set(&value)
}

fn read_trigger(text: &str) -> Outcome<LoadTrigger> {
    serde_json::from_value(json!(text)).map_err(|error| Error::Internal { reason: error.to_string() })
}

/// Reads the sets of one batch.
struct SetReader<'b> {
    dispatcher: &'b Arc<Dispatcher>,
    list: Option<MutexGuard<'b, ListedTools>>,
    max_bytes: usize,
    /// The options of the batch.
    written: Vec<&'b RawValue>,
    /// The options that were read, by their index and the slot of their custom gates: sets of one call share them.
    options: HashMap<OptionsKey, Outcome<Arc<LoadOptions>>>,
}

/// The index of options, and the slot of custom gates.
type OptionsKey = (Option<usize>, Option<u32>);

impl SetReader<'_> {
    fn read(&mut self, set: WrittenSet<'_>) -> Outcome<ToolSet> {
        let WrittenSet {
            name,
            location,
            replaces,
            on_error,
            names,
            options,
            gates,
            version,
            hash,
            bytes,
            tools,
            failed,
            listed,
        } = set;
        // The closures first: an error after this drops their executors, which releases them.
        let tools: Vec<_> = tools.into_iter().map(|tool| self.read_tool(tool)).collect();
        let listed = listed.map(|listed| self.take_listed(listed));
        let options = self.read_options(options, gates)?;
        let fault = |fault: WrittenFault| FailedExport {
            export: fault.export.into(),
            error: Error::Raised(Box::new(RaisedFault::new(
                ErrorCode::parse(&fault.code).unwrap_or(ErrorCode::InvalidDefinition),
                fault.message,
            ))),
        };
        let mut failed: Vec<FailedExport> = failed.into_iter().map(fault).collect();
        let mut given = Vec::with_capacity(tools.len());
        for tool in tools {
            match tool {
                Ok(tool) => given.push(tool),
                Err(fault) => failed.push(fault),
            }
        }
        let (mut hash, mut bytes) = (hash_bytes(&hash)?, bytes);
        if let Some(listed) = listed {
            given.extend(listed.tools);
            failed.extend(listed.failed);
            (hash, bytes) = (listed.hash, listed.bytes);
        }
        Ok(ToolSet {
            name,
            location: location.into(),
            replaces: replaces.map(Into::into),
            on_error,
            names,
            options,
            version,
            hash,
            bytes,
            tools: given,
            failed,
        })
    }

    /// The tools of the list that was read, with their closures.
    fn take_listed(&mut self, WrittenListed { slots, instance }: WrittenListed<'_>) -> GivenList {
        let executor = |slot: u32, own: &str| -> Arc<dyn Executor> {
            let identity = format!("{instance}/{own}").into_boxed_str();
            Arc::new(JsExecutor::with_identity(Arc::clone(self.dispatcher), slot, identity))
        };
        let Some(list) = &mut self.list else { return GivenList::default() };
        let tools = std::mem::take(&mut list.tools).into_iter().zip(slots);
        GivenList {
            tools: tools
                .map(|(tool, slot)| {
                    let executor = executor(slot, &tool.own);
                    tool.give(executor)
                })
                .collect(),
            failed: std::mem::take(&mut list.failed),
            hash: list.hash,
            bytes: list.bytes,
        }
    }

    fn read_options(
        &mut self,
        index: Option<usize>,
        gates: Option<WrittenGates>,
    ) -> Outcome<Arc<LoadOptions>> {
        let Self { dispatcher, written, options, .. } = self;
        let read = || {
            // The closure first: an error after this drops its executor, which releases it.
            let custom_gates = gates.map(|gates| custom_gates(dispatcher, gates));
            let text = index.and_then(|index| written.get(index)).map_or("null", |options| options.get());
            Ok(Arc::new(LoadOptions { custom_gates, ..read_options(text)? }))
        };
        options.entry((index, gates.map(|gates| gates.slot))).or_insert_with(read).clone()
    }

    fn read_tool(&self, tool: WrittenTool<'_>) -> Outcome<GivenTool, FailedExport> {
        let WrittenTool { export, slot, identity, definition, problems, notes } = tool;
        let hidden = identity.as_ref().and_then(|_| GivenTool::hidden_note(definition.get()));
        let dispatcher = Arc::clone(self.dispatcher);
        let executor: Arc<dyn Executor> = Arc::new(match identity {
            None => JsExecutor::new(dispatcher, slot),
            Some(identity) => JsExecutor::with_identity(dispatcher, slot, identity),
        });
        let export: Arc<str> = export.into();
        let definition = self.read_definition(definition.get(), problems);
        let definition = definition.map_err(|error| FailedExport { export: Arc::clone(&export), error })?;
        let note = |note: WrittenNote| {
            let kind = kind::ALL.iter().find(|kind| kind.code == note.code).copied();
            Note::new(kind.unwrap_or(kind::TYPE_FILLED_IN), note.pointer, note.message)
        };
        Ok(GivenTool {
            export,
            definition,
            executor,
            notes: notes.into_iter().map(note).chain(hidden).collect(),
        })
    }

    fn read_definition(&self, text: &str, problems: Vec<Problem>) -> Outcome<ToolDefinition> {
        ToolDefinition::check_bytes(text, self.max_bytes)?;
        let wrong = |error: serde_json::Error| Error::InvalidDefinition {
            tool: String::new(),
            problems: vec![Problem::at("", reason(&error))],
        };
        let value: Value = serde_json::from_str(text).map_err(wrong)?;
        ToolDefinition::parse_with(&value, true, problems)
    }
}

/// The tools of a list, as a set has them.
#[derive(Default)]
struct GivenList {
    tools: Vec<GivenTool>,
    failed: Vec<FailedExport>,
    hash: [u8; 32],
    bytes: usize,
}

fn custom_gates(
    dispatcher: &Arc<Dispatcher>,
    WrittenGates { slot, timeout_ms }: WrittenGates,
) -> CustomGates {
    CustomGates {
        executor: Arc::new(JsExecutor::new(Arc::clone(dispatcher), slot)),
        timeout: Duration::from_secs_f64(timeout_ms.clamp(0.0, 1e12) / 1000.0),
    }
}

/// The bytes of a hash in hex.
pub fn hash_bytes(text: &str) -> Outcome<[u8; 32]> {
    let mut hash = [0; 32];
    for (index, byte) in hash.iter_mut().enumerate() {
        let digits = text.get(index * 2..index * 2 + 2);
        let value = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        *byte = value.ok_or_else(|| Error::Internal { reason: format!("{text} is no SHA-256") })?;
    }
    Ok(hash)
}
