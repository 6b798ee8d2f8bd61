//! Imported names: saved names are merged into a ledger, and names are entered without their tools.

use serde_json::Value;

use super::identity::OperationNames;
use super::ledger::NameLedger;
use super::name_draft::{DraftedName, NameDraft};
use crate::error::Result;
use crate::registry::registry::ToolRegistry;

impl NameLedger {
    /// Enters the names of another ledger. A name that conflicts with one of this ledger is skipped.
    pub fn merge(&mut self, other: &Self) {
        for (scope, operations) in &other.scopes {
            for (identity, OperationNames { derived, explicit }) in operations {
                let derived = derived.iter().map(|name| (name, false));
                for (name, is_explicit) in derived.chain(explicit.iter().map(|name| (name, true))) {
                    let entry =
                        DraftedName { identity: identity.clone(), name: Ok(name.clone()), is_explicit };
                    // One draft per name, so that one conflict skips one name: the next load gives its operation a new one.
                    self.enter(&NameDraft { scope: scope.clone(), entries: vec![entry] });
                }
            }
        }
    }
}

impl ToolRegistry {
    /// Merges names that [`NameLedger::to_json`] saved. Names that the registry has already win.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` with every problem of the saved names.
    pub fn merge_names(&self, saved: &Value) -> Result<()> {
        let saved = NameLedger::restore(saved)?;
        self.ledger().merge(&saved);
        Ok(())
    }

    /// Enters the names of a draft without its tools. Returns false, and enters none, where another load took one of them.
    pub fn enter_names(&self, names: &NameDraft) -> bool {
        self.ledger().enter(names)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merged_names_never_replace_names_of_the_ledger() {
        let ledger = |names: &[(&str, &str, &str)]| {
            let names = names.iter().map(
                |(source, path, name)| json!({"source": source, "method": "GET", "path": path, "name": name}),
            );
            let names: Vec<_> = names.collect();
            NameLedger::restore(&json!({"format": 1, "names": names})).expect("valid names")
        };
        let mut known = ledger(&[("api", "/a", "a"), ("api", "/b", "b")]);
        known.merge(&ledger(&[
            ("api", "/a", "old_a"),
            ("shop", "/c", "b"),
            ("shop", "/d", "d"),
            ("old", "/b", "a_b"),
        ]));
        let expected =
            ledger(&[("api", "/a", "a"), ("api", "/b", "b"), ("shop", "/d", "d"), ("old", "/b", "a_b")]);
        assert_eq!(known, expected);
    }
}
