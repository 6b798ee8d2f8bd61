//! The door to base64: bytes as arguments hold them, and as headers do.
//!
//! A model writes base64 or a data URL, and where an API wants a text that looks like one of them, that is what it gets. A
//! program hands files over, and means them: they come as data URLs with a mark, and are bytes wherever they stand. JSON
//! and parameters have them as base64, a text has them as it is, and a form as a file.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::response::safe_file_name;
use crate::spec::MediaType;

const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const PLAIN: GeneralPurpose = GeneralPurpose::new(&STANDARD, CONFIG);
const FOR_URLS: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, CONFIG);

/// What marks a data URL as a file that a program handed over.
const MARK: &str = "toolrack";

/// Bytes that an argument stands for, and what it says of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ArgumentBytes {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What they are, where that is said.
    pub media_type: Option<String>,
    /// What the file is called, where it has a name.
    pub name: Option<String>,
}

/// The bytes of a text: base64 in either alphabet, with or without padding, or a data URL (RFC 2397), whose parameter
/// `name` is the name of a file. What is wrong with it otherwise. Line breaks count for nothing: `base64 file` puts one
/// after every 76 characters.
pub fn decode(text: &str) -> Result<ArgumentBytes, String> {
    match text.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("data:") => data_url(&text[5..]),
        _ => Ok(ArgumentBytes { bytes: base64(text)?, ..ArgumentBytes::default() }),
    }
}

fn base64(text: &str) -> Result<Vec<u8>, String> {
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let engine = if text.contains(['-', '_']) { FOR_URLS } else { PLAIN };
    engine.decode(text).map_err(|_| "is not base64, which is how bytes are given".to_owned())
}

/// What stands behind `data:`.
fn data_url(rest: &str) -> Result<ArgumentBytes, String> {
    let Some((head, data)) = rest.split_once(',') else {
        return Err("is a data URL without a comma".to_owned());
    };
    let (mut media_type, mut name, mut is_base64) = (String::new(), None, false);
    for (number, part) in head.split(';').map(str::trim).enumerate() {
        match part.split_once('=') {
            _ if number == 0 => part.clone_into(&mut media_type),
            Some((key, value)) if key.eq_ignore_ascii_case("name") => {
                let value = percent_decode_str(value.trim_matches('"')).decode_utf8_lossy();
                name = safe_file_name(&value);
            }
            None if part.eq_ignore_ascii_case("base64") => is_base64 = true,
            None if part == MARK => {}
            _ => media_type.extend([";", part]),
        }
    }
    // Blanks and `%2B` come of whoever put the URL into another one.
    let data = percent_decode_str(data);
    let bytes = if is_base64 { base64(&data.decode_utf8_lossy())? } else { data.collect() };
    let is_plain = media_type.split(';').next().is_some_and(|essence| essence.contains('/'));
    let media_type =
        Some(media_type).filter(|text| is_plain && text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)));
    Ok(ArgumentBytes { bytes, media_type, name })
}

/// What bytes are sent as: what the document says, unless that is no more than that they are bytes, or of the same kind
/// as what was said of these (`image/png` for `image/jpeg`).
pub fn media_type<'m>(documented: Option<&'m MediaType>, given: Option<&'m str>) -> Option<&'m str> {
    let Some(documented) = documented else { return given };
    let kind = |name: &str| name.split('/').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_open = documented.name.to_ascii_lowercase().starts_with("application/octet-stream");
    let own = kind(&documented.name);
    let is_media = matches!(own.as_str(), "image" | "audio" | "video" | "font" | "model");
    let fits = given.filter(|given| is_open || (is_media && kind(given) == own));
    Some(fits.unwrap_or(&documented.name))
}

/// Whether a text is a file that a program handed over.
pub fn is_file(text: &str) -> bool {
    let Some(head) = text.strip_prefix("data:").and_then(|rest| rest.split_once(',')) else { return false };
    head.0.split(';').skip(1).any(|part| part == MARK)
}

/// A text that stands for bytes where they are written as base64: a data URL without its head.
pub fn as_base64(text: &str) -> Cow<'_, str> {
    if !text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return text.into();
    }
    decode(text).map_or(text.into(), |given| encode(&given.bytes).into())
}

/// A value in which files are texts: their base64.
pub fn without_files(value: &Value) -> Cow<'_, Value> {
    if !has_file(value) {
        return Cow::Borrowed(value);
    }
    Cow::Owned(match value {
        Value::String(text) => Value::String(as_base64(text).into_owned()),
        Value::Array(items) => items.iter().map(|item| without_files(item).into_owned()).collect(),
        Value::Object(members) => {
            let members = members.iter();
            Value::Object(
                members.map(|(name, held)| (name.clone(), without_files(held).into_owned())).collect(),
            )
        }
        other => other.clone(),
    })
}

fn has_file(value: &Value) -> bool {
    match value {
        Value::String(text) => is_file(text),
        Value::Array(items) => items.iter().any(has_file),
        Value::Object(members) => members.values().any(has_file),
        _ => false,
    }
}

