//! Every tool of every document of the field, for every target, strict and not: what goes out keeps to the target's
//! rules, and what a model sends for it finds its way back.
//!
//! The documents stand beside the workspace, in `../shared/specs`; without them there is nothing to see here.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::support::shown::{forms, named, schema_of};
use crate::support::specs::{documents, loaded, on_each};
use serde_json::json;
use toolrack_core::registry::Snapshot;
use toolrack_core::schema::meta_schema_problems;
use toolrack_core::target::{Strict, Target, TargetForm, Weight};

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
            let checks =
                TargetForm { strict: if rendering.strict { Strict::On } else { Strict::Off }, ..form };
            for finding in checks.validate(definition) {
                if finding.weight == Weight::Refused {
                    fault(format!("{} at {}", finding.code, finding.pointer));
                }
            }
            let schema = schema_of(definition);
            if form.target != Target::GeminiOpenApi {
                for problem in meta_schema_problems(schema) {
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
    let table = Mutex::default();
    let found = on_each(&documents(), |file| {
        let name = file.file_name().expect("a file").to_string_lossy();
        let faults = loaded(file).map(|snapshot| faults(&snapshot, &table)).unwrap_or_default();
        faults.into_iter().take(20).map(|fault| format!("{name}: {fault}")).collect::<Vec<_>>()
    })
    .concat();
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
