//! Bodies, read by somebody else's parsers.

use crate::support::recorder;
use std::sync::Arc;

use crate::support::recorder::{Called, NOTHING, called, header, property, refused, sent, shape};
use http::Method;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use toolrack_core::http::HttpRequest;
use toolrack_core::spec::{
    Argument, ArgumentLocation, BodyEncoding, FormField, MediaType, ParameterStyle, PathTemplate,
    ValueSerialization,
};
use toolrack_core::wire::Endpoint;
use url::form_urlencoded;

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// `POST /a` whose whole body is the argument `body`.
fn whole(body: BodyEncoding) -> Endpoint {
    Endpoint {
        method: Method::POST,
        template: PathTemplate::parse("/a").expect("a path"),
        arguments: vec![Arc::new(Argument {
            name: "body".into(),
            group: None,
            location: ArgumentLocation::Body,
        })],
        fixed: Vec::new(),
        body: Some(body),
        security: Arc::default(),
        accept: None,
    }
}

fn field(name: &str, wire: ValueSerialization) -> FormField {
    FormField { name: name.to_owned(), wire, bytes: false }
}

/// A field whose media type the document says, or says nothing of.
fn typed(name: &str, media: Option<&str>, bytes: bool) -> FormField {
    let wire = ValueSerialization {
        media_type: media.map(MediaType::parse),
        ..ValueSerialization::plain(ParameterStyle::Content, false)
    };
    FormField { name: name.to_owned(), wire, bytes }
}

fn with_fields(media: &str, fields: Vec<FormField>) -> Endpoint {
    whole(BodyEncoding { fields, ..shape(media, true) })
}

fn text_of(request: &HttpRequest) -> &str {
    std::str::from_utf8(request.body.as_deref().expect("a body")).expect("a text")
}

#[tokio::test]
async fn a_text_goes_as_it_is_in_utf_8() {
    for (media, expected) in [
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/xml", "application/xml; charset=utf-8"),
        ("text/csv; header=present", "text/csv; header=present; charset=utf-8"),
        ("text/plain; Charset=US-ASCII", "text/plain; Charset=US-ASCII"),
        ("application/x-ndjson", "application/x-ndjson; charset=utf-8"),
    ] {
        let request = sent(whole(shape(media, true)), &json!({"body": "{\"a\":1}\n<é/>\r\n"})).await;
        assert_eq!(
            (text_of(&request), header(&request, "content-type")),
            ("{\"a\":1}\n<é/>\r\n", Some(expected))
        );
    }
}

#[tokio::test]
async fn bytes_are_those_that_base64_stands_for() {
    let endpoint = || whole(shape("image/png", true));
    for text in ["iVBORw0KGgr/+w==", "iVBORw0KGgr_-w", "iVBORw0K\nGgr/+w"] {
        let request = sent(endpoint(), &json!({"body": text})).await;
        assert_eq!(request.body.as_deref(), Some(&b"\x89PNG\r\n\x1a\n\xff\xfb"[..]), "{text}");
        assert_eq!(header(&request, "content-type"), Some("image/png"));
    }
    for text in ["./cat.png", "a", "é"] {
        assert_eq!(refused(endpoint(), &json!({"body": text})).await, ["/body"], "{text}");
    }
}

#[tokio::test]
async fn a_body_that_must_be_there_is_an_empty_one_where_nothing_is_given() {
    for (media, content_type, body) in [
        ("application/json", "application/json", "{}"),
        (FORM, FORM, ""),
        ("text/plain", "text/plain; charset=utf-8", ""),
        ("image/png", "image/png", ""),
    ] {
        let request = sent(whole(shape(media, true)), &json!({})).await;
        assert_eq!((text_of(&request), header(&request, "content-type")), (body, Some(content_type)));
        let request = sent(whole(shape(media, false)), &json!({})).await;
        assert_eq!((request.body, request.headers.get("content-type")), (None, None), "{media}");
    }
    let Parts { parts, .. } = parts(&sent(whole(shape(MULTIPART, true)), &json!({"body": {}})).await).await;
    assert!(parts.is_empty());
    let null = sent(whole(shape(FORM, false)), &json!({"body": null})).await;
    assert_eq!(null.body, None);
}

