//! Content encodings that nobody took off an answer. Source: RFC 9110, section 8.4.
//!
//! The client asks for gzip, brotli and zstd, decodes one of them, and takes the header away with it. Whatever is left was
//! not asked for, or was applied more than once. A server that encodes twice and says so in two lines leaves no header; the
//! bytes tell it then, where they are to be text.

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// How much of a server's word for it is told, in characters.
const LONGEST: usize = 60;

/// Why a body that is to be text cannot be read as it is; nothing where it can.
pub fn text_fault(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    fault(headers, body).or_else(|| {
        let encoding = compressed(body)?;
        Some(format!("it is still compressed with {encoding}, once more than the server says"))
    })
}

/// Why a body cannot be read as it is; nothing where it can.
pub fn fault(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let lines = headers.get_all(CONTENT_ENCODING).iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let all = lines.collect::<Vec<_>>().join(", ");
    let is_plain = |word: &str| word.is_empty() || word.eq_ignore_ascii_case("identity");
    if all.split(',').map(str::trim).all(is_plain) {
        return None;
    }
    let mut shown: String = all.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if all.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    Some(format!("it is encoded with \"{shown}\", which was not asked for"))
}

/// The compression that bytes begin with, where no text begins so.
fn compressed(bytes: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 2] = [(&[0x1f, 0x8b, 0x08], "gzip"), (&[0x28, 0xb5, 0x2f, 0xfd], "zstd")];
    SIGNS.iter().find(|(sign, _)| bytes.starts_with(sign)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn an_encoding_that_nobody_took_off_is_told() {
        let gzip = &[0x1f, 0x8b, 0x08, 0][..];
        for (lines, body, word) in [
            (&[][..], &b"{}"[..], None),
            (&["identity"], b"{}", None),
            (&["", "Identity, "], b"{}", None),
            (&["deflate"], b"", None),
            (&["deflate"], b"x", Some("\"deflate\"")),
            (&["gzip, gzip"], gzip, Some("\"gzip, gzip\"")),
            (&["identity", "x-foo"], b"x", Some("\"identity, x-foo\"")),
            (&[], gzip, Some("compressed with gzip")),
            (&[], &[0x28, 0xb5, 0x2f, 0xfd], Some("compressed with zstd")),
            (&["\u{e9}\t"], b"x", Some("\\t")),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                let line = HeaderValue::from_bytes(line.as_bytes()).expect("a header");
                headers.append(CONTENT_ENCODING, line);
            }
            let told = text_fault(&headers, body);
            assert_eq!(told.is_some(), word.is_some(), "{lines:?} {told:?}");
            assert!(word.is_none_or(|word| told.is_some_and(|told| told.contains(word))), "{lines:?}");
        }
        let long = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static(LONG))]);
        assert!(fault(&long, b"x").is_some_and(|told| told.len() < 200));
        assert_eq!(fault(&HeaderMap::new(), gzip), None);
    }

    const LONG: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
}
