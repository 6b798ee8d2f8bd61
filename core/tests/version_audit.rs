//! What the audit log says of versions: what became of each, and who is shown which.

use std::sync::Arc;

use crate::support::ledger::{Disk, lines, log_of};
use crate::support::versions::{load, tool};
use serde_json::{Value, json};
use toolrack_core::registry::{OnConflict, Route, ToolRegistry};

/// The records behind the first one: kind, source, and of each tool its name and which of its hashes are told.
fn records(disk: &Disk) -> Vec<Value> {
    let of = |record: &Value| {
        let data = &record["data"];
        let names = |list: &Value| -> Vec<String> {
            let list = list.as_array().cloned().unwrap_or_default();
            let hash = |one: &Value, side: &str| one[side].as_str().map_or("-", |_| "x").to_owned();
            list.iter()
                .map(|one| {
                    format!(
                        "{} {}{}",
                        one["name"].as_str().unwrap_or_default(),
                        hash(one, "before"),
                        hash(one, "after")
                    )
                })
                .collect()
        };
        let tools: Vec<_> =
            ["added", "updated", "removed"].iter().flat_map(|list| names(&data[list])).collect();
        json!([record["kind"], data["source"], tools])
    };
    lines(&disk.bytes()).iter().filter(|record| record["kind"] != "open").map(of).collect()
}

#[test]
fn each_version_is_written_down_under_its_own_name_and_with_its_own_hashes() {
    let disk = Disk::default();
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse).audited(log_of(&disk, &Arc::default())));
    load(&registry, "crm@1", &["list"]);
    load(&registry, "crm@2", &["list", "new"]);
    registry.apply("crm@2", vec![tool("crm@2", "list", "other", None)]).expect("open");
    registry.route("crm", Some(Route::parse(&json!({"use": "2"})).expect("a route"))).expect("is met");
    registry.unregister_source("crm@1").expect("open");
    registry.unregister_source("crm@2").expect("open");
    assert_eq!(
        json!(records(&disk)),
        json!([
            ["change", "crm@1", ["list -x"]],
            ["change", "crm@2", ["list -x", "new -x"]],
            ["change", "crm@2", ["list xx", "new x-"]],
            ["route", "crm", []],
            ["change", "crm@2", ["list xx"]],
            ["change", "crm@1", ["list x-"]],
            ["change", "crm@2", ["list x-"]],
            ["versionMissing", "crm", []],
        ])
    );
}
