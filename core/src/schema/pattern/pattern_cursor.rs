//! How far a pattern was read.

/// Why something cannot be said in ECMA-262: nothing more is known of it.
pub struct UnknownSyntax;

pub type PatternResult<T> = Result<T, UnknownSyntax>;

/// What is left of a pattern, and what was seen of it.
pub struct PatternCursor<'p> {
    pub rest: &'p str,
    /// Whether ECMA-262 reads it with the flag `u` as it is written.
    pub is_plain: bool,
    /// Whether a class is empty to ECMA-262 and not to others.
    pub has_empty_class: bool,
}

impl<'p> PatternCursor<'p> {
    /// Before the first character.
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

    /// The text up to one that ends it.
    pub fn until(&mut self, end: char) -> PatternResult<&'p str> {
        let (text, rest) = self.rest.split_once(end).ok_or(UnknownSyntax)?;
        self.rest = rest;
        Ok(text)
    }
}
