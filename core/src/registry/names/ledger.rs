//! The name ledger: which operation has which name.
//!
//! Models, prompts and audit trails know a tool by its name, so a name must not move. An operation that was named once
//! keeps its name, whatever is added, removed or reordered around it, and the name of one that is gone is given to no
//! other until somebody asks for that ([`NameLedger::forget`]). New operations are named in an order of their own, so that
//! the order of a document does not count.
//!
//! A load names all of its operations at once, in a [`NameDraft`] that changes nothing. `ToolRegistry::apply_drafted` enters
//! it together with the tools, so that a load that fails leaves no name behind.
//!
//! A name that the caller gives ([`NameWish::Given`]) stands beside the one that the ledger made and does not replace it: it
//! is the operation's own for good, as every name is, and once the caller gives it no more the operation has the name
//! back that it had. One that is another operation's, or was, is refused: the operation then has no name.
//!
//! Versions of one source ([`family_of`]) share their names: they never stand side by side, and a model that is shown another
//! version must find the same operation under the same name. An operation is the same by its id, or by its method and path where
//! it has none; a new one has the name that it has in another version.
//!
//! The ledger grows by each operation that it has not seen: names are kept until they are forgotten.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::identity::{Identity, NameScope, NameWish, OperationNames, UnnamedOperation};
use super::shared_names::{NameKeys, SharedNames};
use crate::error::{Error, Result};
use crate::json::{HashMap, HashSet};
use crate::tool::name::confusion_key;

/// The names of all operations that were ever loaded, those that are gone included.
#[derive(Clone, Debug, Default)]
pub struct NameLedger {
    /// Sorted, so that what is saved does not depend on what was loaded first.
    pub(in crate::registry) scopes: BTreeMap<NameScope, BTreeMap<Identity, OperationNames>>,
    /// [`confusion_key`] of every name, and the sources that have it: no two operations of a source have names of one key,
    /// and no two sources that are not versions of one.
    keys: NameKeys,
}

/// The keys follow from the names.
impl PartialEq for NameLedger {
    fn eq(&self, other: &Self) -> bool {
        self.scopes == other.scopes
    }
}

/// The names of a load's operations, not entered yet.
#[derive(Clone, Debug)]
pub struct NameDraft {
    pub(in crate::registry) scope: NameScope,
    pub(in crate::registry) entries: Vec<DraftedName>,
}

/// One operation of a draft.
#[derive(Clone, Debug)]
pub(in crate::registry) struct DraftedName {
    pub identity: Identity,
    /// Its name, or who has the one that was given to it.
    pub name: Result<String>,
    /// Whether the caller gave it.
    pub is_given: bool,
}

impl NameDraft {
    /// The source whose operations these are.
    pub fn source(&self) -> &str {
        &self.scope.source
    }

    /// The names in the order of the operations, or why one has none.
    pub fn outcomes(&self) -> impl Iterator<Item = Result<&str, &Error>> {
        self.entries.iter().map(|entry| entry.name.as_deref())
    }

    /// The names, in the order of the operations that have one.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.outcomes().flatten()
    }
}