/// Bytes in the alphabet of RFC 4648, section 4.
pub fn encode(bytes: &[u8]) -> String {
    PLAIN.encode(bytes)
}

/// Bytes in the alphabet of section 5, which URLs and file names can hold.
pub fn encode_for_urls(bytes: &[u8]) -> String {
    FOR_URLS.encode(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_way_to_write_base64_is_read_and_nothing_else() {
        let bytes = vec![0xfb, 0xff, 0xbf, 0x01];
        let plain = ArgumentBytes { bytes, ..ArgumentBytes::default() };
        for text in ["+/+/AQ==", "+/+/AQ", "-_-_AQ==", "-_-_AQ", "+/+/\r\nAQ=="] {
            assert_eq!(decode(text).as_ref(), Ok(&plain), "{text}");
        }
        assert_eq!(decode(""), Ok(ArgumentBytes::default()));
        for text in [
            "+_+_AQ",
            "a",
            "AQ=A",
            "é",
            "/home/me/cat.png",
            "./cat.png",
            "file:///cat.png",
            "data:",
            "data:;base64",
        ] {
            assert!(decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_data_url_says_what_its_bytes_are_and_how_they_are_called() {
        for (text, bytes, media_type, name) in [
            ("data:image/png;base64,AQI=", &[1, 2][..], Some("image/png"), None),
            ("DATA:image/png;name=cat.png;base64,AQI", &[1, 2], Some("image/png"), Some("cat.png")),
            ("data:image/png;base64;name=a%20b.png,AQI", &[1, 2], Some("image/png"), Some("a b.png")),
            ("data:;name=\"x.bin\";base64,AQI=", &[1, 2], None, Some("x.bin")),
            ("data:text/plain;charset=utf-8,a%20b", b"a b", Some("text/plain;charset=utf-8"), None),
            ("data:,a,b", b"a,b", None, None),
            ("data:;base64,", b"", None, None),
            ("data:image/png;base64,%2B/%2B/ AQ%3D%3D", b"\xfb\xff\xbf\x01", Some("image/png"), None),
            ("data:a/b;name=..%2f..%2fetc%2fpasswd;base64,AQ", &[1], Some("a/b"), Some("passwd")),
            ("data:a/b%0d%0aX: y;base64,AQ", &[1], Some("a/b%0d%0aX: y"), None),
            ("data:a/b\r\nX: y;base64,AQ", &[1], None, None),
        ] {
            let given = decode(text).expect(text);
            let name = name.map(ToOwned::to_owned);
            let media_type = media_type.map(ToOwned::to_owned);
            assert_eq!(given, ArgumentBytes { bytes: bytes.to_vec(), media_type, name }, "{text}");
        }
        assert_eq!(as_base64("data:image/png;base64,-_8"), "+/8=");
        assert_eq!(as_base64("-_8"), "-_8");
    }

    #[test]
    fn a_file_of_a_program_is_told_from_a_text_that_looks_like_one() {
        for text in ["data:;toolrack;base64,AQ==", "data:image/png;name=x.png;toolrack;base64,AQ=="] {
            assert!(is_file(text), "{text}");
            assert_eq!(without_files(&json!([{"a": text}])).into_owned(), json!([{"a": "AQ=="}]));
        }
        for text in
            ["data:image/png;base64,AQ==", "data:toolrack,x", "data:,;toolrack;base64,AQ==", "toolrack", ""]
        {
            assert!(!is_file(text), "{text}");
            assert_eq!(without_files(&json!({"a": [text]})).into_owned(), json!({"a": [text]}));
        }
    }

    #[test]
    fn what_the_document_says_of_bytes_counts_unless_it_says_nothing() {
        for (documented, given, expected) in [
            (None, None, None),
            (None, Some("image/png"), Some("image/png")),
            (Some("image/png"), None, Some("image/png")),
            (Some("image/png"), Some("image/jpeg"), Some("image/jpeg")),
            (Some("image/png"), Some("text/html"), Some("image/png")),
            (Some("application/octet-stream"), Some("text/html"), Some("text/html")),
            (Some("application/pdf"), Some("application/json"), Some("application/pdf")),
        ] {
            let media = documented.map(MediaType::parse);
            assert_eq!(media_type(media.as_ref(), given), expected, "{documented:?} {given:?}");
        }
    }

    proptest! {
        #[test]
        fn bytes_in_a_data_url_are_those_that_were_put_there(bytes in prop::collection::vec(any::<u8>(), 0..64), text in any::<String>()) {
            let encoded = base64::prelude::BASE64_STANDARD.encode(&bytes);
            let url = format!("data:a/b;name=x;{MARK};base64,{encoded}");
            prop_assert!(is_file(&url));
            prop_assert_eq!(decode(&url).map(|given| given.bytes), Ok(bytes));
            // Whatever else comes ends in bytes or in words.
            let _ = decode(&text);
            let _ = decode(&format!("data:{text}"));
        }
    }
}
