//! Names that come from elsewhere: from a file that outlived the process, and from tools that are made again.

use serde_json::Value;

use super::identity::OperationNames;
use super::ledger::{DraftedName, NameDraft, NameLedger};
use crate::error::Result;
use crate::registry::registry::ToolRegistry;

impl NameLedger {
    /// Enters the names of another ledger, as far as they stand in no way of those that are there.
    pub fn merge(&mut self, other: &Self) {
        for (scope, operations) in &other.scopes {
            for (identity, OperationNames { own, given }) in operations {
                let own = own.iter().map(|name| (name, false));
                for (name, is_given) in own.chain(given.iter().map(|name| (name, true))) {
                    let entry = DraftedName { identity: identity.clone(), name: Ok(name.clone()), is_given };
                    // One whose name is another one's by now gets a new one when it is loaded.
                    self.enter(&NameDraft { scope: scope.clone(), entries: vec![entry] });
                }
            }
        }
    }
}

impl ToolRegistry {
    /// Takes names that were saved, as [`NameLedger::to_json`] gives them. What the registry knows already wins.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` with everything that is wrong with them.
    pub fn merge_names(&self, saved: &Value) -> Result<()> {
        let saved = NameLedger::restore(saved)?;
        self.ledger().merge(&saved);
        Ok(())
    }

    /// Enters the names of a draft without its tools; whether they were still free.
    pub fn enter_names(&self, names: &NameDraft) -> bool {
        self.ledger().enter(names)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_that_are_merged_stand_in_no_way_of_those_that_are_there() {
        let ledger = |names: &[(&str, &str, &str)]| {
            let names = names.iter().map(
                |(source, path, name)| json!({"source": source, "method": "GET", "path": path, "name": name}),
            );
            let names: Vec<_> = names.collect();
            NameLedger::restore(&json!({"format": 1, "names": names})).expect("is whole")
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
