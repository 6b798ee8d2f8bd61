//! Revision groups: loads that join one revision, who sees what until it ends, and what its change set says.

use std::sync::{Arc, Mutex};

use crate::support::idle::Idle;
use crate::support::ledger::{Disk, lines, log_of};
use proptest::prelude::*;
use serde_json::{Value, json};
use toolrack_core::error::ErrorCode;
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::{
    ChangeListener, ChangeSet, Filter, GroupMember, OfferOptions, OnConflict, Origin, RegisteredTool,
    RevisionGroup, Snapshot, SourceReplacement, ToolRegistry,
};
use toolrack_core::spec::SpecSource;
use toolrack_core::target::Target;
use toolrack_core::tool::ToolDefinition;

#[derive(Default)]
struct Changes(Mutex<Vec<ChangeSet>>);

impl Changes {
    fn of(registry: &ToolRegistry) -> Arc<Self> {
        let changes = Arc::new(Self::default());
        registry.listen(Arc::clone(&changes) as Arc<dyn ChangeListener>);
        changes
    }

    fn take(&self) -> Vec<ChangeSet> {
        std::mem::take(&mut self.0.lock().expect("no panic"))
    }
}

impl ChangeListener for Changes {
    fn changed(&self, change: &ChangeSet) {
        self.0.lock().expect("no panic").push(change.clone());
    }
}

fn tool(source: &str, name: &str, text: &str) -> RegisteredTool {
    let definition = ToolDefinition::parse(&json!({"name": name, "description": text}), true);
    let origin = Origin { source: source.into(), namespace: None };
    RegisteredTool::new(definition.expect("a definition"), Arc::new(Idle), origin, 0)
}

fn apply(registry: &ToolRegistry, source: &str, names: &[&str]) {
    registry.apply(source, names.iter().map(|name| tool(source, name, "x")).collect()).expect("open");
}

/// A registry with `a`, `b` of crm and `c` of shop.
fn registry() -> Arc<ToolRegistry> {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    apply(&registry, "crm", &["a", "b"]);
    apply(&registry, "shop", &["c"]);
    registry
}

fn names(registry: &ToolRegistry) -> Vec<String> {
    registry.snapshot().tools().map(|tool| tool.name().to_owned()).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[test]
fn readers_get_a_group_as_one_revision_and_its_members_at_once() {
    let registry = registry();
    let changes = Changes::of(&registry);
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "crm", &["b"]);
    apply(group.registry(), "shop", &["c", "a"]);
    assert_eq!(
        (names(&registry), registry.snapshot().revision()),
        (vec!["a".into(), "b".into(), "c".into()], 2)
    );
    assert_eq!(names(group.registry()), ["b", "c", "a"]);
    assert_eq!(group.registry().snapshot().revision(), 3);
    assert_eq!(changes.take(), []);
    group.end();
    assert_eq!(
        (names(&registry), registry.snapshot().revision()),
        (vec!["b".into(), "c".into(), "a".into()], 3)
    );
    let updated = vec!["a".to_owned()];
    assert_eq!(changes.take(), [ChangeSet { revision: 3, updated, ..ChangeSet::default() }]);
}

#[test]
fn changes_of_one_source_have_its_name() {
    let registry = registry();
    let changes = Changes::of(&registry);
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "crm", &[]);
    apply(group.registry(), "crm", &["d"]);
    group.end();
    let (added, removed) = (vec!["d".to_owned()], vec!["a".to_owned(), "b".to_owned()]);
    let source = Some("crm".to_owned());
    assert_eq!(changes.take(), [ChangeSet { revision: 3, source, added, removed, ..ChangeSet::default() }]);
}