impl NameLedger {
    /// Names all operations of a load. One that is there twice has one name.
    pub fn draft(
        &self,
        source: &str,
        namespace: Option<&str>,
        operations: impl IntoIterator<Item = impl Into<UnnamedOperation>>,
    ) -> NameDraft {
        let operations: Vec<UnnamedOperation> = operations.into_iter().map(Into::into).collect();
        let scope = NameScope { source: source.to_owned(), namespace: namespace.map(ToOwned::to_owned) };
        let known = self.scopes.get(&scope);
        let known = |identity: &Identity| known.and_then(|known| known.get(identity));
        let (mut given, mut new) = (Vec::new(), Vec::new());
        let mut names: HashMap<&Identity, Result<String>> = HashMap::default();
        for operation in &operations {
            let own = known(&operation.identity).and_then(|names| names.own.as_ref());
            match (&operation.wish, own) {
                (NameWish::Given(name), _) => given.push((&operation.identity, name)),
                (NameWish::Own | NameWish::Word(_), Some(name)) => {
                    names.insert(&operation.identity, Ok(name.clone()));
                }
                (NameWish::Own, None) => new.push((&operation.identity, None)),
                (NameWish::Word(word), None) => new.push((&operation.identity, Some(word.as_str()))),
            }
        }
        given.sort_unstable();
        new.sort_unstable();
        // A name of the ledger is free for the operation that has it.
        let is_held = |key: &str, identity: &Identity| {
            !self.keys.admit(key, source) && !known(identity).is_some_and(|names| names.has_key(key))
        };
        let mut keys: HashMap<String, &str> = HashMap::default();
        for (identity, name) in given {
            if names.contains_key(identity) {
                continue;
            }
            let key = confusion_key(name).into_owned();
            let in_draft = keys.get(&key).map(|holder| (source, *holder));
            let in_ledger = || if is_held(&key, identity) { self.holder(&key) } else { None };
            let holder = in_draft.or_else(in_ledger);
            let outcome = holder.map_or_else(
                || Ok(name.clone()),
                |(source, holder)| {
                    let (name, holder, source_name) = (name.clone(), holder.to_owned(), source.to_owned());
                    Err(Error::NameTaken { name, holder, source_name })
                },
            );
            if outcome.is_ok() {
                keys.insert(key, name);
            }
            names.insert(identity, outcome);
        }
        let mut keys: HashSet<String> = keys.into_keys().collect();
        let siblings = SharedNames::of(&self.scopes, &scope);
        for (identity, _) in &new {
            let Some(name) = siblings.name(identity).filter(|_| !names.contains_key(identity)) else {
                continue;
            };
            let key = confusion_key(name).into_owned();
            if !is_held(&key, identity) && keys.insert(key) {
                names.insert(identity, Ok(name.clone()));
            }
        }
        for (identity, word) in new {
            if names.contains_key(identity) {
                continue;
            }
            let name = identity.name(word, namespace, |candidate| {
                let key = confusion_key(candidate);
                keys.contains(&*key) || is_held(&key, identity)
            });
            keys.insert(confusion_key(&name).into_owned());
            names.insert(identity, Ok(name));
        }
        let entries = operations.iter().map(|operation| DraftedName {
            identity: operation.identity.clone(),
            name: names[&operation.identity].clone(),
            is_given: matches!(operation.wish, NameWish::Given(_)),
        });
        NameDraft { entries: entries.collect(), scope }
    }

    /// Which source's operation has a name of a key, and the name.
    fn holder(&self, key: &str) -> Option<(&str, &str)> {
        let named = self.scopes.iter().flat_map(|(scope, operations)| {
            let all = operations.values().flat_map(OperationNames::all);
            all.map(|name| (scope.source.as_str(), name.as_str()))
        });
        named.into_iter().find(|(_, name)| confusion_key(name) == key)
    }

    /// Whether a draft is still true: nobody took one of its names since it was made.
    pub fn admits(&self, draft: &NameDraft) -> bool {
        let known = self.scopes.get(&draft.scope);
        draft.entries.iter().all(|DraftedName { identity, name, is_given }| {
            let Ok(name) = name else { return true };
            let held = known.and_then(|known| known.get(identity));
            let is_free = || {
                let key = confusion_key(name);
                self.keys.admit(&key, draft.source()) || held.is_some_and(|held| held.has_key(&key))
            };
            let own = held.and_then(|held| held.own.as_ref()).filter(|_| !is_given);
            own.map_or_else(is_free, |own| own == name)
        })
    }

    /// Enters the names of a draft, all or none; whether it is still true.
    pub fn enter(&mut self, draft: &NameDraft) -> bool {
        let admitted = self.admits(draft);
        let is_named = draft.names().next().is_some();
        if admitted && is_named {
            let scope = self.scopes.entry(draft.scope.clone()).or_default();
            let source: Arc<str> = draft.source().into();
            for DraftedName { identity, name, is_given } in &draft.entries {
                let Ok(name) = name else { continue };
                let names = scope.entry(identity.clone()).or_default();
                self.keys.hold(name, &source);
                if !is_given {
                    names.own.get_or_insert_with(|| name.clone());
                } else if names.own.as_ref() != Some(name) {
                    names.given.insert(name.clone());
                }
            }
        }
        admitted
    }

    /// Releases the names, of one source or of all, that no tool bears; how many. `bears` says whether a tool of a
    /// source bears a name.
    pub fn forget(&mut self, source: Option<&str>, bears: impl Fn(&str, &str) -> bool) -> usize {
        let mut forgotten = 0;
        self.scopes.retain(|scope, operations| {
            if source.is_none_or(|source| source == scope.source) {
                operations.retain(|_, names| {
                    let before = names.all().count();
                    names.own = names.own.take().filter(|name| bears(&scope.source, name));
                    names.given.retain(|name| bears(&scope.source, name));
                    forgotten += before - names.all().count();
                    names.all().next().is_some()
                });
            }
            !operations.is_empty()
        });
        self.keys.clear();
        for (scope, operations) in &self.scopes {
            let source: Arc<str> = scope.source.as_str().into();
            for name in operations.values().flat_map(OperationNames::all) {
                self.keys.hold(name, &source);
            }
        }
        forgotten
    }
}

