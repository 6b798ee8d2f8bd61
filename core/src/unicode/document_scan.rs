//! Fast scan of a document for hidden characters, literal or escaped.
//!
//! The result decides whether a conversion looks for hidden characters at all. False positives are allowed,
//! false negatives are not.

use std::ops::Range;

use super::hidden::may_be_hidden;

/// Bytes that are tested together. Most blocks contain neither an escape nor a byte beyond ASCII.
const BLOCK: usize = 64;

/// Returns false if a JSON or YAML text certainly has no hidden character.
pub fn may_contain_hidden(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    // An escape can begin in one block and end in the next.
    let (nexts, _) = bytes.get(1..).unwrap_or_default().as_chunks::<BLOCK>();
    let special = blocks.iter().zip(nexts).map(|(block, next)| is_special(block, next));
    let passed = nexts.len() * BLOCK;
    let mut places = special.enumerate().filter(|(_, is_special)| *is_special);
    let within = |places: Range<usize>| places.into_iter().any(|at| begins_hidden(text, at));
    places.any(|(number, _)| within(number * BLOCK..(number + 1) * BLOCK)) || within(passed..bytes.len())
}

/// Returns true if a block has an escape or a byte beyond ASCII. The loops have no branches, so that the
/// compiler vectorizes them. The first test alone decides most blocks, at a third of the work.
fn is_special(block: &[u8; BLOCK], next: &[u8; BLOCK]) -> bool {
    let is_plain = block.iter().fold(0, |seen, byte| seen | (byte & 0x80) | u8::from(*byte == b'\\')) == 0;
    if is_plain {
        return false;
    }
    let escapes =
        |byte: u8, next: u8| u8::from(byte == b'\\') & u8::from(next | 0x20 == b'u' || next == b'x');
    (0..BLOCK).fold(0, |seen, i| seen | (block[i] & 0x80) | escapes(block[i], next[i])) > 0
}

fn begins_hidden(text: &str, at: usize) -> bool {
    let bytes = &text.as_bytes()[at..];
    match bytes {
        [b'\\', behind @ ..] => escaped(behind).is_some_and(may_become_hidden),
        // A continuation byte starts no character.
        [0xC0..=0xFF, ..] => text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(may_be_hidden),
        _ => false,
    }
}

/// Returns the code point after a backslash: `u200b` in JSON; `x`, `u` and `U` in YAML.
fn escaped(behind: &[u8]) -> Option<u32> {
    let digits = match behind.first()? {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => return None,
    };
    u32::from_str_radix(std::str::from_utf8(behind.get(1..=digits)?).ok()?, 16).ok()
}

/// True also for the high surrogate of a pair that encodes a hidden character.
fn may_become_hidden(code: u32) -> bool {
    matches!(code, 0xD82F | 0xD834 | 0xDB40..=0xDB43) || char::from_u32(code).is_some_and(may_be_hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_that_can_be_hidden_is_found_as_it_stands_and_escaped() {
        let hidden = (0..=0x0010_FFFF).filter_map(char::from_u32).filter(|c| may_be_hidden(*c));
        for (i, c) in hidden.enumerate() {
            let before = "x".repeat(i % 150);
            let units = c
                .encode_utf16(&mut [0; 2])
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect::<Vec<_>>()
                .concat();
            for text in [c.to_string(), units, format!("\\U{:08X}", u32::from(c))] {
                assert!(may_contain_hidden(&format!("{before}{text}")), "{text}");
            }
        }
        assert!(may_contain_hidden(r"soft\xADhyphen"));
    }

    #[test]
    fn a_document_without_any_is_passed_over() {
        for text in
            ["", "plain", r"a\nb \u00e4 \ud83d\ude00 \x41 \U0001F600 \u12", "äöü 漢字 😀", "\\", "\\u"]
        {
            assert!(!may_contain_hidden(text), "{text}");
        }
    }
}