#[test]
fn a_group_is_one_record_of_the_audit_log() {
    let disk = Disk::default();
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse).audited(log_of(&disk, &Arc::default())));
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "crm", &["a", "b"]);
    apply(group.registry(), "shop", &["c"]);
    apply(group.registry(), "crm", &["a"]);
    group.end();
    let records: Vec<Value> =
        lines(&disk.bytes()).into_iter().filter(|one| one["kind"] == "change").collect();
    let [record] = &records[..] else { panic!("{records:?}") };
    let added: Vec<_> =
        record["data"]["added"].as_array().expect("a list").iter().map(|one| &one["name"]).collect();
    assert_eq!((&record["data"]["revision"], added), (&json!(1), vec![&json!("a"), &json!("c")]));
}

#[test]
fn a_change_by_somebody_else_is_there_at_once_and_the_group_goes_on() {
    let registry = registry();
    let changes = Changes::of(&registry);
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "crm", &[]);
    // The name is free: what frees it is published before.
    registry.register(tool("code", "a", "mine")).expect("the name is free");
    assert_eq!(names(&registry), ["c", "a"]);
    apply(group.registry(), "shop", &["c", "d"]);
    assert_eq!(names(&registry), ["c", "a"]);
    group.end();
    assert_eq!(names(&registry), ["c", "a", "d"]);
    let told: Vec<_> = changes.take().into_iter().map(|one| (one.revision, one.added, one.removed)).collect();
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let expected =
        [(3, list(&[]), list(&["a", "b"])), (4, list(&["a"]), list(&[])), (5, list(&["d"]), list(&[]))];
    assert_eq!(told, expected);
}

#[test]
fn a_name_that_a_group_took_is_refused_to_others() {
    let registry = registry();
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "crm", &["a", "new"]);
    let error = registry.register(tool("code", "new", "mine")).expect_err("it is taken");
    assert_eq!(error.code(), ErrorCode::NameTaken);
    assert!(registry.snapshot().get("new").is_some(), "its holder can be read");
}

#[test]
fn changes_that_come_to_nothing_make_no_revision() {
    let registry = registry();
    let changes = Changes::of(&registry);
    let before = registry.snapshot();
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "new", &["n"]);
    group.registry().apply("crm", vec![tool("crm", "a", "other"), tool("crm", "b", "x")]).expect("open");
    group.registry().unregister_source("new").expect("open");
    apply(group.registry(), "crm", &["a", "b"]);
    group.end();
    RevisionGroup::begin(&registry).end();
    assert!(Arc::ptr_eq(&before, &registry.snapshot()));
    assert_eq!(changes.take(), []);
    // Its ids are used up all the same.
    let id = registry.register(tool("code", "later", "x")).expect("free");
    assert!(id > 3);
}

#[test]
fn a_source_that_comes_and_loses_its_tools_to_one_that_goes_makes_no_revision() {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Replace));
    let changes = Changes::of(&registry);
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "pets", &["e"]);
    apply(group.registry(), "shop", &["e"]);
    apply(group.registry(), "shop", &[]);
    group.end();
    assert_eq!((registry.snapshot().revision(), changes.take()), (0, vec![]));
}

#[test]
fn a_version_that_comes_makes_a_revision_without_tools() {
    let registry = registry();
    apply(&registry, "crm@2", &["a", "b"]);
    let changes = Changes::of(&registry);
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "crm@3", &["a"]);
    apply(group.registry(), "shop", &["c"]);
    group.end();
    let told = changes.take();
    assert_eq!(told.len(), 1);
    let versions = registry.routes()[0].versions.len();
    assert_eq!((versions, registry.snapshot().revision()), (3, 4));
}

#[test]
fn a_plan_that_was_judged_before_another_change_of_the_group_is_not_applied() {
    let registry = registry();
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "other", &["o"]);
    let replacement =
        || SourceReplacement { tools: vec![tool("crm", "a", "x")], ..SourceReplacement::default() };
    let judged = replacement().plan(&group.registry().snapshot(), "crm");
    apply(group.registry(), "crm", &["a", "b", "extra"]);
    let names = group.registry().draft("crm", None, Vec::<toolrack_core::registry::Identity>::new());
    let judged = SourceReplacement { judged: Some(&judged), ..replacement() };
    assert!(group.registry().apply_drafted(&names, judged).expect("open").is_none());
}

