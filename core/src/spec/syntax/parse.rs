//! Parses a document: encoding, format, limits.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::json::{self, Arena, DocumentBounds, DuplicateKey, DuplicateKeyPolicy, Node, NodeBuilder};
use crate::spec::syntax::{json_comments, yaml_indentation, yaml_reader};

/// Limits of a document, and how strict its reading is. The defaults are four times the largest known document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLimits {
    /// Bytes; texts that YAML repeats by aliases count each time. Default: 64 MiB.
    pub bytes: usize,
    /// Levels of maps and lists. Default and maximum: 120.
    pub depth: usize,
    /// Values; those that YAML repeats by aliases count each time. Default: 3,000,000.
    pub nodes: usize,
    /// Aliases in YAML. Default: 200,000.
    pub aliases: usize,
    /// Operations. Default: 50,000.
    pub operations: usize,
    /// Documents that references lead to. Default: 1,000.
    pub documents: usize,
    /// Duplicate keys of a map. Default: the document is refused.
    pub duplicates: DuplicateKeyPolicy,
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            depth: 120,
            nodes: 3_000_000,
            aliases: 200_000,
            operations: 50_000,
            documents: 1_000,
            duplicates: DuplicateKeyPolicy::Refuse,
        }
    }
}

/// Decodes the text of a document. A byte order mark says UTF-16; all else is UTF-8, with or without a mark.
///
/// # Errors
/// `LIMIT_EXCEEDED` for too many bytes, `INVALID_SPEC` for an empty text, a NUL character or another encoding.
pub fn decode_text<'a>(bytes: &'a [u8], limits: &ParseLimits) -> Result<Cow<'a, str>> {
    if bytes.len() > limits.bytes {
        return Err(Error::LimitExceeded { what: "document bytes", limit: limits.bytes });
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_be_bytes)?),
        bytes => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            let text = std::str::from_utf8(bytes).map_err(|error| {
                invalid_text(&format!("the document is not UTF-8 (byte {})", error.valid_up_to()))
            })?;
            Cow::Borrowed(text)
        }
    };
    if let Some(position) = text.find('\0') {
        let before = &text[..position];
        let line = before.matches('\n').count() + 1;
        return Err(invalid_text(&format!("the document has a NUL character in line {line}")));
    }
    if text.trim().is_empty() {
        return Err(invalid_text("the document is empty"));
    }
    Ok(text)
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    match text {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err(invalid_text("the document is not UTF-16 though its byte order mark says so")),
    }
}

fn invalid_text(reason: &str) -> Error {
    Error::InvalidSpec { pointer: String::new(), reason: reason.to_owned() }
}

/// A parsed document.
#[derive(Debug)]
pub struct ParsedDocument<'a> {
    /// Its root.
    pub root: Node<'a>,
    /// References that lead to other documents.
    pub outward: Vec<&'a str>,
    /// Whether a schema in it has an `$id` or `$anchor`.
    pub has_ids: bool,
    /// Duplicate keys, of which the last counts.
    pub twice: Vec<DuplicateKey>,
}

/// Parses the text of a document. A text that starts as JSON is JSON, or YAML where it is not valid JSON: a trailing comma, a
/// comment of YAML. Any other text is YAML.
///
/// # Errors
/// `INVALID_SPEC` with line and column, in the format that the text looks like; `LIMIT_EXCEEDED`.
pub fn parse_document<'a>(
    text: &'a str,
    limits: &ParseLimits,
    arena: &'a Arena,
) -> Result<ParsedDocument<'a>> {
    let bounds = DocumentBounds {
        depth: limits.depth,
        nodes: limits.nodes,
        // UTF-16 is longer as UTF-8.
        bytes: limits.bytes.max(text.len()),
        aliases: limits.aliases,
        duplicates: limits.duplicates,
    };
    let mut builder = NodeBuilder::new(arena, bounds);
    let first = if looks_like_json(text) {
        json::read(text, &mut builder)
    } else {
        yaml_reader::read(text, &mut builder)
    };
    let mut parse_again = |text: &'a str, first: Error| {
        builder = NodeBuilder::new(arena, bounds);
        // Where something else is wrong too, the first fault is nearer to it: a bracket that is not closed.
        yaml_reader::read(text, &mut builder)
            .map_err(|later| if matches!(later, Error::Syntax { .. }) { first } else { later })
    };
    let root = match first {
        Err(error @ Error::Syntax { .. }) if looks_like_json(text) && json_comments::has_comments(text) => {
            return Err(error);
        }
        // What is no API document in YAML either is JSON with a fault.
        Err(error @ Error::Syntax { .. }) if looks_like_json(text) => match parse_again(text, error.clone())?
        {
            root if has_openapi_version(root) => root,
            _ => return Err(error),
        },
        Err(error @ Error::Syntax { .. }) => match yaml_indentation::repair_indentation(text) {
            Some(mended) => parse_again(arena.text(&mended), error)?,
            None => return Err(error),
        },
        other => other?,
    };
    Ok(ParsedDocument { root, outward: builder.outward, has_ids: builder.has_ids, twice: builder.twice })
}

/// Whether the root of a document has a version of OpenAPI.
fn has_openapi_version(root: Node<'_>) -> bool {
    ["openapi", "swagger"].iter().filter_map(|key| root.get(key)).any(|version| match version {
        Node::String(text) => text.starts_with(|first: char| first.is_ascii_digit()),
        Node::Number(_) => true,
        _ => false,
    })
}

