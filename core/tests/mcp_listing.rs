//! The `tools/list` of an MCP server: pages of bounded size, which keep their bytes while other tools change.

use std::sync::Arc;

use crate::support::idle::Idle;
use proptest::prelude::*;
use serde_json::{Value, json};
use toolrack_core::registry::{
    Filter, McpListForm, McpListLimits, McpListing, McpPage, OfferOptions, OnConflict, Origin,
    RegisteredTool, Snapshot, SnapshotFilter, ToolRegistry,
};
use toolrack_core::target::{McpRevision, Target, TargetForm};
use toolrack_core::tool::ToolDefinition;

fn parsed(definition: &Value) -> RegisteredTool {
    let definition = ToolDefinition::parse(definition, true).expect("a definition");
    RegisteredTool::new(definition, Arc::new(Idle), Origin::code(), 0)
}

/// A tool whose definition grows with `length`.
fn tool(name: &str, length: usize) -> RegisteredTool {
    parsed(&json!({"name": name, "description": "d".repeat(length.max(1))}))
}

fn registry(lengths: impl IntoIterator<Item = usize>) -> ToolRegistry {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for (number, length) in lengths.into_iter().enumerate() {
        registry.register(tool(&format!("tool_{number}"), length)).expect("is registered");
    }
    registry
}

fn form(page_bytes: usize, max_page_bytes: usize, max_pages: usize) -> McpListForm {
    let limits = McpListLimits { page_bytes, max_page_bytes, max_pages };
    McpListForm { limits, ..McpListForm::default() }
}

fn list(snapshot: &Arc<Snapshot>, form: McpListForm, former: Option<&McpListing>) -> McpListing {
    snapshot.mcp_listing(form, former)
}

fn texts(listing: &McpListing) -> Vec<String> {
    listing.pages().iter().map(McpPage::text).collect()
}

/// The elements of all pages as one list.
fn whole(listing: &McpListing) -> String {
    let texts = texts(listing);
    let inner = texts.iter().map(|text| &text[1..text.len() - 1]).filter(|text| !text.is_empty());
    format!("[{}]", inner.collect::<Vec<_>>().join(","))
}

fn definitions(snapshot: &Snapshot, revision: McpRevision) -> String {
    let target = TargetForm { mcp: revision, ..TargetForm::from(Target::Mcp) };
    snapshot.offer(&OfferOptions::plain(target), &Filter::default()).request()
}

/// How many pages of a former list are not in the next one.
fn replaced(former: &McpListing, next: &McpListing) -> usize {
    let (kept, former) = (texts(next), texts(former));
    former.iter().filter(|page| !kept.contains(page)).count()
}

/// One change of one tool.
#[derive(Clone, Debug)]
enum Order {
    Write(usize, usize),
    Remove(usize),
    Switch(usize),
}

fn orders() -> impl Strategy<Value = Vec<Order>> {
    let order = prop_oneof![
        5 => (0..60_usize, 1..900_usize).prop_map(|(tool, length)| Order::Write(tool, length)),
        3 => (0..60_usize).prop_map(Order::Remove),
        1 => (0..60_usize).prop_map(Order::Switch),
    ];
    prop::collection::vec(order, 1..80)
}

