//! Base64 and data URLs (RFC 2397): bytes in arguments and headers. Only this file of the room uses the crate base64.
//!
//! A model writes base64 or a data URL. Where the API wants a string, it gets that string as the model wrote it. A
//! program passes files: they arrive as data URLs with a mark and are bytes everywhere. JSON and parameters have them
//! as base64, a text body has them as text, and a form has them as a file.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::response::safe_file_name;
use crate::spec::MediaType;

const LENIENT_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD_BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT_PADDING);
const URL_SAFE_BASE64: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT_PADDING);

/// The parameter that marks a data URL as a file that a program passed.
const FILE_MARK: &str = "toolrack";

/// The bytes of an argument, with their media type and file name.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ArgumentBytes {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Their media type, where the argument has one.
    pub media_type: Option<String>,
    /// The file name, where the argument has one.
    pub name: Option<String>,
}

/// Decodes base64, or a data URL with the file name in its parameter `name`. The error is a message.
///
/// Both base64 alphabets are read, with or without padding. Whitespace is ignored, because `base64 file` breaks lines
/// after 76 characters.
pub fn decode(text: &str) -> Result<ArgumentBytes, String> {
    match text.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("data:") => parse_data_url(&text[5..]),
        _ => Ok(ArgumentBytes { bytes: decode_base64(text)?, ..ArgumentBytes::default() }),
    }
}

fn decode_base64(text: &str) -> Result<Vec<u8>, String> {
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let engine = if text.contains(['-', '_']) { URL_SAFE_BASE64 } else { STANDARD_BASE64 };
    engine.decode(text).map_err(|_| "is not base64: pass bytes as base64 or as a data URL".to_owned())
}

/// Parses a data URL behind its `data:`.
fn parse_data_url(rest: &str) -> Result<ArgumentBytes, String> {
    let Some((head, data)) = rest.split_once(',') else {
        return Err("is a data URL without \",\": write data:<media type>;base64,<bytes>".to_owned());
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
            None if part == FILE_MARK => {}
            _ => media_type.extend([";", part]),
        }
    }
    // A data URL that was itself put into a URL has spaces and `%2B`.
    let data = percent_decode_str(data);
    let bytes = if is_base64 { decode_base64(&data.decode_utf8_lossy())? } else { data.collect() };
    let is_media_type = media_type.split(';').next().is_some_and(|essence| essence.contains('/'));
    let media_type =
        Some(media_type).filter(|text| is_media_type && text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)));
    Ok(ArgumentBytes { bytes, media_type, name })
}

/// The media type to send: that of the document, unless the given one is more exact. It is where the document says only
/// `application/octet-stream`, or where both are of one media kind (`image/png` for `image/jpeg`).
pub fn media_type_to_send<'m>(documented: Option<&'m MediaType>, given: Option<&'m str>) -> Option<&'m str> {
    let Some(documented) = documented else { return given };
    let kind = |name: &str| name.split('/').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_any_bytes = documented.name.to_ascii_lowercase().starts_with("application/octet-stream");
    let documented_kind = kind(&documented.name);
    let is_media = matches!(documented_kind.as_str(), "image" | "audio" | "video" | "font" | "model");
    let fits = given.filter(|given| is_any_bytes || (is_media && kind(given) == documented_kind));
    Some(fits.unwrap_or(&documented.name))
}

/// Whether a text is a file that a program passed: a data URL with the mark.
pub fn is_file(text: &str) -> bool {
    let Some(head) = text.strip_prefix("data:").and_then(|rest| rest.split_once(',')) else { return false };
    head.0.split(';').skip(1).any(|part| part == FILE_MARK)
}

/// The text of bytes where the API wants base64: the data of a data URL; any other text stays as it is.
pub fn as_base64(text: &str) -> Cow<'_, str> {
    if !text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return text.into();
    }
    decode(text).map_or(text.into(), |decoded| encode(&decoded.bytes).into())
}

/// A value in which files are replaced by their base64.
pub fn files_as_base64(value: &Value) -> Cow<'_, Value> {
    if !has_file(value) {
        return Cow::Borrowed(value);
    }
    Cow::Owned(match value {
        Value::String(text) => Value::String(as_base64(text).into_owned()),
        Value::Array(items) => items.iter().map(|item| files_as_base64(item).into_owned()).collect(),
        Value::Object(members) => {
            let members = members.iter();
            Value::Object(
                members.map(|(name, member)| (name.clone(), files_as_base64(member).into_owned())).collect(),
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

/// Encodes bytes as base64 (RFC 4648, section 4).
pub fn encode(bytes: &[u8]) -> String {
    STANDARD_BASE64.encode(bytes)
}

/// Encodes bytes as base64 for URLs and file names (RFC 4648, section 5).
pub fn encode_url_safe(bytes: &[u8]) -> String {
    URL_SAFE_BASE64.encode(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_base64_is_decoded_and_nothing_else() {
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
    fn a_data_url_has_bytes_media_type_and_file_name() {
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
    fn only_a_marked_data_url_is_a_file() {
        for text in ["data:;toolrack;base64,AQ==", "data:image/png;name=x.png;toolrack;base64,AQ=="] {
            assert!(is_file(text), "{text}");
            assert_eq!(files_as_base64(&json!([{"a": text}])).into_owned(), json!([{"a": "AQ=="}]));
        }
        for text in
            ["data:image/png;base64,AQ==", "data:toolrack,x", "data:,;toolrack;base64,AQ==", "toolrack", ""]
        {
            assert!(!is_file(text), "{text}");
            assert_eq!(files_as_base64(&json!({"a": [text]})).into_owned(), json!({"a": [text]}));
        }
    }

    #[test]
    fn the_documented_media_type_is_sent_unless_the_given_one_is_more_exact() {
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
            assert_eq!(media_type_to_send(media.as_ref(), given), expected, "{documented:?} {given:?}");
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back_from_a_data_url(bytes in prop::collection::vec(any::<u8>(), 0..64), text in any::<String>()) {
            let encoded = base64::prelude::BASE64_STANDARD.encode(&bytes);
            let url = format!("data:a/b;name=x;{FILE_MARK};base64,{encoded}");
            prop_assert!(is_file(&url));
            prop_assert_eq!(decode(&url).map(|given| given.bytes), Ok(bytes));
            // Any other text gives bytes or a message, and no panic.
            let _ = decode(&text);
            let _ = decode(&format!("data:{text}"));
        }
    }
}
