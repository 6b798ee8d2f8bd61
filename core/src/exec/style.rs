//! How a value is written into a path, a query, a header or a cookie. Source: OpenAPI 3.1.1, "Style Examples", and
//! RFC 6570 for the encoding.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::spec::Style;

/// All but the characters that RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Text for a URL: every character with a meaning there is escaped, `/` and `%` among them.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A value that is no list and no map, as text. What stands below that is written as JSON.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The members of a value in their order: a list's items without names, a map's with.
fn members(value: &Value) -> Vec<(Option<&str>, String)> {
    match value {
        Value::Array(items) => items.iter().map(|item| (None, text(item))).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (Some(key.as_str()), text(value))).collect(),
        other => vec![(None, text(other))],
    }
}

/// Members side by side: `a,b`, `k,v,k,v`, or `k=v,k=v` where each is written by itself.
fn joined(value: &Value, separator: &str, explode: bool, write: impl Fn(&str) -> String) -> String {
    let written = members(value).into_iter().map(|(key, text)| match key {
        Some(key) if explode => format!("{}={}", write(key), write(&text)),
        Some(key) => format!("{}{separator}{}", write(key), write(&text)),
        None => write(&text),
    });
    written.collect::<Vec<_>>().join(separator)
}

/// A value in a path.
pub fn path(style: Style, explode: bool, name: &str, value: &Value) -> String {
    match style {
        Style::Content => encode(&value.to_string()),
        Style::Label => {
            let separator = if explode { "." } else { "," };
            format!(".{}", joined(value, separator, explode, encode))
        }
        Style::Matrix if explode && matches!(value, Value::Array(_) | Value::Object(_)) => members(value)
            .into_iter()
            .map(|(key, text)| format!(";{}={}", encode(key.unwrap_or(name)), encode(&text)))
            .collect::<Vec<_>>()
            .concat(),
        Style::Matrix => format!(";{}={}", encode(name), joined(value, ",", false, encode)),
        _ => joined(value, ",", explode, encode),
    }
}

/// A value in a query: `name=value` pairs, ready to be joined by `&`.
pub fn query(style: Style, explode: bool, name: &str, value: &Value) -> Vec<String> {
    let name = encode(name);
    let pair = |key: &str, text: &str| format!("{key}={text}");
    match (style, value) {
        (Style::Content, value) => vec![pair(&name, &encode(&value.to_string()))],
        (Style::DeepObject, Value::Object(map)) => {
            map.iter().flat_map(|(key, value)| deep(&format!("{name}%5B{}%5D", encode(key)), value)).collect()
        }
        (_, Value::Array(items)) if items.is_empty() => vec![pair(&name, "")],
        (_, Value::Array(_) | Value::Object(_)) if explode && style != Style::DeepObject => members(value)
            .into_iter()
            .map(|(key, text)| pair(&key.map_or_else(|| name.clone(), encode), &encode(&text)))
            .collect(),
        (Style::SpaceDelimited, value) => vec![pair(&name, &joined(value, "%20", false, encode))],
        (Style::PipeDelimited, value) => vec![pair(&name, &joined(value, "%7C", false, encode))],
        (Style::TabDelimited, value) => vec![pair(&name, &joined(value, "%09", false, encode))],
        (_, value) => vec![pair(&name, &joined(value, ",", false, encode))],
    }
}

/// Maps within maps, which the specification leaves open and servers read as `a[b][c]=`.
fn deep(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => {
            map.iter().flat_map(|(key, value)| deep(&format!("{name}%5B{}%5D", encode(key)), value)).collect()
        }
        Value::Array(items) => items.iter().map(|item| format!("{name}={}", encode(&text(item)))).collect(),
        other => vec![format!("{name}={}", encode(&text(other)))],
    }
}

/// A value in a header. Nothing is escaped there; what a header cannot hold is refused by whoever sets it.
pub fn header(style: Style, explode: bool, value: &Value) -> String {
    if style == Style::Content { value.to_string() } else { joined(value, ",", explode, ToOwned::to_owned) }
}

/// A value in the `Cookie` header: `name=value` pairs.
pub fn cookie(style: Style, explode: bool, name: &str, value: &Value) -> Vec<String> {
    query(style, explode, name, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_written_as_the_specification_shows() {
        let list = json!(["blue", "black", "brown"]);
        let map = json!({"R": 100, "G": 200, "B": 150});
        let one = json!("blue");
        for (style, explode, value, expected) in [
            (Style::Matrix, false, &one, ";color=blue"),
            (Style::Matrix, false, &list, ";color=blue,black,brown"),
            (Style::Matrix, false, &map, ";color=R,100,G,200,B,150"),
            (Style::Matrix, true, &list, ";color=blue;color=black;color=brown"),
            (Style::Matrix, true, &map, ";R=100;G=200;B=150"),
            (Style::Label, false, &one, ".blue"),
            (Style::Label, false, &list, ".blue,black,brown"),
            (Style::Label, true, &list, ".blue.black.brown"),
            (Style::Label, true, &map, ".R=100.G=200.B=150"),
            (Style::Simple, false, &list, "blue,black,brown"),
            (Style::Simple, false, &map, "R,100,G,200,B,150"),
            (Style::Simple, true, &map, "R=100,G=200,B=150"),
        ] {
            assert_eq!(path(style, explode, "color", value), expected, "{style:?} {explode} {value}");
        }
        for (style, explode, value, expected) in [
            (Style::Form, true, &one, "color=blue"),
            (Style::Form, false, &list, "color=blue,black,brown"),
            (Style::Form, true, &list, "color=blue&color=black&color=brown"),
            (Style::Form, false, &map, "color=R,100,G,200,B,150"),
            (Style::Form, true, &map, "R=100&G=200&B=150"),
            (Style::SpaceDelimited, false, &list, "color=blue%20black%20brown"),
            (Style::PipeDelimited, false, &list, "color=blue%7Cblack%7Cbrown"),
            (Style::DeepObject, true, &map, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
            (Style::Content, false, &map, "color=%7B%22R%22%3A100%2C%22G%22%3A200%2C%22B%22%3A150%7D"),
        ] {
            assert_eq!(
                query(style, explode, "color", value).join("&"),
                expected,
                "{style:?} {explode} {value}"
            );
        }
    }

    #[test]
    fn what_has_a_meaning_in_a_url_is_escaped() {
        assert_eq!(path(Style::Simple, false, "p", &json!("a/b?c#d%2e é")), "a%2Fb%3Fc%23d%252e%20%C3%A9");
        assert_eq!(
            query(Style::Form, true, "filter[id]", &json!("a&b=c+d")),
            ["filter%5Bid%5D=a%26b%3Dc%2Bd"]
        );
    }
}
