//! Lines and columns of a source, as editors and stack traces count them.

use super::module_fault::ModuleFault;

/// The starts of the lines of a source, and columns within long lines.
pub struct SourceLines<'s> {
    source: &'s str,
    starts: Vec<usize>,
    /// UTF-16 units before each block of [`BLOCK`] bytes. A position counts within its block: to count from the start of the
    /// line would be quadratic in a source of one line.
    units: Vec<usize>,
}

/// Bytes of a block. A character belongs to the block in which it starts.
const BLOCK: usize = 256;

/// Whether a character ends a line in JavaScript.
pub const fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

impl<'s> SourceLines<'s> {
    /// Finds the lines of a source.
    pub fn new(source: &'s str) -> Self {
        let mut starts = vec![0];
        for (at, c) in source.char_indices().filter(|(_, c)| is_line_end(*c)) {
            let is_half = c == '\r' && source.as_bytes().get(at + 1) == Some(&b'\n');
            if !is_half {
                starts.push(at + c.len_utf8());
            }
        }
        let mut units = vec![0];
        let (mut start, mut count) = (0, 0);
        for block in (BLOCK..=source.len()).step_by(BLOCK) {
            let end = source.ceil_char_boundary(block);
            count += utf16_units(&source[start..end]);
            units.push(count);
            start = end;
        }
        Self { source, starts, units }
    }

    /// The source.
    pub const fn source(&self) -> &'s str {
        self.source
    }

    /// The 1-based line and column of a position. Columns count UTF-16 units.
    pub fn position(&self, at: u32) -> (u32, u32) {
        let at = self.source.floor_char_boundary(at as usize);
        let line = self.starts.partition_point(|start| *start <= at);
        let column = self.units_before(at) - self.units_before(self.starts[line - 1]);
        (number(line), number(column + 1))
    }

    /// The UTF-16 units before a position.
    fn units_before(&self, at: usize) -> usize {
        let block = at / BLOCK;
        let start = self.source.ceil_char_boundary(block * BLOCK);
        self.units[block] + utf16_units(&self.source[start..at])
    }

    /// A fault at a position.
    pub fn fault(&self, at: u32, message: impl Into<String>) -> ModuleFault {
        let (line, column) = self.position(at);
        ModuleFault { line, column, message: message.into() }
    }
}

fn utf16_units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_every_line_end_of_javascript_and_utf_16_units() {
        let source = "a\r\nb\rc\u{2028}d\u{2029}é𝒳e\nf";
        let lines = SourceLines::new(source);
        let position =
            |text: &str| lines.position(u32::try_from(source.find(text).expect("is there")).expect("fits"));
        let expected =
            [("a", (1, 1)), ("b", (2, 1)), ("c", (3, 1)), ("d", (4, 1)), ("e", (5, 4)), ("f", (6, 1))];
        for (text, at) in expected {
            assert_eq!(position(text), at, "{text}");
        }
        assert_eq!(lines.position(u32::MAX), (6, 2));
    }

    /// Counts from the start of the source.
    fn counted(source: &str, at: usize) -> (u32, u32) {
        let mut lines = source[..at].split(is_line_end);
        let last = lines.next_back().expect("a line");
        (number(lines.count() + 1), number(utf16_units(last) + 1))
    }

    #[test]
    fn a_column_of_a_long_line_is_as_exact_as_one_at_its_start() {
        for (before, text) in [("", "a"), ("b", "é"), ("bb", "𝒳"), ("bbb\n", "aé𝒳"), ("\u{2028}b", "é")]
        {
            let source = format!("{before}{}", text.repeat(700));
            let lines = SourceLines::new(&source);
            for (at, _) in source.char_indices() {
                assert_eq!(lines.position(number(at)), counted(&source, at), "{text} {at}");
            }
            assert_eq!(lines.position(u32::MAX), counted(&source, source.len()), "{text}");
        }
    }
}
