//! Documents of the field, as their publishers wrote them: nothing panics, nothing is lost, and what comes out is
//! valid.
//!
//! They stand beside the workspace, in `../shared/specs`, and are not part of it; without them there is nothing to see
//! here.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use toolrack_core::convert::Deprecated;
use toolrack_core::error::Result;
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::OfferOptions;
use toolrack_core::registry::{Filter, OnConflict, Snapshot, ToolRegistry};
use toolrack_core::schema::{Schema, meta_schema_problems};
use toolrack_core::spec::SpecSource;
use toolrack_core::target::Target;

/// One document of the list beside them.
struct Listed {
    file: PathBuf,
    operations: usize,
}

/// The documents, or none where there are none.
fn documents() -> Vec<Listed> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs");
    let Ok(index) = fs::read_to_string(specs.join("INDEX.tsv")) else {
        println!("skipped: there is no {}", specs.display());
        return Vec::new();
    };
    let rows = index.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| Listed { file: specs.join(row[0]), operations: row[4].parse().expect("a number") })
        .collect()
}

/// What is wrong with what became of each document, from as many threads as there are.
fn faults(check: impl Fn(&Listed) -> Vec<String> + Sync) -> Vec<String> {
    let documents = documents();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut faults = Vec::new();
        while let Some(listed) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
            let name = listed.file.file_name().expect("a file").to_string_lossy();
            faults.extend(check(listed).into_iter().take(5).map(|fault| format!("{name}: {fault}")));
        }
        faults
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no document panics")).collect()
    })
}

const NOTHING: [&str; 0] = [];

/// A registry with the tools of a document, deprecated ones too, or why there are none.
fn loaded(listed: &Listed) -> Result<(Arc<Snapshot>, LoadReport)> {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
    let mut options = LoadOptions::default();
    options.conversion.deprecated = Deprecated::Include;
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let report = runtime.block_on(loader.load(SpecSource::Path(listed.file.clone()), options))?;
    Ok((registry.snapshot(), report))
}

/// Whether a document is known not to load; `expected-failures.txt` says why.
fn is_known_gap(listed: &Listed) -> bool {
    let name = listed.file.file_name().expect("a file").to_string_lossy();
    let gaps = include_str!("expected-failures.txt").lines();
    gaps.filter_map(|line| line.strip_prefix("field/")?.split_once("  ")).any(|(file, _)| file == name)
}

#[test]
fn every_operation_is_a_tool_or_is_told_and_so_is_each_of_its_inputs() {
    let check = |listed: &Listed| match loaded(listed) {
        Ok(_) if is_known_gap(listed) => vec!["loads now; its line can go".to_owned()],
        Ok((snapshot, report)) => {
            let mut faults = Vec::new();
            let (found, tools) = (report.operations, report.added.len());
            let told = tools + report.skipped.len() + report.excluded.deprecated;
            if found != told || found != listed.operations || snapshot.len() != tools {
                let tools = snapshot.len();
                faults.push(format!(
                    "{} operations, {found} found, {told} told, {tools} tools",
                    listed.operations
                ));
            }
            for tally in [report.inputs.parameters, report.inputs.body_properties] {
                if tally.declared != tally.exposed + tally.reported {
                    faults.push(format!("{tally:?}"));
                }
            }
            faults.extend(report.lost.iter().map(|lost| format!("{lost:?}")));
            faults
        }
        Err(_) if is_known_gap(listed) => Vec::new(),
        Err(error) => vec![error.to_string()],
    };
    assert_eq!(faults(check), NOTHING);
}

#[test]
fn every_schema_is_valid_and_whole_in_itself_and_for_each_target() {
    let check = |listed: &Listed| {
        let Ok((snapshot, _)) = loaded(listed) else { return Vec::new() };
        let mut faults = Vec::new();
        for tool in snapshot.tools() {
            let schema = tool.definition.input_schema.value();
            faults.extend(wrong_with(&schema).into_iter().map(|fault| format!("{}: {fault}", tool.name())));
        }
        for (target, key) in [
            (Target::OpenAi, "parameters"),
            (Target::Anthropic, "input_schema"),
            (Target::Gemini, "parametersJsonSchema"),
        ] {
            let shown = snapshot.offer(&OfferOptions::plain(target.into()), &Filter::default()).request();
            let shown: Value = serde_json::from_str(&shown).expect("JSON");
            let list = if target == Target::Gemini { &shown[0]["functionDeclarations"] } else { &shown };
            for tool in list.as_array().into_iter().flatten() {
                let wrong = wrong_with(&tool[key]).into_iter();
                faults.extend(wrong.map(|fault| format!("{target:?} {}: {fault}", tool["name"])));
            }
        }
        faults
    };
    assert_eq!(faults(check), NOTHING);
}

/// What is wrong with a schema: by the meta-schema, by the compiler, or a reference that leads nowhere.
fn wrong_with(schema: &Value) -> Vec<String> {
    let problems = meta_schema_problems(schema).into_iter().chain(Schema::new(schema).compile_problem());
    let mut faults: Vec<_> =
        problems.map(|problem| format!("{} {}", problem.pointer, problem.message)).collect();
    if schema["type"] != "object" || !schema["properties"].is_object() {
        faults.push("the root is no object with properties".to_owned());
    }
    faults
}
