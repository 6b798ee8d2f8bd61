//! Name selection: chooses the names of all operations of one load.
//!
//! Names are chosen in the order of how binding they are: names that the ledger has, explicit names of the caller, names
//! that another version of the source uses, and derived names last. Within a step, operations are sorted by path and
//! method, so that the order of the document has no influence.

use std::collections::BTreeMap;

use super::identity::{Identity, NameChoice, NameScope, OperationNames, UnnamedOperation};
use super::ledger::NameLedger;
use super::name_draft::{DraftedName, NameDraft};
use super::shared_names::SharedNames;
use crate::error::{Error, Result};
use crate::json::{HashMap, HashSet};
use crate::tool::name::confusion_key;

impl NameLedger {
    /// Chooses a name for each operation of a load, without changing the ledger. An operation that occurs twice gets one
    /// name.
    pub fn draft(
        &self,
        source: &str,
        namespace: Option<&str>,
        operations: impl IntoIterator<Item = impl Into<UnnamedOperation>>,
    ) -> NameDraft {
        let operations: Vec<UnnamedOperation> = operations.into_iter().map(Into::into).collect();
        let scope = NameScope { source: source.to_owned(), namespace: namespace.map(ToOwned::to_owned) };
        let ledger = LedgerScope { ledger: self, scope: &scope, known: self.scopes.get(&scope) };

        // The order matters: an explicit name is refused if it is taken, while shared and derived names give way.
        let OperationGroups { kept, explicit, new } = ledger.group_operations(&operations);
        let names = ledger.add_explicit_names(kept, explicit);
        let names = ledger.add_shared_names(names, &new);
        let outcomes = ledger.add_derived_names(names, new).outcomes;

        let entries = operations.iter().map(|operation| DraftedName {
            identity: operation.identity.clone(),
            name: outcomes[&operation.identity].clone(),
            is_explicit: matches!(operation.choice, NameChoice::Explicit(_)),
        });
        NameDraft { entries: entries.collect(), scope }
    }
}

/// An operation without a name, and the name that its document suggests.
type NewOperation<'o> = (&'o Identity, Option<&'o str>);

/// The name of each operation, or why it has none.
type NameOutcomes<'o> = HashMap<&'o Identity, Result<String>>;

/// The operations of a load, by how their names are chosen. Lists are sorted by identity.
struct OperationGroups<'o> {
    /// Operations that have a derived name in the ledger and keep it.
    kept: NameOutcomes<'o>,
    explicit: Vec<(&'o Identity, &'o String)>,
    new: Vec<NewOperation<'o>>,
}

/// The names of a load so far.
struct NamesSoFar<'o> {
    outcomes: NameOutcomes<'o>,
    /// [`confusion_key`] of each name that is new in this draft.
    keys: HashSet<String>,
}

/// The ledger as one load sees it.
struct LedgerScope<'l> {
    ledger: &'l NameLedger,
    scope: &'l NameScope,
    /// The names in this scope.
    known: Option<&'l BTreeMap<Identity, OperationNames>>,
}

