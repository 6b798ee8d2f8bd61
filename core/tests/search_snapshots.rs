//! Search in snapshots: a revision answers for ever as it did, and a part of it as a registry with that part alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use toolrack_core::registry::{OnConflict, RegisteredTool, Snapshot, SnapshotFilter, ToolRegistry};

use crate::support::dice::Dice;
use crate::support::searching::{WORDS, answer, fresh, names, registry_of, search, sentence, tool_of};
use crate::support::versions::{load, request, two};

/// Tools of a source whose descriptions are of a generation.
fn tools(source: &str, count: usize, generation: u64) -> Vec<RegisteredTool> {
    (0..count)
        .map(|number| {
            let mut dice = Dice::new(generation * 1_000 + number as u64);
            let name = format!("{source}_{number}_{}", dice.pick(&WORDS));
            tool_of(source, &json!({"name": name, "description": sentence(&WORDS, 8, &mut dice)}))
        })
        .collect()
}

fn queries() -> Vec<Value> {
    let mut dice = Dice::new(7);
    let mut queries: Vec<Value> = (0..6).map(|_| json!(sentence(&WORDS, 3, &mut dice))).collect();
    queries.extend([json!("delte webhookdelivery"), json!(["remove a repo", "delete repository"])]);
    queries
}

fn answers(snapshot: &Snapshot) -> Vec<Value> {
    queries().iter().map(|query| answer(snapshot, query, &json!({"limit": 10}))).collect()
}

/// S1. Every third revision is searched late only: its index is made when later ones, and merges, are there.
#[test]
fn a_snapshot_answers_for_ever_as_a_fresh_registry_with_its_tools() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    registry.apply("base", tools("base", 150, 0)).expect("open");
    let mut held: Vec<(Arc<Snapshot>, Option<Vec<Value>>)> = Vec::new();
    for generation in 1..=60 {
        registry.apply("crm", tools("crm", 5, generation)).expect("open");
        let snapshot = registry.snapshot();
        let now = (generation % 3 != 0).then(|| answers(&snapshot));
        held.push((snapshot, now));
    }
    for (snapshot, then) in held.iter().rev() {
        let expected = answers(&fresh(snapshot));
        assert_eq!(answers(snapshot), expected, "revision {}", snapshot.revision());
        assert!(then.as_ref().is_none_or(|then| *then == expected), "revision {} then", snapshot.revision());
    }
}

/// All hits of a query can be called in the snapshot that found them.
fn find_callable(snapshot: &Snapshot, query: &Value) {
    let found = search(snapshot, query, &json!({"limit": 50}));
    assert_eq!(found.revision, snapshot.revision());
    for name in names(&found) {
        assert!(snapshot.callable(name).is_ok(), "{name} in revision {}", found.revision);
    }
}

