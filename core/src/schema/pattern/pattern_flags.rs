//! Inline flags of regular expressions.

/// Inline flags, as in `(?i)`.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the dialects, on or off by itself")]
pub(super) struct PatternFlags {
    /// `i`: case is ignored.
    pub(super) insensitive: bool,
    /// `m`: `^` and `$` match at lines.
    pub(super) lines: bool,
    /// `s`: `.` matches any character.
    pub(super) dot_all: bool,
    /// `x`: white space and comments are ignored.
    pub(super) extended: bool,
}
