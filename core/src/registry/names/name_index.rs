//! Name index: which sources have a name. It keeps every name of the ledger unique.

use std::sync::Arc;

use crate::json::HashMap;
use crate::registry::versions::source_name::family_of;
use crate::tool::name::confusion_key;

/// Index of names: [`confusion_key`] of every name, and the sources that have it. No two operations of a source have names
/// with one key, and neither have two sources, unless they are versions of one.
#[derive(Clone, Debug, Default)]
pub struct NameIndex(HashMap<String, NameHolders>);

/// The sources that have a key.
#[derive(Clone, Debug)]
struct NameHolders {
    first: Arc<str>,
    /// The name of `first` that has the key, for messages.
    name: Box<str>,
    /// Other versions of `first`; nearly always empty, so the common case has no allocation.
    others: Vec<Arc<str>>,
}

impl NameIndex {
    /// Whether a source may give a key to one more operation.
    pub fn is_free_for(&self, key: &str, source: &str) -> bool {
        self.0.get(key).is_none_or(|NameHolders { first, others, .. }| {
            **first != *source
                && others.iter().all(|other| **other != *source)
                && family_of(first) == family_of(source)
        })
    }

    /// Records that a source has a name.
    pub fn add_holder(&mut self, name: &str, source: &Arc<str>) {
        let new = || NameHolders { first: Arc::clone(source), name: name.into(), others: Vec::new() };
        let holders = self.0.entry(confusion_key(name).into_owned()).or_insert_with(new);
        if *holders.first != **source && !holders.others.contains(source) {
            holders.others.push(Arc::clone(source));
        }
    }

    /// The source that has a key, and its name.
    pub fn holder(&self, key: &str) -> Option<(&str, &str)> {
        self.0.get(key).map(|holders| (&*holders.first, &*holders.name))
    }

    /// Removes all names.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
