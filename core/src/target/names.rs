//! The names under which providers know tools, and the way back.

use std::collections::{HashMap, HashSet};

use crate::tool::name;

/// The names under which providers know the tools of one revision. Every provider takes
/// `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`; a name of that form stays what it is, whatever else there is.
#[derive(Debug, Default)]
pub struct WireNames {
    to_wire: HashMap<String, String>,
    from_wire: HashMap<String, String>,
}

impl WireNames {
    /// The wire names of all tools of a revision, in its order.
    pub fn of(names: &[&str]) -> Self {
        let mut wire = Self::default();
        if names.iter().all(|name| name::is_portable(name)) {
            return wire;
        }
        let mut taken: HashSet<String> =
            names.iter().filter(|name| name::is_portable(name)).map(|name| (*name).to_owned()).collect();
        for name in names.iter().filter(|name| !name::is_portable(name)) {
            let portable = name::distinct(name, name, |candidate| taken.contains(candidate));
            taken.insert(portable.clone());
            wire.from_wire.insert(portable.clone(), (*name).to_owned());
            wire.to_wire.insert((*name).to_owned(), portable);
        }
        wire
    }

    /// The name that a provider is told.
    pub fn wire<'n>(&'n self, name: &'n str) -> &'n str {
        self.to_wire.get(name).map_or(name, String::as_str)
    }

    /// The tool's own name, from the one that a provider was told.
    pub fn tool<'n>(&'n self, wire: &'n str) -> &'n str {
        self.from_wire.get(wire).map_or(wire, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_portable_name_is_never_pushed_aside() {
        let names = ["repos/get", "repos_get", "repos.get"];
        let wire = WireNames::of(&names);
        assert_eq!(wire.wire("repos_get"), "repos_get");
        assert_eq!(wire.tool("repos_get"), "repos_get");
        assert_ne!(wire.wire("repos/get"), wire.wire("repos.get"));
    }

    proptest! {
        #[test]
        fn every_name_finds_its_way_back(names in prop::collection::hash_set("[a-z0-9./:_-]{1,80}", 0..40)) {
            let wire = WireNames::of(&names.iter().map(String::as_str).collect::<Vec<_>>());
            let mut seen = HashSet::new();
            for name in &names {
                let told = wire.wire(name);
                prop_assert!(name::is_portable(told));
                prop_assert!(seen.insert(told.to_owned()), "{told} twice");
                prop_assert_eq!(wire.tool(told), name.as_str());
            }
        }
    }
}
