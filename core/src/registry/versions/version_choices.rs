//! The versions that are chosen for a view.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

/// The source to show instead of the active version, by family.
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
    /// Whether all active versions are shown.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One source instead of the active version of its family.
    pub(in crate::registry) fn of_family(family: &Arc<str>, source: &str) -> Self {
        Self(BTreeMap::from([(Arc::clone(family), source.into())]))
    }

    /// A text that identifies these choices: a JSON array of the sources, or empty where there is no choice.
    pub fn key(&self) -> String {
        if self.is_empty() { String::new() } else { self.sources().collect::<Value>().to_string() }
    }

    /// Each family with its chosen source.
    pub fn pairs(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
        self.0.iter()
    }

    /// The chosen sources.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|source| &**source)
    }
}
