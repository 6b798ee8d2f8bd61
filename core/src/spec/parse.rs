//! Bytes to a value: JSON or YAML, bounded. The door to the YAML crate.

use serde::de::DeserializeSeed;
use serde_yaml::DuplicateKeyPolicy;

use crate::error::{Error, Result};
use crate::json::{Budget, Node};

/// How large a document may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes. Default 64 MiB.
    pub bytes: usize,
    /// Levels of maps and lists. Default 120; the JSON reader stops at 127.
    pub depth: usize,
    /// Values, written out where YAML repeats them by aliases. Default 3,000,000.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 120, nodes: 3_000_000 }
    }
}

/// The document's text: UTF-8, its byte order mark passed over. Refuses what is too long, empty or no text.
pub fn text_of<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str> {
    if bytes.len() > limits.bytes {
        return Err(Error::LimitExceeded { what: "document bytes", limit: limits.bytes });
    }
    let whole = |reason: &str| Error::InvalidSpec { pointer: String::new(), reason: reason.to_owned() };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(whole("the document is UTF-16; it must be UTF-8"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|error| whole(&format!("the document is not UTF-8 (byte {})", error.valid_up_to())))?;
    if text.contains('\0') {
        return Err(whole("the document has a NUL character"));
    }
    if text.trim().is_empty() {
        return Err(whole("the document is empty"));
    }
    Ok(text)
}

/// Reads a document's text. One that starts with `{` is JSON, any other YAML.
pub fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Node<'a>> {
    let budget = Budget::new(limits.depth, limits.nodes);
    let read =
        if text.trim_start().starts_with('{') { json(text, &budget) } else { yaml(text, limits, &budget) };
    read.map_err(|error| budget.fault().unwrap_or(error))
}

fn json<'a>(text: &'a str, budget: &Budget) -> Result<Node<'a>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    budget.seed().deserialize(&mut reader).and_then(|node| reader.end().map(|()| node)).map_err(|error| {
        let place = format!(" at line {} column {}", error.line(), error.column());
        Error::Syntax {
            format: "JSON",
            reason: error.to_string().replace(&place, ""),
            line: Some(error.line()).filter(|line| *line > 0),
            column: Some(error.column()).filter(|_| error.line() > 0),
        }
    })
}

/// The options are those under which the crate agrees with YAML 1.2's core schema on real documents: `Y` and `no` are
/// texts, and many honest aliases of one anchor are no attack. What an attack could cost is bounded by the budget.
fn yaml<'a>(text: &'a str, limits: &Limits, budget: &Budget) -> Result<Node<'a>> {
    let options = serde_yaml::options! {
        strict_booleans: true,
        with_snippet: false,
        duplicate_keys: DuplicateKeyPolicy::Error,
        budget: serde_yaml::budget! {
            max_depth: limits.depth * 2,
            flow_nesting_limit: limits.depth * 2,
            max_nodes: limits.nodes,
            max_events: limits.nodes.saturating_mul(4),
            max_aliases: 200_000,
            max_documents: 1,
            enforce_alias_anchor_ratio: false,
        },
    };
    let read = serde_yaml::with_deserializer_from_str_with_options(text, options, |reader| {
        budget.seed().deserialize(reader)
    });
    read.map_err(|error| {
        let place = error.location();
        let line = |number: u64| usize::try_from(number).ok().filter(|number| *number > 0);
        Error::Syntax {
            format: "YAML",
            reason: error.to_string().lines().next().unwrap_or_default().to_owned(),
            line: place.as_ref().and_then(|place| line(place.line())),
            column: place.as_ref().and_then(|place| line(place.column())),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(bytes: &[u8]) -> Result<serde_json::Value> {
        let limits = Limits { bytes: 1 << 20, depth: 64, nodes: 100_000 };
        text_of(bytes, &limits).and_then(|text| parse(text, &limits).map(|node| node.to_value()))
    }

    #[test]
    fn json_and_yaml_read_the_same() {
        let expected = json!({"openapi": "3.0.0", "n": 1, "list": [true, null, "no", "Y"]});
        assert_eq!(
            read(b"{\"openapi\": \"3.0.0\", \"n\": 1, \"list\": [true, null, \"no\", \"Y\"]}"),
            Ok(expected.clone())
        );
        assert_eq!(read(b"\xef\xbb\xbfopenapi: 3.0.0\nn: 1\nlist: [true, null, no, Y]\n"), Ok(expected));
        assert_eq!(read(b"responses:\n  200: {a: b}\n"), Ok(json!({"responses": {"200": {"a": "b"}}})));
    }

    #[test]
    fn merge_keys_and_aliases_are_read() {
        let text = b"base: &b {x: 1}\nuse:\n  <<: *b\n  y: 2\nagain: *b\n";
        assert_eq!(read(text), Ok(json!({"base": {"x": 1}, "use": {"x": 1, "y": 2}, "again": {"x": 1}})));
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
        let cases: [(&str, Vec<u8>); 10] = [
            ("alias bomb", laughs.into_bytes()),
            ("deep JSON", [b"{\"a\":".repeat(10_000), b"1".to_vec()].concat()),
            ("deep flow YAML", [b"a: ".to_vec(), b"[".repeat(100_000)].concat()),
            ("deep block YAML", b"- ".repeat(100_000)),
            ("open maps", [b"x: ".to_vec(), b"{a: ".repeat(80_000)].concat()),
            ("UTF-16", b"\xff\xfeo\0p\0".to_vec()),
            ("not UTF-8", b"a: \xff\n".to_vec()),
            ("NUL", b"a: \0\n".to_vec()),
            ("two documents", b"a: 1\n---\nb: 2\n".to_vec()),
            ("too long", b"# ".repeat(1 << 20)),
        ];
        for (what, bytes) in cases {
            assert!(read(&bytes).is_err(), "{what}");
        }
        for empty in [&b""[..], b"  \n", b"\xef\xbb\xbf"] {
            assert!(matches!(read(empty), Err(Error::InvalidSpec { .. })));
        }
    }
}
