//! Names that do not move, on the operations that GitHub, Box and Kubernetes really have and on any there could be.
//!
//! The documents stand beside the workspace, in `../shared/specs`; without them a small list is made up.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use toolrack_core::registry::{Identity, NameLedger};
use toolrack_core::tool::name::{confusion_key, is_portable};

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
const TURNS: usize = 200;

fn identity(method: &str, path: &str, id: Option<&str>) -> Identity {
    Identity {
        path: path.into(),
        method: method.to_ascii_uppercase().into(),
        id: id.filter(|id| !id.is_empty()).map(Into::into),
    }
}

/// The operations of each document by its name.
fn lists() -> Vec<(String, Vec<Identity>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs/dev");
    let read = |file: &str| {
        let document: Value = serde_json::from_str(&fs::read_to_string(folder.join(file)).ok()?).ok()?;
        let paths = document["paths"].as_object().expect("paths").iter();
        let operations = paths.flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| {
                let operation = item.get(method)?;
                Some(identity(method, path, operation["operationId"].as_str()))
            })
        });
        Some((file.to_owned(), operations.collect::<Vec<_>>()))
    };
    let files = ["github-api.v3.0.json", "box.v3.0.json", "kubernetes.v2.json"];
    let found: Vec<_> = files.into_iter().filter_map(read).collect();
    if found.is_empty() {
        println!("there is no {}", folder.display());
        return vec![("made up".to_owned(), (0..60).map(|i| made_up(i, &[])).collect())];
    }
    for (file, operations) in &found {
        assert!(operations.len() > 200, "{file} has {}", operations.len());
    }
    found
}

/// An operation that no document has; it wants a name of its own, one that another operation has or nearly has, or says
/// nothing of its name.
fn made_up(number: usize, others: &[Identity]) -> Identity {
    let path = format!("/made-up/{number}/{{id}}");
    let other = others.get(number % others.len().max(1)).and_then(|other| other.id.as_deref());
    match number % 4 {
        0 => identity("get", &path, None),
        1 => identity("post", &path, Some(&format!("made/up {number}"))),
        2 => identity("put", &path, other.or(Some("twice"))),
        _ => identity("put", &path, other.map(|id| id.replace('_', "-")).as_deref().or(Some("twi-ce"))),
    }
}

/// `SplitMix64`: chance that is the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bound = bound as u64;
        usize::try_from((bits ^ (bits >> 31)) % bound).expect("is below a usize")
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

/// A ledger, and every name that it ever gave.
#[derive(Default)]
struct Scene {
    ledger: NameLedger,
    given: HashMap<Identity, String>,
    keys: HashSet<String>,
}

impl Scene {
    /// Names the operations, and sees that what was named keeps its name and what is new has one of its own.
    fn load(&mut self, operations: &[Identity]) {
        let draft = self.ledger.draft("api", None, operations.to_vec());
        assert!(self.ledger.enter(&draft));
        for (identity, name) in operations.iter().zip(draft.names()) {
            let former = self.given.entry(identity.clone()).or_insert_with(|| {
                assert!(is_portable(name), "{name}");
                assert!(self.keys.insert(confusion_key(name).into_owned()), "{name} is borne by two");
                name.to_owned()
            });
            assert_eq!(former, name, "{identity:?}");
        }
    }
}

fn names(ledger: &NameLedger, operations: &[Identity]) -> HashMap<Identity, String> {
    let draft = ledger.draft("api", Some("ns"), operations.to_vec());
    operations.iter().cloned().zip(draft.names().map(ToOwned::to_owned)).collect()
}

