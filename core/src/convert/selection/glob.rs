//! Glob patterns over paths and operation ids, for `include` and `exclude`.

use crate::error::Problem;

/// The longest pattern, in characters. Matching takes at most this times the length of the text.
const MAX_CHARACTERS: usize = 1_000;

/// A glob: `*` matches within one path segment, `**` matches any text, `**/` matches any number of segments. Every other
/// character matches itself. Braces are no alternatives: `/users/{id}` is a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    steps: Vec<GlobStep>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GlobStep {
    Character(char),
    /// `*`: any text without a `/`.
    InSegment,
    Anything,
}

impl Glob {
    /// Parses a glob over paths.
    ///
    /// # Errors
    /// What is wrong with the glob.
    pub fn parse_path(text: &str) -> Result<Self, Problem> {
        Self::parse(text, GlobStep::InSegment)
    }

    /// Parses a glob over operation ids, where `/` is a character like any other.
    ///
    /// # Errors
    /// What is wrong with the glob.
    pub fn parse_id(text: &str) -> Result<Self, Problem> {
        Self::parse(text, GlobStep::Anything)
    }

    fn parse(text: &str, star: GlobStep) -> Result<Self, Problem> {
        if text.chars().nth(MAX_CHARACTERS).is_some() {
            return Err(Problem::at(
                "",
                format!("is longer than {MAX_CHARACTERS} characters: shorten the pattern"),
            ));
        }
        let mut steps = Vec::with_capacity(text.len());
        for c in text.chars() {
            match (c, steps.last_mut()) {
                ('*', Some(last)) if !matches!(last, GlobStep::Character(_)) => *last = GlobStep::Anything,
                ('*', _) => steps.push(star),
                (c, _) => steps.push(GlobStep::Character(c)),
            }
        }
        Ok(Self { steps })
    }

    /// Whether the glob matches a text. All states of the pattern advance at once, so that no input makes it backtrack.
    pub fn matches(&self, text: &str) -> bool {
        let end = self.steps.len();
        let (mut active, mut next) = (vec![false; end + 1], vec![false; end + 1]);
        self.activate(0, &mut active);
        for c in text.chars() {
            next.fill(false);
            for at in (0..end).filter(|at| active[*at]) {
                match self.steps[at] {
                    GlobStep::Character(wanted) if wanted == c => self.activate(at + 1, &mut next),
                    GlobStep::InSegment if c != '/' => self.stay(at, &mut next),
                    GlobStep::Anything => self.stay(at, &mut next),
                    GlobStep::Character(_) | GlobStep::InSegment => {}
                }
            }
            std::mem::swap(&mut active, &mut next);
        }
        active[end]
    }

    /// Marks a state as active, and those that it leads to without a character.
    fn activate(&self, at: usize, active: &mut [bool]) {
        let mut at = at;
        while !std::mem::replace(&mut active[at], true) {
            match self.steps.get(at) {
                Some(GlobStep::InSegment | GlobStep::Anything) => {
                    if self.starts_segments(at) {
                        self.activate(at + 2, active);
                    }
                    at += 1;
                }
                Some(GlobStep::Character(_)) | None => return,
            }
        }
    }

    /// Marks a state that stays on its wildcard: no segment starts there.
    fn stay(&self, at: usize, active: &mut [bool]) {
        active[at] = true;
        self.activate(at + 1, active);
    }

    /// Whether `**/` begins at this state, at the start of a segment.
    fn starts_segments(&self, at: usize) -> bool {
        let slash = Some(&GlobStep::Character('/'));
        self.steps[at] == GlobStep::Anything
            && self.steps.get(at + 1) == slash
            && (at == 0 || self.steps.get(at - 1) == slash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_one_segment_and_two_match_any_text() {
        for (pattern, yes, no) in [
            ("/users/{id}", &["/users/{id}"][..], &["/users/id", "/users/{id}/", "/users/{id"][..]),
            ("/users/*", &["/users/{id}", "/users/"], &["/users", "/users/{id}/repos"]),
            ("/users/**", &["/users/", "/users/{id}/repos"], &["/users", "/user/x"]),
            ("/*/repos", &["/users/repos", "//repos"], &["/a/b/repos"]),
            ("/**/repos", &["/repos", "/a/repos", "/a/b/repos"], &["/a/b/repos/c", "/xrepos"]),
            ("**/repos", &["repos", "/repos", "a/repos"], &["xrepos"]),
            ("/a**z", &["/az", "/a/b/z"], &["/a"]),
            ("*", &["", "a"], &["/a"]),
            ("**", &["", "/a/b"], &[]),
            ("/a/***/b", &["/a/b", "/a/x/y/b"], &["/a/xb"]),
            ("/[ab]", &["/[ab]"], &["/a"]),
            ("", &[""], &["a"]),
        ] {
            let glob = Glob::parse_path(pattern).expect("is short");
            assert!(yes.iter().all(|text| glob.matches(text)), "{pattern}");
            assert!(!no.iter().any(|text| glob.matches(text)), "{pattern}");
        }
    }

    #[test]
    fn a_slash_in_an_operation_id_is_a_character() {
        let glob = Glob::parse_id("*list*").expect("is short");
        assert!(glob.matches("issues/list-comments") && !glob.matches("issues/get"));
    }

    #[test]
    fn long_patterns_are_refused_and_matching_never_backtracks() {
        assert!(Glob::parse_path(&"a".repeat(1_001)).is_err());
        let nested = Glob::parse_path(&"**a*".repeat(250)).expect("is short enough");
        assert!(nested.matches(&"a".repeat(2_000)));
        assert!(!nested.matches(&format!("{}/b", "a".repeat(200))));
    }
}
