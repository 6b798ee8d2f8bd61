//! Versions against a sheet of paper: whatever is loaded, unloaded and routed, each caller is shown one version of each
//! source, whole, and can call it.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use toolrack_core::error::ErrorCode;
use toolrack_core::registry::{
    DeltaSince, Filter, OfferOptions, OnConflict, Route, Snapshot, ToolRegistry, ViewRequest, family_of,
    share_point,
};
use toolrack_core::target::Target;

use crate::support::versions::{code, listened, load, request, tool, two};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const SOURCES: [&str; 5] = ["crm", "crm@1", "crm@2", "crm@3", "shop@1"];

#[derive(Clone, Debug)]
enum Order {
    Register(&'static str),
    Unregister(&'static str),
    Apply(&'static str, Vec<(&'static str, u8)>),
    Forget(&'static str),
    Route(Option<Rules>),
}

/// A route of the family `crm`.
#[derive(Clone, Debug, Default)]
struct Rules {
    wanted: Option<&'static str>,
    tenant: Option<&'static str>,
    share: Option<(&'static str, f64)>,
}

impl Rules {
    fn route(&self) -> Value {
        let mut route = json!({});
        if let Some(wanted) = self.wanted {
            route["use"] = json!(wanted);
        }
        if let Some(tenant) = self.tenant {
            route["tenants"] = json!({"acme": tenant});
        }
        if let Some((meant, share)) = self.share {
            route["shares"] = json!({meant: share});
        }
        route
    }

    fn selectors(&self) -> impl Iterator<Item = &'static str> {
        [self.wanted, self.tenant, self.share.map(|(meant, _)| meant)].into_iter().flatten()
    }
}

fn orders() -> impl Strategy<Value = Vec<Order>> {
    let name = || prop::sample::select(&NAMES[..]);
    let source = || prop::sample::select(&SOURCES[..]);
    let selector =
        || prop::option::of(prop::sample::select(&["1", "2", "crm", "1.x", ">=1", ">=2", "3"][..]));
    let tools = prop::collection::btree_map(name(), 0..3_u8, 0..5);
    let rules =
        (selector(), selector(), selector(), 0.0..1.0_f64).prop_map(|(wanted, tenant, share, part)| Rules {
            wanted,
            tenant,
            share: share.map(|meant| (meant, part)),
        });
    let order = prop_oneof![
        1 => name().prop_map(Order::Register),
        1 => name().prop_map(Order::Unregister),
        6 => (source(), tools).prop_map(|(source, tools)| Order::Apply(source, tools.into_iter().collect())),
        2 => source().prop_map(Order::Forget),
        3 => prop::option::of(rules).prop_map(Order::Route),
    ];
    prop::collection::vec(order, 1..40)
}

/// A tool that is shown: its name, its source and its text.
type Entry = (String, String, String);

/// One version on paper: its tools and their texts.
type Version = (&'static str, BTreeMap<&'static str, u8>);

#[derive(Clone, Debug, Default)]
struct Paper {
    code: Vec<&'static str>,
    versions: Vec<Version>,
    /// The version that stands without a route, by family.
    homes: BTreeMap<&'static str, &'static str>,
    rules: Option<Rules>,
}

fn number(source: &str) -> u64 {
    source.split_once('@').map_or(0, |(_, label)| label.parse().expect("a number"))
}

impl Paper {
    fn of(&self, family: &str) -> Vec<&'static str> {
        self.versions.iter().map(|(source, _)| *source).filter(|source| family_of(source) == family).collect()
    }

    /// The version of `crm` that a selector means.
    fn pick(&self, selector: &str) -> Option<&'static str> {
        let is_in = |source: &&'static str| match selector {
            "1" | "2" | "3" => *source == format!("crm@{selector}"),
            "crm" => *source == "crm",
            "1.x" => number(source) == 1,
            ">=1" => number(source) >= 1,
            ">=2" => number(source) >= 2,
            other => unreachable!("{other}"),
        };
        self.of("crm").into_iter().filter(is_in).max_by_key(|source| number(source))
    }

    fn standing(&self, family: &str) -> Option<&'static str> {
        let wanted = self.rules.as_ref().filter(|_| family == "crm").and_then(|rules| rules.wanted);
        wanted.and_then(|wanted| self.pick(wanted)).or_else(|| self.homes.get(family).copied())
    }

    /// What a caller is shown of a family.
    fn shown(&self, family: &str, user: &str, tenant: &str, explicit: Option<&str>) -> Option<&'static str> {
        let rules = self.rules.clone().filter(|_| family == "crm").unwrap_or_default();
        let tenants = || rules.tenant.filter(|_| tenant == "acme").and_then(|meant| self.pick(meant));
        let shares = || {
            let inside = |(_, part): &(&str, f64)| !user.is_empty() && share_point("crm", "", user) < *part;
            rules.share.filter(inside).and_then(|(meant, _)| self.pick(meant))
        };
        let explicit = explicit.filter(|_| family == "crm").and_then(|meant| self.pick(meant));
        explicit.or_else(tenants).or_else(shares).or_else(|| self.standing(family))
    }

    fn forget(&mut self, source: &str) {
        let family = family_of(source);
        self.versions.retain(|(known, _)| *known != source);
        if self.homes.get(family) == Some(&source) {
            self.homes.remove(family);
            if let Some(newest) = self.of(family).into_iter().max_by_key(|source| number(source)) {
                self.homes.insert(family_of(newest), newest);
            }
        }
        if family == "crm" && self.of("crm").is_empty() {
            self.rules = None;
        }
    }

    fn follow(&mut self, order: &Order) -> bool {
        match order {
            Order::Register(name) => {
                let is_free =
                    !self.code.contains(name) && self.versions.iter().all(|(_, own)| !own.contains_key(name));
                if is_free {
                    self.code.push(name);
                }
                is_free
            }
            Order::Unregister(name) => {
                let before = self.code.len();
                self.code.retain(|own| own != name);
                self.code.len() < before
            }
            Order::Apply(source, tools) => {
                let of_others = |name: &str| {
                    let others =
                        self.versions.iter().filter(|(other, _)| family_of(other) != family_of(source));
                    self.code.contains(&name) || others.into_iter().any(|(_, own)| own.contains_key(name))
                };
                let own: BTreeMap<_, _> =
                    tools.iter().filter(|(name, _)| !of_others(name)).copied().collect();
                if own.is_empty() {
                    self.forget(source);
                } else if let Some(known) = self.versions.iter_mut().find(|(known, _)| known == source) {
                    known.1 = own;
                } else {
                    self.versions.push((source, own));
                    self.homes.entry(family_of(source)).or_insert(source);
                }
                true
            }
            Order::Forget(source) => {
                self.forget(source);
                true
            }
            Order::Route(rules) => {
                let met = rules.iter().flat_map(Rules::selectors).all(|meant| self.pick(meant).is_some());
                let taken = met && !self.of("crm").is_empty();
                if taken {
                    self.rules.clone_from(rules);
                }
                taken
            }
        }
    }

    /// All that a caller is shown: name, source and text.
    fn list(&self, user: &str, tenant: &str, explicit: Option<&str>) -> Vec<Entry> {
        let mut list: Vec<_> =
            self.code.iter().map(|name| ((*name).to_owned(), "code".to_owned(), "0".to_owned())).collect();
        for family in ["crm", "shop"] {
            let shown = self.shown(family, user, tenant, explicit);
            for (source, tools) in self.versions.iter().filter(|(source, _)| Some(*source) == shown) {
                let entry =
                    |(name, text): (&&str, &u8)| ((*name).to_owned(), (*source).to_owned(), text.to_string());
                list.extend(tools.iter().map(entry));
            }
        }
        list.sort();
        list
    }
}

