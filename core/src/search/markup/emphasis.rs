//! Emphasis of Markdown: runs of `*` and `_` that are pairs. A run without its pair stays.

use std::ops::Range;

/// The most runs that are open at once.
const MOST_OPEN: usize = 32;

/// A run of one mark.
#[derive(Clone, Copy)]
pub(super) struct MarkRun {
    pub mark: char,
    pub count: usize,
    /// The characters beside it, if there are some.
    pub before: Option<char>,
    pub after: Option<char>,
}

/// Runs that wait for their pairs, as places in the plain text.
#[derive(Default)]
pub(super) struct OpenRuns(Vec<(char, Range<usize>)>);

impl MarkRun {
    /// Marks within words are signs: `snake_case`, `2*3`. A word of other scripts may be emphasized in a line without spaces.
    fn is_of_word(self, one: char) -> bool {
        if self.mark == '_' { one.is_alphanumeric() } else { one.is_ascii_alphanumeric() }
    }

    /// Whether it may begin emphasis. A path, a pattern or a domain does not: `/repos/*`, `**/a`, `*.example.com`.
    fn can_open(self) -> bool {
        let is_start = self.before.is_none_or(|one| {
            one.is_whitespace()
                || !self.is_of_word(one) && !matches!(one, '/' | '\\' | '.' | '=' | '@' | '$' | '%')
        });
        let begins = |one: char| {
            !one.is_whitespace()
                && !matches!(one, '/' | ',' | ';' | ')' | ']')
                && (one != '.' || self.count > 1)
        };
        is_start && self.after.is_some_and(begins)
    }

    fn can_close(self) -> bool {
        let ends = |one: char| !one.is_whitespace() && one != '/';
        self.before.is_some_and(ends) && self.after.is_none_or(|one| !self.is_of_word(one) && one != '/')
    }
}

impl OpenRuns {
    /// Takes a run that stands in the plain text at `at`. Returns the parts of that text that are emphasis marks: those of a run
    /// before it, and its own.
    pub(super) fn take(&mut self, run: MarkRun, plain: &str, at: Range<usize>) -> Option<[Range<usize>; 2]> {
        let pair = self.0.iter().rposition(|(mark, _)| *mark == run.mark).filter(|_| run.can_close());
        if let Some(pair) = pair.filter(|pair| !is_identifier(plain, &self.0[*pair].1, &at)) {
            self.0.truncate(pair + 1);
            let (mark, open) = self.0.pop()?;
            let count = open.len().min(at.len());
            let (begin, end) = (open.end - count..open.end, at.start..at.start + count);
            if begin.start > open.start {
                self.0.push((mark, open.start..begin.start));
            }
            return Some([begin, end]);
        }
        if run.can_open() && self.0.len() < MOST_OPEN {
            self.0.push((run.mark, at));
        }
        None
    }

    /// Ends a paragraph: no emphasis goes beyond it.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Whether two runs make an identifier, as in `__proto__`.
fn is_identifier(plain: &str, open: &Range<usize>, close: &Range<usize>) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    open.len() > 1
        && plain[open.clone()].starts_with('_')
        && plain[open.end..close.start].bytes().all(is_part)
}