#[test]
fn no_name_changes_while_operations_are_shuffled_added_and_removed() {
    for (_, mut operations) in lists() {
        let (mut chance, mut scene) = (Chance(7), Scene::default());
        scene.load(&operations);
        for _ in 0..TURNS {
            chance.shuffle(&mut operations);
            scene.load(&operations);
        }
        for number in 0..TURNS {
            let at = chance.below(operations.len() + 1);
            operations.insert(at, made_up(number, &operations));
            scene.load(&operations);
        }
        let mut gone = Vec::new();
        for _ in 0..TURNS {
            gone.push(operations.swap_remove(chance.below(operations.len())));
            scene.load(&operations);
            // Now and then one comes back, and something else wants what it has left.
            if chance.below(4) == 0 {
                operations.push(gone.swap_remove(chance.below(gone.len())));
                operations.push(made_up(TURNS + scene.given.len(), &gone));
            }
        }
        scene.load(&operations);
        assert!(scene.given.len() > TURNS);
    }
}

#[test]
fn the_first_names_do_not_depend_on_the_order_of_the_document() {
    for (file, mut operations) in lists() {
        operations.extend((0..40).map(|number| made_up(number, &operations)).collect::<Vec<_>>());
        let expected = names(&NameLedger::default(), &operations);
        let mut chance = Chance(11);
        for _ in 0..20 {
            chance.shuffle(&mut operations);
            assert_eq!(names(&NameLedger::default(), &operations), expected, "{file}");
        }
    }
}

#[test]
fn a_restored_ledger_names_as_the_one_that_was_saved() {
    for (file, mut operations) in lists() {
        let mut ledger = NameLedger::default();
        assert!(ledger.enter(&ledger.draft("api", Some("ns"), operations.clone())));
        let before = names(&ledger, &operations);
        let saved = ledger.to_json().to_string();
        let restored = NameLedger::restore(&serde_json::from_str(&saved).expect("JSON")).expect("is whole");
        assert_eq!(restored, ledger, "{file}");
        operations.extend((0..40).map(|number| made_up(number, &operations)).collect::<Vec<_>>());
        Chance(13).shuffle(&mut operations);
        let after = names(&restored, &operations);
        assert!(before.iter().all(|(identity, name)| after[identity] == *name), "{file}");
    }
}

fn any_identity() -> impl Strategy<Value = Identity> {
    // Short words so that many want the same, and anything at all.
    let word = || prop_oneof!["[ab/_-]{0,3}", ".{0,90}"];
    (word(), word(), prop::option::of(word())).prop_map(|(path, method, id)| Identity {
        path: path.into(),
        method: method.into(),
        id: id.map(Into::into),
    })
}

proptest! {
    #[test]
    fn any_operations_have_portable_names_of_their_own_that_stay(
        first in prop::collection::vec(any_identity(), 0..20),
        second in prop::collection::vec(any_identity(), 0..20),
        namespace in prop::option::of("[a-z_-]{1,64}"),
    ) {
        let mut ledger = NameLedger::default();
        let mut given: HashMap<(&str, Identity), String> = HashMap::new();
        let both = [first.clone(), second.clone()].concat();
        for (source, operations) in [("api", &first), ("api", &both), ("other", &second), ("api", &second)] {
            let draft = ledger.draft(source, namespace.as_deref(), operations.clone());
            prop_assert!(ledger.enter(&draft));
            for (identity, name) in operations.iter().zip(draft.names()) {
                prop_assert!(is_portable(name), "{name:?}");
                let former = given.entry((source, identity.clone())).or_insert_with(|| name.to_owned());
                prop_assert_eq!(former.as_str(), name);
            }
        }
        let keys: HashSet<_> = given.values().map(|name| confusion_key(name)).collect();
        prop_assert_eq!(keys.len(), given.len());
        prop_assert_eq!(NameLedger::restore(&ledger.to_json()), Ok(ledger));
    }

    #[test]
    fn the_order_of_any_operations_does_not_count(
        (operations, shuffled) in prop::collection::vec(any_identity(), 0..20)
            .prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
    ) {
        prop_assert_eq!(names(&NameLedger::default(), &operations), names(&NameLedger::default(), &shuffled));
    }
}