#[tokio::test]
async fn a_form_that_is_no_map_is_refused() {
    for media in [FORM, MULTIPART] {
        for body in [json!("a=1"), json!([1]), json!(1)] {
            assert_eq!(refused(whole(shape(media, true)), &json!({"body": body})).await, ["/body"]);
        }
    }
}

#[tokio::test]
async fn fields_of_a_form_are_written_as_the_document_says() {
    let deep = ValueSerialization::plain(ParameterStyle::DeepObject, true);
    let reserved =
        ValueSerialization { allow_reserved: true, ..ValueSerialization::plain(ParameterStyle::Form, true) };
    for (fields, body, expected) in [
        // The examples of "Encoding the x-www-form-urlencoded Media Type".
        (
            vec![],
            json!({"id": "f81d4fae", "address": {"streetAddress": "123 Example Dr.", "zip": "99999+1234"}}),
            "id=f81d4fae&address=%7B%22streetAddress%22%3A%22123+Example+Dr.%22%2C%22zip%22%3A%2299999%2B1234%22%7D",
        ),
        (vec![typed("id", Some("application/json"), false)], json!({"id": "f8"}), "id=%22f8%22"),
        (vec![typed("icon", Some("image/png"), true)], json!({"icon": "/+A="}), "icon=%2F%2BA%3D"),
        // Without a word of it each item goes by itself; null is not there.
        (
            vec![],
            json!({"a": ["x y", null, {"b": 1}, [2]], "c": null, "d": true}),
            "a=x+y&a=%7B%22b%22%3A1%7D&a=%5B2%5D&d=true",
        ),
        (
            vec![field("a", ValueSerialization::plain(ParameterStyle::Form, true))],
            json!({"a": {"b": "c d"}, "e": [1]}),
            "b=c+d&e=1",
        ),
        (
            vec![field("a", ValueSerialization::plain(ParameterStyle::Form, false))],
            json!({"a": ["b,c", "d"]}),
            "a=b%2Cc,d",
        ),
        (
            vec![field("a", ValueSerialization::plain(ParameterStyle::SpaceDelimited, false))],
            json!({"a": ["b", "d"]}),
            "a=b%20d",
        ),
        (
            vec![field("a", ValueSerialization::plain(ParameterStyle::PipeDelimited, false))],
            json!({"a": ["b", "d"]}),
            "a=b%7Cd",
        ),
        (
            vec![field("a", ValueSerialization::plain(ParameterStyle::TabDelimited, false))],
            json!({"a": ["b", "d"]}),
            "a=b%09d",
        ),
        (vec![field("a", reserved)], json!({"a": "http://h/?b=c&d"}), "a=http://h/?b%3Dc%26d"),
        (
            vec![field("a", deep)],
            json!({"a": {"b": {"c": "d e"}, "f": [1, 2], "g": [{"h": 1}]}}),
            "a%5Bb%5D%5Bc%5D=d+e&a%5Bf%5D%5B%5D=1&a%5Bf%5D%5B%5D=2&a%5Bg%5D%5B0%5D%5Bh%5D=1",
        ),
    ] {
        let request = sent(with_fields(FORM, fields), &json!({"body": body})).await;
        assert_eq!(text_of(&request), expected, "{body}");
        assert_eq!(header(&request, "content-type"), Some(FORM));
    }
}

#[tokio::test]
async fn properties_that_are_arguments_make_the_same_form() {
    let fields = vec![field("tags", ValueSerialization::plain(ParameterStyle::Form, false))];
    let body = Some(BodyEncoding { fields, ..shape(FORM, false) });
    let arguments = vec![property("tags"), property("name")];
    let endpoint = Endpoint { arguments, body, ..whole(shape(FORM, false)) };
    let request = sent(endpoint, &json!({"tags": ["a", "b"], "name": "é"})).await;
    assert_eq!(text_of(&request), "tags=a,b&name=%C3%A9");
}

