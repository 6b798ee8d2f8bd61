//! The name ledger: which operation has which name.
//!
//! Models, prompts and audit trails know a tool by its name, so a name must not move. An operation that was named once
//! keeps its name, whatever is added, removed or reordered around it, and the name of one that is gone is given to no
//! other until somebody asks for that ([`Ledger::forget`]). New operations are named in an order of their own, so that
//! the order of a document does not count.
//!
//! A load names all of its operations at once, in a [`Draft`] that changes nothing. `ToolRegistry::apply_drafted` enters
//! it together with the tools, so that a load that fails leaves no name behind.
//!
//! The ledger grows by each operation that it has not seen: names are kept until they are forgotten.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::tool::name::{self, confusion_key};

/// What an operation is known by within its source, whatever stands around it in the document. They sort by path and
/// method: the order in which new ones are named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The path as written.
    pub path: String,
    /// The method in capitals.
    pub method: String,
    /// The operation's id.
    pub id: Option<String>,
}

impl Identity {
    /// From the id, else from method and path, with the namespace before it. Where that is taken, a hash of method and
    /// path tells the two apart: never a number, which would depend on who came first.
    fn name(&self, namespace: Option<&str>, taken: impl Fn(&str) -> bool) -> String {
        let place = format!("{} {}", self.method, self.path);
        let has_word = |id: &&str| id.contains(|c: char| c.is_ascii_alphanumeric());
        let word = self.id.as_deref().filter(has_word).unwrap_or(&place);
        let full =
            namespace.map_or_else(|| word.to_owned(), |space| format!("{space}_{}", name::portable(word)));
        name::distinct(&full, &place, taken)
    }
}

/// Where identities stand: a source in another namespace is another place, and its operations are named anew there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Scope {
    pub source: String,
    pub namespace: Option<String>,
}

/// The names of all operations that were ever loaded, those that are gone included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Sorted, so that what is saved does not depend on what was loaded first.
    pub(super) scopes: BTreeMap<Scope, BTreeMap<Identity, String>>,
    /// [`confusion_key`] of every name: no two names have one key.
    keys: HashSet<String>,
}

/// The names of a load's operations, not entered yet.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(super) scope: Scope,
    pub(super) entries: Vec<(Identity, String)>,
}

impl Draft {
    /// The source whose operations these are.
    pub fn source(&self) -> &str {
        &self.scope.source
    }

    /// The names, in the order of the operations.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(_, name)| name.as_str())
    }
}

impl Ledger {
    /// Names all operations of a load. One that is given twice has one name.
    pub fn draft(&self, source: &str, namespace: Option<&str>, identities: Vec<Identity>) -> Draft {
        let scope = Scope { source: source.to_owned(), namespace: namespace.map(ToOwned::to_owned) };
        let known = self.scopes.get(&scope);
        let mut names: HashMap<&Identity, String> = HashMap::with_capacity(identities.len());
        let mut new = Vec::new();
        for identity in &identities {
            match known.and_then(|known| known.get(identity)) {
                Some(name) => drop(names.insert(identity, name.clone())),
                None => new.push(identity),
            }
        }
        new.sort_unstable();
        new.dedup();
        let mut keys: HashSet<String> = HashSet::with_capacity(new.len());
        for identity in new {
            let name = identity.name(namespace, |candidate| {
                let key = confusion_key(candidate);
                self.keys.contains(&*key) || keys.contains(&*key)
            });
            keys.insert(confusion_key(&name).into_owned());
            names.insert(identity, name);
        }
        let in_order: Vec<String> = identities.iter().map(|identity| names[identity].clone()).collect();
        Draft { scope, entries: identities.into_iter().zip(in_order).collect() }
    }

    /// Whether a draft is still true: nobody took one of its names since it was made.
    pub fn admits(&self, draft: &Draft) -> bool {
        let known = self.scopes.get(&draft.scope);
        draft.entries.iter().all(|(identity, name)| match known.and_then(|known| known.get(identity)) {
            Some(held) => held == name,
            None => !self.keys.contains(&*confusion_key(name)),
        })
    }

    /// Enters the names of a draft, all or none; whether it is still true.
    pub fn enter(&mut self, draft: &Draft) -> bool {
        let admitted = self.admits(draft);
        if admitted && !draft.entries.is_empty() {
            let scope = self.scopes.entry(draft.scope.clone()).or_default();
            for (identity, name) in &draft.entries {
                if !scope.contains_key(identity) {
                    self.keys.insert(confusion_key(name).into_owned());
                    scope.insert(identity.clone(), name.clone());
                }
            }
        }
        admitted
    }

