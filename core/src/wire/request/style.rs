//! Parameter styles: a value in a path, a query, a header, a cookie or a form (`simple`, `label`, `matrix`, `form`,
//! `spaceDelimited`, `pipeDelimited`, ...). `deepObject` is in `deep_object.rs`.
//!
//! Sources: OpenAPI 3.2.1, "Style Values" and "Style Examples"; RFC 6570 for what these leave open. Undefined values
//! are left out (section 2.3 of the RFC): null, and an array or object without members. A value that is nested deeper
//! than the style goes is written as JSON.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::deep_object::deep_object_pairs;
use super::style_value::{is_compound, is_undefined, join_members, value_members, value_text};
use crate::spec::{FormField, MediaKind, ParameterStyle, ValueSerialization};
use crate::wire::data_url;
use crate::wire::escape::Escape;

/// A name and a value, each escaped for its place.
pub type Pair = (String, String);

const COMMA: (&str, &str) = (",", ",");
const SLASH: (&str, &str) = ("/", "/");
const SPACE: (&str, &str) = (" ", "%20");
const PIPE: (&str, &str) = ("|", "%7C");
const TAB: (&str, &str) = ("\t", "%09");

/// Whether a parameter has no value and is left out. For a media type an empty array is a value.
pub fn is_absent(wire: &ValueSerialization, value: &Value) -> bool {
    if wire.style == ParameterStyle::Content { value.is_null() } else { is_undefined(value) }
}

/// Serializes a value for a path.
pub fn path(wire: &ValueSerialization, name: &str, value: &Value) -> String {
    let escape = if wire.allow_reserved { Escape::ReservedPath } else { Escape::Url };
    // RFC 6570, section 3.2.7: no `=` where the value is empty.
    let named = |key: &str, text: &str| match text {
        "" => format!(";{}", escape.escape_name(key)),
        text => format!(";{}={text}", escape.escape_name(key)),
    };
    match wire.style {
        ParameterStyle::Content => Escape::Url.escape_value(&media_type_text(wire, value)).into_owned(),
        _ if is_undefined(value) => String::new(),
        ParameterStyle::Label => {
            let delimiter = if wire.explode { (".", ".") } else { COMMA };
            format!(".{}", join_members(value, delimiter, wire.explode, escape))
        }
        ParameterStyle::Reserved => join_members(value, COMMA, wire.explode, Escape::ReservedSegments),
        ParameterStyle::PathSegment => {
            let delimiter = if wire.explode { SLASH } else { COMMA };
            format!("/{}", join_members(value, delimiter, wire.explode, escape))
        }
        ParameterStyle::Matrix if wire.explode && is_compound(value) => {
            let one = |(key, text): (Option<&str>, Cow<'_, str>)| {
                named(key.unwrap_or(name), &escape.escape_value(&text))
            };
            value_members(value).into_iter().map(one).collect()
        }
        ParameterStyle::Matrix => named(name, &join_members(value, COMMA, false, escape)),
        _ => join_members(value, COMMA, wire.explode, escape),
    }
}

/// Serializes a value for a query.
pub fn query(wire: &ValueSerialization, name: &str, value: &Value) -> Vec<Pair> {
    let escape = if wire.allow_reserved { Escape::ReservedQuery } else { Escape::Url };
    style_pairs(wire, name, value, escape)
}

/// Serializes a value as a whole query (`in: querystring`). A form is escaped already; any other text is escaped whole.
pub fn query_string(wire: &ValueSerialization, value: &Value) -> String {
    let text = media_type_text(wire, value);
    match &wire.media_type {
        Some(media) if media.kind == MediaKind::Form && value.is_object() => text.into_owned(),
        _ => Escape::Url.escape_value(&text).into_owned(),
    }
}

/// Serializes a value as pairs of a query, a form or a cookie.
pub fn style_pairs(wire: &ValueSerialization, name: &str, value: &Value, escape: Escape) -> Vec<Pair> {
    let own = || escape.escape_name(name).into_owned();
    let delimited = |delimiter| vec![(own(), join_members(value, delimiter, false, escape))];
    match wire.style {
        // `allowReserved` does not apply to a value with a media type.
        ParameterStyle::Content => {
            vec![(own(), escape.escape_name(&media_type_text(wire, value)).into_owned())]
        }
        _ if is_undefined(value) => Vec::new(),
        ParameterStyle::DeepObject => deep_object_pairs(own(), value, escape),
        _ if wire.explode && is_compound(value) => {
            let pair = |(key, text): (Option<&str>, Cow<'_, str>)| {
                let name = escape.escape_name(key.unwrap_or(name)).into_owned();
                (name, escape.escape_value(&text).into_owned())
            };
            value_members(value).into_iter().map(pair).collect()
        }
        ParameterStyle::SpaceDelimited => delimited(SPACE),
        ParameterStyle::PipeDelimited => delimited(PIPE),
        ParameterStyle::TabDelimited => delimited(TAB),
        _ => delimited(COMMA),
    }
}