fn follow(registry: &Arc<ToolRegistry>, order: &Order) -> bool {
    match order {
        Order::Register(name) => registry.register(tool("code", name, "0", None)).is_ok(),
        Order::Unregister(name) => {
            // What a document brought goes with it, and not by itself.
            let is_own = registry.snapshot().get(name).is_some_and(|tool| *tool.origin.source == *"code");
            is_own && registry.unregister(name, None).expect("open")
        }
        Order::Apply(source, tools) => {
            let tools =
                tools.iter().map(|(name, text)| tool(source, name, &text.to_string(), None)).collect();
            registry.apply(source, tools).is_ok()
        }
        Order::Forget(source) => registry.unregister_source(source).is_ok(),
        Order::Route(rules) => {
            let route = rules.as_ref().map(|rules| Route::parse(&rules.route()).expect("a route"));
            registry.route("crm", route).is_ok()
        }
    }
}

fn seen(snapshot: &Snapshot) -> Vec<Entry> {
    let entry = |tool: &Arc<toolrack_core::registry::RegisteredTool>| {
        (tool.name().to_owned(), tool.origin.source.to_string(), tool.definition.description.clone())
    };
    let mut seen: Vec<_> = snapshot.tools().map(entry).collect();
    seen.sort();
    seen
}

/// Callers of all kinds: user, tenant, and the version that they ask for.
const CALLERS: [(&str, &str, Option<&str>); 7] = [
    ("", "", None),
    ("ann", "", None),
    ("bob", "other", None),
    ("eve", "acme", None),
    ("", "", Some("1")),
    ("ann", "acme", Some(">=2")),
    ("bob", "", Some("crm")),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn each_caller_is_shown_what_the_paper_says_and_can_call_all_of_it(orders in orders()) {
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let mut paper = Paper::default();
        let options = OfferOptions::plain(Target::OpenAi.into());
        let offered = |view: &Snapshot| -> BTreeMap<String, String> {
            let delta = |of: &toolrack_core::target::OfferedTool<'_>| {
                let mut text = String::new();
                of.write(&mut text);
                (of.candidate.wire_name.to_owned(), text)
            };
            view.offer(&options, &Filter::default()).tools.iter().map(delta).collect()
        };
        let mut sent: BTreeMap<usize, (u64, BTreeMap<String, String>)> = BTreeMap::new();
        let mut leases: Vec<(Arc<Snapshot>, Vec<Entry>)> = Vec::new();
        for order in &orders {
            prop_assert_eq!(follow(&registry, order), paper.follow(order), "{:?}", order);
            let snapshot = registry.snapshot();
            for (i, (user, tenant, explicit)) in CALLERS.into_iter().enumerate() {
                let is_met = explicit.is_none_or(|meant| paper.pick(meant).is_some());
                let versions = explicit.map_or(json!(null), |meant| json!({"crm": meant}));
                let asks: ViewRequest = request(user, tenant, &versions);
                if !is_met {
                    let is_unknown = paper.of("crm").is_empty();
                    let expected =
                        if is_unknown { ErrorCode::UnknownSource } else { ErrorCode::InvalidOptions };
                    prop_assert_eq!(code(snapshot.view_for(&asks)), expected);
                    sent.remove(&i);
                    continue;
                }
                let view = snapshot.view_for(&asks).expect("is met");
                let expected = paper.list(user, tenant, explicit);
                prop_assert_eq!(&seen(&view), &expected, "{:?} for {:?}", order, asks);
                for (name, source, _) in &expected {
                    prop_assert_eq!(&*view.callable(name).expect("is listed").origin.source, source.as_str());
                }
                // Whoever follows the deltas has what they are sent.
                let now = offered(&view);
                if let Some((from, mut list)) = sent.remove(&i) {
                    let delta = view.delta_for(&asks, DeltaSince { revision: from, ..DeltaSince::default() }, &options,
                        &Filter::default()).expect("is remembered");
                    for gone in &delta.removed {
                        prop_assert!(list.remove(&gone.wire_name).is_some());
                    }
                    for changed in delta.added.iter().chain(&delta.changed) {
                        list.insert(changed.wire_name.clone(), changed.definition.get().to_owned());
                    }
                    prop_assert_eq!(&list, &now, "{:?} for {:?}", order, asks);
                }
                sent.insert(i, (snapshot.revision(), now));
                leases.push((view, expected));
            }
        }
        for (view, expected) in &leases {
            prop_assert_eq!(&seen(view), expected, "a lease moved");
        }
    }
}

