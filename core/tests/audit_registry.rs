//! What a registry writes into its audit log: every revision in its order, and every call behind the change that it
//! saw.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::idle::Idle;
use crate::support::ledger::{Disk, lines, log_of};
use futures_core::future::BoxFuture;
use serde_json::{Value, json};
use toolrack_core::error::{Error, Result};
use toolrack_core::exec::context::ContextFrom;
use toolrack_core::exec::{CallRecord, CallRequest, CallRunner};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, SpecLoader};
use toolrack_core::registry::{ChangeListener, ChangeSet, OnConflict, Origin, RegisteredTool, ToolRegistry};
use toolrack_core::review::LoadTrigger;
use toolrack_core::spec::SpecSource;
use toolrack_core::tool::{CallContext, Executor, ToolCall, ToolDefinition, ToolResult};

const DEADLINE: Duration = Duration::from_secs(10);

fn registry(disk: &Disk) -> ToolRegistry {
    ToolRegistry::new(OnConflict::Refuse).audited(log_of(disk, &Arc::default()))
}

fn tool(name: &str, text: &str, executor: Arc<dyn Executor>) -> RegisteredTool {
    let definition = ToolDefinition::parse(&json!({"name": name, "description": text}), true);
    RegisteredTool::new(definition.expect("a definition"), executor, Origin::code(), 0)
}

fn idle(name: &str, text: &str) -> RegisteredTool {
    tool(name, text, Arc::new(Idle))
}

/// The data of the records of one kind.
fn data(disk: &Disk, kind: &str) -> Vec<Value> {
    let records = lines(&disk.bytes());
    records.into_iter().filter(|record| record["kind"] == kind).map(|record| record["data"].clone()).collect()
}

async fn call(registry: &ToolRegistry, name: &str, params: Value) -> Result<Value> {
    let context = CallContext { user_id: json!("u"), ..CallContext::default() };
    let snapshot = registry.snapshot();
    let calls = CallRunner { context_from: ContextFrom::Caller, timeout: DEADLINE, ..CallRunner::default() };
    let request = CallRequest { context: Some(context), ..CallRequest::new(name, params) };
    calls.execute(&snapshot, request).await.map(|outcome| outcome.result.into_value())
}

#[test]
fn revisions_stand_in_their_order_whoever_writes() {
    let disk = Disk::default();
    let registry = registry(&disk);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let registry = &registry;
            scope.spawn(move || {
                for n in 0..50 {
                    registry.register(idle(&format!("t{thread}_{n}"), "x")).expect("registers");
                }
            });
        }
    });
    let revisions: Vec<_> = data(&disk, "change").iter().map(|change| change["revision"].clone()).collect();
    assert_eq!(revisions, (1..=200).map(Value::from).collect::<Vec<_>>());
}

/// Notes whether the record of a revision is there once the revision can be read.
struct Watcher {
    disk: Disk,
    told: AtomicU64,
}

