//! The registry against a list on paper: whatever it is told, it says and holds what the list does.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::json;
use toolrack_core::error::Result;
use toolrack_core::registry::{
    AppliedReplacement, ChangeListener, ChangeSet, OnConflict, Origin, RegisteredTool, Snapshot, ToolRegistry,
};
use toolrack_core::tool::ToolDefinition;
use toolrack_core::tool::name::confusion_key;

use crate::support::idle::Idle;

fn tool(source: &str, name: &str, text: &str) -> RegisteredTool {
    let definition = ToolDefinition::parse(&json!({"name": name, "description": text}), true);
    let origin = Origin { source: source.into(), namespace: None };
    RegisteredTool::new(definition.expect("a definition"), Arc::new(Idle), origin, 0)
}

#[derive(Default)]
struct Recorder(Mutex<Vec<ChangeSet>>);

impl Recorder {
    fn take(&self) -> Vec<ChangeSet> {
        std::mem::take(&mut self.0.lock().expect("no panic"))
    }
}

impl ChangeListener for Recorder {
    fn changed(&self, change: &ChangeSet) {
        self.0.lock().expect("no panic").push(change.clone());
    }
}

/// What the registry is told to do. Tools of one text are the same tool.
#[derive(Clone, Debug)]
enum Order {
    Register(&'static str, u8),
    Replace(&'static str, u8),
    Unregister(&'static str),
    Switch(&'static str, bool),
    Rename(&'static str, &'static str),
    Apply(&'static str, Vec<(&'static str, u8)>),
    Forget(&'static str),
}

/// Some differ by `-` and `_` or by case alone.
const NAMES: [&str; 9] = ["a", "b", "a-b", "a_b", "b-a", "b_a", "a-b-a", "a_b-a", "a_b_a"];
const SOURCES: [&str; 3] = ["code", "crm", "shop"];

fn orders() -> impl Strategy<Value = Vec<Order>> {
    let name = prop::sample::select(&NAMES[..]);
    let source = prop::sample::select(&SOURCES[..]);
    let tools = prop::collection::vec((name.clone(), 0..3_u8), 0..7);
    let order = prop_oneof![
        (name.clone(), 0..3_u8).prop_map(|(name, text)| Order::Register(name, text)),
        (name.clone(), 0..3_u8).prop_map(|(name, text)| Order::Replace(name, text)),
        name.clone().prop_map(Order::Unregister),
        (name.clone(), any::<bool>()).prop_map(|(name, on)| Order::Switch(name, on)),
        (name.clone(), name).prop_map(|(from, to)| Order::Rename(from, to)),
        (source.clone(), tools).prop_map(|(source, tools)| Order::Apply(source, one_of_each_key(tools))),
        source.prop_map(Order::Forget),
    ];
    prop::collection::vec(order, 1..40)
}

/// No document has two tools of one key: the loader tells them apart.
fn one_of_each_key(tools: Vec<(&'static str, u8)>) -> Vec<(&'static str, u8)> {
    let mut keys = HashSet::new();
    tools.into_iter().filter(|(name, _)| keys.insert(confusion_key(name).into_owned())).collect()
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    name: String,
    source: &'static str,
    text: u8,
    enabled: bool,
}

/// The registry as one would write it on a sheet of paper: a list.
#[derive(Clone, Debug, Default)]
struct Model {
    entries: Vec<Entry>,
    replaces: bool,
}

impl Model {
    fn of(&self, name: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.name == name)
    }

    fn holder(&self, name: &str) -> Option<usize> {
        self.entries.iter().position(|entry| confusion_key(&entry.name) == confusion_key(name))
    }

    /// Puts a tool in; whether that could be.
    fn put(&mut self, name: &str, source: &'static str, text: u8, may_replace: bool) -> bool {
        match self.holder(name) {
            None => {
                self.entries.push(Entry { name: name.to_owned(), source, text, enabled: true });
                true
            }
            Some(at) if may_replace && self.entries[at].name == name => {
                (self.entries[at].source, self.entries[at].text) = (source, text);
                true
            }
            Some(_) => false,
        }
    }

    /// The same order on paper: whether it was taken and whether it made a revision.
    fn follow(&mut self, order: &Order) -> (bool, bool) {
        let replaces = self.replaces;
        match order {
            Order::Register(name, text) => twice(self.put(name, "code", *text, replaces)),
            Order::Replace(name, text) => {
                twice(self.of(name).is_some() && self.put(name, "code", *text, true))
            }
            Order::Unregister(name) => twice(self.of(name).map(|at| self.entries.remove(at)).is_some()),
            Order::Switch(name, on) => match self.of(name) {
                Some(at) => (true, std::mem::replace(&mut self.entries[at].enabled, *on) != *on),
                None => twice(false),
            },
            Order::Rename(from, to) => match self.of(from) {
                Some(at) if self.holder(to).is_none_or(|holder| holder == at) => {
                    let enabled = self.entries[at].enabled;
                    self.entries[at] = Entry { name: (*to).to_owned(), source: "code", text: 9, enabled };
                    twice(true)
                }
                _ => twice(false),
            },
            Order::Apply(source, tools) => {
                let before = self.entries.clone();
                self.entries.retain(|entry| {
                    entry.source != *source || tools.iter().any(|(name, _)| *name == entry.name)
                });
                for (name, text) in tools {
                    let own = self.of(name).is_some_and(|at| self.entries[at].source == *source);
                    self.put(name, source, *text, own || replaces);
                }
                (true, self.entries != before)
            }
            Order::Forget(source) => {
                let before = self.entries.len();
                self.entries.retain(|entry| entry.source != *source);
                (true, self.entries.len() != before)
            }
        }
    }
}

const fn twice(done: bool) -> (bool, bool) {
    (done, done)
}

fn follow(registry: &ToolRegistry, order: &Order) -> Result<bool> {
    let made = |source: &str, name: &str, text: u8| tool(source, name, &text.to_string());
    let snapshot = registry.snapshot();
    let place = |name: &str| snapshot.get(name).map_or(u64::MAX, |tool| tool.id);
    match order {
        Order::Register(name, text) => registry.register(made("code", name, *text)).map(|_| true),
        Order::Replace(name, text) => registry.replace(made("code", name, *text)).map(|_| true),
        Order::Unregister(name) => registry.unregister(name, None),
        Order::Switch(name, on) => registry.set_enabled(place(name), name, *on).map(|()| true),
        Order::Rename(from, to) => registry.update(place(from), from, made("code", to, 9)).map(|()| true),
        Order::Apply(source, tools) => {
            let tools = tools.iter().map(|(name, text)| made(source, name, *text)).collect();
            registry.apply(source, tools).map(|_| true)
        }
        Order::Forget(source) => registry.unregister_source(source).map(|_| true),
    }
}

fn seen(snapshot: &Snapshot) -> Vec<Entry> {
    let entry = |tool: &Arc<RegisteredTool>| Entry {
        name: tool.name().to_owned(),
        source: SOURCES.iter().find(|source| ***source == *tool.origin.source).expect("a known source"),
        text: tool.definition.description.parse().expect("a number"),
        enabled: tool.enabled,
    };
    snapshot.tools().map(entry).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// The names that stand in one list and not in the other, or that differ there.
fn difference(before: &[Entry], after: &[Entry]) -> [Vec<String>; 3] {
    let of = |list: &[Entry], name: &str| list.iter().find(|entry| entry.name == name).cloned();
    let names = |list: &[Entry], keep: &dyn Fn(&Entry) -> bool| {
        sorted(list.iter().filter(|entry| keep(entry)).map(|entry| entry.name.clone()).collect())
    };
    [
        names(after, &|entry| of(before, &entry.name).is_none()),
        names(after, &|entry| of(before, &entry.name).is_some_and(|old| old != *entry)),
        names(before, &|entry| of(after, &entry.name).is_none()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn the_registry_does_what_a_list_on_paper_does(orders in orders(), replaces: bool) {
        let policy = if replaces { OnConflict::Replace } else { OnConflict::Refuse };
        let registry = ToolRegistry::new(policy);
        let listener = Arc::new(Recorder::default());
        registry.listen(Arc::clone(&listener) as Arc<dyn ChangeListener>);
        let mut model = Model { replaces, ..Model::default() };
        for order in &orders {
            let (held, before) = (registry.snapshot(), model.entries.clone());
            let (taken, changed) = model.follow(order);
            prop_assert_eq!(follow(&registry, order).unwrap_or(false), taken, "{:?}", order);
            let now = registry.snapshot();
            prop_assert_eq!(&seen(&now), &model.entries, "{:?}", order);
            prop_assert_eq!(seen(&held), before.clone(), "the snapshot of before moved");
            prop_assert_eq!(now.revision(), held.revision() + u64::from(changed), "{:?}", order);
            let told = listener.take();
            prop_assert_eq!(told.len(), usize::from(changed), "{:?} told {:?}", order, told);
            if let Some(change) = told.into_iter().next() {
                prop_assert_eq!(change.revision, now.revision());
                let [added, updated, removed] = difference(&before, &model.entries);
                // What was registered again as it was is told as updated: a closure may have changed.
                let again = sorted(change.updated.clone());
                prop_assert!(updated.iter().all(|name| again.contains(name)), "{:?}: {:?}", order, change.updated);
                prop_assert_eq!((sorted(change.added), sorted(change.removed)), (added, removed));
            }
            for entry in &model.entries {
                prop_assert_eq!(now.callable(&entry.name).is_ok(), entry.enabled);
            }
        }
    }

    #[test]
    fn a_reload_tells_each_tool_in_one_list(
        old in prop::collection::btree_map(0..12_u8, 0..3_u8, 0..12),
        new in prop::collection::btree_map(0..12_u8, 0..3_u8, 0..12),
    ) {
        let tools = |set: &BTreeMap<u8, u8>| -> Vec<RegisteredTool> {
            set.iter().map(|(name, text)| tool("crm", &format!("t{name}"), &text.to_string())).collect()
        };
        let named = |keep: &dyn Fn(u8) -> bool| -> Vec<String> {
            sorted((0..12).filter(|name| keep(*name)).map(|name| format!("t{name}")).collect())
        };
        let registry = ToolRegistry::new(OnConflict::Refuse);
        registry.apply("crm", tools(&old)).expect("open");
        let AppliedReplacement { added, updated, removed, unchanged, stale, refused, revision, snapshot } =
            registry.apply("crm", tools(&new)).expect("open");
        let both = |name: u8| old.get(&name).zip(new.get(&name));
        prop_assert_eq!(sorted(added), named(&|name| new.contains_key(&name) && !old.contains_key(&name)));
        prop_assert_eq!(sorted(removed), named(&|name| old.contains_key(&name) && !new.contains_key(&name)));
        prop_assert_eq!(sorted(updated), named(&|name| both(name).is_some_and(|(a, b)| a != b)));
        prop_assert_eq!(sorted(unchanged), named(&|name| both(name).is_some_and(|(a, b)| a == b)));
        prop_assert!(refused.is_empty() && stale.is_empty());
        prop_assert_eq!(revision, registry.snapshot().revision());
        prop_assert!(snapshot.is_some_and(|told| Arc::ptr_eq(&told, &registry.snapshot())));
        prop_assert_eq!(registry.snapshot().len(), new.len());
    }
}
