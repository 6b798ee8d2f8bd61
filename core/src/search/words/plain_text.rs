//! Plain text of a description: without the tags of HTML, the link targets of Markdown, and addresses.

use std::borrow::Cow;

/// The longest tag, in bytes. A `<` without an end nearby is a sign of comparison.
const LONGEST_TAG: usize = 500;

/// A description as it is read: tags, entities, link targets and addresses are one space each.
pub(in crate::search) fn plain_text(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '&']) && !text.contains("://") && !text.contains("](") {
        return Cow::Borrowed(text);
    }
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(['<', '&', ']', ':']) {
        let (before, found) = rest.split_at(at);
        let skipped = markup_length(found);
        let kept = if skipped > 0 && found.starts_with(':') { without_scheme(before) } else { before };
        plain.push_str(kept);
        plain.push(' ');
        rest = &found[skipped.max(1)..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The length of the markup that a text begins with, in bytes; 0 for none.
fn markup_length(text: &str) -> usize {
    let within = |end: char| {
        let limit = text.floor_char_boundary(LONGEST_TAG);
        text[..limit].find(end).map_or(0, |at| at + end.len_utf8())
    };
    match text.as_bytes() {
        [b'<', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'/' | b'!') => within('>'),
        [b'&', next, ..] if next.is_ascii_alphabetic() || *next == b'#' => {
            let end = text.bytes().take(10).position(|byte| byte == b';');
            end.map_or(0, |end| end + 1)
        }
        [b']', b'(', ..] => within(')'),
        [b':', b'/', b'/', ..] => {
            let is_end = |one: char| one.is_whitespace() || matches!(one, ')' | '"' | '>' | '<' | '`');
            text.find(is_end).unwrap_or(text.len())
        }
        _ => 0,
    }
}

/// A text without the letters of a scheme at its end, as `https`.
fn without_scheme(text: &str) -> &str {
    text.trim_end_matches(|one: char| one.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_addresses_are_no_words() {
        let cases = [
            ("plain words", "plain words"),
            ("a <strong class=\"x\">b</strong>", "a b"),
            ("see [the docs](https://example.com/a_b) now", "see [the docs now"),
            ("at https://example.com/path?x=1 or", "at or"),
            ("Tom &amp; Jerry", "Tom Jerry"),
            ("1 < 2 & 3", "1 2 3"),
            ("key: value", "key: value"),
            ("<", ""),
            ("](", "("),
        ];
        for (text, expected) in cases {
            let plain = plain_text(text);
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(words(&plain), words(expected), "{text}");
        }
    }

    #[test]
    fn an_endless_run_of_signs_is_read_in_one_walk() {
        let text = "<a".repeat(500_000);
        assert_eq!(plain_text(&text).matches('a').count(), 500_000);
    }
}