#[test]
fn a_group_ends_when_it_is_dropped_and_its_registry_is_then_as_any_other() {
    let registry = registry();
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "crm", &["a"]);
    let member = Arc::clone(group.registry());
    drop(group);
    assert_eq!(names(&registry), ["a", "c"]);
    apply(&member, "crm", &["a", "z"]);
    assert_eq!(names(&registry), ["a", "c", "z"]);
}

#[test]
fn a_registry_that_closes_ends_its_groups() {
    let registry = registry();
    let group = RevisionGroup::begin(&registry);
    apply(group.registry(), "crm", &["a", "z"]);
    registry.close();
    assert_eq!(names(group.registry()), Vec::<String>::new());
    let error = group.registry().apply("crm", Vec::new()).expect_err("it is closed");
    assert_eq!(error.code(), ErrorCode::Closed);
    group.end();
    assert_eq!((names(&registry), registry.snapshot().revision()), (vec![], 3));
}

#[test]
fn the_end_of_one_group_publishes_what_another_has_changed() {
    let registry = registry();
    let (first, second) = (RevisionGroup::begin(&registry), RevisionGroup::begin(&registry));
    apply(first.registry(), "crm", &["a"]);
    apply(second.registry(), "shop", &[]);
    assert_eq!(names(first.registry()), ["a"]);
    first.end();
    first.end();
    assert_eq!((names(&registry), registry.snapshot().revision()), (vec!["a".into()], 3));
    apply(second.registry(), "shop", &["c"]);
    assert_eq!(names(&registry), ["a"]);
    second.end();
    assert_eq!((names(&registry), registry.snapshot().revision()), (vec!["a".into(), "c".into()], 4));
}

#[test]
fn what_a_removed_tool_holds_is_let_go_when_the_group_ends() {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let executor = Arc::new(Idle);
    let mut held = tool("crm", "a", "x");
    held.executor = Arc::clone(&executor) as _;
    registry.apply("crm", vec![held]).expect("open");
    let group = RevisionGroup::begin(&registry);
    registry.read(|snapshot| assert!(snapshot.callable("a").is_ok()));
    group.registry().unregister_source("crm").expect("open");
    assert_eq!(Arc::strong_count(&executor), 2);
    assert!(registry.snapshot().callable("a").is_ok());
    group.end();
    assert_eq!(Arc::strong_count(&executor), 1);
}

async fn load(loader: &SpecLoader, name: &str, ids: &[&str]) -> LoadReport {
    let paths: Value = ids.iter().map(|id| (format!("/{id}"), json!({"get": {"operationId": id}}))).collect();
    let document = json!({"openapi": "3.0.4", "paths": paths});
    let options = LoadOptions { name: Some(name.to_owned()), ..LoadOptions::default() };
    loader.load(SpecSource::Text(document.to_string().into()), options).await.expect("it loads")
}

#[tokio::test]
async fn documents_join_a_group_and_those_that_are_loaded_without_it_do_not() {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
    load(&loader, "crm", &["a"]).await;
    let group = RevisionGroup::begin(&registry);
    let member = loader.within(&group);
    assert_eq!(member.unload("crm"), Ok(vec!["a".to_owned()]));
    let report = load(&member, "pets", &["p"]).await;
    assert_eq!((report.revision, report.added, names(&registry)), (2, vec!["p".into()], vec!["a".into()]));
    // It is the same loader.
    assert!(loader.has_source("pets") && !loader.has_source("crm"));
    let other = load(&loader, "other", &["o"]).await;
    assert_eq!((other.revision, names(&registry)), (3, vec!["p".into(), "o".into()]));
    let again = load(&member, "pets", &["p", "q"]).await;
    assert_eq!((again.revision, again.added, again.unchanged), (4, vec!["q".into()], vec!["p".into()]));
    group.end();
    assert_eq!(names(&registry), ["p", "o", "q"]);
}

/// What happens to a registry: a source gets these tools.
type Step = (&'static str, Vec<(&'static str, u8)>);

