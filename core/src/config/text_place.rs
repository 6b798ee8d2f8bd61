//! Line and column of a configuration file, from the byte offset of its text.

use std::cell::Cell;

/// A place in a text. Both numbers begin at 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPlace {
    pub line: usize,
    pub column: usize,
}

impl TextPlace {
    /// Where a text begins.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// Finds places in a text. It counts on from the last one: many places in the order of the text take one reading of it.
pub struct PlaceFinder<'t> {
    text: &'t str,
    last: Cell<(usize, TextPlace)>,
}

impl<'t> PlaceFinder<'t> {
    pub const fn new(text: &'t str) -> Self {
        Self { text, last: Cell::new((0, TextPlace::START)) }
    }

    /// The place of a byte offset.
    pub fn find_place(&self, offset: usize) -> TextPlace {
        let (known, place) = self.last.get();
        let (from, mut place) = if known <= offset { (known, place) } else { (0, TextPlace::START) };
        for character in self.text.get(from..offset).unwrap_or_default().chars() {
            if character == '\n' {
                place = TextPlace { line: place.line + 1, column: 1 };
            } else {
                place.column += 1;
            }
        }
        self.last.set((offset, place));
        place
    }
}

/// What is wrong with the syntax of a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFault {
    pub place: TextPlace,
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_of_the_line() {
        let text = "a\r\n\u{fc}b\n\nc";
        let places = PlaceFinder::new(text);
        for (offset, line, column) in
            [(0, 1, 1), (2, 1, 3), (3, 2, 1), (5, 2, 2), (7, 3, 1), (8, 4, 1), (5, 2, 2), (0, 1, 1)]
        {
            assert_eq!(places.find_place(offset), TextPlace { line, column }, "{offset}");
        }
    }
}
