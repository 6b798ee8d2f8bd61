//! JSON unescaping of bytes, and the mapping of ranges from unescaped bytes back to escaped ones.
//!
//! The bytes need not be JSON. An unknown escape is the character behind its backslash, and a lone surrogate is U+FFFD.
//! Nothing is refused, so that no secret hides behind what a parser would refuse.

use std::iter::Peekable;
use std::ops::Range;

const BACKSLASH: u8 = b'\\';

/// Unescapes bytes; `None` where they have no escape.
pub fn unescape(bytes: &[u8]) -> Option<Vec<u8>> {
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

/// Maps ranges of the unescaped bytes to the escaped ones. Both are in order. A range that has a part of an escape gets
/// all of it.
pub fn written_ranges(bytes: &[u8], read: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut offsets =
        EscapeOffsets { escapes: JsonEscapes { bytes, at: 0 }.peekable(), last: None, ahead: 0 };
    let ranges = read.iter().map(|range| offsets.start(range.start)..offsets.end(range.end));
    ranges.collect()
}

/// Offsets in the escaped bytes for those in the unescaped ones.
struct EscapeOffsets<'b> {
    escapes: Peekable<JsonEscapes<'b>>,
    /// The last escape: its range in the unescaped bytes, and in the escaped ones.
    last: Option<(Range<usize>, Range<usize>)>,
    /// The difference of both offsets behind that escape.
    ahead: usize,
}

impl EscapeOffsets<'_> {
    fn start(&mut self, at: usize) -> usize {
        self.advance(at);
        match &self.last {
            Some((read, written)) if read.contains(&at) => written.start,
            _ => at + self.ahead,
        }
    }

    fn end(&mut self, end: usize) -> usize {
        self.advance(end.saturating_sub(1));
        match &self.last {
            Some((read, written)) if end <= read.end => written.end,
            _ => end + self.ahead,
        }
    }

    /// Advances to the last escape that begins at or before an unescaped offset.
    fn advance(&mut self, at: usize) {
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

/// One escape, and the character that it stands for.
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
            let read = unescape(bytes.as_bytes()).unwrap_or_else(|| bytes.as_bytes().to_vec());
            assert_eq!(String::from_utf8(read).as_deref(), Ok(expected), "{bytes}");
        }
        assert_eq!(unescape(b"plain"), None);
    }

    #[test]
    fn a_range_maps_back_to_whole_escapes() {
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
            assert_eq!(written_ranges(bytes, std::slice::from_ref(&read)), [expected], "{read:?}");
        }
        assert_eq!(written_ranges(bytes, &[0..2, 2..3, 5..6]), [0..7, 7..8, 14..16]);
    }
}