/// One part as a server reads it.
#[derive(Debug, PartialEq)]
struct Read {
    name: String,
    file: Option<String>,
    content_type: String,
    content: Vec<u8>,
}

struct Parts {
    boundary: String,
    parts: Vec<Read>,
}

async fn parts(request: &HttpRequest) -> Parts {
    let content_type = header(request, "content-type").expect("a type");
    assert!(content_type.starts_with("multipart/form-data; boundary="), "{content_type}");
    let boundary = multer::parse_boundary(content_type).expect("a boundary");
    let mut multipart = multer::Multipart::with_reader(request.body.as_deref().expect("a body"), &boundary);
    let mut parts = Vec::new();
    while let Some(field) = multipart.next_field().await.expect("can be read") {
        let name = field.name().expect("a name").to_owned();
        let file = field.file_name().map(ToOwned::to_owned);
        let content_type = field.headers()["content-type"].to_str().expect("a text").to_owned();
        let content = field.bytes().await.expect("can be read").to_vec();
        parts.push(Read { name, file, content_type, content });
    }
    Parts { boundary, parts }
}

fn read(name: &str, content_type: &str, content: &str) -> Read {
    let (name, content_type) = (name.to_owned(), content_type.to_owned());
    Read { name, file: None, content_type, content: content.as_bytes().to_vec() }
}

const PLAIN: &str = "text/plain; charset=utf-8";

#[tokio::test]
async fn every_part_says_what_it_is() {
    let fields = vec![
        typed("file", None, true),
        typed("images", Some("image/png"), true),
        typed("page", Some("text/html"), true),
        typed("xml", Some("application/xml"), false),
        typed("id", Some("application/json"), false),
        typed("odd", Some("text/plain\r\nX-A: 1"), false),
    ];
    let body = json!({
        "file": "aGVsbG8=", "images": ["AAE", "_w"], "page": "PGI-", "xml": "<é/>", "id": "x", "odd": "o",
        "address": {"zip": 1}, "tags": ["a", 2, null, ["b"]], "on": false, "none": null, "empty": []
    });
    let request =
        sent(with_fields("multipart/form-data; boundary=theirs", fields), &json!({"body": body})).await;
    let Parts { parts, boundary } = parts(&request).await;
    let bytes = |name: &str, content_type: &str, content: &[u8]| Read {
        file: Some(name.to_owned()),
        content: content.to_vec(),
        ..read(name, content_type, "")
    };
    let expected = [
        read("xml", "application/xml; charset=utf-8", "<é/>"),
        read("id", "application/json", "\"x\""),
        read("odd", PLAIN, "o"),
        read("address", "application/json", "{\"zip\":1}"),
        read("tags", PLAIN, "a"),
        read("tags", PLAIN, "2"),
        read("tags", "application/json", "[\"b\"]"),
        read("on", PLAIN, "false"),
        bytes("file", "application/octet-stream", b"hello"),
        bytes("images", "image/png", &[0, 1]),
        bytes("images", "image/png", &[255]),
        bytes("page", "text/html", b"<b>"),
    ];
    assert_eq!(parts, expected);
    assert_ne!(boundary, "theirs");
}

