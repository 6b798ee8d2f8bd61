//! Read position in a pattern.

/// The pattern has no equal form in ECMA-262.
pub struct UnknownSyntax;

pub type PatternResult<T> = Result<T, UnknownSyntax>;

/// The rest of a pattern, and what was found so far.
pub struct PatternCursor<'p> {
    pub rest: &'p str,
    /// True if ECMA-262 reads the pattern literally, with the flag `u`.
    pub is_plain: bool,
    /// True if ECMA-262 reads an empty class where other dialects read a longer one.
    pub has_empty_class: bool,
}

impl<'p> PatternCursor<'p> {
    /// Starts before the first character.
    pub const fn new(pattern: &'p str) -> Self {
        Self { rest: pattern, is_plain: true, has_empty_class: false }
    }

    pub fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub fn bump(&mut self) -> PatternResult<char> {
        let c = self.peek().ok_or(UnknownSyntax)?;
        self.rest = &self.rest[c.len_utf8()..];
        Ok(c)
    }

    pub fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Returns the text up to `end`, and skips `end`.
    pub fn until(&mut self, end: char) -> PatternResult<&'p str> {
        let (text, rest) = self.rest.split_once(end).ok_or(UnknownSyntax)?;
        self.rest = rest;
        Ok(text)
    }
}
