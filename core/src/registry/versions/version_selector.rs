//! Which version of a family is meant.

use super::inactive_version::FamilyVersion;
use super::source_name::label_of;
use crate::error::{Error, Result};
use crate::tool::{Version, VersionRange};

/// A label (`2` for `crm@2`), the name of a source (`crm@2`, or `crm` for the version without a label) or a range (`^2`),
/// of which the newest version counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSelector {
    text: String,
    range: Option<VersionRange>,
}

impl VersionSelector {
    /// Takes what a user wrote. Whether a version is meant by it, the versions decide.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an empty text, which as a range would mean every version.
    pub fn parse(option: &str, text: &str) -> Result<Self> {
        if text.trim().is_empty() {
            let reason = "names no version".to_owned();
            return Err(Error::InvalidOptions { option: option.to_owned(), reason });
        }
        Ok(Self { text: text.to_owned(), range: VersionRange::parse(text).ok() })
    }

    /// As the user wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The version that is meant; of a range the newest one that may be chosen. Whoever is called by name is meant or nobody.
    pub(in crate::registry) fn pick<'m>(
        &self,
        members: &'m [FamilyVersion],
        may: impl Fn(&FamilyVersion) -> bool,
    ) -> Option<&'m FamilyVersion> {
        let is_called = |member: &&FamilyVersion| {
            *member.source == *self.text || label_of(&member.source) == Some(self.text.as_str())
        };
        if let Some(called) = members.iter().find(is_called) {
            return Some(called).filter(|called| may(called));
        }
        let range = self.range.as_ref()?;
        let is_in_range = |number: &Version| range.matches(number);
        let within = members.iter().filter(|member| member.number.as_ref().is_some_and(is_in_range));
        newest(within.filter(|member| may(member)))
    }
}

/// The version with the highest number; of those without an order the one that was loaded last.
pub(in crate::registry) fn newest<'m>(
    members: impl Iterator<Item = &'m FamilyVersion>,
) -> Option<&'m FamilyVersion> {
    members.max_by(|one, other| match (&one.number, &other.number) {
        (Some(one), Some(other)) => one.precedence(other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    })
}
