//! A version selector: a label, a source name or a version range that selects one version of a family.

use super::family_version::FamilyVersion;
use super::source_name::label_of;
use crate::error::{Error, Result};
use crate::tool::{Version, VersionRange};

/// Selects one version of a family: a label (`2` for `crm@2`), a source name (`crm@2`, or `crm` for the version without a
/// label), or a version range (`^2`), which selects its newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSelector {
    text: String,
    range: Option<VersionRange>,
}

impl VersionSelector {
    /// Reads a selector of the option `option`. It is not checked here whether a version meets it.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an empty text, which as a range would select every version.
    pub fn parse(option: &str, text: &str) -> Result<Self> {
        if text.trim().is_empty() {
            let reason = "must be a version label or a version range, not empty".to_owned();
            return Err(Error::InvalidOptions { option: option.to_owned(), reason });
        }
        Ok(Self { text: text.to_owned(), range: VersionRange::parse(text).ok() })
    }

    /// The text that the user wrote.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The selected version. A label or source name selects exactly one version or none. A range selects the newest version
    /// that `is_allowed`.
    pub(in crate::registry) fn pick<'v>(
        &self,
        versions: &'v [FamilyVersion],
        is_allowed: impl Fn(&FamilyVersion) -> bool,
    ) -> Option<&'v FamilyVersion> {
        let is_named = |version: &&FamilyVersion| {
            *version.source == *self.text || label_of(&version.source) == Some(self.text.as_str())
        };
        // A version that is named but not allowed is not replaced by another one of the range.
        if let Some(named) = versions.iter().find(is_named) {
            return Some(named).filter(|named| is_allowed(named));
        }
        let range = self.range.as_ref()?;
        let is_in_range = |number: &Version| range.matches(number);
        let within = versions.iter().filter(|version| version.number.as_ref().is_some_and(is_in_range));
        newest(within.filter(|version| is_allowed(version)))
    }

    /// The message for a selector that no version meets.
    pub(in crate::registry) fn unmet_message(&self, versions: &str) -> String {
        unmet_message(&self.text, versions)
    }
}

/// The message for a selector text that no version meets. `versions` lists those that are loaded.
pub(in crate::registry) fn unmet_message(selector: &str, versions: &str) -> String {
    format!("no version meets \"{selector}\": use one of {versions}, or load that version first")
}

/// The version with the highest number. Of versions without an order, the one that was loaded last.
pub(in crate::registry) fn newest<'v>(
    versions: impl Iterator<Item = &'v FamilyVersion>,
) -> Option<&'v FamilyVersion> {
    versions.max_by(|one, other| match (&one.number, &other.number) {
        (Some(one), Some(other)) => one.precedence(other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    })
}
