//! Names that versions of one source share.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::identity::{Identity, NameScope, OperationNames};
use crate::json::HashMap;
use crate::registry::versions::source_name::family_of;
use crate::tool::name::confusion_key;

/// [`confusion_key`] of every name, and the sources that have it: no two operations of a source have names of one key, and no
/// two sources that are not versions of one.
#[derive(Clone, Debug, Default)]
pub struct NameKeys(HashMap<String, NameHolders>);

/// The sources that have a key. Nearly always it is one.
#[derive(Clone, Debug)]
struct NameHolders {
    first: Arc<str>,
    others: Vec<Arc<str>>,
}

impl NameKeys {
    /// Whether a source may give a key to an operation that has it not yet.
    pub fn admit(&self, key: &str, source: &str) -> bool {
        self.0.get(key).is_none_or(|NameHolders { first, others }| {
            **first != *source
                && others.iter().all(|other| **other != *source)
                && family_of(first) == family_of(source)
        })
    }

    /// Notes that a source has a name.
    pub fn hold(&mut self, name: &str, source: &Arc<str>) {
        let new = || NameHolders { first: Arc::clone(source), others: Vec::new() };
        let holders = self.0.entry(confusion_key(name).into_owned()).or_insert_with(new);
        if *holders.first != **source && !holders.others.contains(source) {
            holders.others.push(Arc::clone(source));
        }
    }

    /// Nobody has a name any more.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// What operations are called in other versions of a source.
#[derive(Default)]
pub struct SharedNames<'l> {
    same: HashMap<&'l Identity, &'l String>,
    by_id: HashMap<&'l str, &'l String>,
}

impl<'l> SharedNames<'l> {
    /// What they are called in the namespace of a scope.
    pub fn of(
        scopes: &'l BTreeMap<NameScope, BTreeMap<Identity, OperationNames>>,
        scope: &NameScope,
    ) -> Self {
        let family = family_of(&scope.source);
        let others = scopes.iter().filter(|(other, _)| {
            other.source != scope.source
                && other.namespace == scope.namespace
                && family_of(&other.source) == family
        });
        let mut siblings = Self::default();
        for (_, operations) in others {
            let mut ids: HashMap<&str, Option<&String>> = HashMap::default();
            for (identity, names) in operations {
                let Some(own) = &names.own else { continue };
                siblings.same.entry(identity).or_insert(own);
                if let Some(id) = &identity.id {
                    ids.entry(id).and_modify(|twice| *twice = None).or_insert(Some(own));
                }
            }
            for (id, name) in ids {
                if let Some(name) = name {
                    siblings.by_id.entry(id).or_insert(name);
                }
            }
        }
        siblings
    }

    /// What an operation is called: the very same one, or the only one of its id.
    pub fn name(&self, identity: &Identity) -> Option<&'l String> {
        let by_id = || self.by_id.get(identity.id.as_deref()?);
        self.same.get(identity).or_else(by_id).copied()
    }
}

#[cfg(test)]
mod tests {
    use crate::registry::NameLedger;
    use crate::registry::names::ledger::tests::identity;
    use crate::registry::names::ledger::tests::named;

    #[test]
    fn an_operation_has_one_name_in_all_versions_of_its_source() {
        let id = |path: &str, id: &str| identity("GET", path, Some(id));
        let mut ledger = NameLedger::default();
        named(&mut ledger, "shop", None, &[&id("/s", "list")]);
        let first = [&id("/v1/a", "list"), &id("/v1/b", "get"), &identity("GET", "/c", None)];
        let one = named(&mut ledger, "crm@1", None, &first);
        assert!(one[0].starts_with("list_") && one[1] == "get" && one[2] == "GET_c", "{one:?}");
        let second =
            [&identity("GET", "/c", None), &id("/v2/b", "get"), &id("/v2/a", "list"), &id("/v2/d", "new")];
        let two = named(&mut ledger, "crm@2", None, &second);
        assert_eq!(two, [&*one[2], &*one[1], &*one[0], "new"]);
        assert_eq!(
            named(&mut ledger, "crm", None, &[&id("/a", "list"), &id("/d", "new")]),
            [&*one[0], "new"]
        );
        let other = named(&mut ledger, "shop", None, &[&id("/d", "new")]);
        assert!(other[0].starts_with("new_"), "no other source has it: {other:?}");
        let saved = ledger.to_json();
        assert_eq!(NameLedger::restore(&saved).expect("is whole"), ledger);
    }

    #[test]
    fn of_two_operations_of_one_id_each_has_the_name_that_it_has_in_the_other_version() {
        let of = |path: &str| identity("GET", path, Some("x"));
        let mut ledger = NameLedger::default();
        let one = named(&mut ledger, "crm@1", None, &[&of("/a"), &of("/b")]);
        let two = named(&mut ledger, "crm@2", None, &[&of("/b"), &of("/c")]);
        assert_eq!(two[0], one[1]);
        assert_eq!(
            two[1], "x",
            "which of the two it is nobody can say, and in its version it is alone with it"
        );
        assert_eq!(named(&mut ledger, "crm@3", None, &[&of("/d")]), ["x"]);
    }

    #[test]
    fn versions_in_other_namespaces_have_names_of_their_own() {
        let one = identity("GET", "/a", Some("x"));
        let mut ledger = NameLedger::default();
        for (source, space, expected) in
            [("crm@1", Some("old"), "old_x"), ("crm@2", None, "x"), ("crm@3", Some("old"), "old_x")]
        {
            assert_eq!(named(&mut ledger, source, space, &[&one]), [expected]);
        }
    }

    #[test]
    fn names_of_a_version_are_forgotten_alone() {
        let one = identity("GET", "/a", Some("x"));
        let mut ledger = NameLedger::default();
        named(&mut ledger, "crm@1", None, &[&one]);
        named(&mut ledger, "crm@2", None, &[&one]);
        assert_eq!(ledger.forget(Some("crm@1"), |_, _| false), 1);
        assert!(named(&mut ledger, "shop", None, &[&one])[0].starts_with("x_"), "crm@2 has it");
        assert_eq!(ledger.forget(None, |_, _| false), 2);
        assert_eq!(named(&mut ledger, "shop", None, &[&one]), ["x"]);
    }
}
