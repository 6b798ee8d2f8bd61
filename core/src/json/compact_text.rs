//! Compact JSON text of a [`Node`], without white space, keys in document order.

use std::fmt::Write;

use super::Node;

/// Returns the compact JSON text of a node. Numbers are written as [`Node::to_value`] keeps them.
pub fn to_compact_text(node: Node<'_>) -> String {
    let mut text = String::with_capacity(256);
    write_compact_text(node, &mut text);
    text
}

/// Appends the compact JSON text of a node to `out`.
pub fn write_compact_text(node: Node<'_>, out: &mut String) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Node::Number(number) => match number.nearest() {
            // An integer has one spelling, so its text is copied. A float has many: it is written as
            // serde_json writes it.
            Some((near, _)) if near.is_f64() => drop(write!(out, "{near}")),
            Some(_) => out.push_str(number.as_str()),
            None => out.push_str("null"),
        },
        Node::String(text) => write_json_string(text, out),
        Node::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_compact_text(*item, out);
            }
            out.push(']');
        }
        Node::Object(object) => {
            out.push('{');
            for (i, (key, value)) in object.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_json_string(key, out);
                out.push(':');
                write_compact_text(value, out);
            }
            out.push('}');
        }
    }
}

/// Appends a JSON string literal, quoted and escaped.
pub fn write_json_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            other => drop(write!(out, "\\u{other:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::json::{Arena, DocumentBounds, NodeBuilder, read};

    #[test]
    fn the_text_is_that_of_every_other_writer() {
        let all: String = (0..0x80_u8).map(char::from).chain("ÄÖ\u{2028}🦀".chars()).collect();
        let value = serde_json::json!({
            "a\"\\\n": [null, true, false, -1, 0, 18_446_744_073_709_551_615_u64, 1.5, "", all],
            "empty": [{}, []],
        });
        for text in [value.to_string(), "[1e3, 1.50, -0, 0.1e-7, 1e400, 123456789012345678901]".to_owned()] {
            let arena = Arena::new();
            let node = read(&text, &mut NodeBuilder::new(&arena, DocumentBounds::SMALL)).expect("JSON");
            assert_eq!(to_compact_text(node), node.to_value().to_string());
            assert!(serde_json::from_str::<Value>(&to_compact_text(node)).is_ok());
        }
    }
}