#[tokio::test]
async fn a_data_url_gives_its_media_type_and_its_name_to_the_request() {
    let fields = || {
        vec![typed("file", None, true), typed("icon", Some("image/png"), true), typed("text", None, false)]
    };
    let url = "data:image/jpeg;name=my%20cat.jpg;base64,AAE=";
    let body = json!({"file": [url, "AAE"], "icon": url, "text": url});
    let request = sent(with_fields(MULTIPART, fields()), &json!({"body": body})).await;
    let file = |name: &str, file: &str, content_type: &str| Read {
        file: Some(file.to_owned()),
        content: vec![0, 1],
        ..read(name, content_type, "")
    };
    let expected = [
        read("text", PLAIN, url),
        file("file", "my cat.jpg", "image/jpeg"),
        file("file", "file", "application/octet-stream"),
        file("icon", "my cat.jpg", "image/jpeg"),
    ];
    assert_eq!(parts(&request).await.parts, expected);
    for (media, kind) in
        [("application/octet-stream", "image/jpeg"), ("image/png", "image/jpeg"), ("video/mp4", "video/mp4")]
    {
        let request = sent(whole(shape(media, true)), &json!({"body": url})).await;
        assert_eq!(
            (request.body.as_deref(), header(&request, "content-type")),
            (Some(&[0, 1][..]), Some(kind))
        );
    }
    let request = sent(with_fields(FORM, fields()), &json!({"body": {"file": url, "text": "data:,x"}})).await;
    assert_eq!(text_of(&request), "file=AAE%3D&text=data%3A%2Cx");
    for wrong in ["data:image/png;base64,no!", "data:image/png;base64"] {
        assert_eq!(refused(whole(shape("image/png", true)), &json!({"body": wrong})).await, ["/body"]);
    }
}

#[tokio::test]
async fn a_file_of_a_program_is_bytes_wherever_it_stands() {
    let file = "data:image/png;name=cat.png;toolrack;base64,Y2F0";
    let json =
        sent(whole(shape("application/json", true)), &json!({"body": {"a": [file], "b": "data:,x"}})).await;
    assert_eq!(text_of(&json), "{\"a\":[\"Y2F0\"],\"b\":\"data:,x\"}");
    let text = sent(whole(shape("text/csv", true)), &json!({"body": file})).await;
    assert_eq!((text_of(&text), header(&text, "content-type")), ("cat", Some("text/csv; charset=utf-8")));
    let latin = sent(whole(shape("text/csv", true)), &json!({"body": "data:;toolrack;base64,6Q=="})).await;
    assert_eq!(
        (latin.body.as_deref(), header(&latin, "content-type")),
        (Some(&b"\xe9"[..]), Some("text/csv"))
    );
    let form = sent(whole(shape(FORM, true)), &json!({"body": {"a": file, "b": [file]}})).await;
    assert_eq!(text_of(&form), "a=Y2F0&b=Y2F0");
    let multipart =
        sent(whole(shape(MULTIPART, true)), &json!({"body": {"a": file, "b": {"c": file}}})).await;
    let expected = [
        read("b", "application/json", "{\"c\":\"Y2F0\"}"),
        Read { file: Some("cat.png".to_owned()), ..read("a", "image/png", "cat") },
    ];
    assert_eq!(parts(&multipart).await.parts, expected);
}

#[tokio::test]
async fn a_part_with_a_style_is_written_as_in_a_query_and_not_escaped() {
    let fields = vec![
        field("deep", ValueSerialization::plain(ParameterStyle::DeepObject, true)),
        field("spaces", ValueSerialization::plain(ParameterStyle::SpaceDelimited, false)),
        field("tabs", ValueSerialization::plain(ParameterStyle::TabDelimited, false)),
        field(
            "csv",
            ValueSerialization {
                allow_reserved: true,
                ..ValueSerialization::plain(ParameterStyle::Form, false)
            },
        ),
        field("map", ValueSerialization::plain(ParameterStyle::Form, true)),
    ];
    let body = json!({
        "deep": {"a b": [1], "c": {"d": "é&"}}, "spaces": ["a", "b"], "tabs": ["a", "b"], "csv": ["a", "b%20"],
        "map": {"x": 1}
    });
    let request = sent(with_fields(MULTIPART, fields), &json!({"body": body})).await;
    let expected = [
        read("deep[a b][]", PLAIN, "1"),
        read("deep[c][d]", PLAIN, "é&"),
        read("spaces", PLAIN, "a b"),
        read("tabs", PLAIN, "a\tb"),
        read("csv", PLAIN, "a,b%20"),
        read("x", PLAIN, "1"),
    ];
    assert_eq!(parts(&request).await.parts, expected);
}