impl LedgerScope<'_> {
    fn group_operations<'o>(&self, operations: &'o [UnnamedOperation]) -> OperationGroups<'o> {
        let (mut kept, mut explicit, mut new) = (NameOutcomes::default(), Vec::new(), Vec::new());
        for UnnamedOperation { identity, choice } in operations {
            let derived = self.names_of(identity).and_then(|names| names.derived.as_ref());
            match (choice, derived) {
                (NameChoice::Explicit(name), _) => explicit.push((identity, name)),
                (NameChoice::Derived | NameChoice::Suggested(_), Some(name)) => {
                    kept.insert(identity, Ok(name.clone()));
                }
                (NameChoice::Derived, None) => new.push((identity, None)),
                (NameChoice::Suggested(suggestion), None) => new.push((identity, Some(suggestion.as_str()))),
            }
        }
        explicit.sort_unstable();
        new.sort_unstable();
        OperationGroups { kept, explicit, new }
    }

    /// Gives each operation the name that the caller set, or `NAME_TAKEN` with the tool that has it.
    fn add_explicit_names<'o>(
        &self,
        mut outcomes: NameOutcomes<'o>,
        explicit: Vec<(&'o Identity, &'o String)>,
    ) -> NamesSoFar<'o> {
        let source = self.scope.source.as_str();
        let mut holders: HashMap<String, &str> = HashMap::default();
        for (identity, name) in explicit {
            if outcomes.contains_key(identity) {
                continue;
            }
            let key = confusion_key(name).into_owned();
            let in_draft = holders.get(&key).map(|holder| (source, *holder));
            let in_ledger =
                || if self.is_taken(&key, identity) { self.ledger.index.holder(&key) } else { None };
            let outcome = match in_draft.or_else(in_ledger) {
                Some((source, holder)) => Err(name_taken(name, holder, source)),
                None => Ok(name.clone()),
            };
            if outcome.is_ok() {
                holders.insert(key, name);
            }
            outcomes.insert(identity, outcome);
        }
        NamesSoFar { outcomes, keys: holders.into_keys().collect() }
    }

    /// Gives new operations the name that they have in another version of their source, where it is free.
    fn add_shared_names<'o>(&self, names: NamesSoFar<'o>, new: &[NewOperation<'o>]) -> NamesSoFar<'o> {
        let NamesSoFar { mut outcomes, mut keys } = names;
        let shared = SharedNames::collect(&self.ledger.scopes, self.scope);
        for (identity, _) in new {
            let Some(name) = shared.find(identity).filter(|_| !outcomes.contains_key(identity)) else {
                continue;
            };
            let key = confusion_key(name).into_owned();
            // A name that is taken here is not shared; the operation then gets a derived one.
            if !self.is_taken(&key, identity) && keys.insert(key) {
                outcomes.insert(identity, Ok(name.clone()));
            }
        }
        NamesSoFar { outcomes, keys }
    }

    /// Derives a name for each operation that has none.
    fn add_derived_names<'o>(&self, names: NamesSoFar<'o>, new: Vec<NewOperation<'o>>) -> NamesSoFar<'o> {
        let NamesSoFar { mut outcomes, mut keys } = names;
        for (identity, suggestion) in new {
            if outcomes.contains_key(identity) {
                continue;
            }
            let name = identity.derive_name(suggestion, self.scope.namespace.as_deref(), |candidate| {
                let key = confusion_key(candidate);
                keys.contains(&*key) || self.is_taken(&key, identity)
            });
            keys.insert(confusion_key(&name).into_owned());
            outcomes.insert(identity, Ok(name));
        }
        NamesSoFar { outcomes, keys }
    }

    fn names_of(&self, identity: &Identity) -> Option<&OperationNames> {
        self.known?.get(identity)
    }

    /// Whether the ledger has the key for another operation. A name of the ledger is free for the operation that has it.
    fn is_taken(&self, key: &str, identity: &Identity) -> bool {
        !self.ledger.index.is_free_for(key, &self.scope.source)
            && !self.names_of(identity).is_some_and(|names| names.has_key(key))
    }
}

