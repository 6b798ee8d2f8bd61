//! One version of a source, and the version number that ranges are compared with.

use std::sync::Arc;

use super::health::VersionHealth;
use super::inactive_tools::InactiveTools;
use super::source_name::label_of;
use crate::tool::{Version, VersionRange};

/// One version of a family.
#[derive(Clone, Debug)]
pub struct FamilyVersion {
    /// The source that this version was loaded as.
    pub source: Arc<str>,
    /// The version number that ranges are compared with, if there is one.
    pub number: Option<Version>,
    /// Its tools, while it is not the active version.
    pub inactive: Option<Arc<InactiveTools>>,
    /// How many of its calls fail.
    pub health: Arc<VersionHealth>,
}

impl FamilyVersion {
    /// Chooses the version number of a source from its label and the number that its document declares.
    ///
    /// The document is more exact than the label (`2.3.1` for `crm@2`). A document whose number does not match the label is
    /// ignored: many say `1.0.0` for ever.
    pub fn number(source: &str, declared: Option<&Version>) -> Option<Version> {
        let label = label_of(source).map(Version::new).filter(Version::is_semantic);
        let declared = declared.filter(|declared| declared.is_semantic());
        match (label, declared) {
            (Some(label), Some(declared)) => {
                let range = label_of(source).and_then(|label| VersionRange::parse(label).ok());
                let agrees = range.is_some_and(|range| range.matches(declared));
                Some(if agrees { declared.clone() } else { label })
            }
            (label, declared) => label.or_else(|| declared.cloned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_that_of_the_document_unless_the_label_disagrees() {
        for (source, declared, number) in [
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
            let found = FamilyVersion::number(source, declared.map(Version::new).as_ref());
            assert_eq!(found.as_ref().map(Version::as_str), number, "{source} {declared:?}");
        }
    }
}
