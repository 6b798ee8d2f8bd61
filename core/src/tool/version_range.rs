//! Version ranges as npm writes them.

use super::Version;
use crate::error::{Error, Result};

/// A range of versions as npm writes it: `^1.2`, `>=1 <3`, `1.x`, `1 || 3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRange(Vec<semver::VersionReq>);

impl VersionRange {
    /// Parses a range. Spaces or commas separate comparators that must all hold, `||` separates alternatives.
    ///
    /// # Errors
    /// `INVALID_OPTIONS`.
    pub fn parse(text: &str) -> Result<Self> {
        text.split("||")
            .map(|all| {
                // npm reads a bare version as exactly that one; the crate reads it as a caret range.
                let parts = all.split([' ', ',']).filter(|part| !part.is_empty());
                let joined = joined_operators(parts)
                    .iter()
                    .map(|part| exact_comparator(part))
                    .collect::<Vec<_>>()
                    .join(", ");
                semver::VersionReq::parse(if joined.is_empty() { "*" } else { &joined })
            })
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|error| Error::InvalidOptions {
                option: "version".to_owned(),
                reason: error.to_string(),
            })
    }

    /// Whether a version is in the range. One that is not semantic is in none.
    pub fn matches(&self, version: &Version) -> bool {
        version.parsed().is_some_and(|parsed| self.0.iter().any(|range| range.matches(parsed)))
    }
}

/// Joins an operator with its version: `>= 1` is one comparator.
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

/// A bare version as the crate writes "exactly this one".
fn exact_comparator(part: &str) -> String {
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
    fn a_range_that_is_none_is_refused() {
        assert!(VersionRange::parse("newest").is_err());
        assert!(VersionRange::parse("^").is_err());
    }
}