#[tokio::test]
async fn bytes_that_are_no_base64_are_told_by_their_place() {
    let fields = || vec![typed("file", None, true), typed("files", None, true)];
    let arguments = json!({"body": {"file": "./a.png", "files": ["AA==", "no!"]}});
    assert_eq!(refused(with_fields(MULTIPART, fields()), &arguments).await, ["/body/file", "/body/files/1"]);
    let body = Some(BodyEncoding { fields: fields(), ..shape(MULTIPART, true) });
    let spread = Endpoint { arguments: vec![property("file")], body, ..whole(shape(MULTIPART, true)) };
    assert_eq!(refused(spread, &json!({"file": "./a.png"})).await, ["/file"]);
}

/// What is sent, from a thread without a runtime.
fn sent_now(endpoint: Endpoint, arguments: &Value) -> (HttpRequest, Option<Parts>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let Called { outcome, mut sent } = called(endpoint, recorder::BASE, &[], arguments, NOTHING).await;
        outcome.expect("is sent");
        let request = sent.pop().expect("one request");
        let is_multipart = header(&request, "content-type").is_some_and(|kind| kind.starts_with(MULTIPART));
        let parts = if is_multipart { Some(parts(&request).await) } else { None };
        (request, parts)
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a&=+%;\"\r\n -]{0,8}", "(\r\n|--|[0-9a-f]{4}|\"|; filename=|:){0,6}"]
}

proptest! {
    #[test]
    fn a_form_is_read_as_what_was_given(map in prop::collection::vec((text(), text()), 0..6)) {
        let members: Map<_, _> = map.into_iter().map(|(name, value)| (name, json!(value))).collect();
        let (request, _) = sent_now(whole(shape(FORM, true)), &json!({"body": members}));
        let read: Vec<_> = form_urlencoded::parse(request.body.as_deref().unwrap_or_default()).into_owned().collect();
        let expected: Vec<_> =
            members.into_iter().map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned())).collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn parts_are_read_as_what_was_given(
        map in prop::collection::vec((text(), text()), 0..6),
        bytes in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        // Browsers leave `\` alone, which this parser takes for an escape; and it finds `filename=` in a name too.
        let plain = |name: &str| name.replace('\\', "/").replace("filename", "file name");
        let mut members: Map<_, _> =
            map.into_iter().map(|(name, value)| (plain(&name), json!(value))).collect();
        members.shift_remove("file");
        let is_odd = |name: &String| name.chars().any(|c| c.is_control() && c != '\r' && c != '\n');
        prop_assume!(!members.keys().any(is_odd));
        let mut expected: Vec<_> = members
            .iter()
            .map(|(name, value)| {
                let name = name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22");
                read(&name, PLAIN, value.as_str().unwrap_or_default())
            })
            .collect();
        expected.push(Read {
            file: Some("file".to_owned()),
            content: bytes.clone(),
            ..read("file", "application/octet-stream", "")
        });
        members.shift_insert(0, "file".to_owned(), json!(base64(&bytes)));
        let endpoint = with_fields(MULTIPART, vec![typed("file", None, true)]);
        let (request, parts) = sent_now(endpoint, &json!({"body": members}));
        let Parts { boundary, parts } = parts.expect("parts");
        prop_assert_eq!(&parts, &expected);
        prop_assert!(boundary.len() <= 70);
        let body = request.body.unwrap_or_default();
        let found = body.windows(boundary.len()).filter(|window| *window == boundary.as_bytes()).count();
        prop_assert_eq!(found, parts.len() + 1);
    }
}

/// RFC 4648, by hand: the crate that decodes is not to be judged by itself.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |bits: u32| char::from(LETTERS[(bits & 63) as usize]);
    let of_three = |three: &[u8]| {
        let bits =
            three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        let all = [18, 12, 6, 0].map(|shift| letter(bits >> shift));
        all[..=three.len()].iter().collect::<String>()
    };
    bytes.chunks(3).map(of_three).collect()
}
