//! `style: deepObject`: nested objects and arrays as `a[b][c]=1`.
//!
//! OpenAPI leaves arrays in a `deepObject` open. Servers read `a[]=1` for an array of scalars. An array that holds an
//! object or an array has numbered items, `a[0][b]=1`, so that the members of one item stay together.

use serde_json::Value;

use super::style_value::{is_compound, value_text};
use crate::wire::escape::Escape;

/// Serializes a value as pairs of name and value. `name` is escaped already.
pub fn deep_object_pairs(name: String, value: &Value, escape: Escape) -> Vec<(String, String)> {
    let (open, close) = (escape.delimiter(("[", "%5B")), escape.delimiter(("]", "%5D")));
    let member_pairs =
        |key: &str, value| deep_object_pairs(format!("{name}{open}{key}{close}"), value, escape);
    match value {
        Value::Null => Vec::new(),
        Value::Object(map) => {
            map.iter().flat_map(|(key, value)| member_pairs(&escape.escape_name(key), value)).collect()
        }
        Value::Array(items) if items.iter().any(is_compound) => {
            items.iter().enumerate().flat_map(|(i, item)| member_pairs(&i.to_string(), item)).collect()
        }
        Value::Array(items) => items.iter().flat_map(|item| member_pairs("", item)).collect(),
        other => vec![(name, escape.escape_value(&value_text(other)).into_owned())],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_objects_and_arrays_have_a_bracket_each() {
        let value =
            json!({"a": {"b": [1, 2], "c d": null}, "e": [{"f": 1, "g": "x&y"}, {"f": [true]}], "h": []});
        let pairs = deep_object_pairs("q".to_owned(), &value, Escape::Nothing);
        let expected = "q[a][b][]=1 q[a][b][]=2 q[e][0][f]=1 q[e][0][g]=x&y q[e][1][f][]=true";
        let joined: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(joined.join(" "), expected);
        let in_form = [("q%5Ba%5D%5Bb%5D%5B%5D".to_owned(), "1+2".to_owned())];
        assert_eq!(deep_object_pairs("q".to_owned(), &json!({"a": {"b": ["1 2"]}}), Escape::Form), in_form);
    }
}