    /// Releases the names, of one source or of all, that no tool bears; how many. `bears` says whether a tool of a
    /// source bears a name.
    pub fn forget(&mut self, source: Option<&str>, bears: impl Fn(&str, &str) -> bool) -> usize {
        let keys = &mut self.keys;
        let before = keys.len();
        self.scopes.retain(|scope, names| {
            if source.is_none_or(|source| source == scope.source) {
                names.retain(|_, name| {
                    let kept = bears(&scope.source, name);
                    if !kept {
                        keys.remove(&*confusion_key(name));
                    }
                    kept
                });
            }
            !names.is_empty()
        });
        before - keys.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(method: &str, path: &str, id: Option<&str>) -> Identity {
        Identity { method: method.to_owned(), path: path.to_owned(), id: id.map(ToOwned::to_owned) }
    }

    /// Names operations and enters them.
    fn named(ledger: &mut Ledger, source: &str, space: Option<&str>, of: &[&Identity]) -> Vec<String> {
        let draft = ledger.draft(source, space, of.iter().map(|identity| (*identity).clone()).collect());
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
            assert_eq!(named(&mut Ledger::default(), "api", space, &[&identity]), [expected]);
        }
    }

    #[test]
    fn of_two_that_want_one_name_the_first_by_path_has_it_whatever_their_order() {
        let first = identity("GET", "/a", Some("get-user"));
        let second = identity("GET", "/b", Some("get_user"));
        let names = named(&mut Ledger::default(), "api", None, &[&first, &second]);
        assert_eq!(names[0], "get-user");
        assert!(names[1].starts_with("get_user_") && names[1].len() == "get_user_".len() + 8, "{names:?}");
        let turned = named(&mut Ledger::default(), "api", None, &[&second, &first]);
        assert_eq!([&turned[1], &turned[0]], [&names[0], &names[1]]);
    }

    #[test]
    fn a_name_stays_when_one_comes_that_would_have_had_it() {
        let (first, second) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("x")));
        let mut ledger = Ledger::default();
        assert_eq!(named(&mut ledger, "api", None, &[&second]), ["x"]);
        let names = named(&mut ledger, "api", None, &[&first, &second]);
        assert!(names[0].starts_with("x_") && names[1] == "x", "{names:?}");
        assert_eq!(named(&mut ledger, "api", None, &[&first])[0], names[0]);
    }

    #[test]
    fn a_name_held_by_another_source_is_taken() {
        let one = identity("GET", "/a", Some("x"));
        let mut ledger = Ledger::default();
        assert_eq!(named(&mut ledger, "crm", None, &[&one]), ["x"]);
        let names = named(&mut ledger, "shop", None, &[&one]);
        assert!(names[0].starts_with("x_"), "{names:?}");
        assert_eq!(named(&mut ledger, "crm", None, &[&one]), ["x"]);
    }

    #[test]
    fn another_namespace_names_anew_and_the_first_one_is_kept() {
        let one = identity("GET", "/a", Some("x"));
        let mut ledger = Ledger::default();
        for (space, expected) in [(None, "x"), (Some("b"), "b_x"), (Some("c"), "c_x"), (None, "x")] {
            assert_eq!(named(&mut ledger, "api", space, &[&one]), [expected]);
        }
    }

    #[test]
    fn a_draft_changes_nothing_and_is_refused_whole_once_a_name_of_it_is_taken() {
        let (one, two) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("y")));
        let mut ledger = Ledger::default();
        let draft = ledger.draft("crm", None, vec![one.clone(), two]);
        assert_eq!(ledger, Ledger::default());
        named(&mut ledger, "shop", None, &[&one]);
        let before = ledger.clone();
        assert!(!ledger.enter(&draft));
        assert_eq!(ledger, before);
    }

    #[test]
    fn names_that_no_tool_bears_are_forgotten_and_free_again() {
        let (one, two) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("y")));
        let mut ledger = Ledger::default();
        named(&mut ledger, "crm", None, &[&one, &two]);
        named(&mut ledger, "shop", Some("shop"), &[&one]);
        assert_eq!(ledger.forget(Some("crm"), |source, name| (source, name) == ("crm", "y")), 1);
        assert_eq!(ledger.forget(Some("none"), |_, _| false), 0);
        assert_eq!(named(&mut ledger, "new", None, &[&one]), ["x"]);
        assert_eq!(ledger.forget(None, |_, _| false), 3);
        assert_eq!(ledger, Ledger::default());
    }
}
