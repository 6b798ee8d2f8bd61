//! `multipart/form-data`: RFC 7578, its names written as browsers do.
//!
//! By hand, because no crate fits a body that is bytes before it is sent: reqwest's form is a stream for reqwest and
//! draws its boundary at random, `multipart-rs` takes headers as text that somebody else must have escaped, and
//! `form-data-builder` escapes no name and takes no boundary.

use crate::tool::fingerprint;

/// One part.
#[derive(Debug)]
pub struct MultipartPart {
    /// The name of its field.
    pub name: String,
    /// What the file is called that it holds. A part without is a text to most servers, whatever its type.
    pub file: Option<String>,
    /// What it holds.
    pub content_type: String,
    /// The content.
    pub content: Vec<u8>,
}

/// A boundary that stands in no part, and the body. The same parts make the same body: the boundary is the hash of what
/// they hold, which nobody can put into a part.
pub fn write(parts: &[MultipartPart]) -> (String, Vec<u8>) {
    let length: usize = parts.iter().map(|part| part.content.len()).sum();
    let mut seed = Vec::with_capacity(length);
    for part in parts {
        seed.extend_from_slice(&part.content);
    }
    let mut boundary = boundary_of(&seed);
    while seed.windows(boundary.len()).any(|window| window == boundary.as_bytes()) {
        boundary = boundary_of(boundary.as_bytes());
    }
    let mut body = Vec::with_capacity(length + parts.len() * 256 + 80);
    for part in parts {
        let file = part.file.as_deref().map(|file| format!("; filename=\"{}\"", escape(file)));
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"{}\r\nContent-Type: {}\r\n\r\n",
            escape(&part.name),
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

/// 128 bits of the hash: enough that nobody finds a text with its own boundary in it.
fn boundary_of(seed: &[u8]) -> String {
    fingerprint::hex(&fingerprint::sha256(seed)[..16])
}

/// Source: WHATWG HTML, "multipart/form-data encoding algorithm".
fn escape(name: &str) -> String {
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
    fn names_cannot_leave_their_quotes() {
        let (_, body) = write(&[part("a\"; filename=\"x\r\nX-A: 1", Some("\"\n"), b"c")]);
        let text = String::from_utf8(body).expect("a text");
        let line = text.lines().nth(1).expect("a head");
        let expected = "form-data; name=\"a%22; filename=%22x%0D%0AX-A: 1\"; filename=\"%22%0A\"";
        assert_eq!(line, format!("Content-Disposition: {expected}"));
    }

    #[test]
    fn the_boundary_is_that_of_the_content_and_stands_in_none() {
        let (boundary, body) = write(&[part("a", None, b"one"), part("b", None, b"two")]);
        assert_eq!(write(&[part("a", None, b"one"), part("b", None, b"two")]), (boundary.clone(), body));
        assert_ne!(write(&[part("a", None, b"other")]).0, boundary);
        let (own, _) = write(&[part("a", None, boundary.as_bytes())]);
        assert_ne!(own, boundary);
        let (_, empty) = write(&[]);
        assert!(empty.starts_with(b"--") && empty.ends_with(b"--\r\n"));
    }
}
