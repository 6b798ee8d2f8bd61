//! Documents of the field, as their publishers wrote them: nothing panics, nothing is lost, and what comes out is valid.
//!
//! They stand beside the workspace, in `../shared/specs`, and are not part of it; without them there is nothing to see
//! here.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use toolrack_core::http::TlsClient;
use toolrack_core::json::Arena;
use toolrack_core::loader::{Deprecated, LoadOptions, SpecLoader};
use toolrack_core::registry::{Filter, OnConflict, Snapshot, ToolRegistry};
use toolrack_core::schema::{Library, Schema, problems_of_schema};
use toolrack_core::spec::{
    Document, Limits, Location, Operation, OperationReader, OperationSite, Shape, SpecSource, parse, text_of,
};
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
fn loaded(listed: &Listed) -> Result<(Arc<Snapshot>, usize, usize), toolrack_core::error::Error> {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
    let options = LoadOptions { deprecated: Deprecated::Include, ..LoadOptions::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let report = runtime.block_on(loader.load(SpecSource::Path(listed.file.clone()), options))?;
    let told = report.added.len() + report.skipped.len() + report.excluded.deprecated;
    Ok((registry.snapshot(), report.operations, told))
}

/// Whether a document is known not to load; `expected-failures.txt` says why.
fn is_known_gap(listed: &Listed) -> bool {
    let name = listed.file.file_name().expect("a file").to_string_lossy();
    let gaps = include_str!("expected-failures.txt").lines();
    gaps.filter_map(|line| line.strip_prefix("field/")?.split_once("  ")).any(|(file, _)| file == name)
}

#[test]
fn every_operation_is_a_tool_or_is_told() {
    let check = |listed: &Listed| match loaded(listed) {
        Ok(_) if is_known_gap(listed) => vec!["loads now; its line can go".to_owned()],
        Ok((snapshot, operations, told)) => {
            let mut faults = Vec::new();
            if operations != told || operations != listed.operations {
                faults.push(format!("{} operations, {operations} found, {told} told", listed.operations));
            }
            if snapshot.len() > operations {
                faults.push("more tools than operations".to_owned());
            }
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
        let Ok((snapshot, ..)) = loaded(listed) else { return Vec::new() };
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
            let text = snapshot.definitions(target, &Filter::default()).expect("renders");
            let shown: Value = serde_json::from_str(&text).expect("JSON");
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
    let problems = problems_of_schema(schema).into_iter().chain(Schema::new(schema).unusable());
    let mut faults: Vec<_> =
        problems.map(|problem| format!("{} {}", problem.pointer, problem.message)).collect();
    if schema["type"] != "object" || !schema["properties"].is_object() {
        faults.push("the root is no object with properties".to_owned());
    }
    faults
}

#[test]
fn every_parameter_is_an_argument_or_is_told() {
    let check = |listed: &Listed| {
        let bytes = fs::read(&listed.file).expect("is there");
        let (limits, arena) = (Limits::default(), Arena::new());
        let Ok(text) = text_of(&bytes, &limits) else { return Vec::new() };
        let Ok(parsed) = parse(&text, &limits, &arena) else { return Vec::new() };
        let mut library = Library::default();
        let address = SpecSource::Path(listed.file.clone()).address();
        let added = library.add(parsed.root, address, parsed.has_ids);
        let Ok(document) = added.and_then(|_| Document::new(library)) else { return Vec::new() };
        let reader = OperationReader::new(&document, Shape::Flat);
        let sites = document.operations().into_iter().flatten();
        let read = sites.filter_map(|site| reader.read(&site).ok().map(|operation| (site, operation)));
        read.flat_map(|(site, operation)| lost(&document, &site, &operation)).collect()
    };
    assert_eq!(faults(check), NOTHING);
}

/// Parameters that the document declares for an operation and that nothing says what became of.
fn lost<'a>(document: &Document<'a>, site: &OperationSite<'a>, operation: &Operation) -> Vec<String> {
    let lists = [&site.item, &site.spot].into_iter().filter_map(|holder| holder.key("parameters"));
    let declared: Vec<_> = lists.flat_map(|list| list.items().collect::<Vec<_>>()).collect();
    let mut exposed = HashSet::new();
    for argument in &operation.arguments.map {
        match &argument.location {
            Location::Parameter { name, place, .. } => exposed.insert((&**name, place.as_str())),
            Location::BodyProperty { name, .. } => exposed.insert((&**name, "formData")),
            Location::Body => exposed.insert(("", "body")),
        };
        if !operation.arguments.properties.iter().any(|property| property.name == argument.name) {
            return vec![format!("{}: the argument {} is in no schema", site.pointer, argument.name)];
        }
    }
    let mut lost = Vec::new();
    for parameter in declared {
        let node = document.library().follow(parameter).expect("the operation was read").node;
        let (name, place) = (node.text("name").unwrap_or_default(), node.text("in").unwrap_or_default());
        let told = operation.notes.iter().any(|note| note.message.contains(&format!("\"{name}\"")));
        let is_body = place == "body" && operation.arguments.body.is_some();
        let is_exposed =
            exposed.contains(&(name, place)) || (place == "formData" && exposed.contains(&("", "body")));
        if !is_exposed && !told && !is_body {
            lost.push(format!("{}: {name} in {place}", site.pointer));
        }
    }
    lost
}
