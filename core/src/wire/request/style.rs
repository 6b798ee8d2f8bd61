//! How a value is written into a path, a query, a header or a cookie. Source: OpenAPI 3.2.1, "Style Values" and "Style
//! Examples", and RFC 6570 for what those leave open.
//!
//! What is undefined there (section 2.3: null, a list or a map without members) is not written, wherever it stands. What
//! stands deeper than the table goes is JSON, but in `deepObject`, where servers read `a[b][c]=1`, `a[]=1` and, so that
//! the members of one item stay together, `a[0][b]=1`; OpenAPI leaves that open.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::spec::{FormField, MediaKind, ParameterStyle, ValueSerialization};
use crate::wire::data_url;
use crate::wire::escape::Escape;

/// A name and a value, each as it stands on the wire.
pub type Pair = (String, String);

const COMMA: (&str, &str) = (",", ",");
const SLASH: (&str, &str) = ("/", "/");
const SPACE: (&str, &str) = (" ", "%20");
const PIPE: (&str, &str) = ("|", "%7C");
const TAB: (&str, &str) = ("\t", "%09");
const OPEN: (&str, &str) = ("[", "%5B");
const CLOSE: (&str, &str) = ("]", "%5D");

/// Whether there is nothing to write. A list without items is something to a media type.
pub fn is_absent(wire: &ValueSerialization, value: &Value) -> bool {
    if wire.style == ParameterStyle::Content { value.is_null() } else { is_undefined(value) }
}

fn is_undefined(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().all(Value::is_null),
        Value::Object(map) => map.values().all(Value::is_null),
        _ => false,
    }
}

/// A value that is no list and no map, as text. What stands below that is written as JSON.
pub fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        other => other.to_string().into(),
    }
}

/// The members of a value in their order: a list's items without names, a map's with.
fn members(value: &Value) -> Vec<(Option<&str>, Cow<'_, str>)> {
    let all: Vec<(Option<&str>, &Value)> = match value {
        Value::Array(items) => items.iter().map(|item| (None, item)).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (Some(key.as_str()), value)).collect(),
        other => vec![(None, other)],
    };
    all.into_iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key, text(value))).collect()
}

fn is_compound(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Object(_))
}

/// Members side by side: `a,b`, `k,v,k,v`, or `k=v,k=v` where each is written by itself.
fn joined(value: &Value, delimiter: (&'static str, &'static str), explode: bool, escape: Escape) -> String {
    let separator = escape.delimiter(delimiter);
    let write = |text: &str| {
        let written = escape.text(text);
        // `allowReserved` leaves commas: one in a member must not be taken for one between members.
        let is_ambiguous = escape != Escape::Nothing && separator == "," && is_compound(value);
        if is_ambiguous { written.replace(',', "%2C") } else { written.into_owned() }
    };
    let written = members(value).into_iter().map(|(key, text)| match key {
        Some(key) if explode => format!("{}={}", escape.name(key), write(&text)),
        Some(key) => format!("{}{separator}{}", escape.name(key), write(&text)),
        None => write(&text),
    });
    written.collect::<Vec<_>>().join(separator)
}

