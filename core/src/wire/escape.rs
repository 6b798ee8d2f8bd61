//! The door to percent-encoding: what stands for itself in a place, and what a server may read out of it.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::form_urlencoded;

/// All but the characters that RFC 3986 calls unreserved.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What `allowReserved` leaves in a path. `/`, `?` and `#` end a segment, and OpenAPI 3.2 ("Path Templating") forbids them.
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

/// What `{+name}` of RFC 6570 leaves in a path: `/` too. `?` and `#` would end the path, and are escaped all the same.
const RESERVED_IN_SEGMENTS: &AsciiSet = &RESERVED_IN_PATH.remove(b'/');

/// What it leaves in a query. `#` ends it, `[` and `]` are not allowed there, `&`, `=` and `+` mean something to forms:
/// OpenAPI 3.1.1 leaves it to the application to escape those six, and the one that has the bare values is this one.
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

/// What it leaves in a cookie: all but what RFC 6265 takes out of `cookie-octet`.
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

/// Layers of encoding that are looked through. Servers take off one, proxies before them one each.
const LAYERS: usize = 6;

/// How text is written in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// Every character with a meaning in a URL is escaped, `/` and `%` among them.
    Url,
    /// As HTML forms do it: a space is `+`. Source: WHATWG URL, "application/x-www-form-urlencoded serializing".
    Form,
    /// As [`Escape::Url`], but for reserved characters that can do no harm in a path, and for what is escaped already.
    ReservedPath,
    /// The same for several segments of a path: `/` parts them.
    ReservedSegments,
    /// The same for a query or a form.
    ReservedQuery,
    /// The same for a cookie.
    ReservedCookie,
    /// As it is.
    Nothing,
}

impl Escape {
    /// A text as it stands there.
    pub fn text(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Url => utf8_percent_encode(text, UNRESERVED).into(),
            Self::Form => form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().into(),
            Self::ReservedPath => reserved(text, RESERVED_IN_PATH).into(),
            Self::ReservedSegments => reserved(text, RESERVED_IN_SEGMENTS).into(),
            Self::ReservedQuery => reserved(text, RESERVED_IN_QUERY).into(),
            Self::ReservedCookie => reserved(text, RESERVED_IN_COOKIE).into(),
            Self::Nothing => text.into(),
        }
    }

    /// The name of something there. `allowReserved` is said of values alone.
    pub fn name(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::ReservedPath | Self::ReservedSegments | Self::ReservedQuery | Self::ReservedCookie => {
                Self::Url.text(text)
            }
            other => other.text(text),
        }
    }

    /// A character that parts members, where it is none that a URL may hold.
    pub const fn delimiter(self, (plain, escaped): (&'static str, &'static str)) -> &'static str {
        match self {
            Self::Nothing => plain,
            _ => escaped,
        }
    }
}

/// RFC 6570, section 3.2.3: what is escaped already stays so.
fn reserved(text: &str, set: &'static AsciiSet) -> String {
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

/// A text without its percent-encoding.
pub fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Whether a segment of a path, escaped as it is sent, holds `.` or `..` for somebody on its way: once or several times
/// decoded, with an encoded `/` or `\` taken for a separator, with what stands behind a `;` taken off. Servers and
/// proxies differ in which of those they resolve, and when.
pub fn leads_out(segment: &str) -> bool {
    let mut text = Cow::Borrowed(segment);
    for _ in 0..LAYERS {
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
    fn each_place_escapes_what_has_a_meaning_there() {
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
            assert_eq!(escape.text(all), expected, "{escape:?}");
        }
        assert_eq!(Escape::ReservedQuery.text("%"), "%25");
        assert_eq!(Escape::ReservedQuery.text("%2"), "%252");
        assert_eq!(Escape::ReservedQuery.text("%é"), "%25%C3%A9");
    }

    #[test]
    fn dot_segments_are_found_under_every_layer() {
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
            assert!(leads_out(segment), "{segment}");
        }
        for segment in ["", "...", "a..b", ".git", "v1.0", "main...next", "%2e%2e%2e", "a;..", "%25"] {
            assert!(!leads_out(segment), "{segment}");
        }
    }
}
