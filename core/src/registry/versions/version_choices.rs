//! The versions that were chosen for a view.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

/// The sources that stand in a view in the place of those that stand in the revision, by their families.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionChoices(BTreeMap<Arc<str>, Arc<str>>);

impl FromIterator<(Arc<str>, Arc<str>)> for VersionChoices {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Arc<str>)>>(choices: I) -> Self {
        Self(choices.into_iter().collect())
    }
}

impl IntoIterator for VersionChoices {
    type Item = (Arc<str>, Arc<str>);
    type IntoIter = std::collections::btree_map::IntoIter<Arc<str>, Arc<str>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl VersionChoices {
    /// Whether the revision is shown as it is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One source in the place of whichever stands of its family.
    pub(in crate::registry) fn of(family: &Arc<str>, source: &str) -> Self {
        Self(BTreeMap::from([(Arc::clone(family), source.into())]))
    }

    /// A text that no other choices have; empty where the revision is shown as it is.
    pub fn key(&self) -> String {
        if self.is_empty() { String::new() } else { self.sources().collect::<Value>().to_string() }
    }

    /// Each family with its source.
    pub fn pairs(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
        self.0.iter()
    }

    /// The sources.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|source| &**source)
    }
}