/// A value in a path.
pub fn path(wire: &ValueSerialization, name: &str, value: &Value) -> String {
    let escape = if wire.allow_reserved { Escape::ReservedPath } else { Escape::Url };
    // RFC 6570, section 3.2.7: no `=` where nothing stands behind it.
    let named = |key: &str, text: &str| match text {
        "" => format!(";{}", escape.name(key)),
        text => format!(";{}={text}", escape.name(key)),
    };
    match wire.style {
        ParameterStyle::Content => Escape::Url.text(&of_wire(wire, value)).into_owned(),
        _ if is_undefined(value) => String::new(),
        ParameterStyle::Label => {
            let delimiter = if wire.explode { (".", ".") } else { COMMA };
            format!(".{}", joined(value, delimiter, wire.explode, escape))
        }
        ParameterStyle::Reserved => joined(value, COMMA, wire.explode, Escape::ReservedSegments),
        ParameterStyle::PathSegment => {
            let delimiter = if wire.explode { SLASH } else { COMMA };
            format!("/{}", joined(value, delimiter, wire.explode, escape))
        }
        ParameterStyle::Matrix if wire.explode && is_compound(value) => {
            let one =
                |(key, text): (Option<&str>, Cow<'_, str>)| named(key.unwrap_or(name), &escape.text(&text));
            members(value).into_iter().map(one).collect()
        }
        ParameterStyle::Matrix => named(name, &joined(value, COMMA, false, escape)),
        _ => joined(value, COMMA, wire.explode, escape),
    }
}

/// A value in a query.
pub fn query(wire: &ValueSerialization, name: &str, value: &Value) -> Vec<Pair> {
    let escape = if wire.allow_reserved { Escape::ReservedQuery } else { Escape::Url };
    pairs(wire, name, value, escape)
}

/// All of a query. What is a form already is not escaped once more; anything else has no `&` and no `=` of its own.
pub fn query_string(wire: &ValueSerialization, value: &Value) -> String {
    let text = of_wire(wire, value);
    match &wire.media_type {
        Some(media) if media.kind == MediaKind::Form && value.is_object() => text.into_owned(),
        _ => Escape::Url.text(&text).into_owned(),
    }
}

/// A value in a query, a form or a cookie.
pub fn pairs(wire: &ValueSerialization, name: &str, value: &Value, escape: Escape) -> Vec<Pair> {
    let own = || escape.name(name).into_owned();
    let delimited = |delimiter| vec![(own(), joined(value, delimiter, false, escape))];
    match wire.style {
        // `allowReserved` says nothing of a value that has a media type.
        ParameterStyle::Content => vec![(own(), escape.name(&of_wire(wire, value)).into_owned())],
        _ if is_undefined(value) => Vec::new(),
        ParameterStyle::DeepObject => deep(own(), value, escape),
        _ if wire.explode && is_compound(value) => {
            let pair = |(key, text): (Option<&str>, Cow<'_, str>)| {
                (escape.name(key.unwrap_or(name)).into_owned(), escape.text(&text).into_owned())
            };
            members(value).into_iter().map(pair).collect()
        }
        ParameterStyle::SpaceDelimited => delimited(SPACE),
        ParameterStyle::PipeDelimited => delimited(PIPE),
        ParameterStyle::TabDelimited => delimited(TAB),
        _ => delimited(COMMA),
    }
}

/// `a[b][c]=1`.
fn deep(name: String, value: &Value, escape: Escape) -> Vec<Pair> {
    let (open, close) = (escape.delimiter(OPEN), escape.delimiter(CLOSE));
    let below = |key: &str, value| deep(format!("{name}{open}{key}{close}"), value, escape);
    match value {
        Value::Null => Vec::new(),
        Value::Object(map) => map.iter().flat_map(|(key, value)| below(&escape.name(key), value)).collect(),
        Value::Array(items) if items.iter().any(is_compound) => {
            items.iter().enumerate().flat_map(|(i, item)| below(&i.to_string(), item)).collect()
        }
        Value::Array(items) => items.iter().flat_map(|item| below("", item)).collect(),
        other => vec![(name, escape.text(&text(other)).into_owned())],
    }
}

/// A value in a header. Nothing is escaped there; what a header cannot hold is refused by whoever sets it.
pub fn header(wire: &ValueSerialization, value: &Value) -> String {
    match wire.style {
        ParameterStyle::Content => of_wire(wire, value).into_owned(),
        _ => joined(value, COMMA, wire.explode, Escape::Nothing),
    }
}

/// A value in the `Cookie` header. `style: cookie` and text of a media type go as they are, and what a cookie cannot hold
/// is refused by whoever sets it; JSON has quotes and commas, which it cannot hold, and is escaped.
pub fn cookie(wire: &ValueSerialization, name: &str, value: &Value) -> Vec<Pair> {
    let is_text = wire.media_type.as_ref().is_some_and(|media| media.kind == MediaKind::Text);
    let escape = match wire.style {
        ParameterStyle::Cookie => Escape::Nothing,
        ParameterStyle::Content if is_text => Escape::Nothing,
        _ if wire.allow_reserved => Escape::ReservedCookie,
        _ => Escape::Url,
    };
    pairs(wire, name, value, escape)
}

/// The text of a value that is written as its media type says.
pub fn of_wire<'v>(wire: &ValueSerialization, value: &'v Value) -> Cow<'v, str> {
    match (wire.media_type.as_ref().map(|media| media.kind), value) {
        (Some(MediaKind::Json), value) => value.to_string().into(),
        (Some(MediaKind::Form), Value::Object(members)) => form(members, &wire.fields).into(),
        (_, value) => text(value),
    }
}