/// Whether a text looks like JSON: `{"openapi": …`. A flow map of YAML, `{openapi: …`, does not.
fn looks_like_json(text: &str) -> bool {
    let rest = text.trim_start();
    let Some(rest) = rest.strip_prefix('{') else { return rest.starts_with('[') };
    rest.trim_start().starts_with(['"', '}']) || rest.trim_start().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(bytes: &[u8]) -> Result<serde_json::Value> {
        let limits = ParseLimits { bytes: 1 << 20, depth: 64, nodes: 100_000, ..ParseLimits::default() };
        let arena = Arena::new();
        let text = decode_text(bytes, &limits)?;
        parse_document(&text, &limits, &arena).map(|parsed| parsed.root.to_value())
    }

    #[test]
    fn json_and_yaml_read_the_same_in_every_encoding() {
        let expected = json!({"openapi": "3.0.0", "n": 1, "list": [true, null, "no", "Y"]});
        let text = "{\"openapi\": \"3.0.0\", \"n\": 1, \"list\": [true, null, \"no\", \"Y\"]}";
        let yaml = "openapi: 3.0.0\nn: 1\nlist: [true, null, no, Y]\n";
        let flow = "{openapi: 3.0.0, n: 1, list: [true, null, no, Y]}";
        let utf_16 = |mark: u16, to: fn(u16) -> [u8; 2]| -> Vec<u8> {
            std::iter::once(mark).chain(yaml.encode_utf16()).flat_map(to).collect()
        };
        for bytes in [
            text.as_bytes().to_vec(),
            yaml.as_bytes().to_vec(),
            flow.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", yaml.as_bytes()].concat(),
            utf_16(0xfeff, u16::to_le_bytes),
            utf_16(0xfeff, u16::to_be_bytes),
        ] {
            assert_eq!(read(&bytes), Ok(expected.clone()), "{bytes:?}");
        }
    }

    #[test]
    fn what_looks_like_json_and_is_none_is_read_as_yaml() {
        let expected = json!({"openapi": "3.0.0", "paths": {"/a": {}}});
        for text in [
            "{\"openapi\": \"3.0.0\", \"paths\": {\"/a\": {}},}",
            "{\n  \"openapi\": \"3.0.0\", # the version\n  \"paths\": {\"/a\": {}}\n}\n",
            "{\"openapi\": '3.0.0', \"paths\": {/a: {}}}",
        ] {
            assert_eq!(read(text.as_bytes()), Ok(expected.clone()), "{text}");
        }
        let commented = "{\"openapi\": \"3.0.0\", // the version\n \"servers\": [], \"paths\": {\"/a\": {}}}";
        assert!(matches!(read(commented.as_bytes()), Err(Error::Syntax { format: "JSON", .. })));
        let cut = "{\"openapi\": \"3.0.0\", \"paths\": {\"/a\": {}";
        match read(cut.as_bytes()) {
            Err(Error::Syntax { format, .. }) => assert_eq!(format, "JSON"),
            other => panic!("half of a document is none: {other:?}"),
        }
    }

    #[test]
    fn a_fault_of_syntax_names_its_line() {
        for text in [
            &b"{\n  \"a\": 1,\n  \"a\": 2\n}"[..],
            b"a: 1\nb: 2\na: 3\n",
            b"a: [1\nb: }\n",
            b"{\"a\":\n 1,,}",
        ] {
            match read(text) {
                Err(Error::Syntax { line: Some(line), .. }) => assert!(line >= 2, "{line}"),
                other => panic!("{:?}: {other:?}", std::str::from_utf8(text)),
            }
        }
    }

    #[test]
    fn hostile_input_ends_in_an_error_and_soon() {
        let laughs = (1..9).fold("a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, i| {
            format!("{text}a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(","))
        });
        let quadratic = format!("a: &a [{}]\nb: [{}]\n", "x,".repeat(9_999), "*a,".repeat(9_999));
        let merges = (1..20).fold("a0: &a0 {k: v}\n".to_owned(), |text, i| {
            format!("{text}a{i}: &a{i}\n  <<: [{}]\n  k{i}: v\n", vec![format!("*a{}", i - 1); 99].join(","))
        });
        let cases: [(&str, Vec<u8>); 15] = [
            ("alias bomb", laughs.into_bytes()),
            ("quadratic aliases", quadratic.into_bytes()),
            ("merge bomb", merges.into_bytes()),
            ("deep JSON", [b"{\"a\":".repeat(10_000), b"1".to_vec()].concat()),
            ("deep JSON lists", b"[".repeat(500_000)),
            ("deep flow YAML", [b"a: ".to_vec(), b"[".repeat(100_000)].concat()),
            ("deep block YAML", b"- ".repeat(100_000)),
            ("deep keys", b"? ".repeat(100_000)),
            ("open maps", [b"x: ".to_vec(), b"{a: ".repeat(80_000)].concat()),
            ("half of UTF-16", b"\xff\xfeo\0p".to_vec()),
            ("a lone surrogate", b"\xff\xfe\x00\xd8".to_vec()),
            ("not UTF-8", b"a: \xff\n".to_vec()),
            ("NUL", b"a: \0\n".to_vec()),
            ("two documents", b"a: 1\n---\nb: 2\n".to_vec()),
            ("too long", b"# ".repeat(1 << 20)),
        ];
        for (what, bytes) in cases {
            assert!(read(&bytes).is_err(), "{what}");
        }
        for empty in [&b""[..], b"  \n", b"\xef\xbb\xbf", b"\xff\xfe"] {
            assert!(matches!(read(empty), Err(Error::InvalidSpec { .. })));
        }
    }
}
