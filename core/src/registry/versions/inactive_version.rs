//! One version of a source.

use std::sync::Arc;

use super::health::VersionHealth;
use crate::json::HashMap;
use crate::registry::{RegisteredTool, label_of};
use crate::tool::name::confusion_key;
use crate::tool::{Version, VersionRange};

/// The tools of a version that does not stand.
#[derive(Debug, Default)]
pub struct InactiveTools {
    /// In the order of their places.
    pub tools: Vec<Arc<RegisteredTool>>,
    by_key: HashMap<Box<str>, usize>,
}

impl InactiveTools {
    /// These tools.
    pub fn of(tools: Vec<Arc<RegisteredTool>>) -> Self {
        let keys = tools.iter().map(|tool| confusion_key(tool.name()).into());
        Self { by_key: keys.zip(0..).collect(), tools }
    }

    /// The tool that stands in the way of a name.
    pub fn holder(&self, name: &str) -> Option<&Arc<RegisteredTool>> {
        self.by_key.get(&*confusion_key(name)).map(|at| &self.tools[*at])
    }

    /// How much it holds, in bytes.
    pub fn bytes(&self) -> usize {
        self.tools.iter().map(|tool| tool.bytes()).sum()
    }
}

/// One version.
#[derive(Clone, Debug)]
pub struct FamilyVersion {
    /// Its source.
    pub source: Arc<str>,
    /// Its number for ranges, where it has one.
    pub number: Option<Version>,
    /// Its tools, while it does not stand.
    pub offstage: Option<Arc<InactiveTools>>,
    /// How its calls went.
    pub tally: Arc<VersionHealth>,
}

impl FamilyVersion {
    /// The number of a source for ranges. The document says it more exactly than a label does (`2.3.1` for `crm@2`), but a
    /// document whose number is not of its label (`1.0.0`, as many say for ever) says nothing of this.
    pub fn number(source: &str, said: Option<&Version>) -> Option<Version> {
        let label = label_of(source).map(Version::new).filter(Version::is_semantic);
        let said = said.filter(|said| said.is_semantic());
        match (label, said) {
            (Some(label), Some(said)) => {
                let range = label_of(source).and_then(|label| VersionRange::parse(label).ok());
                let agrees = range.is_some_and(|range| range.matches(said));
                Some(if agrees { said.clone() } else { label })
            }
            (label, said) => label.or_else(|| said.cloned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_versions_number_is_the_documents_unless_its_label_says_otherwise() {
        for (source, said, number) in [
            ("crm", Some("1.2.0"), Some("1.2.0")),
            ("crm", Some("2024-01"), None),
            ("crm@2", None, Some("2")),
            ("crm@2", Some("2.3.1"), Some("2.3.1")),
            ("crm@2", Some("1.0.0"), Some("2")),
            ("crm@2", Some("latest"), Some("2")),
            ("crm@2.3", Some("2.3.9"), Some("2.3.9")),
            ("crm@stable", Some("1.4"), Some("1.4")),
            ("crm@stable", Some("newest"), None),
        ] {
            let found = FamilyVersion::number(source, said.map(Version::new).as_ref());
            assert_eq!(found.as_ref().map(Version::as_str), number, "{source} {said:?}");
        }
    }
}