const NAMES: [&str; 6] = ["a", "b", "c.d", "c_d", "e", "f"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let source = prop::sample::select(&["crm", "shop", "pets"][..]);
    let tools = prop::collection::btree_map(prop::sample::select(&NAMES[..]), 0..3_u8, 0..5);
    // No document has two tools of one key.
    let tools = tools.prop_map(|mut tools| {
        if tools.contains_key("c_d") {
            tools.remove("c.d");
        }
        tools.into_iter().collect::<Vec<_>>()
    });
    prop::collection::vec((source, tools), 0..8)
}

fn follow(registry: &ToolRegistry, steps: &[Step]) {
    for (source, tools) in steps {
        let tools = tools.iter().map(|(name, text)| tool(source, name, &text.to_string()));
        registry.apply(source, tools.collect()).expect("open");
    }
}

/// What a reader tells tools apart by.
type SeenTool = [String; 6];

/// The tools in their order.
fn seen(snapshot: &Snapshot) -> Vec<SeenTool> {
    let read = |tool: &Arc<RegisteredTool>| {
        [
            tool.name().to_owned(),
            tool.wire_name().to_owned(),
            tool.origin.source.to_string(),
            tool.definition.description.clone(),
            tool.position.to_string(),
            tool.id.to_string(),
        ]
    };
    snapshot.tools().map(read).collect()
}

/// The wire names of what was added, changed and removed.
fn delta(after: &Snapshot, before: &Snapshot) -> [Vec<String>; 3] {
    let options = OfferOptions::plain(Target::OpenAi.into());
    let delta = after.delta(before.revision(), &options, &Filter::default()).expect("it is remembered");
    [
        delta.added.iter().map(|one| one.wire_name.clone()).collect(),
        delta.changed.iter().map(|one| one.wire_name.clone()).collect(),
        delta.removed.iter().map(|one| one.wire_name.clone()).collect(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_group_leads_where_its_steps_lead_and_its_change_set_is_the_difference(
        first in steps(),
        steps in steps(),
        replaces: bool,
    ) {
        let policy = if replaces { OnConflict::Replace } else { OnConflict::Refuse };
        let (one_by_one, grouped) = (ToolRegistry::new(policy), Arc::new(ToolRegistry::new(policy)));
        follow(&one_by_one, &first);
        follow(&grouped, &first);
        let changes = Changes::of(&grouped);
        let before = grouped.snapshot();
        let group = RevisionGroup::begin(&grouped);
        follow(&one_by_one, &steps);
        follow(group.registry(), &steps);
        prop_assert_eq!(seen(&grouped.snapshot()), seen(&before));
        group.end();
        let after = grouped.snapshot();
        prop_assert_eq!(seen(&after), seen(&one_by_one.snapshot()));
        let (was, is) = (seen(&before), seen(&after));
        let of = |list: &[SeenTool], name: &str| list.iter().find(|one| one[0] == name).cloned();
        let names_of = |list: &[SeenTool], keep: &dyn Fn(&SeenTool) -> bool| -> Vec<String> {
            list.iter().filter(|one| keep(one)).map(|one| one[0].clone()).collect()
        };
        let added = names_of(&is, &|one| of(&was, &one[0]).is_none());
        let updated = names_of(&is, &|one| of(&was, &one[0]).is_some_and(|old| old != *one));
        let removed = names_of(&was, &|one| of(&is, &one[0]).is_none());
        let told = changes.take();
        prop_assert_eq!(after.revision(), before.revision() + u64::from(was != is));
        prop_assert_eq!(told.len(), usize::from(was != is));
        for change in told {
            prop_assert_eq!(change.revision, after.revision());
            prop_assert_eq!(change.added, added.clone());
            prop_assert_eq!(sorted(change.updated), sorted(updated.clone()));
            prop_assert_eq!(sorted(change.removed), sorted(removed.clone()));
        }
        // The revision before is rebuilt the same.
        prop_assert_eq!(delta(&after, &before), delta(&one_by_one.snapshot(), &before));
    }
}
