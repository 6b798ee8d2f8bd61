//! What a file is called, as an answer says it. Source: RFC 6266 and RFC 8187.
//!
//! By hand, because the crates that read the header leave the part that matters here: the name comes from a stranger, and
//! whoever saves the file joins it to a folder.

use percent_encoding::percent_decode_str;

use crate::error::truncate_bytes;

/// The longest name that file systems take, in bytes.
const LONGEST: usize = 255;

/// The name in a `Content-Disposition`: `filename*` before `filename`, the last segment of what is a path, and nothing that
/// is hidden, a device or a way out.
pub fn file_name(disposition: &str) -> Option<String> {
    let parameters = parameters(disposition);
    let find = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    let extended = find("filename*").and_then(|value| extended(value));
    safe_file_name(&extended.or_else(|| find("filename").cloned())?)
}

/// `UTF-8''%e2%82%ac.txt`.
fn extended(value: &str) -> Option<String> {
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
fn parameters(header: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, behind)) = rest.split_once('=') {
        // A parameter without a value stands before this one.
        let name = name.rsplit(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let behind = behind.trim_start();
        let (value, after) = if let Some(quoted) = behind.strip_prefix('"') {
            unquoted(quoted)
        } else {
            let end = behind.find(';').unwrap_or(behind.len());
            (behind[..end].trim().to_owned(), &behind[end..])
        };
        found.push((name, value));
        rest = after.split_once(';').map_or("", |(_, rest)| rest);
    }
    found
}

/// What stands up to the closing quote, and what behind it.
fn unquoted(text: &str) -> (String, &str) {
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

/// A name that is one segment of a path and no other thing.
pub fn safe_file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    // A name that begins with a dot is hidden, one that ends with it is another one on Windows, and a `:` parts a drive.
    let plain = plain.replace([':', '<', '>', '"', '|', '?', '*'], "_");
    let plain = plain.trim_matches([' ', '.']);
    let name = truncate_bytes(plain, LONGEST);
    (!name.is_empty()).then(|| name.to_owned())
}

/// Marks of direction and of nothing: `gpj.exe` is shown as `exe.jpg` behind one of them.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_has_the_name_that_its_header_says() {
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
    fn a_name_never_leads_out_of_a_folder() {
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
        fn whatever_a_header_says_a_name_is_one_segment_of_a_path(
            header in prop_oneof![any::<String>(), "attachment; filename\\*?=(\"|utf-8'')?[./%2efF0-9a-c\\\\;= \"]{0,20}\"?"],
        ) {
            if let Some(name) = file_name(&header) {
                prop_assert!(!name.is_empty() && name.len() <= LONGEST);
                prop_assert!(!name.contains(['/', '\\', ':', '\0', '"']) && !name.chars().any(char::is_control));
                prop_assert!(!name.starts_with(['.', ' ']) && !name.ends_with(['.', ' ']));
            }
        }
    }
}