/// S1. A hit that is not callable, or a panic in a thread, fails this.
#[test]
fn eight_threads_find_what_is_callable_while_a_thousand_changes_come() {
    let registry = Arc::new(registry_of(tools("code", 40, 0)));
    let (is_done, searches) = (AtomicBool::new(false), AtomicUsize::new(0));
    let queries = queries();
    thread::scope(|scope| {
        for reader in 0..8 {
            let (registry, is_done, searches, queries) = (&registry, &is_done, &searches, &queries);
            scope.spawn(move || {
                let mut dice = Dice::new(reader);
                let mut is_last = false;
                while !is_last {
                    // Read first: the last round sees the last revision.
                    is_last = is_done.load(Ordering::Acquire);
                    find_callable(&registry.snapshot(), dice.pick(queries));
                    searches.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for change in 1..=1_000 {
            let name = format!("flag_{}", change % 7);
            match change % 5 {
                0 => drop(registry.unregister(&name, None)),
                1 | 2 => drop(registry.register(tool_of(
                    "code",
                    &json!({
                        "name": name, "description": sentence(&WORDS, 5, &mut Dice::new(change)),
                    }),
                ))),
                3 => {
                    let snapshot = registry.snapshot();
                    let tool = snapshot.tools().next().expect("is there");
                    registry.set_enabled(tool.id, tool.name(), !tool.enabled).expect("is there");
                }
                _ => drop(registry.apply("crm", tools("crm", 4, change)).expect("open")),
            }
        }
        is_done.store(true, Ordering::Release);
    });
    assert!(searches.load(Ordering::Relaxed) >= 8);
    let last = registry.snapshot();
    assert_eq!(answers(&last), answers(&fresh(&last)));
}

/// Views and revisions share merges of segments: those of a view lack the tools of other versions.
#[test]
fn a_view_of_versions_answers_as_a_fresh_registry_with_its_tools() {
    let registry = two();
    registry.apply("shop", tools("shop", 80, 0)).expect("open");
    // Each change is a segment; from ten on they are merged, and from thirty-four on at once.
    for generation in 1..=45 {
        let name = format!("delete_label_{generation}");
        registry.register(tool_of("code", &json!({"name": name, "description": "d"}))).expect("is free");
        if generation % 10 == 0 {
            load(&registry, "crm@2", &["list", if generation % 20 == 0 { "get_invoice" } else { "new" }]);
        }
        let snapshot = registry.snapshot();
        let queries = [json!("list"), json!("delete labels"), json!("get an invoice")];
        let assert_fresh = |part: &Snapshot| {
            let (fresh, options) = (fresh(part), json!({"limit": 50}));
            for query in &queries {
                let expected = answer(&fresh, query, &options);
                assert_eq!(answer(part, query, &options), expected, "generation {generation}: {query}");
            }
        };
        // A view makes its index of that of its revision, if that is there.
        assert_fresh(&snapshot);
        assert_fresh(&snapshot.view_for(&request("", "", &json!({"crm": "2.x"}))).expect("is there"));
    }
}

#[test]
fn a_view_finds_the_version_it_shows_and_no_other() {
    let registry = two();
    load(&registry, "crm@1", &["list", "old_folder"]);
    load(&registry, "crm@2", &["list", "new_folder"]);
    let snapshot = registry.snapshot();
    let view = snapshot.view_for(&request("", "", &json!({"crm": "2.x"}))).expect("is there");
    let found = |snapshot: &Snapshot| {
        let found = search(snapshot, &json!("folder"), &json!({}));
        (names(&found).join(" "), found.hits[0].source.clone(), found.total)
    };
    assert_eq!(found(&snapshot), ("old_folder".to_owned(), "crm@1".to_owned(), 1));
    assert_eq!(found(&view), ("new_folder".to_owned(), "crm@2".to_owned(), 1));
    assert_eq!(found(&snapshot), ("old_folder".to_owned(), "crm@1".to_owned(), 1), "and after the view too");
}

/// A filtered snapshot weighs words among all tools of its revision, as a filter does.
#[test]
fn a_filtered_snapshot_answers_as_its_revision_does_with_that_filter() {
    let registry = registry_of(tools("code", 60, 3));
    let filters =
        [json!({"name": "*_delete"}), json!({"name": "code_1*"}), json!({"name": "none"}), json!({})];
    for generation in 0..14 {
        registry.apply("crm", tools("crm", 6, generation)).expect("open");
        let snapshot = registry.snapshot();
        for outer in &filters {
            let part = snapshot.filtered(SnapshotFilter::parse(outer).expect("a filter"));
            for query in queries() {
                let own = answer(&part, &query, &json!({"limit": 50}));
                assert_eq!(own, answer(&snapshot, &query, &json!({"limit": 50, "filter": outer})), "{outer}");
                let inner = json!({"limit": 50, "filter": {"source": "crm"}});
                let of_both = answer(&part, &query, &inner);
                let inner_first =
                    snapshot.filtered(SnapshotFilter::parse(&json!({"source": "crm"})).expect("one"));
                let swapped = answer(&inner_first, &query, &json!({"limit": 50, "filter": outer}));
                assert_eq!(of_both, swapped, "{outer}");
            }
        }
    }
}

#[test]
fn a_disabled_tool_is_no_hit_and_an_enabled_one_is_again() {
    let registry = registry_of(tools("code", 20, 1));
    let id =
        registry.register(tool_of("code", &json!({"name": "zarnot", "description": "d"}))).expect("is free");
    let total = |snapshot: &Snapshot| search(snapshot, &json!("zarnot"), &json!({})).total;
    assert_eq!(total(&registry.snapshot()), 1);
    registry.set_enabled(id, "zarnot", false).expect("is there");
    let disabled = registry.snapshot();
    assert_eq!(total(&disabled), 0);
    registry.set_enabled(id, "zarnot", true).expect("is there");
    assert_eq!((total(&registry.snapshot()), total(&disabled)), (1, 0));
}