impl ChangeListener for Watcher {
    fn changed(&self, change: &ChangeSet) {
        let newest = data(&self.disk, "change").pop().expect("a record");
        assert_eq!(newest["revision"], change.revision);
        self.told.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_record_is_there_before_any_of_several_listeners_hears_of_its_revision() {
    let disk = Disk::default();
    let registry = registry(&disk);
    let watchers = [0, 0].map(|told| Arc::new(Watcher { disk: disk.clone(), told: AtomicU64::new(told) }));
    for watcher in &watchers {
        registry.listen(Arc::clone(watcher) as Arc<dyn ChangeListener>);
    }
    registry.register(idle("a", "x")).expect("registers");
    registry.unregister("a", None).expect("unregisters");
    assert_eq!(watchers.map(|watcher| watcher.told.load(Ordering::Relaxed)), [2, 2]);
}

#[test]
fn a_disk_that_is_full_breaks_no_registry() {
    let disk = Disk::default();
    let failures = Arc::new(Mutex::new(Vec::new()));
    let registry = ToolRegistry::new(OnConflict::Refuse).audited(log_of(&disk, &failures));
    disk.has_room_for(0);
    for name in ["a", "b", "c"] {
        registry.register(idle(name, "x")).expect("registers");
    }
    assert_eq!(registry.snapshot().len(), 3);
    assert_eq!(failures.lock().expect("not poisoned").len(), 1);
    disk.has_room_for(1 << 20);
    registry.unregister("a", None).expect("unregisters");
    assert_eq!(data(&disk, "gap"), [json!({"missing": 3})]);
    assert_eq!(data(&disk, "change").len(), 1);
}

#[test]
fn a_closed_registry_has_ended_its_log() {
    let disk = Disk::default();
    let registry = registry(&disk);
    registry.register(idle("a", "x")).expect("registers");
    let turn = registry.snapshot();
    registry.close();
    registry.close();
    drop(CallRecord::begin(&turn, "a", "late"));
    assert_eq!(lines(&disk.bytes()).pop().expect("a record")["kind"], "close");
    assert_eq!(registry.audit().expect("a log").status().seq, 2);
}

#[test]
fn whoever_decides_about_changes_writes_there_too() {
    let disk = Disk::default();
    let registry = registry(&disk);
    registry.audit().expect("a log").record("gate", &json!({"decision": "held"}));
    assert_eq!(data(&disk, "gate"), [json!({"decision": "held"})]);
    assert!(ToolRegistry::new(OnConflict::Refuse).audit().is_none());
}

/// Waits for ever.
struct Hangs;

impl Executor for Hangs {
    fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(std::future::pending())
    }
}

/// Says the name of its call.
struct Named;

impl Executor for Named {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(async move { Ok(json!(call.id).into()) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_nobody_waits_for_any_more_is_written_down_as_given_up() {
    let disk = Disk::default();
    let registry = registry(&disk);
    registry.register(tool("hangs", "x", Arc::new(Hangs))).expect("registers");
    let given_up = tokio::time::timeout(DEADLINE, call(&registry, "hangs", json!({}))).await;
    assert!(given_up.is_err());
    let calls = data(&disk, "call");
    assert_eq!((calls.len(), &calls[0]["outcome"]), (1, &json!("CANCELLED")));
}

#[tokio::test]
async fn a_call_in_rust_is_known_by_one_name() {
    let disk = Disk::default();
    let registry = registry(&disk);
    registry.register(tool("named", "x", Arc::new(Named))).expect("registers");
    let mut names = Vec::new();
    for _ in 0..3 {
        names.push(call(&registry, "named", json!({})).await.expect("answers"));
    }
    let calls = data(&disk, "call");
    assert_eq!(calls.iter().map(|call| call["callId"].clone()).collect::<Vec<_>>(), names);
    assert!(names[0] != names[1] && names[1] != names[2]);
    let Err(Error::InvalidParams { .. }) = call(&registry, "named", json!([])).await else {
        panic!("no map")
    };
    assert_eq!(data(&disk, "call")[3]["outcome"], "INVALID_PARAMS");
}

#[tokio::test]
async fn each_way_to_load_says_who_asked_for_it() {
    let disk = Disk::default();
    let registry = Arc::new(registry(&disk));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
    let text = json!({"openapi": "3.0.3", "paths": {"/a": {"get": {"operationId": "a"}}}}).to_string();
    let options = LoadOptions::parse(&json!({"name": "api"})).expect("options");
    loader.load(SpecSource::Text(text.into_bytes().into()), options).await.expect("loads");
    loader.reload("api").await.expect("loads");
    for trigger in [LoadTrigger::Poll, LoadTrigger::Webhook] {
        loader.reload_through("api", None, trigger).await.expect("loads");
    }
    let loads = data(&disk, "load");
    let triggers: Vec<_> = loads.iter().map(|load| load["trigger"].as_str().unwrap_or_default()).collect();
    assert_eq!(triggers, ["load", "reload", "poll", "webhook"]);
    assert_eq!((&loads[0]["added"], &loads[1]["unchanged"]), (&json!(1), &json!(1)));
    assert_eq!(data(&disk, "change").len(), 1, "what changes nothing is no change");
}
