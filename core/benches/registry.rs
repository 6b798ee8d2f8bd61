//! What the registry costs at the size of many APIs: reading, changing one tool, listing, rendering.

#[path = "../tests/support/idle.rs"]
mod support;

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use serde_json::json;
use toolrack_core::registry::OfferOptions;
use toolrack_core::registry::{
    Filter, McpListForm, McpListLimits, OnConflict, Origin, RegisteredTool, ToolRegistry,
};
use toolrack_core::target::Target;
use toolrack_core::tool::ToolDefinition;

use support::Idle;

/// A tool with three arguments; one in a hundred has the tag `rare`.
fn tool(number: usize) -> RegisteredTool {
    let definition = json!({
        "name": format!("tool_{number}"),
        "description": "Looks up a customer by number and says what is known of them",
        "category": "crm",
        "tags": if number.is_multiple_of(100) { vec!["client", "rare"] } else { vec!["client"] },
        "parameters": {
            "customerId": {"type": "string", "description": "Customer number", "pattern": "^C[0-9]+$"},
            "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10},
            "fields": {"type": "array", "items": {"type": "string", "enum": ["name", "address"]}, "required": false},
        },
    });
    let definition = ToolDefinition::parse(&definition, true).expect("a definition");
    RegisteredTool::new(definition, Arc::new(Idle), Origin { source: "crm".into(), namespace: None }, 0)
}

fn holding(count: usize) -> ToolRegistry {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    registry.apply("crm", (0..count).map(tool).collect()).expect("open");
    registry
}

fn at_100_000(c: &mut Criterion) {
    let registry = holding(100_000);
    let mut group = c.benchmark_group("registry of 100,000");
    group.bench_function("get", |b| {
        b.iter(|| registry.read(|snapshot| snapshot.get(black_box("tool_77777")).map(|tool| tool.position)));
    });
    group.bench_function("has, of none", |b| {
        b.iter(|| registry.read(|snapshot| snapshot.get(black_box("tool_x")).is_some()));
    });
    group.bench_function("snapshot", |b| b.iter(|| registry.snapshot()));
    group.bench_function("register and unregister", |b| {
        b.iter_batched(
            || tool(200_000),
            |tool| {
                registry.register(tool).expect("free");
                registry.unregister("tool_200000", None)
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// The slow end of single reads, which criterion's means hide, while a writer reloads. What it takes to read the clock, some
/// 20 to 40 ns, is in them.
fn tails(_: &mut Criterion) {
    const READS: usize = 500_000;
    let registry = holding(100_000);
    let done = AtomicBool::new(false);
    let percentiles = |mut taken: Vec<Duration>| {
        taken.sort_unstable();
        let at = |share: usize| taken[(taken.len() - 1) * share / 1_000].as_nanos();
        format!("p50 {} ns, p99 {} ns, p99.9 {} ns", at(500), at(990), at(999))
    };
    let timed = |what: &str, read: &dyn Fn(usize)| {
        let once = |number| {
            let begun = Instant::now();
            read(number);
            begun.elapsed()
        };
        println!("registry of 100,000, {what}: {}", percentiles((0..READS).map(once).collect()));
    };
    let names: Vec<String> = (0..1_000).map(|number| format!("tool_{}", number * 97)).collect();
    let snapshot = |_| drop(black_box(registry.snapshot()));
    let get = |number: usize| {
        let name = &names[number % names.len()];
        registry.read(|snapshot| black_box(snapshot.get(name)).is_some());
    };
    timed("snapshot()", &snapshot);
    timed("get()", &get);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in (0..100).cycle().take_while(|_| !done.load(Ordering::Acquire)) {
                registry.replace(tool(number)).expect("is there");
            }
        });
        timed("snapshot() beside a writer", &snapshot);
        timed("get() beside a writer", &get);
        done.store(true, Ordering::Release);
    });
}

fn lists(c: &mut Criterion) {
    let registry = holding(10_000);
    let filter = Filter::parse(&json!({"tags": ["rare"]})).expect("a filter");
    c.bench_function("list by tag, 100 of 10,000", |b| {
        b.iter(|| {
            registry.read(|snapshot| snapshot.matching(&filter).map(|tool| tool.name().len()).sum::<usize>())
        });
    });
}

fn renders(c: &mut Criterion) {
    let snapshot = holding(1_000).snapshot();
    let mut group = c.benchmark_group("render 1,000");
    for target in [Target::OpenAi, Target::Anthropic, Target::Gemini] {
        group.bench_function(format!("{target:?}"), |b| {
            b.iter(|| snapshot.offer(&OfferOptions::plain(target.into()), &Filter::default()));
        });
    }
    group.finish();
}

/// The `tools/list` of an MCP server after a change of one tool in 10,000, in pages of 256 KiB.
fn mcp_lists(c: &mut Criterion) {
    let registry = holding(10_000);
    let limits = McpListLimits { page_bytes: 256 << 10, ..McpListLimits::default() };
    let form = McpListForm { limits, ..McpListForm::default() };
    let before = registry.snapshot().mcp_listing(form, None);
    let mut changed = tool(5_000);
    Arc::make_mut(&mut changed.definition).description = "Looks up a customer by name".into();
    registry.replace(changed).expect("is there");
    let after = registry.snapshot();
    let mut group = c.benchmark_group("tools/list of 10,000");
    group.bench_function("first", |b| b.iter(|| after.mcp_listing(form, None).digest()));
    group.bench_function("one changed", |b| {
        b.iter(|| after.mcp_listing(form, Some(&before)).digest());
    });
    let next = after.mcp_listing(form, Some(&before));
    let written = next.parts().zip(next.reused()).filter(|(_, reused)| reused.is_none());
    let bytes: usize = written.map(|(part, _)| part.bytes()).sum();
    println!("tools/list of 10,000, one changed: {bytes} bytes in parts that are written anew");
    group.finish();
}

fn reloads(c: &mut Criterion) {
    let registry = holding(1_000);
    c.bench_function("reload 1,000 tools that are what they were", |b| {
        b.iter_batched(
            || (0..1_000).map(tool).collect::<Vec<_>>(),
            |tools| registry.apply("crm", tools),
            BatchSize::LargeInput,
        );
    });
}

criterion_group!(benches, at_100_000, tails, lists, renders, mcp_lists, reloads);
criterion_main!(benches);
