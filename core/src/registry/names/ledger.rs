//! The name ledger: which operation has which tool name.
//!
//! Models, prompts and audit logs know a tool by its name, so a name must not move. A named operation keeps its name,
//! whatever is added, removed or reordered around it. The name of an operation that is gone is not reused until
//! [`NameLedger::forget`] releases it.
//!
//! An explicit name ([`NameChoice::Explicit`](super::NameChoice::Explicit)) is kept beside the derived one and does not
//! replace it. It belongs to the operation for good, as every name does. A load without the explicit name gives the derived
//! name back. An explicit name that another operation has or had is refused; the operation then has no name.
//!
//! Versions of one source ([`family_of`](crate::registry::family_of)) share names: only one of them is active at a time, and
//! a model must find the same operation under the same name in each. See `shared_names`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::identity::{Identity, NameScope, OperationNames};
use super::name_draft::{DraftedName, NameDraft};
use super::name_index::NameIndex;
use crate::tool::name::confusion_key;

/// The names of all operations that were ever loaded, including those that are gone.
#[derive(Clone, Debug, Default)]
pub struct NameLedger {
    /// Sorted, so that the saved form does not depend on the order of loading.
    pub(in crate::registry) scopes: BTreeMap<NameScope, BTreeMap<Identity, OperationNames>>,
    /// Index of all names in `scopes`.
    pub(super) index: NameIndex,
}

/// Compares the names alone; the index follows from them.
impl PartialEq for NameLedger {
    fn eq(&self, other: &Self) -> bool {
        self.scopes == other.scopes
    }
}

impl NameLedger {
    /// Whether a draft is still valid: no other load took one of its names since it was made.
    pub fn admits(&self, draft: &NameDraft) -> bool {
        let known = self.scopes.get(&draft.scope);
        draft.entries.iter().all(|DraftedName { identity, name, is_explicit }| {
            let Ok(name) = name else { return true };
            let names = known.and_then(|known| known.get(identity));
            let is_free = || {
                let key = confusion_key(name);
                self.index.is_free_for(&key, draft.source()) || names.is_some_and(|names| names.has_key(&key))
            };
            let derived = names.and_then(|names| names.derived.as_ref()).filter(|_| !is_explicit);
            derived.map_or_else(is_free, |derived| derived == name)
        })
    }

    /// Enters all names of a draft and returns true, or none and returns false where the draft is not valid any more.
    pub fn enter(&mut self, draft: &NameDraft) -> bool {
        let is_admitted = self.admits(draft);
        let has_name = draft.names().next().is_some();
        if is_admitted && has_name {
            let scope = self.scopes.entry(draft.scope.clone()).or_default();
            let source: Arc<str> = draft.source().into();
            for DraftedName { identity, name, is_explicit } in &draft.entries {
                let Ok(name) = name else { continue };
                let names = scope.entry(identity.clone()).or_default();
                self.index.add_holder(name, &source);
                if !is_explicit {
                    names.derived.get_or_insert_with(|| name.clone());
                } else if names.derived.as_ref() != Some(name) {
                    names.explicit.insert(name.clone());
                }
            }
        }
        is_admitted
    }

    /// Releases the names of one source, or of all sources, that no tool has; returns how many. `is_in_use` says whether a
    /// tool of a source has a name.
    pub fn forget(&mut self, source: Option<&str>, is_in_use: impl Fn(&str, &str) -> bool) -> usize {
        let mut forgotten = 0;
        self.scopes.retain(|scope, operations| {
            if source.is_none_or(|source| source == scope.source) {
                operations.retain(|_, names| {
                    let before = names.all().count();
                    names.derived = names.derived.take().filter(|name| is_in_use(&scope.source, name));
                    names.explicit.retain(|name| is_in_use(&scope.source, name));
                    forgotten += before - names.all().count();
                    names.all().next().is_some()
                });
            }
            !operations.is_empty()
        });
        // Several operations and sources may have one key, so the index is built anew instead of reduced.
        self.index.clear();
        for (scope, operations) in &self.scopes {
            let source: Arc<str> = scope.source.as_str().into();
            for name in operations.values().flat_map(OperationNames::all) {
                self.index.add_holder(name, &source);
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

    /// Names operations, enters the names and returns them.
    pub fn name_operations(
        ledger: &mut NameLedger,
        source: &str,
        namespace: Option<&str>,
        identities: &[&Identity],
    ) -> Vec<String> {
        let draft = ledger.draft(source, namespace, identities.iter().map(|identity| (*identity).clone()));
        assert!(ledger.enter(&draft));
        draft.names().map(ToOwned::to_owned).collect()
    }

    #[test]
    fn a_name_of_another_source_is_taken() {
        let one = identity("GET", "/a", Some("x"));
        let mut ledger = NameLedger::default();
        assert_eq!(name_operations(&mut ledger, "crm", None, &[&one]), ["x"]);
        let names = name_operations(&mut ledger, "shop", None, &[&one]);
        assert!(names[0].starts_with("x_"), "{names:?}");
        assert_eq!(name_operations(&mut ledger, "crm", None, &[&one]), ["x"]);
    }

    #[test]
    fn a_draft_changes_nothing_and_is_refused_whole_once_one_name_is_taken() {
        let (one, two) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("y")));
        let mut ledger = NameLedger::default();
        let draft = ledger.draft("crm", None, vec![one.clone(), two]);
        assert_eq!(ledger, NameLedger::default());
        name_operations(&mut ledger, "shop", None, &[&one]);
        let before = ledger.clone();
        assert!(!ledger.enter(&draft));
        assert_eq!(ledger, before);
    }

    #[test]
    fn names_that_no_tool_has_are_forgotten_and_free_again() {
        let (one, two) = (identity("GET", "/a", Some("x")), identity("GET", "/b", Some("y")));
        let mut ledger = NameLedger::default();
        name_operations(&mut ledger, "crm", None, &[&one, &two]);
        name_operations(&mut ledger, "shop", Some("shop"), &[&one]);
        assert_eq!(ledger.forget(Some("crm"), |source, name| (source, name) == ("crm", "y")), 1);
        assert_eq!(ledger.forget(Some("none"), |_, _| false), 0);
        assert_eq!(name_operations(&mut ledger, "new", None, &[&one]), ["x"]);
        assert_eq!(ledger.forget(None, |_, _| false), 3);
        assert_eq!(ledger, NameLedger::default());
    }
}
