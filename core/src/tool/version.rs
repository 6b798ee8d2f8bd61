//! The door to semver: versions of tools and documents, and ranges that choose among them.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};

/// A version as its owner writes it. Documents are often versioned `v1` or `2024-01`; such a version has no order and
/// matches no range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(Arc<Written>);

/// The tools of a document share theirs.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    text: String,
    parsed: Option<semver::Version>,
}

impl Version {
    /// Takes a version as written. `1` and `1.2` count as `1.0.0` and `1.2.0`, a leading `v` is passed over.
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
        Self(Arc::new(Written { parsed: semver::Version::parse(&filled).ok(), text }))
    }

    /// Whether it comes before another one, as semantic versions do. Versions without an order come before none.
    pub fn is_before(&self, other: &Self) -> bool {
        self.0.parsed.as_ref().zip(other.0.parsed.as_ref()).is_some_and(|(own, other)| own < other)
    }

    /// The version as written.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Whether it has an order and may be in a range.
    pub fn is_semantic(&self) -> bool {
        self.0.parsed.is_some()
    }

    /// Which of two versions is the later one; one that has no order comes before all that have.
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

/// A range of versions as npm writes it: `^1.2`, `>=1 <3`, `1.x`, `1 || 3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRange(Vec<semver::VersionReq>);

impl VersionRange {
    /// Reads a range. Parts that all must hold stand apart by spaces or commas, alternatives by `||`.
    pub fn parse(text: &str) -> Result<Self> {
        text.split("||")
            .map(|all| {
                // npm reads a bare version as exactly that one, the crate as a caret range.
                let parts = all.split([' ', ',']).filter(|part| !part.is_empty());
                let joined =
                    joined_operators(parts).iter().map(|part| exact(part)).collect::<Vec<_>>().join(", ");
                semver::VersionReq::parse(if joined.is_empty() { "*" } else { &joined })
            })
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|error| Error::InvalidOptions {
                option: "version".to_owned(),
                reason: error.to_string(),
            })
    }

    /// Whether a version is in the range. One that is no semantic version is in none.
    pub fn matches(&self, version: &Version) -> bool {
        version.0.parsed.as_ref().is_some_and(|parsed| self.0.iter().any(|range| range.matches(parsed)))
    }
}

/// `>= 1` is one part, though a space stands in it.
fn joined_operators<'p>(parts: impl Iterator<Item = &'p str>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if last.ends_with(['<', '>', '=', '^', '~']) => last.push_str(part),
            _ => joined.push(part.to_owned()),
        }
    }
    joined
}

fn exact(part: &str) -> String {
    let bare = part.trim_start_matches(['v', 'V']);
    let whole = bare.split(['-', '+']).next().is_some_and(|numbers| numbers.split('.').count() == 3);
    let plain = bare.starts_with(|c: char| c.is_ascii_digit()) && !bare.contains(['x', 'X', '*']);
    match (plain, whole) {
        (true, true) => format!("={bare}"),
        (true, false) => format!("~{bare}"),
        _ => bare.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_choose_as_npm_does() {
        for (range, version, expected) in [
            ("^1.2", "1.9.0", true),
            ("^1.2", "2.0.0", false),
            (">=1 <3", "2.5.1", true),
            (">= 1.0.0, < 3", "3.0.0", false),
            ("1.x", "1.7.0", true),
            ("1.2.3", "1.2.4", false),
            ("1.2", "1.2.9", true),
            ("1", "1.9.0", true),
            ("1 || 3", "3.1.0", true),
            ("*", "0.0.1", true),
            ("", "0.0.1", true),
            ("^1", "v1.4", true),
            ("^1", "2024-01", false),
            ("*", "latest", false),
        ] {
            let parsed = VersionRange::parse(range).expect(range);
            assert_eq!(parsed.matches(&Version::new(version)), expected, "{version} in {range}");
        }
    }

    #[test]
    fn versions_come_one_after_the_other_and_those_without_an_order_first() {
        let ordered = ["2024-01", "0.9.0", "1", "v1.4", "2.0.0-rc.1", "2.0.0", "10"].map(Version::new);
        for (i, one) in ordered.iter().enumerate() {
            for (j, other) in ordered.iter().enumerate() {
                assert_eq!(one.precedence(other), i.cmp(&j), "{one} and {other}");
            }
        }
    }

    #[test]
    fn a_range_that_is_none_is_refused() {
        assert!(VersionRange::parse("newest").is_err());
        assert!(VersionRange::parse("^").is_err());
    }
}
