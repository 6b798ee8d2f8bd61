//! Charset decoding: bytes of a response as text. Only this file uses the crate `encoding_rs`. Sources: WHATWG
//! Encoding; RFC 8259, section 8.1, for JSON.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Decodes bytes by their byte order mark, else by the charset of the header, else as UTF-8, else as windows-1252, as
/// browsers do. Invalid bytes become `U+FFFD`. An unknown charset is ignored.
pub fn decode_text(bytes: Vec<u8>, charset: Option<&str>) -> String {
    let named = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    let (encoding, mark) = match Encoding::for_bom(&bytes) {
        Some(found) => found,
        None => (named.unwrap_or(UTF_8), 0),
    };
    if encoding == UTF_8 && mark == 0 {
        // The usual case is decoded without a copy.
        return match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) if named.is_some() => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            Err(error) => decode_with(WINDOWS_1252, error.as_bytes()),
        };
    }
    decode_with(encoding, &bytes[mark..])
}

fn decode_with(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    match text {
        Cow::Owned(text) => text,
        Cow::Borrowed(text) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_by_byte_order_mark_header_or_content() {
        for (bytes, charset, expected) in [
            (&b"caf\xc3\xa9"[..], None, "café"),
            (b"caf\xe9", None, "café"),
            (b"caf\xe9", Some("iso-8859-1"), "café"),
            (b"caf\xe9", Some("Latin1"), "café"),
            (b"\x80 5", Some("windows-1252"), "€ 5"),
            (b"caf\xe9", Some("utf-8"), "caf\u{fffd}"),
            (b"\xef\xbb\xbfcaf\xc3\xa9", Some("iso-8859-1"), "café"),
            (b"\xff\xfea\0\xe9\0", None, "aé"),
            (b"\xfe\xff\0a\0\xe9", Some("utf-8"), "aé"),
            (b"a\0\xe9\0", Some("utf-16"), "aé"),
            (b"\x93\xfa\x96\x7b", Some("shift_jis"), "日本"),
            (b"caf\xc3\xa9", Some("x-unheard-of"), "café"),
            (b"", Some("utf-16"), ""),
        ] {
            assert_eq!(decode_text(bytes.to_vec(), charset), expected, "{bytes:?} {charset:?}");
        }
    }
}
