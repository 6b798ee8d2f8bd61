//! Shared names: versions of one source give an operation the same name.
//!
//! Two versions are never active at the same time, and a model that sees another version must find the same operation under
//! the same name. An operation is the same by identity, or by an id that only one operation of that version has.

use std::collections::BTreeMap;

use super::identity::{Identity, NameScope, OperationNames};
use crate::json::HashMap;
use crate::registry::versions::source_name::family_of;

/// The names that operations have in other versions of a source.
#[derive(Default)]
pub struct SharedNames<'l> {
    by_identity: HashMap<&'l Identity, &'l String>,
    by_id: HashMap<&'l str, &'l String>,
}

impl<'l> SharedNames<'l> {
    /// Collects the derived names of all other versions of the scope's source, in the same namespace.
    pub fn collect(
        scopes: &'l BTreeMap<NameScope, BTreeMap<Identity, OperationNames>>,
        scope: &NameScope,
    ) -> Self {
        let family = family_of(&scope.source);
        let other_versions = scopes.iter().filter(|(other, _)| {
            other.source != scope.source
                && other.namespace == scope.namespace
                && family_of(&other.source) == family
        });
        let mut shared = Self::default();
        for (_, operations) in other_versions {
            // An id that two operations of one version have (`None`) identifies neither.
            let mut ids: HashMap<&str, Option<&String>> = HashMap::default();
            for (identity, names) in operations {
                let Some(name) = &names.derived else { continue };
                shared.by_identity.entry(identity).or_insert(name);
                if let Some(id) = &identity.id {
                    ids.entry(id).and_modify(|twice| *twice = None).or_insert(Some(name));
                }
            }
            for (id, name) in ids {
                if let Some(name) = name {
                    shared.by_id.entry(id).or_insert(name);
                }
            }
        }
        shared
    }

    /// The name of the same operation in another version.
    pub fn find(&self, identity: &Identity) -> Option<&'l String> {
        let by_id = || self.by_id.get(identity.id.as_deref()?);
        self.by_identity.get(identity).or_else(by_id).copied()
    }
}

#[cfg(test)]
mod tests {
    use crate::registry::NameLedger;
    use crate::registry::names::ledger::tests::{identity, name_operations};

    #[test]
    fn an_operation_has_one_name_in_all_versions_of_its_source() {
        let id = |path: &str, id: &str| identity("GET", path, Some(id));
        let mut ledger = NameLedger::default();
        name_operations(&mut ledger, "shop", None, &[&id("/s", "list")]);
        let first = [&id("/v1/a", "list"), &id("/v1/b", "get"), &identity("GET", "/c", None)];
        let one = name_operations(&mut ledger, "crm@1", None, &first);
        assert!(one[0].starts_with("list_") && one[1] == "get" && one[2] == "GET_c", "{one:?}");
        let second =
            [&identity("GET", "/c", None), &id("/v2/b", "get"), &id("/v2/a", "list"), &id("/v2/d", "new")];
        let two = name_operations(&mut ledger, "crm@2", None, &second);
        assert_eq!(two, [&*one[2], &*one[1], &*one[0], "new"]);
        assert_eq!(
            name_operations(&mut ledger, "crm", None, &[&id("/a", "list"), &id("/d", "new")]),
            [&*one[0], "new"]
        );
        let other = name_operations(&mut ledger, "shop", None, &[&id("/d", "new")]);
        assert!(other[0].starts_with("new_"), "names are not shared with other sources: {other:?}");
        let saved = ledger.to_json();
        assert_eq!(NameLedger::restore(&saved).expect("valid names"), ledger);
    }

    #[test]
    fn operations_that_share_an_id_keep_the_names_of_the_other_version() {
        let operation = |path: &str| identity("GET", path, Some("x"));
        let mut ledger = NameLedger::default();
        let one = name_operations(&mut ledger, "crm@1", None, &[&operation("/a"), &operation("/b")]);
        let two = name_operations(&mut ledger, "crm@2", None, &[&operation("/b"), &operation("/c")]);
        assert_eq!(two[0], one[1]);
        assert_eq!(two[1], "x", "two operations of crm@1 have this id, so neither is the same one");
        assert_eq!(name_operations(&mut ledger, "crm@3", None, &[&operation("/d")]), ["x"]);
    }

    #[test]
    fn versions_in_other_namespaces_share_no_names() {
        let one = identity("GET", "/a", Some("x"));
        let mut ledger = NameLedger::default();
        for (source, space, expected) in
            [("crm@1", Some("old"), "old_x"), ("crm@2", None, "x"), ("crm@3", Some("old"), "old_x")]
        {
            assert_eq!(name_operations(&mut ledger, source, space, &[&one]), [expected]);
        }
    }

    #[test]
    fn forgetting_the_names_of_one_version_keeps_those_of_another() {
        let one = identity("GET", "/a", Some("x"));
        let mut ledger = NameLedger::default();
        name_operations(&mut ledger, "crm@1", None, &[&one]);
        name_operations(&mut ledger, "crm@2", None, &[&one]);
        assert_eq!(ledger.forget(Some("crm@1"), |_, _| false), 1);
        assert!(
            name_operations(&mut ledger, "shop", None, &[&one])[0].starts_with("x_"),
            "crm@2 still has the name"
        );
        assert_eq!(ledger.forget(None, |_, _| false), 2);
        assert_eq!(name_operations(&mut ledger, "shop", None, &[&one]), ["x"]);
    }
}