#[cfg(test)]
pub(in crate::registry) mod tests {
    use crate::registry::*;

    pub fn identity(method: &str, path: &str, id: Option<&str>) -> Identity {
        Identity { method: method.into(), path: path.into(), id: id.map(Into::into) }
    }

    /// Names operations and enters them.
    pub fn named(
        ledger: &mut NameLedger,
        source: &str,
        space: Option<&str>,
        of: &[&Identity],
    ) -> Vec<String> {
        let draft = ledger.draft(source, space, of.iter().map(|identity| (*identity).clone()));
        assert!(ledger.enter(&draft));
        draft.names().map(ToOwned::to_owned).collect()
    }

    #[test]
    fn names_come_from_the_id_or_else_from_method_and_path() {
        for (identity, space, expected) in [
            (identity("GET", "/issues", Some("issues/list")), None, "issues_list"),
            (identity("GET", "/users/{id}", None), None, "GET_users_id"),
            (identity("GET", "/a", Some("***")), None, "GET_a"),
            (identity("GET", "/pets", Some("list")), Some("shop"), "shop_list"),
            (identity("GET", "/2fa", Some("2fa")), Some("shop"), "shop__2fa"),
        ] {
            assert_eq!(named(&mut NameLedger::default(), "api", space, &[&identity]), [expected]);
        }
    }

    #[test]
    fn of_two_that_want_one_name_the_first_by_path_has_it_whatever_their_order() {
        let first = identity("GET", "/a", Some("get-user"));
        let second = identity("GET", "/b", Some("get_user"));
        let names = named(&mut NameLedger::default(), "api", None, &[&first, &second]);
        assert_eq!(names[0], "get-user");
        assert!(names[1].starts_with("get_user_") && names[1].len() == "get_user_".len() + 8, "{names:?}");
        let turned = named(&mut NameLedger::default(), "api", None, &[&second, &first]);
        assert_eq!([&turned[1], &turned[0]], [&names[0], &names[1]]);
    }

    #[test]
    fn of_two_that_differ_by_case_alone_each_has_a_name_and_a_given_one_is_refused() {
        let (first, second) =
            (identity("GET", "/a", Some("GetUser")), identity("GET", "/b", Some("getuser")));
        let mut ledger = NameLedger::default();
        let names = named(&mut ledger, "api", None, &[&second, &first]);
        assert_eq!(names[1], "GetUser");
        assert!(names[0].starts_with("getuser_") && names[0].len() == "getuser_".len() + 8, "{names:?}");
        let wish = NameWish::Given("GETUSER".to_owned());
        let draft = ledger.draft("other", None, [UnnamedOperation { identity: first, wish }]);
        let refusal = draft.outcomes().next().expect("one").expect_err("is taken").to_string();
        assert_eq!(refusal, "tool name \"GETUSER\" is taken by \"GetUser\" of source \"api\"");
    }