/// Carries out an order; a tool that is not there is registered.
fn carry_out(registry: &ToolRegistry, order: &Order) {
    let name = |tool: &usize| format!("tool_{tool}");
    let snapshot = registry.snapshot();
    match order {
        Order::Write(number, length) => match snapshot.get(&name(number)) {
            Some(_) => drop(registry.replace(tool(&name(number), *length)).expect("is replaced")),
            None => drop(registry.register(tool(&name(number), *length)).expect("is registered")),
        },
        Order::Remove(number) => drop(registry.unregister(&name(number), None)),
        Order::Switch(number) => {
            if let Some(tool) = snapshot.get(&name(number)) {
                registry.set_enabled(tool.id, tool.name(), !tool.enabled).expect("is there");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_change_of_one_tool_replaces_at_most_two_pages(
        lengths in prop::collection::vec(1..900_usize, 0..60),
        orders in orders(),
        max_page_bytes in prop::sample::select(vec![2_000_usize, 3_000, 4_000, 9_000]),
    ) {
        let form = form(2_000, max_page_bytes, usize::MAX);
        let registry = registry(lengths);
        let mut former = list(&registry.snapshot(), form, None);
        for order in &orders {
            carry_out(&registry, order);
            let snapshot = registry.snapshot();
            let next = list(&snapshot, form, Some(&former));
            prop_assert_eq!(whole(&next), definitions(&snapshot, McpRevision::default()));
            prop_assert!(replaced(&former, &next) <= 2, "{:?} after {:?}", texts(&next), texts(&former));
            for page in next.pages() {
                prop_assert!(page.bytes() <= max_page_bytes && page.bytes() == page.text().len());
            }
            let former_parts: Vec<_> = former.parts().collect();
            for (part, reused) in next.parts().zip(next.reused()) {
                prop_assert_eq!(part.bytes(), part.text().len());
                prop_assert!(reused.is_none_or(|at| Arc::ptr_eq(part, former_parts[at])));
            }
            let is_same = texts(&next) == texts(&former);
            prop_assert_eq!(next.digest() == former.digest(), is_same);
            former = next;
        }
        // However it came about, it has few more pages than one that is cut anew.
        let fresh = list(&registry.snapshot(), form, None);
        prop_assert!(former.pages().len() <= 4 * fresh.pages().len() + 2);
    }

    #[test]
    fn a_filtered_snapshot_and_its_list_are_those_that_are_made_anew(
        orders in prop::collection::vec((0..3_u8, orders()), 1..6),
        is_large in any::<bool>(),
    ) {
        let registry = registry(vec![10; if is_large { 60 } else { 5 }]);
        let filter = || SnapshotFilter::parse(&json!({"name": "*[02468]"})).expect("a filter");
        let is_even = |name: &str| name.ends_with(['0', '2', '4', '6', '8']);
        let form = form(2_000, 4_000, 100);
        let mut former: Option<McpListing> = None;
        let orders = orders.iter().flat_map(|(pause, orders)| orders.iter().map(move |order| (*pause, order)));
        for (pause, order) in orders {
            let part = registry.snapshot().filtered(filter());
            former = Some(list(&part, form, former.as_ref()));
            // Revisions in which nobody asks.
            for number in 0..pause {
                carry_out(&registry, &Order::Switch(usize::from(number)));
            }
            carry_out(&registry, order);
            let all = registry.snapshot();
            let part = all.filtered(filter());
            let expected: Vec<_> = all.tools().filter(|tool| tool.enabled && is_even(tool.name())).collect();
            prop_assert_eq!((part.revision(), part.len()), (all.revision(), expected.len()));
            prop_assert!(part.tools().zip(&expected).all(|(tool, expected)| Arc::ptr_eq(tool, expected)));
            let known = all.tools().filter(|tool| part.get(tool.name()).is_some());
            prop_assert_eq!(known.count(), expected.len());
            let listed = whole(&list(&part, form, former.as_ref()));
            prop_assert_eq!(listed, definitions(&part, McpRevision::default()));
        }
    }

    #[test]
    fn a_list_has_no_more_pages_than_it_may_have(
        lengths in prop::collection::vec(1..900_usize, 0..60),
        orders in orders(),
        max_pages in 1..5_usize,
    ) {
        let form = form(500, 4_000, max_pages);
        let registry = registry(lengths);
        let mut former = list(&registry.snapshot(), form, None);
        for order in &orders {
            carry_out(&registry, order);
            let snapshot = registry.snapshot();
            let next = list(&snapshot, form, Some(&former));
            let report = next.report();
            prop_assert!(next.pages().len() <= max_pages);
            prop_assert!(next.pages().iter().all(|page| page.bytes() <= 4_000));
            let enabled = snapshot.tools().filter(|tool| tool.enabled).count();
            prop_assert_eq!(report.tools + report.refused.len(), enabled);
            // What stays away is the end of the list, and only where all pages that there may be are needed.
            let listed = whole(&next);
            prop_assert!(definitions(&snapshot, McpRevision::default()).starts_with(&listed[..listed.len() - 1]));
            prop_assert!(report.refused.is_empty() || next.pages().len() == max_pages);
            former = next;
        }
    }
}

#[test]
fn one_of_10_000_tools_changes_and_only_its_page_is_written_anew() {
    let registry = registry((0..10_000).map(|number| 300 + number % 200));
    let form = form(256 << 10, 512 << 10, 32);
    let before = list(&registry.snapshot(), form, None);
    assert!(before.pages().len() > 10, "{} pages", before.pages().len());
    for length in [1, 900, 50_000, 350] {
        registry.replace(tool("tool_5000", length)).expect("is replaced");
        let after = list(&registry.snapshot(), form, Some(&before));
        assert_eq!((after.pages().len(), replaced(&before, &after)), (before.pages().len(), 1), "{length}");
    }
}

#[test]
fn one_of_10_000_tools_changes_and_a_small_part_of_its_page_is_written_anew() {
    let registry = registry((0..10_000).map(|number| 300 + number % 200));
    let form = form(7 << 20, 7 << 20, 32);
    let mut former = list(&registry.snapshot(), form, None);
    assert_eq!(former.pages().len(), 1);
    for (number, length) in [(0, 1), (1, 900), (5_000, 310), (5_000, 50_000), (5_000, 1), (9_999, 350)] {
        registry.replace(tool(&format!("tool_{number}"), length)).expect("is replaced");
        let next = list(&registry.snapshot(), form, Some(&former));
        let is_new = |(part, reused): (_, &Option<usize>)| reused.is_none().then_some(part);
        let anew: usize = next.parts().zip(next.reused()).filter_map(is_new).map(|part| part.bytes()).sum();
        assert!(anew < 1 << 20, "{anew} of {} bytes after tool_{number} has {length}", next.bytes());
        assert_eq!(whole(&next), definitions(&registry.snapshot(), McpRevision::default()));
        // The same tools have the same digest, whatever was before.
        assert_eq!(next.digest(), list(&registry.snapshot(), form, None).digest());
        former = next;
    }
}

#[test]
fn the_parts_of_a_page_depend_on_its_tools_alone() {
    let registry = registry([400; 2_000]);
    let form = McpListForm::default();
    let before = list(&registry.snapshot(), form, None);
    let sizes = |listing: &McpListing| listing.parts().map(|part| part.bytes()).collect::<Vec<_>>();
    assert!(before.parts().count() > 2, "{:?}", sizes(&before));
    let tools: Vec<_> = (0..400).map(|number| format!("tool_{}", number * 5)).collect();
    let mut between = list(&registry.snapshot(), form, Some(&before));
    for name in &tools {
        registry.replace(tool(name, 5_000)).expect("is there");
        between = list(&registry.snapshot(), form, Some(&between));
    }
    assert_eq!(sizes(&between), sizes(&list(&registry.snapshot(), form, None)));
    for name in &tools {
        registry.replace(tool(name, 400)).expect("is there");
        between = list(&registry.snapshot(), form, Some(&between));
    }
    assert_eq!((sizes(&between), between.digest()), (sizes(&before), before.digest()));
}

#[test]
fn a_list_keeps_no_executor() {
    let registry = registry([]);
    let executor = Arc::new(Idle);
    let held = Arc::downgrade(&executor);
    let definition =
        ToolDefinition::parse(&json!({"name": "a", "description": "d"}), true).expect("a definition");
    registry.register(RegisteredTool::new(definition, executor, Origin::code(), 0)).expect("is registered");
    let listing = list(&registry.snapshot(), McpListForm::default(), None);
    registry.unregister("a", None).expect("is there");
    assert_eq!((listing.tools(), held.upgrade().is_none()), (1, true));
}

#[test]
fn a_tool_that_is_disabled_and_enabled_again_is_the_same_part() {
    let registry = registry([400; 10]);
    let before = list(&registry.snapshot(), McpListForm::default(), None);
    for enabled in [false, true] {
        let snapshot = registry.snapshot();
        let tool = snapshot.get("tool_3").expect("is there");
        registry.set_enabled(tool.id, tool.name(), enabled).expect("is there");
    }
    let after = list(&registry.snapshot(), McpListForm::default(), Some(&before));
    assert_eq!(after.reused(), [Some(0)]);
}

#[test]
fn a_list_of_the_same_tools_is_the_former_one() {
    let registry = registry([300; 100]);
    let before = list(&registry.snapshot(), form(5_000, 10_000, 32), None);
    registry.register(tool("more", 1)).expect("is registered");
    registry.unregister("more", None).expect("is there");
    let after = list(&registry.snapshot(), form(5_000, 10_000, 32), Some(&before));
    assert_eq!(after.digest(), before.digest());
    let all: Vec<_> = (0..before.parts().count()).map(Some).collect();
    assert_eq!(after.reused(), all);
    // Parts of another form are not taken over.
    let other = list(&registry.snapshot(), form(5_001, 10_000, 32), Some(&before));
    assert!(other.reused().iter().all(Option::is_none));
}

#[test]
fn a_former_list_of_other_tools_costs_nothing_but_its_boundaries() {
    let form = form(3_000, 5_000, 100);
    let other = list(&registry([2_000, 10, 900, 2_500, 40, 40, 2_900]).snapshot(), form, None);
    for lengths in [vec![], vec![300; 80], vec![4_000; 5], (1..60).map(|number| number * 70).collect()] {
        let registry = registry(lengths);
        let listing = list(&registry.snapshot(), form, Some(&other));
        assert_eq!(whole(&listing), definitions(&registry.snapshot(), McpRevision::default()));
        assert!(listing.pages().iter().all(|page| page.bytes() <= 5_000));
    }
}

#[test]
fn new_tools_are_added_to_the_last_page_until_it_is_full() {
    let registry = registry([400; 30]);
    let form = form(5_000, 10_000, 32);
    let before = list(&registry.snapshot(), form, None);
    for number in 0..40 {
        registry.register(tool(&format!("more_{number}"), 400)).expect("is registered");
    }
    let after = list(&registry.snapshot(), form, Some(&before));
    let fresh = list(&registry.snapshot(), form, None);
    assert_eq!((texts(&after), replaced(&before, &after)), (texts(&fresh), 1));
}

#[test]
fn a_tool_that_is_larger_than_a_page_stays_away_alone() {
    let registry = registry([10, 5_000, 20]);
    let listing = list(&registry.snapshot(), form(1_000, 2_000, 32), None);
    let report = listing.report();
    assert_eq!((report.tools, report.pages, report.refused.len()), (2, 1, 1));
    let refused = &report.refused[0];
    assert_eq!((refused.name.as_str(), &*refused.findings[0].code), ("tool_1", "MCP_TOOL_TOO_LARGE"));
    assert!(
        refused.findings[0].message.contains("a page of tools/list 2000 at most"),
        "{:?}",
        refused.findings
    );
    // A tool that fills a page to the last byte is listed.
    let bytes = list(&registry.snapshot(), form(1_000, 9_000, 32), None).pages()[1].bytes();
    let exact = list(&registry.snapshot(), form(1_000, bytes, 32), None);
    assert_eq!((exact.report().refused.len(), exact.pages()[1].bytes()), (0, bytes));
    assert_eq!(list(&registry.snapshot(), form(1_000, bytes - 1, 32), None).report().refused.len(), 1);
}

#[test]
fn tools_for_which_no_page_is_left_are_told_by_name() {
    let registry = registry([700; 10]);
    let listing = list(&registry.snapshot(), form(1_000, 1_000, 3), None);
    let report = serde_json::to_value(listing.report()).expect("JSON");
    let names: Value =
        report["refused"].as_array().expect("a list").iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, json!((3..10).map(|number| format!("tool_{number}")).collect::<Vec<_>>()));
    assert_eq!(report["refused"][0]["findings"][0]["code"], "MCP_LIST_TOO_LARGE");
    assert_eq!((&report["tools"], &report["pages"]), (&json!(3), &json!(3)));
    assert_eq!(report["findings"][0]["code"], "MCP_LIST_PAGED");
}

#[test]
fn pages_grow_so_that_the_list_has_few_enough() {
    let registry = registry([300; 200]);
    let grown = list(&registry.snapshot(), form(1, 1 << 20, 32), None);
    assert!((8..=32).contains(&grown.pages().len()), "{} pages", grown.pages().len());
    assert_eq!(grown.tools(), 200);
    // Where most tools go, pages shrink again.
    for number in 10..200 {
        registry.unregister(&format!("tool_{number}"), None).expect("is there");
    }
    let after = list(&registry.snapshot(), form(1, 1 << 20, 32), Some(&grown));
    assert_eq!(texts(&after), texts(&list(&registry.snapshot(), form(1, 1 << 20, 32), None)));
}

#[test]
fn a_tool_that_a_revision_cannot_hold_stays_away_from_it_alone() {
    let registry = registry([10]);
    let union = json!({"name": "bad", "description": "d", "inputSchema": {"type": "object",
        "properties": {"a": {"type": "string", "x-mcp-header": "A"}, "b": {"type": "string", "x-mcp-header": "a"}}}});
    registry.register(parsed(&union)).expect("is registered");
    for (_, revision) in McpRevision::NAMES {
        let form = McpListForm { revision, ..McpListForm::default() };
        let listing = list(&registry.snapshot(), form, None);
        let is_refused = revision == McpRevision::July2026;
        let quarantined: Vec<_> = listing.report().quarantined.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(quarantined, if is_refused { vec!["bad"] } else { Vec::new() }, "{revision:?}");
        assert_eq!(whole(&listing), definitions(&registry.snapshot(), revision));
    }
}

#[test]
fn an_empty_list_is_one_empty_page() {
    let registry = registry([]);
    let before = list(&registry.snapshot(), McpListForm::default(), None);
    assert_eq!(texts(&before), ["[]"]);
    registry.register(tool("a", 1)).expect("is registered");
    let between = list(&registry.snapshot(), McpListForm::default(), Some(&before));
    registry.unregister("a", None).expect("is there");
    let after = list(&registry.snapshot(), McpListForm::default(), Some(&between));
    assert_eq!((texts(&after), after.digest()), (texts(&before), before.digest()));
    assert_ne!(between.digest(), before.digest());
}

#[test]
fn a_list_has_the_tools_of_its_filtered_snapshot() {
    let registry = registry([10; 12]);
    let part = SnapshotFilter::parse(&json!({"name": "tool_1*"})).expect("a filter");
    let part = registry.snapshot().filtered(part);
    let listing = list(&part, McpListForm::default(), None);
    assert_eq!((listing.tools(), whole(&listing)), (3, definitions(&part, McpRevision::default())));
}

#[test]
fn header_arguments_are_told_by_path_and_type() {
    let registry = registry([10]);
    let property = |kind: &str, header: &str| json!({"type": kind, "x-mcp-header": header});
    let definition = json!({"name": "query", "description": "d", "inputSchema": {"type": "object", "properties": {
        "region": property("string", "Region"),
        "__proto__": property("integer", "constructor"),
        "a/b~c": {"type": "object", "properties": {"": property("boolean", "__proto__"), "x": {"type": "string"}}},
    }}});
    registry.register(parsed(&definition)).expect("is registered");
    let headers = |revision| {
        let form = McpListForm { revision, ..McpListForm::default() };
        let listing = list(&registry.snapshot(), form, None);
        json!(listing.headers().collect::<Vec<_>>())
    };
    let expected = json!([["query", [
        {"path": ["region"], "header": "Region", "type": "string"},
        {"path": ["__proto__"], "header": "constructor", "type": "integer"},
        {"path": ["a/b~c", ""], "header": "__proto__", "type": "boolean"},
    ]]]);
    assert_eq!(headers(McpRevision::July2026), expected);
    assert_eq!(
        headers(McpRevision::November2025),
        json!([]),
        "clients of older revisions send no such header"
    );
}

#[test]
fn limits_that_cannot_be_met_are_refused() {
    let parse = |value: Value| McpListLimits::parse(&value);
    assert_eq!(parse(Value::Null).expect("the defaults"), McpListLimits::default());
    let small = parse(json!({"maxPageBytes": 1_000})).expect("limits");
    assert_eq!((small.page_bytes, small.max_page_bytes, small.max_pages), (1_000, 1_000, 32));
    for (value, expected) in [
        (json!({"pageBytes": 0}), "must have limits of 1 or more"),
        (json!({"maxPages": 0}), "must have limits of 1 or more"),
        (json!({"pageBytes": 2, "maxPageBytes": 1}), "must have pageBytes of at most maxPageBytes, 1"),
        (json!({"pageByte": 2}), "nearest: pageBytes"),
        (json!({"pageBytes": -1}), "pageBytes"),
        (json!({"pageBytes": 1.5}), "pageBytes"),
        (json!([]), "must be"),
    ] {
        let error = parse(value.clone()).expect_err("is refused").to_string();
        assert!(error.contains(expected), "{value}: {error}");
    }
}
