//! Percent-encoding of values by their place in a request, and detection of dot segments (path traversal).

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::form_urlencoded;

/// All characters but the unreserved ones of RFC 3986.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// With `allowReserved` in a path. `/`, `?` and `#` end a segment, and OpenAPI 3.2 ("Path Templating") forbids them.
const RESERVED_IN_PATH: &AsciiSet = &UNRESERVED
    .remove(b':')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// With `{+name}` of RFC 6570 in a path: `/` stays too. `?` and `#` would end the path and are escaped.
const RESERVED_IN_SEGMENTS: &AsciiSet = &RESERVED_IN_PATH.remove(b'/');

/// With `allowReserved` in a query. `#` ends a query, `[` and `]` are not allowed in it, and `&`, `=` and `+` have a
/// meaning in forms. OpenAPI 3.1.1 leaves the escaping of these six to the application, which here is toolrack.
const RESERVED_IN_QUERY: &AsciiSet = &UNRESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';');

/// With `allowReserved` in a cookie: all that RFC 6265 has in `cookie-octet`.
const RESERVED_IN_COOKIE: &AsciiSet = &UNRESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'#')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b'=');

/// The number of encoding layers that are decoded in search of dot segments. A server decodes one, each proxy one more.
const MAX_LAYERS: usize = 6;

/// The escaping of text in one place of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// Every character with a meaning in a URL is escaped, `/` and `%` among them.
    Url,
    /// As in HTML forms: a space is `+`. Source: WHATWG URL, "application/x-www-form-urlencoded serializing".
    Form,
    /// As [`Escape::Url`], but reserved characters that are harmless in a path stay, and so does what is escaped
    /// already.
    ReservedPath,
    /// The same for several segments of a path: `/` stays.
    ReservedSegments,
    /// The same for a query or a form.
    ReservedQuery,
    /// The same for a cookie.
    ReservedCookie,
    /// No escaping.
    Nothing,
}

impl Escape {
    /// Escapes a value.
    pub fn escape_value(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Url => utf8_percent_encode(text, UNRESERVED).into(),
            Self::Form => form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().into(),
            Self::ReservedPath => escape_keeping_triplets(text, RESERVED_IN_PATH).into(),
            Self::ReservedSegments => escape_keeping_triplets(text, RESERVED_IN_SEGMENTS).into(),
            Self::ReservedQuery => escape_keeping_triplets(text, RESERVED_IN_QUERY).into(),
            Self::ReservedCookie => escape_keeping_triplets(text, RESERVED_IN_COOKIE).into(),
            Self::Nothing => text.into(),
        }
    }

    /// Escapes a name. `allowReserved` concerns values alone.
    pub fn escape_name(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::ReservedPath | Self::ReservedSegments | Self::ReservedQuery | Self::ReservedCookie => {
                Self::Url.escape_value(text)
            }
            other => other.escape_value(text),
        }
    }

    /// The delimiter between members, escaped where the place is a URL.
    pub const fn delimiter(self, (plain, escaped): (&'static str, &'static str)) -> &'static str {
        match self {
            Self::Nothing => plain,
            _ => escaped,
        }
    }
}

/// Escapes a text but its percent-encoded triplets (RFC 6570, section 3.2.3).
fn escape_keeping_triplets(text: &str, set: &'static AsciiSet) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let is_triplet =
            rest.as_bytes()[at..].get(1..3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        written.extend(utf8_percent_encode(&rest[..at], set));
        let end = at + if is_triplet { 3 } else { 1 };
        written.push_str(if is_triplet { &rest[at..end] } else { "%25" });
        rest = &rest[end..];
    }
    written.extend(utf8_percent_encode(rest, set));
    written
}

/// Decodes percent-encoding.
pub fn percent_decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Whether an escaped path segment may be read as a dot segment, `.` or `..`, by a server or a proxy (path traversal).
///
/// Servers and proxies differ in what they resolve, so all of it counts: up to six layers of encoding, an encoded `/`
/// or `\` as a separator, and path parameters behind `;` removed.
pub fn has_dot_segment(segment: &str) -> bool {
    let mut text = Cow::Borrowed(segment);
    for _ in 0..MAX_LAYERS {
        let mut names = text.split(['/', '\\']).map(|name| name.split(';').next().unwrap_or_default());
        if names.any(|name| name == "." || name == "..") {
            return true;
        }
        if !text.contains('%') {
            return false;
        }
        text = percent_decode_str(&text).decode_utf8_lossy().into_owned().into();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_escapes_the_characters_with_a_meaning_there() {
        let all = "a b%c%2f:/?#[]@!$&'()*+,;=\\\"é";
        for (escape, expected) in [
            (Escape::Url, "a%20b%25c%252f%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%5C%22%C3%A9"),
            (Escape::Form, "a+b%25c%252f%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29*%2B%2C%3B%3D%5C%22%C3%A9"),
            (Escape::ReservedPath, "a%20b%25c%2f:%2F%3F%23%5B%5D@!$&'()*+,;=%5C%22%C3%A9"),
            (Escape::ReservedSegments, "a%20b%25c%2f:/%3F%23%5B%5D@!$&'()*+,;=%5C%22%C3%A9"),
            (Escape::ReservedQuery, "a%20b%25c%2f:/?%23%5B%5D@!$%26'()*%2B,;%3D%5C%22%C3%A9"),
            (Escape::ReservedCookie, "a%20b%25c%2f:/?#[]@!$&'()*+%2C%3B=%5C%22%C3%A9"),
            (Escape::Nothing, all),
        ] {
            assert_eq!(escape.escape_value(all), expected, "{escape:?}");
        }
        assert_eq!(Escape::ReservedQuery.escape_value("%"), "%25");
        assert_eq!(Escape::ReservedQuery.escape_value("%2"), "%252");
        assert_eq!(Escape::ReservedQuery.escape_value("%é"), "%25%C3%A9");
    }

    #[test]
    fn dot_segments_are_found_under_every_layer_of_encoding() {
        for segment in [
            ".",
            "..",
            "%2e",
            ".%2E",
            "%252e%252e",
            "..%2Fadmin",
            "a%2f..%2Fb",
            "..%5Cadmin",
            "a%255c..",
            "..;x",
        ] {
            assert!(has_dot_segment(segment), "{segment}");
        }
        for segment in ["", "...", "a..b", ".git", "v1.0", "main...next", "%2e%2e%2e", "a;..", "%25"] {
            assert!(!has_dot_segment(segment), "{segment}");
        }
    }
}