    #[test]
    fn a_name_stays_when_one_comes_that_would_have_had_it() {
        let (first, second) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("x")));
        let mut ledger = NameLedger::default();
        assert_eq!(named(&mut ledger, "api", None, &[&second]), ["x"]);
        let names = named(&mut ledger, "api", None, &[&first, &second]);
        assert!(names[0].starts_with("x_") && names[1] == "x", "{names:?}");
        assert_eq!(named(&mut ledger, "api", None, &[&first])[0], names[0]);
    }

    #[test]
    fn a_name_held_by_another_source_is_taken() {
        let one = identity("GET", "/a", Some("x"));
        let mut ledger = NameLedger::default();
        assert_eq!(named(&mut ledger, "crm", None, &[&one]), ["x"]);
        let names = named(&mut ledger, "shop", None, &[&one]);
        assert!(names[0].starts_with("x_"), "{names:?}");
        assert_eq!(named(&mut ledger, "crm", None, &[&one]), ["x"]);
    }

    #[test]
    fn another_namespace_names_anew_and_the_first_one_is_kept() {
        let one = identity("GET", "/a", Some("x"));
        let mut ledger = NameLedger::default();
        for (space, expected) in [(None, "x"), (Some("b"), "b_x"), (Some("c"), "c_x"), (None, "x")] {
            assert_eq!(named(&mut ledger, "api", space, &[&one]), [expected]);
        }
    }

    #[test]
    fn a_draft_changes_nothing_and_is_refused_whole_once_a_name_of_it_is_taken() {
        let (one, two) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("y")));
        let mut ledger = NameLedger::default();
        let draft = ledger.draft("crm", None, vec![one.clone(), two]);
        assert_eq!(ledger, NameLedger::default());
        named(&mut ledger, "shop", None, &[&one]);
        let before = ledger.clone();
        assert!(!ledger.enter(&draft));
        assert_eq!(ledger, before);
    }

    #[test]
    fn a_given_name_is_the_operations_own_for_good_and_its_first_one_comes_back() {
        let (one, two) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("y")));
        let given = |name: &str, identity: &Identity| UnnamedOperation {
            identity: identity.clone(),
            wish: NameWish::Given(name.to_owned()),
        };
        let mut ledger = NameLedger::default();
        assert_eq!(named(&mut ledger, "api", Some("crm"), &[&one, &two]), ["crm_x", "crm_y"]);
        let draft = ledger.draft("api", Some("crm"), [given("find", &one), two.clone().into()]);
        assert!(ledger.enter(&draft));
        assert_eq!(draft.names().collect::<Vec<_>>(), ["find", "crm_y"]);
        assert_eq!(named(&mut ledger, "api", Some("crm"), &[&one, &two]), ["crm_x", "crm_y"]);
        let taken = |name: &str| {
            let draft = ledger.draft("other", None, [given(name, &two)]);
            draft.outcomes().next().expect("one").expect_err("is taken").to_string()
        };
        assert_eq!(taken("find"), "tool name \"find\" is taken by \"find\" of source \"api\"");
        assert_eq!(taken("crm-x"), "tool name \"crm-x\" is taken by \"crm_x\" of source \"api\"");
        assert_eq!(ledger.forget(None, |_, name| name == "find"), 2);
        assert_eq!(named(&mut ledger, "api", Some("crm"), &[&one]), ["crm_x"]);
    }

    #[test]
    fn given_names_come_before_made_ones_and_of_two_that_are_the_same_the_first_by_path_has_it() {
        let (one, two) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("y")));
        let given = |name: &str, identity: &Identity| UnnamedOperation {
            identity: identity.clone(),
            wish: NameWish::Given(name.to_owned()),
        };
        let ledger = NameLedger::default();
        let draft = ledger.draft("api", None, [one.clone().into(), given("x", &two)]);
        let names: Vec<_> = draft.names().collect();
        assert!(names[0].starts_with("x_") && names[1] == "x", "{names:?}");
        let draft = ledger.draft("api", None, [given("z-z", &two), given("z_z", &one)]);
        assert_eq!(draft.names().collect::<Vec<_>>(), ["z_z"]);
        assert!(draft.outcomes().next().expect("two").is_err());
    }

    #[test]
    fn the_documents_word_stands_in_the_namespace_and_moves_no_name() {
        let one = identity("GET", "/a", Some("x"));
        let word =
            |word: &str| UnnamedOperation { identity: one.clone(), wish: NameWish::Word(word.to_owned()) };
        let mut ledger = NameLedger::default();
        let draft = ledger.draft("api", Some("crm"), [word("send mail")]);
        assert_eq!(draft.names().collect::<Vec<_>>(), ["crm_send_mail"]);
        assert!(ledger.enter(&draft));
        let draft = ledger.draft("api", Some("crm"), [word("other")]);
        assert_eq!(draft.names().collect::<Vec<_>>(), ["crm_send_mail"]);
    }

    #[test]
    fn names_that_no_tool_bears_are_forgotten_and_free_again() {
        let (one, two) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("y")));
        let mut ledger = NameLedger::default();
        named(&mut ledger, "crm", None, &[&one, &two]);
        named(&mut ledger, "shop", Some("shop"), &[&one]);
        assert_eq!(ledger.forget(Some("crm"), |source, name| (source, name) == ("crm", "y")), 1);
        assert_eq!(ledger.forget(Some("none"), |_, _| false), 0);
        assert_eq!(named(&mut ledger, "new", None, &[&one]), ["x"]);
        assert_eq!(ledger.forget(None, |_, _| false), 3);
        assert_eq!(ledger, NameLedger::default());
    }
}
