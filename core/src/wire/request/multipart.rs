//! `multipart/form-data` (RFC 7578), with names escaped as browsers do.
//!
//! Written by hand, because no crate makes a body of bytes with a chosen boundary. The form of reqwest is a stream with
//! a random boundary, `multipart-rs` takes headers that must be escaped already, and `form-data-builder` escapes no
//! name and takes no boundary.

use crate::tool::sha256::{hex, sha256};

/// One part of a form.
#[derive(Debug)]
pub struct MultipartPart {
    /// The name of its field.
    pub name: String,
    /// The file name. Most servers take a part without one for text, whatever its media type.
    pub file: Option<String>,
    /// The media type of the content.
    pub content_type: String,
    /// The content.
    pub content: Vec<u8>,
}

/// Returns the boundary and the body. The boundary is a hash of the contents, so equal parts make equal bodies, and no
/// content can hold its own boundary.
pub fn write_multipart(parts: &[MultipartPart]) -> (String, Vec<u8>) {
    let length: usize = parts.iter().map(|part| part.content.len()).sum();
    let mut seed = Vec::with_capacity(length);
    for part in parts {
        seed.extend_from_slice(&part.content);
    }
    let mut boundary = boundary_from(&seed);
    while seed.windows(boundary.len()).any(|window| window == boundary.as_bytes()) {
        boundary = boundary_from(boundary.as_bytes());
    }
    let mut body = Vec::with_capacity(length + parts.len() * 256 + 80);
    for part in parts {
        let file = part.file.as_deref().map(|file| format!("; filename=\"{}\"", escape_name(file)));
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"{}\r\nContent-Type: {}\r\n\r\n",
            escape_name(&part.name),
            file.unwrap_or_default(),
            part.content_type
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (boundary, body)
}

/// 128 bits of the hash: nobody finds a text that contains its own boundary.
fn boundary_from(seed: &[u8]) -> String {
    hex(&sha256(seed)[..16])
}

/// Source: WHATWG HTML, "multipart/form-data encoding algorithm".
fn escape_name(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, file: Option<&str>, content: &[u8]) -> MultipartPart {
        let file = file.map(ToOwned::to_owned);
        MultipartPart {
            name: name.to_owned(),
            file,
            content_type: "text/plain".to_owned(),
            content: content.to_vec(),
        }
    }

    #[test]
    fn names_are_escaped_within_their_quotes() {
        let (_, body) = write_multipart(&[part("a\"; filename=\"x\r\nX-A: 1", Some("\"\n"), b"c")]);
        let text = String::from_utf8(body).expect("a text");
        let line = text.lines().nth(1).expect("a head");
        let expected = "form-data; name=\"a%22; filename=%22x%0D%0AX-A: 1\"; filename=\"%22%0A\"";
        assert_eq!(line, format!("Content-Disposition: {expected}"));
    }

    #[test]
    fn the_boundary_follows_from_the_content_and_is_not_in_it() {
        let (boundary, body) = write_multipart(&[part("a", None, b"one"), part("b", None, b"two")]);
        assert_eq!(
            write_multipart(&[part("a", None, b"one"), part("b", None, b"two")]),
            (boundary.clone(), body)
        );
        assert_ne!(write_multipart(&[part("a", None, b"other")]).0, boundary);
        let (own, _) = write_multipart(&[part("a", None, boundary.as_bytes())]);
        assert_ne!(own, boundary);
        let (_, empty) = write_multipart(&[]);
        assert!(empty.starts_with(b"--") && empty.ends_with(b"--\r\n"));
    }
}
