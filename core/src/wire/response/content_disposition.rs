//! File name of a response, from `Content-Disposition`. Sources: RFC 6266 and RFC 8187.
//!
//! Written by hand, because the crates that parse the header do not sanitize the name. A server chooses the name, and
//! the caller joins it to a folder, so a name like `../../etc/passwd` must not get through (path traversal).

use percent_encoding::percent_decode_str;

use crate::error::truncate_bytes;

/// The longest file name of common file systems, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// The file name of a `Content-Disposition`, sanitized: `filename*` before `filename`.
pub fn file_name(disposition: &str) -> Option<String> {
    let parameters = parse_parameters(disposition);
    let find = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    let extended = find("filename*").and_then(|value| decode_extended(value));
    safe_file_name(&extended.or_else(|| find("filename").cloned())?)
}

/// Decodes an extended value, such as `UTF-8''%e2%82%ac.txt`.
fn decode_extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let bytes: Vec<u8> = percent_decode_str(encoded).collect();
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => String::from_utf8(bytes).ok(),
        "iso-8859-1" => Some(bytes.into_iter().map(char::from).collect()),
        _ => None,
    }
}

/// The parameters behind the first `;`, names in lower case, values without their quotes.
fn parse_parameters(header: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, behind)) = rest.split_once('=') {
        // Skips parameters without a value before this one.
        let name = name.rsplit(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let behind = behind.trim_start();
        let (value, after) = if let Some(quoted) = behind.strip_prefix('"') {
            parse_quoted(quoted)
        } else {
            let end = behind.find(';').unwrap_or(behind.len());
            (behind[..end].trim().to_owned(), &behind[end..])
        };
        found.push((name, value));
        rest = after.split_once(';').map_or("", |(_, rest)| rest);
    }
    found
}

/// The text up to the closing quote, and the rest behind it.
fn parse_quoted(text: &str) -> (String, &str) {
    let (mut value, mut chars) = (String::new(), text.char_indices());
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}

/// Sanitizes a name: the last segment of a path, without invisible characters, drive letters, and dots or spaces at its
/// ends. `None` where nothing is left.
pub fn safe_file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    // A leading dot hides a file, Windows drops a trailing dot, and `:` ends a drive letter.
    let plain = plain.replace([':', '<', '>', '"', '|', '?', '*'], "_");
    let plain = plain.trim_matches([' ', '.']);
    let name = truncate_bytes(plain, MAX_NAME_BYTES);
    (!name.is_empty()).then(|| name.to_owned())
}

/// Characters without width and marks of direction: behind one of these, `gpj.exe` is displayed as `exe.jpg`.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_file_name_is_that_of_the_header() {
        for (header, expected) in [
            ("attachment; filename=cat.png", Some("cat.png")),
            ("Attachment; FileName=\"my cat.png\"", Some("my cat.png")),
            ("attachment; filename=\"a\\\"b;c.txt\"; size=1", Some("a_b;c.txt")),
            ("attachment; filename=\"old.txt\"; filename*=UTF-8''%e2%82%ac%20rates.txt", Some("€ rates.txt")),
            ("attachment; filename*=iso-8859-1'en'%a3.txt", Some("£.txt")),
            ("attachment; filename*=utf-7''x; filename=y", Some("y")),
            ("inline", None),
            ("attachment; filename=", None),
            ("attachment; filename=\"\"", None),
            ("", None),
            ("attachment; x; filename=a.txt", Some("a.txt")),
        ] {
            assert_eq!(file_name(header).as_deref(), expected, "{header}");
        }
    }

    #[test]
    fn a_file_name_never_leaves_its_folder() {
        for (header, expected) in [
            ("attachment; filename=\"../../etc/passwd\"", Some("passwd")),
            ("attachment; filename=\"..\"", None),
            ("attachment; filename=\"/\"", None),
            ("attachment; filename*=UTF-8''..%2f..%2f.bashrc", Some("bashrc")),
            ("attachment; filename*=UTF-8''..%5cevil.exe", Some("evil.exe")),
            ("attachment; filename=\"C:\\\\x\\\\y.txt\"", Some("y.txt")),
            ("attachment; filename=\"a\tb\u{7f}\"", Some("ab")),
            ("attachment; filename*=UTF-8''a%0d%0ab%00", Some("ab")),
            ("attachment; filename*=UTF-8''%e2%80%aegpj.exe", Some("gpj.exe")),
        ] {
            assert_eq!(file_name(header).as_deref(), expected, "{header}");
        }
        let long = file_name(&format!("attachment; filename=\"{}\"", "é".repeat(500))).expect("a name");
        assert_eq!(long.len(), 254);
    }

    proptest! {
        #[test]
        fn any_header_gives_one_path_segment_or_no_name(
            header in prop_oneof![any::<String>(), "attachment; filename\\*?=(\"|utf-8'')?[./%2efF0-9a-c\\\\;= \"]{0,20}\"?"],
        ) {
            if let Some(name) = file_name(&header) {
                prop_assert!(!name.is_empty() && name.len() <= MAX_NAME_BYTES);
                prop_assert!(!name.contains(['/', '\\', ':', '\0', '"']) && !name.chars().any(char::is_control));
                prop_assert!(!name.starts_with(['.', ' ']) && !name.ends_with(['.', ' ']));
            }
        }
    }
}
