//! Every tool of every document of the field, for every target, strict and not: what goes out keeps to the target's
//! rules, and what a model sends for it finds its way back.
//!
//! The documents stand beside the workspace, in `../shared/specs`; without them there is nothing to see here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{Deprecated, LoadOptions, SpecLoader};
use toolrack_core::registry::{OnConflict, Snapshot, ToolRegistry};
use toolrack_core::schema::problems_of_schema;
use toolrack_core::spec::SpecSource;
use toolrack_core::target::{Form, McpRevision, Strict, Target, Weight};

/// The documents, or none where there are none.
fn documents() -> Vec<PathBuf> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs");
    let Ok(index) = fs::read_to_string(specs.join("INDEX.tsv")) else {
        println!("skipped: there is no {}", specs.display());
        return Vec::new();
    };
    index.lines().skip(1).filter_map(|line| Some(specs.join(line.split('\t').next()?))).collect()
}

/// A registry with the tools of a document, or nothing where it does not load.
fn loaded(file: &Path) -> Option<Arc<Snapshot>> {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
    let options = LoadOptions { deprecated: Deprecated::Include, ..LoadOptions::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(loader.load(SpecSource::Path(file.to_owned()), options)).ok()?;
    Some(registry.snapshot())
}

/// Every target, strict and not, and every revision of MCP.
fn forms() -> Vec<Form> {
    let mut forms: Vec<Form> = Target::ALL.into_iter().map(Form::from).collect();
    forms.extend(
        Target::ALL
            .into_iter()
            .filter(|target| target.has_strict())
            .map(|target| Form { strict: Strict::On, ..target.into() }),
    );
    forms.push(Form { mcp: McpRevision::July2026, ..Target::Mcp.into() });
    forms
}

fn named(form: Form) -> String {
    let strict = if form.strict == Strict::Off { "" } else { " strict" };
    let revision = if form.mcp == McpRevision::July2026 { " 2026-07-28" } else { "" };
    format!("{}{strict}{revision}", form.target.as_str())
}

/// The schema in a definition.
fn schema_of(definition: &Value) -> Option<&Value> {
    [
        "/parameters",
        "/input_schema",
        "/inputSchema/json",
        "/toolSpec/inputSchema/json",
        "/inputSchema",
        "/function/parameters",
        "/parametersJsonSchema",
    ]
    .iter()
    .find_map(|place| definition.pointer(place))
}

#[derive(Default)]
struct Row {
    sent: usize,
    strict: usize,
    quarantined: BTreeMap<String, usize>,
    downgraded: BTreeMap<String, usize>,
}

/// What is wrong with what the tools of a document become.
fn faults(snapshot: &Snapshot, table: &Mutex<BTreeMap<String, Row>>) -> Vec<String> {
    let mut faults = Vec::new();
    for form in forms() {
        let mut row = Row::default();
        for tool in snapshot.tools() {
            let rendering = form.render(&tool.definition, tool.wire_name());
            let mut fault = |what: String| faults.push(format!("{} {}: {what}", named(form), tool.name()));
            for finding in &rendering.downgraded {
                *row.downgraded.entry(finding.code.to_string()).or_default() += 1;
            }
            let Some(definition) = &rendering.definition else {
                for finding in rendering.findings.iter().filter(|finding| finding.weight == Weight::Refused) {
                    *row.quarantined.entry(finding.code.to_string()).or_default() += 1;
                }
                continue;
            };
            row.sent += 1;
            row.strict += usize::from(rendering.strict);
            let checks = Form { strict: if rendering.strict { Strict::On } else { Strict::Off }, ..form };
            for finding in checks.validate(definition) {
                if finding.weight == Weight::Refused {
                    fault(format!("{} at {}", finding.code, finding.pointer));
                }
            }
            let schema = schema_of(definition).expect("a schema");
            if form.target != Target::GeminiOpenApi {
                for problem in problems_of_schema(schema) {
                    fault(format!("{} {}", problem.pointer, problem.message));
                }
            }
        }
        let mut table = table.lock().expect("nobody panicked");
        let all = table.entry(named(form)).or_default();
        all.sent += row.sent;
        all.strict += row.strict;
        for (code, count) in row.quarantined {
            *all.quarantined.entry(code).or_default() += count;
        }
        for (code, count) in row.downgraded {
            *all.downgraded.entry(code).or_default() += count;
        }
    }
    faults
}

#[test]
fn what_goes_out_keeps_to_the_rules_of_its_target() {
    let (documents, table, next) = (documents(), Mutex::default(), AtomicUsize::new(0));
    let work = || {
        let mut found = Vec::new();
        while let Some(file) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
            let name = file.file_name().expect("a file").to_string_lossy();
            let faults = loaded(file).map(|snapshot| faults(&snapshot, &table)).unwrap_or_default();
            found.extend(faults.into_iter().take(20).map(|fault| format!("{name}: {fault}")));
        }
        found
    };
    let found: Vec<String> = std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no document panics")).collect()
    });
    for (form, row) in table.into_inner().expect("nobody panicked") {
        println!(
            "{form}: {} sent, {} strict, quarantined {}, downgraded {}",
            row.sent,
            row.strict,
            json!(row.quarantined),
            json!(row.downgraded)
        );
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}