/// Serializes a value for a header, without escaping. The caller refuses what a header cannot hold.
pub fn header(wire: &ValueSerialization, value: &Value) -> String {
    match wire.style {
        ParameterStyle::Content => media_type_text(wire, value).into_owned(),
        _ => join_members(value, COMMA, wire.explode, Escape::Nothing),
    }
}

/// Serializes a value for the `Cookie` header.
///
/// `style: cookie` and text media types are not escaped; the caller refuses what a cookie cannot hold. JSON is escaped,
/// because it has quotes and commas.
pub fn cookie(wire: &ValueSerialization, name: &str, value: &Value) -> Vec<Pair> {
    let is_text = wire.media_type.as_ref().is_some_and(|media| media.kind == MediaKind::Text);
    let escape = match wire.style {
        ParameterStyle::Cookie => Escape::Nothing,
        ParameterStyle::Content if is_text => Escape::Nothing,
        _ if wire.allow_reserved => Escape::ReservedCookie,
        _ => Escape::Url,
    };
    style_pairs(wire, name, value, escape)
}

/// Serializes a value by its media type (`content`).
pub fn media_type_text<'v>(wire: &ValueSerialization, value: &'v Value) -> Cow<'v, str> {
    match (wire.media_type.as_ref().map(|media| media.kind), value) {
        (Some(MediaKind::Json), value) => value.to_string().into(),
        (Some(MediaKind::Form), Value::Object(members)) => form(members, &wire.fields).into(),
        (_, value) => value_text(value),
    }
}

/// The documented encoding of a form field.
pub fn find_field<'f>(fields: &'f [FormField], name: &str) -> Option<&'f FormField> {
    fields.iter().find(|field| field.name == name)
}

/// The values that are sent under the name of a field: the items of an array, or one value. Source: OpenAPI 3.2.0,
/// "Encoding By Name".
pub fn form_items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

