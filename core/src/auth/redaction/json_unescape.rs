//! JSON unescaping of bytes, with the way back from what is read to what is written.
//!
//! The bytes need not be JSON: an escape that JSON does not know stands for the character behind its backslash, and a
//! surrogate that stands alone for U+FFFD. Nothing is refused, so that nothing hides behind what a parser refuses.

use std::iter::Peekable;
use std::ops::Range;

const BACKSLASH: u8 = b'\\';

/// What the bytes say; nothing where no escape stands in them.
pub fn unescaped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut escapes = JsonEscapes { bytes, at: 0 }.peekable();
    escapes.peek()?;
    let (mut read, mut end) = (Vec::with_capacity(bytes.len()), 0);
    for JsonEscape { written, character } in escapes {
        read.extend_from_slice(&bytes[end..written.start]);
        read.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        end = written.end;
    }
    read.extend_from_slice(&bytes[end..]);
    Some(read)
}

/// Where places of what the bytes say are written. Both are in order; an escape belongs whole to whatever has a part of it.
pub fn written(bytes: &[u8], read: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut way = EscapeOffsets { escapes: JsonEscapes { bytes, at: 0 }.peekable(), last: None, ahead: 0 };
    let places = read.iter().map(|place| way.start(place.start)..way.end(place.end));
    places.collect()
}

/// The way from what is read to what is written.
struct EscapeOffsets<'b> {
    escapes: Peekable<JsonEscapes<'b>>,
    /// The escape that was reached last: where it is read, and where it is written.
    last: Option<(Range<usize>, Range<usize>)>,
    /// How far what is written is ahead, behind that escape.
    ahead: usize,
}

impl EscapeOffsets<'_> {
    fn start(&mut self, at: usize) -> usize {
        self.go(at);
        match &self.last {
            Some((read, written)) if read.contains(&at) => written.start,
            _ => at + self.ahead,
        }
    }

    fn end(&mut self, end: usize) -> usize {
        self.go(end.saturating_sub(1));
        match &self.last {
            Some((read, written)) if end <= read.end => written.end,
            _ => end + self.ahead,
        }
    }

    /// Goes on to the last escape that begins at or before a place of what is read.
    fn go(&mut self, at: usize) {
        loop {
            let ahead = self.ahead;
            let Some(JsonEscape { written, character }) =
                self.escapes.next_if(|next| next.written.start - ahead <= at)
            else {
                return;
            };
            let start = written.start - ahead;
            let read = start..start + character.len_utf8();
            self.ahead = written.end - read.end;
            self.last = Some((read, written));
        }
    }
}

/// A character that is written with a backslash.
struct JsonEscape {
    written: Range<usize>,
    character: char,
}

struct JsonEscapes<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl JsonEscapes<'_> {
    /// The UTF-16 code unit of the escape `\uXXXX` at an offset.
    fn unit(&self, at: usize) -> Option<u32> {
        let [BACKSLASH, b'u', digits @ ..] = self.bytes.get(at..at + 6)? else { return None };
        digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
    }

    /// The character that the JSON escape at an offset stands for, and the length of the escape in bytes.
    fn escape(&self, at: usize) -> Option<(char, usize)> {
        if let Some(unit) = self.unit(at) {
            let low = self
                .unit(at + 6)
                .filter(|low| (0xd800..0xdc00).contains(&unit) && (0xdc00..0xe000).contains(low));
            let pair =
                low.and_then(|low| char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)));
            return Some(match pair {
                Some(character) => (character, 12),
                None => (char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
            });
        }
        let character = match self.bytes.get(at + 1)? {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            byte if byte.is_ascii() => char::from(*byte),
            _ => return None,
        };
        Some((character, 2))
    }
}

impl Iterator for JsonEscapes<'_> {
    type Item = JsonEscape;

    fn next(&mut self) -> Option<JsonEscape> {
        loop {
            let start = self.at + self.bytes.get(self.at..)?.iter().position(|byte| *byte == BACKSLASH)?;
            let Some((character, length)) = self.escape(start) else {
                self.at = start + 1;
                continue;
            };
            self.at = start + length;
            return Some(JsonEscape { written: start..self.at, character });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_as_javascript_reads_them_and_others_leniently() {
        for (bytes, expected) in [
            (r#"a\"\\\/b"#, "a\"\\/b"),
            (r"\b\f\n\r\t", "\u{8}\u{c}\n\r\t"),
            (r"\u00e4\u00E4\ud83d\ude00", "ää😀"),
            (r"\ud800\u0041\udc00", "\u{fffd}A\u{fffd}"),
            (r"\ud800\ud83d\ude00", "\u{fffd}😀"),
            (r"\\u0041", r"\u0041"),
            (r"\s\u12g4\ä", r"su12g4\ä"),
            ("end\\", "end\\"),
        ] {
            let read = unescaped(bytes.as_bytes()).unwrap_or_else(|| bytes.as_bytes().to_vec());
            assert_eq!(String::from_utf8(read).as_deref(), Ok(expected), "{bytes}");
        }
        assert_eq!(unescaped(b"plain"), None);
    }

    #[test]
    fn a_place_leads_back_to_whole_escapes() {
        let bytes = r"x\u0041b\u00e4\n".as_bytes();
        for (read, expected) in [
            (0..1, 0..1),
            (0..2, 0..7),
            (1..2, 1..7),
            (2..3, 7..8),
            (3..5, 8..14),
            (4..6, 8..16),
            (1..6, 1..16),
        ] {
            assert_eq!(written(bytes, std::slice::from_ref(&read)), [expected], "{read:?}");
        }
        assert_eq!(written(bytes, &[0..2, 2..3, 5..6]), [0..7, 7..8, 14..16]);
    }
}