#[test]
fn readers_on_other_threads_are_shown_one_version_whole_while_everything_moves() {
    let registry = two();
    let is_done = std::sync::atomic::AtomicBool::new(false);
    let read = |user: &str| -> usize {
        let (asks, mut last, mut seen) = (request(user, "acme", &json!(null)), 0, 0);
        while !is_done.load(std::sync::atomic::Ordering::Acquire) {
            let view = registry.snapshot().view_for(&asks).expect("no rule is wrong");
            assert!(view.revision() >= last, "revisions never go back");
            last = view.revision();
            let sources: Vec<_> = view.tools().map(|tool| Arc::clone(&tool.origin.source)).collect();
            let mut own: Vec<_> = sources.into_iter().filter(|source| family_of(source) == "crm").collect();
            own.dedup();
            assert_eq!(own.len(), 1, "torn at {last}: {own:?}");
            for tool in view.tools() {
                let meant = view.callable(tool.name()).expect("is listed");
                assert!(Arc::ptr_eq(meant, tool));
            }
            seen += 1;
        }
        seen
    };
    std::thread::scope(|scope| {
        let readers: Vec<_> = ["ann", "bob", "eve", ""].map(|user| scope.spawn(move || read(user))).into();
        for i in 0..300_u32 {
            let route = match i % 4 {
                0 => json!({"shares": {"2": f64::from(i % 10) / 10.0}}),
                1 => json!({"use": "2"}),
                2 => json!({"tenants": {"acme": "2"}}),
                _ => json!({}),
            };
            registry.route("crm", Some(Route::parse(&route).expect("a route"))).expect("is met");
            load(&registry, "crm@2", if i % 2 == 0 { &["list", "newer"] } else { &["new", "list"] });
            load(&registry, "crm@1", if i % 3 == 0 { &["list"] } else { &["old", "list"] });
            if i % 7 == 0 {
                registry.unregister_source("crm@1").expect("open");
                load(&registry, "crm@1", &["list", "old"]);
            }
        }
        is_done.store(true, std::sync::atomic::Ordering::Release);
        for reader in readers {
            assert!(reader.join().expect("no reader panicked") > 0);
        }
    });
}

#[test]
fn tools_of_one_name_have_one_place_in_all_versions() {
    let registry = two();
    let recorder = listened(&registry);
    load(&registry, "crm@3", &["new", "old", "list"]);
    assert_eq!(recorder.take().0.len(), 1);
    let place =
        |source: &str, name: &str| registry.snapshot().view_of(source).get(name).map(|tool| tool.position);
    for (name, sources) in
        [("list", ["crm@1", "crm@2"]), ("old", ["crm@1", "crm@3"]), ("new", ["crm@2", "crm@3"])]
    {
        assert_eq!(place(sources[0], name), place(sources[1], name), "{name}");
        assert!(place(sources[0], name).is_some());
    }
    let order = |source: &str| -> Vec<String> {
        let view = registry.snapshot().view_of(source);
        view.tools().map(|tool| tool.name().to_owned()).collect()
    };
    assert_eq!(order("crm@3"), ["list", "old", "buy", "new"]);
}
