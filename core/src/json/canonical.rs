//! Canonical JSON text: no white space, keys sorted by their bytes. Hashes are computed over this text, so
//! that key order does not change a hash.

use serde_json::Value;

/// Writes `value` so that equal values give equal bytes.
pub fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
            out.push(b'{');
            for (i, (key, value)) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                scalar(key, out);
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::String(text) => scalar(text, out),
        other => out.extend_from_slice(other.to_string().as_bytes()),
    }
}

fn scalar(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("writing a string into memory cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_count_and_the_order_of_items_does() {
        let text = |value: &Value| {
            let mut out = Vec::new();
            write(value, &mut out);
            String::from_utf8(out).expect("JSON is UTF-8")
        };
        assert_eq!(text(&json!({"b": [1, 2], "a": "\n"})), r#"{"a":"\n","b":[1,2]}"#);
        assert_eq!(text(&json!({"a": "\n", "b": [1, 2]})), text(&json!({"b": [1, 2], "a": "\n"})));
        assert_ne!(text(&json!([1, 2])), text(&json!([2, 1])));
    }
}