fn name_taken(name: &str, holder: &str, source: &str) -> Error {
    Error::NameTaken { name: name.to_owned(), holder: holder.to_owned(), source_name: source.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::registry::names::ledger::tests::{identity, name_operations};
    use crate::registry::*;

    #[test]
    fn a_name_is_derived_from_the_id_or_else_from_method_and_path() {
        for (identity, space, expected) in [
            (identity("GET", "/issues", Some("issues/list")), None, "issues_list"),
            (identity("GET", "/users/{id}", None), None, "GET_users_id"),
            (identity("GET", "/a", Some("***")), None, "GET_a"),
            (identity("GET", "/pets", Some("list")), Some("shop"), "shop_list"),
            (identity("GET", "/2fa", Some("2fa")), Some("shop"), "shop__2fa"),
        ] {
            assert_eq!(name_operations(&mut NameLedger::default(), "api", space, &[&identity]), [expected]);
        }
    }

    #[test]
    fn the_first_operation_by_path_gets_a_contested_name_in_any_order() {
        let first = identity("GET", "/a", Some("get-user"));
        let second = identity("GET", "/b", Some("get_user"));
        let names = name_operations(&mut NameLedger::default(), "api", None, &[&first, &second]);
        assert_eq!(names[0], "get-user");
        assert!(names[1].starts_with("get_user_") && names[1].len() == "get_user_".len() + 8, "{names:?}");
        let reversed = name_operations(&mut NameLedger::default(), "api", None, &[&second, &first]);
        assert_eq!([&reversed[1], &reversed[0]], [&names[0], &names[1]]);
    }

    #[test]
    fn names_that_differ_by_case_alone_are_told_apart_and_an_explicit_one_is_refused() {
        let (first, second) =
            (identity("GET", "/a", Some("GetUser")), identity("GET", "/b", Some("getuser")));
        let mut ledger = NameLedger::default();
        let names = name_operations(&mut ledger, "api", None, &[&second, &first]);
        assert_eq!(names[1], "GetUser");
        assert!(names[0].starts_with("getuser_") && names[0].len() == "getuser_".len() + 8, "{names:?}");
        let choice = NameChoice::Explicit("GETUSER".to_owned());
        let draft = ledger.draft("other", None, [UnnamedOperation { identity: first, choice }]);
        let refusal = draft.outcomes().next().expect("one").expect_err("is taken").to_string();
        let holder =
            "tool name \"GETUSER\" is taken by \"GetUser\" of source \"api\": names must differ by more";
        assert!(refusal.starts_with(holder), "{refusal}");
    }

    #[test]
    fn an_operation_keeps_its_name_when_an_earlier_path_wants_it() {
        let (first, second) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("x")));
        let mut ledger = NameLedger::default();
        assert_eq!(name_operations(&mut ledger, "api", None, &[&second]), ["x"]);
        let names = name_operations(&mut ledger, "api", None, &[&first, &second]);
        assert!(names[0].starts_with("x_") && names[1] == "x", "{names:?}");
        assert_eq!(name_operations(&mut ledger, "api", None, &[&first])[0], names[0]);
    }

    #[test]
    fn another_namespace_gives_new_names_and_keeps_the_old_ones() {
        let one = identity("GET", "/a", Some("x"));
        let mut ledger = NameLedger::default();
        for (space, expected) in [(None, "x"), (Some("b"), "b_x"), (Some("c"), "c_x"), (None, "x")] {
            assert_eq!(name_operations(&mut ledger, "api", space, &[&one]), [expected]);
        }
    }

    #[test]
    fn explicit_names_come_before_derived_ones_and_the_first_by_path_wins() {
        let (one, two) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("y")));
        let explicit = |name: &str, identity: &Identity| UnnamedOperation {
            identity: identity.clone(),
            choice: NameChoice::Explicit(name.to_owned()),
        };
        let ledger = NameLedger::default();
        let draft = ledger.draft("api", None, [one.clone().into(), explicit("x", &two)]);
        let names: Vec<_> = draft.names().collect();
        assert!(names[0].starts_with("x_") && names[1] == "x", "{names:?}");
        let draft = ledger.draft("api", None, [explicit("z-z", &two), explicit("z_z", &one)]);
        assert_eq!(draft.names().collect::<Vec<_>>(), ["z_z"]);
        assert!(draft.outcomes().next().expect("two").is_err());
    }

    #[test]
    fn a_suggested_name_gets_the_namespace_and_replaces_no_name() {
        let one = identity("GET", "/a", Some("x"));
        let suggested = |word: &str| UnnamedOperation {
            identity: one.clone(),
            choice: NameChoice::Suggested(word.to_owned()),
        };
        let mut ledger = NameLedger::default();
        let draft = ledger.draft("api", Some("crm"), [suggested("send mail")]);
        assert_eq!(draft.names().collect::<Vec<_>>(), ["crm_send_mail"]);
        assert!(ledger.enter(&draft));
        let draft = ledger.draft("api", Some("crm"), [suggested("other")]);
        assert_eq!(draft.names().collect::<Vec<_>>(), ["crm_send_mail"]);
    }

    #[test]
    fn an_explicit_name_is_never_reused_and_the_derived_one_comes_back() {
        let (one, two) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("y")));
        let explicit = |name: &str, identity: &Identity| UnnamedOperation {
            identity: identity.clone(),
            choice: NameChoice::Explicit(name.to_owned()),
        };
        let mut ledger = NameLedger::default();
        assert_eq!(name_operations(&mut ledger, "api", Some("crm"), &[&one, &two]), ["crm_x", "crm_y"]);
        let draft = ledger.draft("api", Some("crm"), [explicit("find", &one), two.clone().into()]);
        assert!(ledger.enter(&draft));
        assert_eq!(draft.names().collect::<Vec<_>>(), ["find", "crm_y"]);
        assert_eq!(name_operations(&mut ledger, "api", Some("crm"), &[&one, &two]), ["crm_x", "crm_y"]);
        let refusal_of = |name: &str| {
            let draft = ledger.draft("other", None, [explicit(name, &two)]);
            draft.outcomes().next().expect("one").expect_err("is taken").to_string()
        };
        let same = "tool name \"find\" is taken by \"find\" of source \"api\": use another name";
        assert!(refusal_of("find").starts_with(same), "{}", refusal_of("find"));
        let similar = "tool name \"crm-x\" is taken by \"crm_x\" of source \"api\": names must differ";
        assert!(refusal_of("crm-x").starts_with(similar), "{}", refusal_of("crm-x"));
        assert_eq!(ledger.forget(None, |_, name| name == "find"), 2);
        assert_eq!(name_operations(&mut ledger, "api", Some("crm"), &[&one]), ["crm_x"]);
    }
}