/// What the document says of a field.
pub fn field<'f>(fields: &'f [FormField], name: &str) -> Option<&'f FormField> {
    fields.iter().find(|field| field.name == name)
}

/// What goes by itself under the name of a field: each item of a list, or all of anything else. Source: OpenAPI 3.2.0,
/// "Encoding By Name".
pub fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

/// A map as HTML forms are sent. Null is a field that is not there; bytes stay base64, since a form is text.
pub fn form(members: &Map<String, Value>, fields: &[FormField]) -> String {
    let pairs = members.iter().flat_map(|(name, value)| {
        let value = &*data_url::without_files(value);
        let field = field(fields, name);
        let (wire, is_bytes) = (field.map(|field| &field.wire), field.is_some_and(|field| field.bytes));
        match wire {
            Some(wire) if wire.style != ParameterStyle::Content => {
                let escape = if wire.allow_reserved { Escape::ReservedQuery } else { Escape::Form };
                pairs(wire, name, value, escape)
            }
            wire => {
                let text = |item| wire.map_or_else(|| text(item), |wire| of_wire(wire, item));
                let present = items(value).iter().filter(|item| !item.is_null());
                let pair = |text: &str| {
                    let text = if is_bytes { data_url::as_base64(text) } else { text.into() };
                    (Escape::Form.text(name).into_owned(), Escape::Form.text(&text).into_owned())
                };
                present.map(|item| pair(&text(item))).collect()
            }
        }
    });
    pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::MediaType;
    use serde_json::json;

    /// `name=value` for each pair.
    fn shown(pairs: Vec<Pair>, between: &str) -> String {
        pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(between)
    }

    /// The table of "Style Examples": empty text, text, list, map.
    fn values() -> [Value; 4] {
        [json!(""), json!("blue"), json!(["blue", "black", "brown"]), json!({"R": 100, "G": 200, "B": 150})]
    }

    #[test]
    fn paths_are_written_as_the_specification_shows() {
        for (style, explode, expected) in [
            (
                ParameterStyle::Matrix,
                false,
                [";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"],
            ),
            (
                ParameterStyle::Matrix,
                true,
                [";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"],
            ),
            (ParameterStyle::Label, false, [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
            (ParameterStyle::Label, true, [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
            (ParameterStyle::Simple, false, ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]),
            (ParameterStyle::Simple, true, ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]),
        ] {
            let wire = ValueSerialization::plain(style, explode);
            let written = values().map(|value| path(&wire, "color", &value));
            assert_eq!(written, expected, "{style:?} {explode}");
            if style == ParameterStyle::Simple {
                assert_eq!(values().map(|value| header(&wire, &value)), expected, "{explode}");
            }
            for nothing in [json!(null), json!([]), json!({}), json!([null]), json!({"R": null})] {
                assert_eq!(path(&wire, "color", &nothing), "", "{style:?} {nothing}");
            }
        }
    }

    #[test]
    fn queries_are_written_as_the_specification_shows() {
        let exploded = ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"];
        for (style, explode, expected) in [
            (
                ParameterStyle::Form,
                false,
                ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"],
            ),
            (ParameterStyle::Form, true, exploded),
            (
                ParameterStyle::SpaceDelimited,
                false,
                ["color=", "color=blue", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"],
            ),
            (
                ParameterStyle::PipeDelimited,
                false,
                ["color=", "color=blue", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"],
            ),
            (
                ParameterStyle::TabDelimited,
                false,
                ["color=", "color=blue", "color=blue%09black%09brown", "color=R%09100%09G%09200%09B%09150"],
            ),
            // "n/a" in the table; what OpenAPI 3.0 showed before.
            (ParameterStyle::SpaceDelimited, true, exploded),
            (ParameterStyle::PipeDelimited, true, exploded),
            (
                ParameterStyle::DeepObject,
                true,
                [
                    "color=",
                    "color=blue",
                    "color%5B%5D=blue&color%5B%5D=black&color%5B%5D=brown",
                    "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
                ],
            ),
        ] {
            let wire = ValueSerialization::plain(style, explode);
            let written = values().map(|value| shown(query(&wire, "color", &value), "&"));
            assert_eq!(written, expected, "{style:?} {explode}");
            for nothing in [json!(null), json!([]), json!({}), json!([null]), json!({"R": null})] {
                assert!(query(&wire, "color", &nothing).is_empty(), "{style:?} {nothing}");
            }
        }
    }

    #[test]
    fn cookies_are_written_as_the_specification_shows() {
        let exploded =
            ["color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"];
        for (style, explode, expected) in [
            (
                ParameterStyle::Cookie,
                false,
                ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"],
            ),
            (ParameterStyle::Cookie, true, exploded),
            (ParameterStyle::Form, true, exploded),
        ] {
            let wire = ValueSerialization::plain(style, explode);
            let written = values().map(|value| shown(cookie(&wire, "color", &value), "; "));
            assert_eq!(written, expected, "{style:?} {explode}");
        }
        let greeting = json!({"greeting": "Hello%2C%20world!", "code": 42});
        let wire = ValueSerialization::plain(ParameterStyle::Cookie, true);
        assert_eq!(shown(cookie(&wire, "cookie", &greeting), "; "), "greeting=Hello%2C%20world!; code=42");
        let wire = ValueSerialization::plain(ParameterStyle::Form, true);
        assert_eq!(
            shown(cookie(&wire, "greeting", &json!("Hello, world!")), "; "),
            "greeting=Hello%2C%20world%21"
        );
    }

    #[test]
    fn maps_and_lists_in_a_deep_object_keep_their_place() {
        let wire = ValueSerialization::plain(ParameterStyle::DeepObject, true);
        let value =
            json!({"a": {"b": [1, 2], "c d": null}, "e": [{"f": 1, "g": "x&y"}, {"f": [true]}], "h": []});
        let pairs = pairs(&wire, "q", &value, Escape::Nothing);
        let expected = "q[a][b][]=1 q[a][b][]=2 q[e][0][f]=1 q[e][0][g]=x&y q[e][1][f][]=true";
        assert_eq!(shown(pairs, " "), expected);
        let in_form = [("q%5Ba%5D%5Bb%5D%5B%5D".to_owned(), "1+2".to_owned())];
        assert_eq!(super::pairs(&wire, "q", &json!({"a": {"b": ["1 2"]}}), Escape::Form), in_form);
    }

    #[test]
    fn what_has_a_meaning_in_a_url_is_escaped() {
        let plain = ValueSerialization::plain(ParameterStyle::Simple, false);
        assert_eq!(path(&plain, "p", &json!("a/b?c#d%2e é")), "a%2Fb%3Fc%23d%252e%20%C3%A9");
        let form = ValueSerialization::plain(ParameterStyle::Form, true);
        assert_eq!(shown(query(&form, "filter[id]", &json!("a&b=c+d")), "&"), "filter%5Bid%5D=a%26b%3Dc%2Bd");
        assert_eq!(
            shown(query(&form, "f", &json!({"a&b": {"c": [1]}})), "&"),
            "a%26b=%7B%22c%22%3A%5B1%5D%7D"
        );
    }

    #[test]
    fn reserved_characters_stay_where_they_split_nothing() {
        let form = ValueSerialization {
            allow_reserved: true,
            ..ValueSerialization::plain(ParameterStyle::Form, false)
        };
        assert_eq!(
            shown(query(&form, "a&b", &json!("https://h/?x=1&y=2#z+%26")), "&"),
            "a%26b=https://h/?x%3D1%26y%3D2%23z%2B%26"
        );
        assert_eq!(shown(query(&form, "list", &json!(["a,b", "c:d"])), "&"), "list=a%2Cb,c:d");
        assert_eq!(shown(query(&form, "text", &json!("a,b")), "&"), "text=a,b");
        let simple = ValueSerialization {
            allow_reserved: true,
            ..ValueSerialization::plain(ParameterStyle::Simple, false)
        };
        assert_eq!(path(&simple, "p", &json!("a:b@c/d?e#f")), "a:b@c%2Fd%3Fe%23f");
    }

    #[test]
    fn a_parameter_with_a_media_type_is_written_as_that_says() {
        let wire = |media: &str| ValueSerialization {
            media_type: Some(MediaType::parse(media)),
            ..ValueSerialization::plain(ParameterStyle::Content, false)
        };
        let (json, form, plain) =
            (wire("application/json"), wire("application/x-www-form-urlencoded"), wire("text/plain"));
        let value = json!({"a": "x y", "b": [1, 2]});
        assert_eq!(
            shown(query(&json, "q", &value), "&"),
            "q=%7B%22a%22%3A%22x%20y%22%2C%22b%22%3A%5B1%2C2%5D%7D"
        );
        assert_eq!(shown(query(&json, "q", &json!("x")), "&"), "q=%22x%22");
        assert_eq!(shown(query(&form, "q", &value), "&"), "q=a%3Dx%2By%26b%3D1%26b%3D2");
        assert_eq!(shown(query(&plain, "q", &json!("x&y")), "&"), "q=x%26y");
        assert_eq!(path(&plain, "p", &json!("x/y")), "x%2Fy");
        assert_eq!(header(&json, &value), "{\"a\":\"x y\",\"b\":[1,2]}");
        assert_eq!(header(&plain, &json!("x, y")), "x, y");
        assert_eq!(shown(cookie(&json, "c", &json!(["a;b"])), "; "), "c=%5B%22a%3Bb%22%5D");
        assert_eq!(shown(cookie(&plain, "c", &json!("a%20b")), "; "), "c=a%20b");
    }

    #[test]
    fn a_query_string_is_a_form_or_one_escaped_text() {
        let wire = |media: &str| ValueSerialization {
            media_type: Some(MediaType::parse(media)),
            ..ValueSerialization::plain(ParameterStyle::Content, false)
        };
        for (media, value, expected) in [
            (
                "application/x-www-form-urlencoded",
                json!({"foo": "a + b", "bar": true}),
                "foo=a+%2B+b&bar=true",
            ),
            ("application/x-www-form-urlencoded", json!("a=1&b=2"), "a%3D1%26b%3D2"),
            (
                "application/json",
                json!({"numbers": [1, 2], "flag": null}),
                "%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D",
            ),
            ("application/jsonpath", json!("$.a.b[1:1]"), "%24.a.b%5B1%3A1%5D"),
        ] {
            assert_eq!(query_string(&wire(media), &value), expected, "{media}");
        }
    }
}
