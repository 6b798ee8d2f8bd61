//! Lines and columns of a source, as editors and stack traces count them.

use super::module_fault::ModuleFault;

/// The starts of the lines of a source.
pub struct SourceLines<'s> {
    source: &'s str,
    starts: Vec<usize>,
}

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
        Self { source, starts }
    }

    /// The source.
    pub const fn source(&self) -> &'s str {
        self.source
    }

    /// The 1-based line and column of a position. Columns count UTF-16 units.
    pub fn position(&self, at: u32) -> (u32, u32) {
        let at = self.source.floor_char_boundary(at as usize);
        let line = self.starts.partition_point(|start| *start <= at);
        let before = &self.source[self.starts[line - 1]..at];
        let column = before.chars().map(char::len_utf16).sum::<usize>();
        (number(line), number(column + 1))
    }

    /// A fault at a position.
    pub fn fault(&self, at: u32, message: impl Into<String>) -> ModuleFault {
        let (line, column) = self.position(at);
        ModuleFault { line, column, message: message.into() }
    }
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
}
