//! A snapshot is a lease: what it lists it can call, as long as somebody has it, whatever the registry does meanwhile.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread;

use futures_core::future::BoxFuture;
use serde_json::{Map, Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use toolrack_core::error::Result;
use toolrack_core::registry::{
    Filter, OfferOptions, OnConflict, Origin, RegisteredTool, Snapshot, ToolRegistry,
};
use toolrack_core::target::Target;
use toolrack_core::tool::{Executor, ToolCall, ToolDefinition, ToolResult};

const RELOADS: usize = 1_000;
const READERS: usize = 8;
const TOOLS: usize = 12;

static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// Answers with the generation that it is of. Counted, so that one that nobody needs any more is seen to go.
struct OfGeneration(usize);

impl OfGeneration {
    fn new(number: usize) -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Self(number)
    }
}

impl Drop for OfGeneration {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Executor for OfGeneration {
    fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        let number = self.0;
        Box::pin(async move { Ok(json!(number).into()) })
    }
}

fn tool(name: &str, text: &str, executor: Arc<dyn Executor>) -> RegisteredTool {
    let definition = ToolDefinition::parse(&json!({"name": name, "description": text}), true).expect("valid");
    RegisteredTool::new(definition, executor, Origin { source: "crm".into(), namespace: None }, 0)
}

/// Tools that come and go: every generation has one of its own beside those that all have.
fn generation(number: usize) -> Vec<RegisteredTool> {
    let made = |name: &str| tool(name, &number.to_string(), Arc::new(OfGeneration::new(number)));
    (0..TOOLS).map(|i| made(&format!("t{i}"))).chain([made(&format!("own{}", number % 7))]).collect()
}

fn call(snapshot: &Snapshot, name: &str) -> ToolCall {
    ToolCall {
        revision: snapshot.revision(),
        ..ToolCall::own(name, Map::new(), std::time::Duration::from_secs(5))
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Lists, renders and calls one lease; how many calls.
fn turn(snapshot: &Snapshot, runtime: &Runtime) -> usize {
    let listed: Vec<String> = snapshot.tools().map(|tool| tool.name().to_owned()).collect();
    let offer = snapshot.offer(&OfferOptions::plain(Target::OpenAi.into()), &Filter::default()).request();
    let offered: Value = serde_json::from_str(&offer).expect("JSON");
    let texts: HashSet<&str> =
        offered.as_array().expect("a list").iter().filter_map(|one| one["description"].as_str()).collect();
    assert_eq!(texts.len(), 1, "revision {} has tools of {texts:?}", snapshot.revision());
    thread::yield_now();
    for name in &listed {
        let tool = snapshot.callable(name).expect("what is listed can be called");
        let answer =
            runtime.block_on(tool.executor.execute(call(snapshot, name))).expect("an answer").into_value();
        assert!(texts.contains(answer.to_string().as_str()), "{name} is of {answer}, was shown as {texts:?}");
    }
    assert_eq!(listed.len(), TOOLS + 1);
    listed.len()
}

/// One test, because the executors that are alive are counted for all threads together.
#[test]
fn eight_readers_see_whole_revisions_through_a_thousand_reloads_and_what_nobody_leases_is_gone() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    registry.apply("crm", generation(0)).expect("open");
    let first = registry.snapshot();
    let done = AtomicBool::new(false);
    let read = || {
        let (runtime, mut last, mut calls) = (runtime(), 0, 0);
        while !done.load(Ordering::Acquire) {
            let snapshot = registry.snapshot();
            assert!(snapshot.revision() >= last, "revisions only grow");
            last = snapshot.revision();
            calls += turn(&snapshot, &runtime);
        }
        calls
    };
    thread::scope(|scope| {
        let readers = [(); READERS].map(|()| scope.spawn(read));
        for number in 1..=RELOADS {
            registry.apply("crm", generation(number)).expect("open");
        }
        done.store(true, Ordering::Release);
        for reader in readers {
            assert!(reader.join().expect("sees whole revisions") > 0);
        }
    });
    assert_eq!(registry.snapshot().revision(), RELOADS as u64 + 1);

    // The oldest lease calls what it lists, a thousand revisions later, and is all that holds it.
    assert_eq!(turn(&first, &runtime()), TOOLS + 1);
    assert_eq!(
        ALIVE.load(Ordering::Relaxed),
        2 * (TOOLS + 1),
        "of the revisions between them nothing is left"
    );
    let leased: Weak<RegisteredTool> = Arc::downgrade(first.get("own0").expect("is there"));
    let second = Arc::clone(&first);
    drop(first);
    assert!(leased.upgrade().is_some(), "one more holder");
    drop(second);
    assert!(leased.upgrade().is_none());
    assert_eq!(ALIVE.load(Ordering::Relaxed), TOOLS + 1);
}

/// Says that it began, and ends when it is told to.
struct Waits {
    began: Arc<Notify>,
    end: Arc<Notify>,
}

impl Executor for Waits {
    fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(async {
            self.began.notify_one();
            self.end.notified().await;
            Ok(json!("as it began").into())
        })
    }
}

#[tokio::test]
async fn a_call_under_way_ends_on_the_definition_that_it_began_with() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for remove in [false, true] {
        let (began, end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let waits = Waits { began: Arc::clone(&began), end: Arc::clone(&end) };
        registry.apply("crm", vec![tool("t", "old", Arc::new(waits))]).expect("open");
        let snapshot = registry.snapshot();
        let under_way = tokio::spawn(async move {
            let tool = Arc::clone(snapshot.get("t").expect("is there"));
            let call = call(&snapshot, "t");
            drop(snapshot);
            tool.executor.execute(call).await.map(ToolResult::into_value)
        });
        began.notified().await;
        let next = if remove {
            Vec::new()
        } else {
            vec![tool("t", "new", Arc::new(Waits { began, end: Arc::clone(&end) }))]
        };
        registry.apply("crm", next).expect("open");
        assert_eq!(registry.snapshot().len(), usize::from(!remove));
        end.notify_one();
        assert_eq!(under_way.await.expect("ends"), Ok(json!("as it began")));
    }
}