/// Serializes an object as `application/x-www-form-urlencoded`. Null is left out. Bytes are base64, because a form is
/// text.
pub fn form(members: &Map<String, Value>, fields: &[FormField]) -> String {
    let pairs = members.iter().flat_map(|(name, value)| {
        let value = &*data_url::files_as_base64(value);
        let field = find_field(fields, name);
        let (wire, is_bytes) = (field.map(|field| &field.wire), field.is_some_and(|field| field.bytes));
        match wire {
            Some(wire) if wire.style != ParameterStyle::Content => {
                let escape = if wire.allow_reserved { Escape::ReservedQuery } else { Escape::Form };
                style_pairs(wire, name, value, escape)
            }
            wire => {
                let text = |item| wire.map_or_else(|| value_text(item), |wire| media_type_text(wire, item));
                let present = form_items(value).iter().filter(|item| !item.is_null());
                let pair = |text: &str| {
                    let text = if is_bytes { data_url::as_base64(text) } else { text.into() };
                    let name = Escape::Form.escape_value(name).into_owned();
                    (name, Escape::Form.escape_value(&text).into_owned())
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

    /// Each pair as `name=value`.
    fn joined_pairs(pairs: Vec<Pair>, between: &str) -> String {
        pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(between)
    }

    /// The values of the table "Style Examples": empty string, string, array, object.
    fn values() -> [Value; 4] {
        [json!(""), json!("blue"), json!(["blue", "black", "brown"]), json!({"R": 100, "G": 200, "B": 150})]
    }

    #[test]
    fn path_values_are_as_in_the_style_examples() {
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
    fn query_values_are_as_in_the_style_examples() {
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
            // "n/a" in the table; the values of OpenAPI 3.0.
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
            let written = values().map(|value| joined_pairs(query(&wire, "color", &value), "&"));
            assert_eq!(written, expected, "{style:?} {explode}");
            for nothing in [json!(null), json!([]), json!({}), json!([null]), json!({"R": null})] {
                assert!(query(&wire, "color", &nothing).is_empty(), "{style:?} {nothing}");
            }
        }
    }

    #[test]
    fn cookie_values_are_as_in_the_style_examples() {
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
            let written = values().map(|value| joined_pairs(cookie(&wire, "color", &value), "; "));
            assert_eq!(written, expected, "{style:?} {explode}");
        }
        let greeting = json!({"greeting": "Hello%2C%20world!", "code": 42});
        let wire = ValueSerialization::plain(ParameterStyle::Cookie, true);
        assert_eq!(
            joined_pairs(cookie(&wire, "cookie", &greeting), "; "),
            "greeting=Hello%2C%20world!; code=42"
        );
        let wire = ValueSerialization::plain(ParameterStyle::Form, true);
        assert_eq!(
            joined_pairs(cookie(&wire, "greeting", &json!("Hello, world!")), "; "),
            "greeting=Hello%2C%20world%21"
        );
    }

    #[test]
    fn characters_with_a_meaning_in_a_url_are_escaped() {
        let plain = ValueSerialization::plain(ParameterStyle::Simple, false);
        assert_eq!(path(&plain, "p", &json!("a/b?c#d%2e é")), "a%2Fb%3Fc%23d%252e%20%C3%A9");
        let form = ValueSerialization::plain(ParameterStyle::Form, true);
        assert_eq!(
            joined_pairs(query(&form, "filter[id]", &json!("a&b=c+d")), "&"),
            "filter%5Bid%5D=a%26b%3Dc%2Bd"
        );
        assert_eq!(
            joined_pairs(query(&form, "f", &json!({"a&b": {"c": [1]}})), "&"),
            "a%26b=%7B%22c%22%3A%5B1%5D%7D"
        );
    }

    #[test]
    fn allow_reserved_keeps_characters_that_split_no_value() {
        let form = ValueSerialization {
            allow_reserved: true,
            ..ValueSerialization::plain(ParameterStyle::Form, false)
        };
        assert_eq!(
            joined_pairs(query(&form, "a&b", &json!("https://h/?x=1&y=2#z+%26")), "&"),
            "a%26b=https://h/?x%3D1%26y%3D2%23z%2B%26"
        );
        assert_eq!(joined_pairs(query(&form, "list", &json!(["a,b", "c:d"])), "&"), "list=a%2Cb,c:d");
        assert_eq!(joined_pairs(query(&form, "text", &json!("a,b")), "&"), "text=a,b");
        let simple = ValueSerialization {
            allow_reserved: true,
            ..ValueSerialization::plain(ParameterStyle::Simple, false)
        };
        assert_eq!(path(&simple, "p", &json!("a:b@c/d?e#f")), "a:b@c%2Fd%3Fe%23f");
    }

    #[test]
    fn a_parameter_with_a_media_type_is_serialized_by_it() {
        let wire = |media: &str| ValueSerialization {
            media_type: Some(MediaType::parse(media)),
            ..ValueSerialization::plain(ParameterStyle::Content, false)
        };
        let (json, form, plain) =
            (wire("application/json"), wire("application/x-www-form-urlencoded"), wire("text/plain"));
        let value = json!({"a": "x y", "b": [1, 2]});
        assert_eq!(
            joined_pairs(query(&json, "q", &value), "&"),
            "q=%7B%22a%22%3A%22x%20y%22%2C%22b%22%3A%5B1%2C2%5D%7D"
        );
        assert_eq!(joined_pairs(query(&json, "q", &json!("x")), "&"), "q=%22x%22");
        assert_eq!(joined_pairs(query(&form, "q", &value), "&"), "q=a%3Dx%2By%26b%3D1%26b%3D2");
        assert_eq!(joined_pairs(query(&plain, "q", &json!("x&y")), "&"), "q=x%26y");
        assert_eq!(path(&plain, "p", &json!("x/y")), "x%2Fy");
        assert_eq!(header(&json, &value), "{\"a\":\"x y\",\"b\":[1,2]}");
        assert_eq!(header(&plain, &json!("x, y")), "x, y");
        assert_eq!(joined_pairs(cookie(&json, "c", &json!(["a;b"])), "; "), "c=%5B%22a%3Bb%22%5D");
        assert_eq!(joined_pairs(cookie(&plain, "c", &json!("a%20b")), "; "), "c=a%20b");
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
