//! Comments of JavaScript, `// …` and `/* … */`, in what looks like JSON.
//!
//! YAML reads them as text: in `{"a": 1, // why\n "b": 2}` the second key would be `// why "b"`, and `b` would be lost.

/// Whether a text has a comment outside of quoted texts. A key like `//pets:` or `/*:` is none.
pub fn has_comments(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        at = match bytes[at] {
            b'"' => behind_quoted(bytes, at, b'"'),
            b'\'' if is_separated(bytes, at) => behind_quoted(bytes, at, b'\''),
            // A comment of YAML.
            b'#' if is_separated(bytes, at) => end_of_line(bytes, at),
            b'/' if is_separated(bytes, at) && matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                if !is_key(bytes, at) && !is_value(bytes, at) {
                    return true;
                }
                at + 2
            }
            _ => at + 1,
        };
    }
    false
}

/// Whether a token could begin here: after white space, a bracket, a comma or a quoted text.
fn is_separated(bytes: &[u8], at: usize) -> bool {
    at == 0 || bytes[at - 1].is_ascii_whitespace() || b"{}[],\"".contains(&bytes[at - 1])
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length)
}

/// The place behind a quoted text, or the end where it is not closed.
fn behind_quoted(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' && quote == b'"' { 2 } else { 1 };
    }
    at + 1
}

/// Whether a value begins here: `{url: //api.example.com}` of YAML. Behind a colon a comment begins with white space.
fn is_value(bytes: &[u8], at: usize) -> bool {
    let is_behind_colon = bytes[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
    is_behind_colon
        && bytes[at + 1] == b'/'
        && bytes.get(at + 2).is_some_and(|byte| !byte.is_ascii_whitespace())
}

/// Whether a word begins here that a colon ends: `//pets:`.
fn is_key(bytes: &[u8], at: usize) -> bool {
    let word = bytes[at..].split(u8::is_ascii_whitespace).next().unwrap_or_default();
    word.len() > 2 && word.ends_with(b":") && !word.contains(&b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_found_and_what_only_looks_like_one_is_not() {
        for text in [
            "{\"a\": 1, // why\n \"b\": 2}",
            "{\"a\": 1, /* why */ \"b\": 2}",
            "{\"a\": 1 // why\n}",
            "{//why\n\"b\": 2}",
            "{\"a\": [1, // \"x\"\n2]}",
            "{\"a\": {}}// end",
            "{'a': 'it''s', // why\n}",
            "{\"a\": // why\n 1}",
            "{\"a\": /*why*/ 1, }",
        ] {
            assert!(has_comments(text), "{text}");
        }
        for text in [
            "{\"a\": \"// none\", \"b\": \"https://x.test/*\", }",
            "{\"a\\\"\": '/* none */', }",
            "{\"paths\": {//pets: {}, /*: {}, /a/b: {}}, }",
            "{\"url\": https://x.test//y, \"b\": a/*b*/c }",
            "{\"a\": 1, # why // here\n \"b\": 2}",
            "{\"a\": it's, \"b\": 1}",
            "{servers: [{url: //api.example.com}]}",
        ] {
            assert!(!has_comments(text), "{text}");
        }
    }
}
