//! `Content-Encoding` of a response that the client could not decode. Source: RFC 9110, section 8.4.
//!
//! The client asks for gzip, brotli and zstd, decodes one of them, and removes the header. A header that is left names
//! an encoding that was not asked for, or that was applied twice. A server that encodes twice and says so in two header
//! lines leaves no header. Then only the first bytes show it, and only where the body must be text.

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// The longest quote of a server's `Content-Encoding`, in characters.
const LONGEST_QUOTE: usize = 60;

/// The reason why a body that must be text cannot be read; `None` where it can.
pub fn text_fault(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    fault(headers, body).or_else(|| {
        let encoding = compression(body)?;
        Some(format!(
            "the body is still compressed with {encoding}: the server must compress it once, and name that in Content-Encoding"
        ))
    })
}

/// The reason why a body of any kind cannot be read; `None` where it can.
pub fn fault(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let lines = headers.get_all(CONTENT_ENCODING).iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let all = lines.collect::<Vec<_>>().join(", ");
    let is_identity = |word: &str| word.is_empty() || word.eq_ignore_ascii_case("identity");
    if all.split(',').map(str::trim).all(is_identity) {
        return None;
    }
    let mut quote: String = all.chars().take(LONGEST_QUOTE).flat_map(char::escape_debug).collect();
    if all.chars().nth(LONGEST_QUOTE).is_some() {
        quote.push('…');
    }
    Some(format!(
        "the body has the content encoding \"{quote}\", which was not asked for: the server must use gzip, br, zstd or none"
    ))
}

/// The compression that the first bytes show. No text begins with these bytes.
fn compression(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 2] = [(&[0x1f, 0x8b, 0x08], "gzip"), (&[0x28, 0xb5, 0x2f, 0xfd], "zstd")];
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_content_encoding_that_is_left_is_a_fault() {
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
            let fault_text = text_fault(&headers, body);
            assert_eq!(fault_text.is_some(), word.is_some(), "{lines:?} {fault_text:?}");
            assert!(
                word.is_none_or(|word| fault_text.is_some_and(|fault_text| fault_text.contains(word))),
                "{lines:?}"
            );
        }
        let long = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static(LONG))]);
        assert!(fault(&long, b"x").is_some_and(|fault_text| fault_text.len() < 200));
        assert_eq!(fault(&HeaderMap::new(), gzip), None);
    }

    const LONG: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
}
