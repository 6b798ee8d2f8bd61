//! Edits of a source by byte ranges. Edits keep every line end, so that what is not edited stays on its line.

use super::source_lines::is_line_end;

/// Edits that are applied together.
#[derive(Default)]
pub struct TextEdits {
    edits: Vec<TextEdit>,
}

/// An edit: a byte range of the source, and its replacement text.
struct TextEdit {
    start: usize,
    end: usize,
    text: String,
}

impl TextEdits {
    /// Inserts a text. Of two insertions at one place the first stays before the second.
    pub fn insert(&mut self, at: u32, text: impl Into<String>) {
        self.edits.push(TextEdit { start: at as usize, end: at as usize, text: text.into() });
    }

    /// Replaces a range by a text and the line ends of the range. Edits within the range are dropped.
    pub fn replace(&mut self, source: &str, (start, end): (u32, u32), text: &str) {
        let (start, end) = (start as usize, end as usize);
        let mut text = text.to_owned();
        text.extend(source[start..end].chars().filter(|c| is_line_end(*c)));
        self.edits.push(TextEdit { start, end, text });
    }

    /// Blanks a range: line ends stay, everything else becomes as many spaces as it has UTF-16 units.
    pub fn blank(&mut self, source: &str, (start, end): (u32, u32)) {
        let (start, end) = (start as usize, end as usize);
        if start < end {
            self.edits.push(TextEdit { start, end, text: blanked(&source[start..end]) });
        }
    }

    /// Blanks a statement. A `;` stays, so that the statements around it do not become one.
    pub fn blank_statement(&mut self, source: &str, (start, end): (u32, u32)) {
        let (start, end) = (start as usize, end as usize);
        let first = source[start..end].chars().next().map_or(0, char::len_utf8);
        let text = format!(";{}", blanked(&source[start + first..end]));
        self.edits.push(TextEdit { start, end, text });
    }

    /// The source with all edits, behind a text that stands before it.
    pub fn apply(mut self, source: &str, before: &str) -> String {
        // A range comes before the ranges within it, and after an insertion at its start.
        self.edits.sort_by_key(|edit| (edit.start, edit.start != edit.end, usize::MAX - edit.end));
        let mut code = String::with_capacity(source.len() + source.len() / 4 + before.len());
        code.push_str(before);
        let mut done = 0;
        for edit in self.edits {
            // Within a range that is replaced already.
            if edit.start < done {
                continue;
            }
            code.push_str(&source[done..edit.start]);
            code.push_str(&edit.text);
            done = edit.end;
        }
        code.push_str(&source[done..]);
        code
    }
}

fn blanked(text: &str) -> String {
    let mut blank = String::with_capacity(text.len());
    for c in text.chars() {
        if is_line_end(c) {
            blank.push(c);
        } else {
            blank.extend(std::iter::repeat_n(' ', c.len_utf16()));
        }
    }
    blank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_keep_line_ends_and_drop_what_is_within_them() {
        let source = "import a\r\nfrom 'é';foo(b)";
        let mut edits = TextEdits::default();
        edits.replace(source, (20, 23), "(0, x.foo)");
        edits.insert(20, ";");
        edits.replace(source, (16, 18), "never");
        edits.blank_statement(source, (0, 20));
        assert_eq!(edits.apply(source, "p;"), "p;;       \r\n         ;(0, x.foo)(b)");
    }
}
