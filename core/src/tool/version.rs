//! Versions of tools and documents.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A version as written. Many documents have `2024-01` or `latest`: such a version is not semantic, has no order and
/// matches no range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(Arc<WrittenVersion>);

/// The text and what it parses to. The tools of a document share one.
#[derive(Debug, PartialEq, Eq)]
struct WrittenVersion {
    text: String,
    parsed: Option<semver::Version>,
}

impl Version {
    /// Parses a version. `1` and `1.2` count as `1.0.0` and `1.2.0`; a leading `v` is skipped.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let bare = text.trim().trim_start_matches(['v', 'V']);
        let numbers = bare.split(['-', '+']).next().unwrap_or_default();
        let rest = &bare[numbers.len()..];
        let filled = match numbers.split('.').count() {
            1 => format!("{numbers}.0.0{rest}"),
            2 => format!("{numbers}.0{rest}"),
            _ => bare.to_owned(),
        };
        Self(Arc::new(WrittenVersion { parsed: semver::Version::parse(&filled).ok(), text }))
    }

    /// Whether it is before another one in semantic order. A version that is not semantic is before none.
    pub fn is_before(&self, other: &Self) -> bool {
        self.0.parsed.as_ref().zip(other.0.parsed.as_ref()).is_some_and(|(own, other)| own < other)
    }

    /// The version as written.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The parsed version, where it is semantic.
    pub(super) fn parsed(&self) -> Option<&semver::Version> {
        self.0.parsed.as_ref()
    }

    /// Whether it is a semantic version.
    pub fn is_semantic(&self) -> bool {
        self.0.parsed.is_some()
    }

    /// The precedence of two versions. One that is not semantic comes before all that are.
    pub fn precedence(&self, other: &Self) -> Ordering {
        match (&self.0.parsed, &other.0.parsed) {
            (Some(own), Some(others)) => own.cmp_precedence(others),
            (own, others) => own.is_some().cmp(&others.is_some()),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_come_one_after_the_other_and_those_without_an_order_first() {
        let ordered = ["2024-01", "0.9.0", "1", "v1.4", "2.0.0-rc.1", "2.0.0", "10"].map(Version::new);
        for (i, one) in ordered.iter().enumerate() {
            for (j, other) in ordered.iter().enumerate() {
                assert_eq!(one.precedence(other), i.cmp(&j), "{one} and {other}");
            }
        }
    }
}
