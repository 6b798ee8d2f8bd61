//! What refuses a whole document. The tools that were there stay, to the byte.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use toolrack_core::error::Error;
use toolrack_core::spec::SpecSource;

use crate::support::stage::{Scene, tree};

/// What takes longer was not bounded: a debug build on a busy machine takes a tenth of it.
const SOON: Duration = Duration::from_secs(10);

const GOOD: &str = "{openapi: 3.1.1, info: {title: Good, version: 1.0.0}, components: {schemas: {Pet: {properties: \
    {n: {type: string}}}}},
    paths: {/pets: {get: {operationId: list}, post: {operationId: add, requestBody: {content: {application/json:
    {schema: {$ref: '#/components/schemas/Pet'}}}}}}}}";

/// A registry with the tools of a good document, which stands in a file.
async fn good() -> (Scene, TempDir) {
    let (scene, folder) = (Scene::new(), tree(&[("good.yaml", GOOD)]));
    assert_eq!(scene.load_file(folder.path().join("good.yaml")).await.expect("loads").added.len(), 2);
    (scene, folder)
}

/// What is said of a document that replaces the good one, and stands beside it. Neither changes anything.
async fn refusals(scene: &Scene, folder: &TempDir, bad: &[u8], options: &Value) -> Vec<Error> {
    let before = scene.face();
    let (own, other) = (folder.path().join("good.yaml"), folder.path().join("bad.yaml"));
    let mut refusals = Vec::new();
    for path in [&own, &other] {
        fs::write(path, bad).expect("a file");
        let place = SpecSource::Path(path.clone());
        refusals.push(scene.load(place, options.clone()).await.expect_err("is refused"));
    }
    refusals.push(scene.loader.reload("good").await.err().unwrap_or_else(|| refusals[0].clone()));
    assert_eq!(scene.face(), before, "a refused document changes nothing");
    fs::write(own, GOOD).expect("a file");
    assert_eq!(scene.loader.reload("good").await.expect("loads").unchanged.len(), 2);
    refusals
}

/// Code, line and pointer of a fault, and the beginning of what it says.
type Told<'t> = (&'t str, usize, &'t str, &'t str);

/// What of a refusal is not as it should be.
async fn wrong_with(scene: &Scene, folder: &TempDir, bad: &[u8], told: Told<'_>) -> Vec<String> {
    let shown = String::from_utf8_lossy(&bad[..bad.len().min(80)]).into_owned();
    let start = Instant::now();
    let mut wrong = Vec::new();
    for error in refusals(scene, folder, bad, &Value::Null).await {
        let (message, details) = (error.to_string(), error.details());
        let line = details["line"].as_u64().map_or(0, |line| usize::try_from(line).expect("a line"));
        let is = (error.code().as_str(), line, error.pointer(), told.3);
        let is_placed = details["column"].is_u64() && details["pointer"].is_string();
        if is != told || !message.contains(told.3) || matches!(error, Error::Syntax { .. }) && !is_placed {
            wrong.push(format!("{shown}: {is:?} {message} {details}"));
        }
        if details.to_string().len() > 2_000 {
            wrong.push(format!("{shown}: {} bytes of details", details.to_string().len()));
        }
    }
    if start.elapsed() > SOON {
        wrong.push(format!("{shown}: {:?}", start.elapsed()));
    }
    wrong
}

async fn are_refused(cases: &[(&[u8], Told<'_>)]) {
    let (scene, folder) = good().await;
    let mut wrong = Vec::new();
    for (bad, told) in cases {
        wrong.extend(wrong_with(&scene, &folder, bad, *told).await.into_iter().take(1));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_no_document_of_openapi() {
    let long = format!("openapi: {}\npaths: {{}}", "4".repeat(1 << 20));
    are_refused(&[
        (b"", ("INVALID_SPEC", 0, "", "the document is empty")),
        (b" \n\t\n", ("INVALID_SPEC", 0, "", "the document is empty")),
        (b"\xef\xbb\xbf", ("INVALID_SPEC", 0, "", "the document is empty")),
        (b"# nothing\n", ("INVALID_SPEC", 2, "", "there is no document")),
        (b"---\n", ("INVALID_SPEC", 0, "", "this is null")),
        (b"~", ("INVALID_SPEC", 0, "", "this is null")),
        (b"null", ("INVALID_SPEC", 0, "", "this is null")),
        (b"\"openapi\"", ("INVALID_SPEC", 0, "", "this is a string")),
        (b"3.1", ("INVALID_SPEC", 0, "", "this is a number")),
        (b"[]", ("INVALID_SPEC", 0, "", "this is a list")),
        (b"- openapi: 3.1.0", ("INVALID_SPEC", 0, "", "this is a list")),
        (b"{}", ("INVALID_SPEC", 0, "", "the key \"openapi\" or \"swagger\" is missing")),
        (b"{\"paths\": {}}", ("INVALID_SPEC", 0, "", "the key \"openapi\" or \"swagger\" is missing")),
        (b"<!DOCTYPE html><title>404: x</title>", ("INVALID_SPEC", 0, "", "this is not an OpenAPI document")),
        (b"<html>\n<body>: <p a=b>\n c: d: e", ("INVALID_SPEC", 2, "", "not valid YAML")),
        (b"\x89PNG\r\n\x1a\n", ("INVALID_SPEC", 0, "", "not UTF-8 (byte 0)")),
        (b"openapi: 4.0.0\npaths: {}", ("UNSUPPORTED_SPEC", 0, "/openapi", "OpenAPI 4.0.0")),
        (b"openapi: 3\npaths: {}", ("UNSUPPORTED_SPEC", 0, "/openapi", "OpenAPI 3 is")),
        (b"openapi: 3.10\npaths: {}", ("UNSUPPORTED_SPEC", 0, "/openapi", "OpenAPI 3.10")),
        (b"openapi: 3.1x\npaths: {}", ("UNSUPPORTED_SPEC", 0, "/openapi", "OpenAPI 3.1x")),
        (b"openapi: [3.1.0]\npaths: {}", ("UNSUPPORTED_SPEC", 0, "/openapi", "OpenAPI [\"3.1.0\"]")),
        (b"openapi:\npaths: {}", ("UNSUPPORTED_SPEC", 0, "/openapi", "OpenAPI null")),
        (b"swagger: 1.2\npaths: {}", ("UNSUPPORTED_SPEC", 0, "/swagger", "Swagger 1.2")),
        (b"{openapi: 4.0.0, swagger: '2.0'}", ("UNSUPPORTED_SPEC", 0, "/openapi", "OpenAPI 4.0.0")),
        (
            b"{openapi: 3.1.0, jsonSchemaDialect: 'urn:x'}",
            ("UNSUPPORTED_SPEC", 0, "/jsonSchemaDialect", "urn:x"),
        ),
        (b"openapi: 3.0.4\n", ("INVALID_SPEC", 0, "/paths", "there are no paths")),
        (b"openapi: 3.1.1\n", ("INVALID_SPEC", 0, "/paths", "there are no paths")),
        (b"swagger: '2.0'\npaths:\n", ("INVALID_SPEC", 0, "/paths", "paths are a map, this is null")),
        (b"{openapi: 3.1.0, paths: []}", ("INVALID_SPEC", 0, "/paths", "paths are a map, this is a list")),
        (
            b"{openapi: 3.1.0, paths: /pets}",
            ("INVALID_SPEC", 0, "/paths", "paths are a map, this is a string"),
        ),
        (long.as_bytes(), ("UNSUPPORTED_SPEC", 0, "/openapi", "OpenAPI 4444")),
    ])
    .await;
}

#[tokio::test]
async fn what_is_no_text_and_no_syntax() {
    let syntax = |line, pointer, says| ("INVALID_SPEC", line, pointer, says);
    are_refused(&[
        (b"{\"openapi\": \"3.1.0\", \"paths\": {\"/a\":\n", syntax(2, "/paths/~1a", "not valid JSON: EOF")),
        (b"{\"openapi\": \"3.1.0\",}", syntax(0, "/paths", "there are no paths")),
        (b"{\"openapi\": \"3.1.0\"} {}", syntax(1, "", "trailing characters")),
        (b"{\"openapi\": \"3.1.0\"}\n// end", syntax(2, "", "trailing characters")),
        (b"{\"openapi\": // old\n\"3.1.0\"}", syntax(1, "/openapi", "expected value")),
        (b"{\"openapi\": NaN}", syntax(1, "/openapi", "expected value")),
        (b"{\"a\": [1,\n-Infinity]}", syntax(2, "/a/1", "invalid number")),
        (b"{\"a\": 01}", syntax(1, "/a", "invalid number")),
        (b"{\"a\": \"\\ud800\"}", syntax(1, "/a", "hex escape")),
        (b"{\"a\": \"\\ud800\\u0041\"}", syntax(1, "/a", "hex escape")),
        (b"{\"a\": \"\n\"}", syntax(2, "/a", "control character")),
        (b"{\"a\\u0000b\": \"\\u0000\"}", syntax(0, "", "the key \"openapi\" or")),
        (b"a: 1\n b: 2", syntax(2, "", "not valid YAML")),
        (b"openapi: 3.1.0\npaths: {/a: {get: [}}", syntax(2, "/paths/~1a/get", "not valid YAML")),
        (b"openapi: 3.1.0\npaths:\n\t/a: {}", syntax(3, "/paths", "not valid YAML")),
        (b"openapi: \"3.1.0", syntax(1, "/openapi", "not valid YAML")),
        (b"openapi: 3.1.0\n---\nopenapi: 3.0.0", syntax(2, "", "more than one document")),
        (b"openapi: 3.1.0\n...\nx: 1", syntax(3, "", "")),
        (b"? [a]\n: 1", syntax(1, "", "a key must be a scalar")),
        (b"a: *x", syntax(1, "/a", "not valid YAML")),
        (b"a: &x {b: *x}", syntax(1, "/a/b", "an alias stands in its own anchor")),
        (b"a: &x {<<: *x}", syntax(1, "/a/<<", "an alias stands in its own anchor")),
        (b"a: !!binary aGk=", syntax(1, "/a", "the tag \"tag:yaml.org,2002:!binary\"")),
        (b"a:\n  b: !!python/object/apply:os.system ['id']", syntax(2, "/a/b", "the tag")),
        (b"a: !include x.yaml", syntax(1, "/a", "the tag \"!include\"")),
        (b"%YAML 1.9\n%FOO\n--- !x\na: 1", syntax(3, "", "")),
        (b"openapi: 3.1.0\na: caf\xe9\n", syntax(0, "", "not UTF-8 (byte 21)")),
        (b"openapi: 3.1.0\na: \xed\xa0\x80\n", syntax(0, "", "not UTF-8 (byte 18)")),
        (b"openapi: 3.1.0\na: \0\n", syntax(0, "", "NUL character in line 2")),
        (b"{\"openapi\": \"3.1.0\",\n\"a\": \"\0\"}", syntax(0, "", "NUL character in line 2")),
        (b"o\0p\0e\0n\0", syntax(0, "", "NUL character in line 1")),
        (b"\xff\xfeo\0p\0\0\xd8", syntax(0, "", "not UTF-16")),
        (b"\xff\xfeo\0p", syntax(0, "", "not UTF-16")),
        (b"\xff\xfe\0\0o\0\0\0", syntax(0, "", "NUL character")),
    ])
    .await;
}

#[tokio::test]
async fn a_key_that_stands_twice_is_told_with_its_place() {
    let wide = (0..50).map(|n| format!("\"k{n}\": 1,\n")).collect::<Vec<_>>().concat();
    let wide = format!("{{\"openapi\": \"3.1.0\", \"x\": {{{wide}\"k7\": 2}}}}");
    let twice =
        |line, pointer| ("INVALID_SPEC", line, pointer, "occurs twice in one map; remove one of them");
    are_refused(&[
        (b"openapi: 3.1.0\npaths: {}\npaths: {}\n", twice(3, "/paths")),
        (b"openapi: 3.1.0\npaths:\n  /a: {}\n  /b: {}\n  /a: {}\n", twice(5, "/paths/~1a")),
        (b"openapi: 3.1.0\npaths:\n  /a:\n    get: {}\n    get: {}\n", twice(5, "/paths/~1a/get")),
        (b"openapi: 3.1.0\nx: [{a: 1, 'a': 2}]\n", twice(2, "/x/0/a")),
        (b"openapi: 3.1.0\nx: {200: 1, '200': 2}\n", twice(2, "/x/200")),
        (
            b"{\"openapi\": \"3.1.0\", \"paths\": {\"/a\":\n{\"get\": {}, \"get\": {}}}}",
            twice(2, "/paths/~1a/get"),
        ),
        (b"{\"openapi\": \"3.1.0\",\n\"x\": {\"a\": 1, \"\\u0061\": 2}}", twice(2, "/x/a")),
        (wide.as_bytes(), twice(51, "/x/k7")),
    ])
    .await;
    let long = format!("{{\"{0}\": 1, \"{0}\": 2}}", "x".repeat(1 << 20));
    let error = Scene::new().load_text(long).await.expect_err("is refused");
    assert!(error.to_string().len() < 500, "{} bytes", error.to_string().len());
}

#[tokio::test]
async fn where_the_last_counts_keys_that_stand_twice_are_told() {
    let options = json!({"name": "api", "document": {"duplicateKeys": "last"}});
    for text in [
        "openapi: 3.1.0\npaths:\n  /a: {get: {operationId: first}, get: {operationId: last}}\n  /b: {}\n  /b: {get: \
            {operationId: b}}\n",
        concat!(
            r#"{"openapi": "3.1.0", "paths": {"/a": {"get": {"operationId": "first"}, "#,
            r#""get": {"operationId": "last"}}, "/b": {}, "/b": {"get": {"operationId": "b"}}}}"#
        ),
    ] {
        let report = Scene::new().load(SpecSource::Text(text.into()), options.clone()).await.expect("loads");
        assert_eq!(report.added, ["last", "b"]);
        let notes: Vec<_> = report.notes.iter().map(|one| (one.note.kind.code, &*one.note.pointer)).collect();
        assert_eq!(notes, [("DUPLICATE_KEY", "/paths/~1a"), ("DUPLICATE_KEY", "/paths")]);
    }
}

#[tokio::test]
async fn what_is_too_large_or_grows_when_it_is_read() {
    let (scene, folder) = good().await;
    let laughs = (1..9).fold("a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, i| {
        format!("{text}a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(","))
    });
    let quadratic = format!("a: &a [{}]\nb: [{}]\n", "x,".repeat(9_999), "*a,".repeat(9_999));
    let merges = (1..20).fold("a0: &a0 {k: v}\n".to_owned(), |text, i| {
        format!("{text}a{i}: &a{i}\n  <<: [{}]\n  k{i}: v\n", vec![format!("*a{}", i - 1); 99].join(","))
    });
    let aliases = format!("a: &a x\nb: [{}]\n", "*a,".repeat(200_001));
    let cases: [(String, &str); 14] = [
        (laughs, "number of values"),
        (quadratic, "number of values"),
        (merges, "number of values"),
        (aliases, "number of aliases"),
        (format!("{{\"openapi\": \"3.1.0\", \"x\": [{}0]}}", "0,".repeat(3_000_000)), "number of values"),
        ("{\"a\":".repeat(10_000), "document depth"),
        ("[".repeat(1_000_000), "document depth"),
        (format!("{}{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)), "document depth"),
        (format!("a: {}", "[".repeat(100_000)), "document depth"),
        (format!("x:\n {}", "[".repeat(1_000_000)), "document depth"),
        (format!("x: {}0{}", "[".repeat(255), "]".repeat(255)), "document depth"),
        ("- ".repeat(100_000), "document depth"),
        (format!("x: {}", "{a: ".repeat(80_000)), "document depth"),
        ((0..1_000).map(|n| " ".repeat(n) + "a:\n").collect(), "document depth"),
    ];
    for (bad, says) in cases {
        for error in refusals(&scene, &folder, bad.as_bytes(), &Value::Null).await {
            let is_limit = error.code().as_str() == "LIMIT_EXCEEDED";
            assert!(is_limit && error.to_string().contains(says), "{}: {error}", &bad[..20]);
        }
    }
    let start = Instant::now();
    for text in [
        "%TAG ! tag:x,2000:\n".repeat(20_000),
        "%TAG !a! tag:x,2000:\n".repeat(20_000),
        "? ".repeat(100_000),
        "&a ".repeat(100_000),
    ] {
        refusals(&scene, &folder, text.as_bytes(), &Value::Null).await;
    }
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_unread() {
    let (scene, folder) = good().await;
    let before = scene.face();
    let path = folder.path().join("sparse.yaml");
    fs::File::create(&path).and_then(|file| file.set_len(1 << 30)).expect("a sparse file");
    let start = Instant::now();
    let error = scene.load_file(path).await.expect_err("is refused");
    assert_eq!(error, Error::LimitExceeded { what: "document bytes", limit: 64 << 20 });
    assert!(start.elapsed() < Duration::from_millis(100), "{:?}", start.elapsed());
    let text = vec![b' '; (64 << 20) + 1];
    assert_eq!(scene.load_text(text).await.expect_err("is refused").code().as_str(), "LIMIT_EXCEEDED");
    for path in
        [folder.path().to_owned(), "/dev/zero".into(), "/proc/self/mem".into(), "/nowhere/x.yaml".into()]
    {
        let error = scene.load_file(&path).await.expect_err("is refused");
        assert_eq!(error.code().as_str(), "SOURCE_UNREADABLE", "{}: {error}", path.display());
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
    assert_eq!(scene.face(), before);
}

#[tokio::test]
async fn half_of_a_document_is_none() {
    let (scene, folder) = good().await;
    let document = r#"{"openapi": "3.1.0", "info": {"title": "é", "version": "1"},
        "paths": {"/a/{id}": {"get": {"operationId": "a", "deprecated": false,
        "parameters": [{"name": "id", "in": "path", "schema": {"type": "integer", "maximum": -1.5e3}}]}}}}"#;
    for end in 0..document.len() {
        refusals(&scene, &folder, &document.as_bytes()[..end], &Value::Null).await;
    }
    Scene::new().load_text(document).await.expect("the whole of it loads");
    // Half of a YAML document may be one: it is read as that, and accounted for.
    let document = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/documents/bodies_of_forms/document.yaml"
    ));
    let document = document.expect("a text");
    let mut loaded = 0;
    for end in 0..=document.len() {
        loaded += usize::from(Scene::new().load_text(&document.as_bytes()[..end]).await.is_ok());
    }
    assert!(loaded > 100, "{loaded}");
}

#[tokio::test]
async fn every_encoding_that_says_its_name_is_read() {
    let yaml = "openapi: 3.1.0\npaths: {/a: {get: {operationId: a, description: né 𝄞}}}\n";
    let operation = r#"{"operationId": "a", "description": "n\u00e9 \ud834\udd1e"}"#;
    let json = &format!(r#"{{"openapi": "3.1.0", "paths": {{"/a": {{"get": {operation}}}}}}}"#);
    for text in [yaml, json] {
        let utf_16 = |to: fn(u16) -> [u8; 2]| -> Vec<u8> {
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(to).collect()
        };
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [text.into(), marked, utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes)] {
            let scene = Scene::new();
            scene.load_text(bytes).await.expect("loads");
            let snapshot = scene.registry.snapshot();
            assert_eq!(snapshot.get("a").expect("is there").definition.description, "né 𝄞");
        }
    }
}

#[tokio::test]
async fn a_version_is_read_as_it_is_meant() {
    for version in [
        "openapi: 3.1",
        "openapi: 3.0",
        "openapi: 3.2",
        "openapi: '3.1'",
        "openapi: 3.0.99",
        "openapi: 3.0.0-rc2",
        "openapi: ' 3.1.0 '",
        "swagger: 2",
        "swagger: 2.0",
        "swagger: '2.0'",
        "{openapi: 3.0.0, swagger: '2.0'}",
    ] {
        let version = version.trim_start_matches('{').trim_end_matches('}');
        let text = format!("{{{version}, paths: {{/a: {{get: {{operationId: a}}}}}}}}");
        let report = Scene::new().load_text(text).await.unwrap_or_else(|error| panic!("{version}: {error}"));
        assert_eq!((report.added, report.skipped), (vec!["a".to_owned()], vec![]), "{version}");
    }
}

#[tokio::test]
async fn keys_and_words_of_yaml_are_what_1_2_says() {
    let text = "openapi: 3.0.3
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: country, in: query, schema: {type: string, enum: [NO, on, 12:30, 2001-12-14, 014, 0x1F, 1_000, ~, \
            'null']}}
      responses:
        200: {description: ok}
        404: &gone {description: gone}
        410: {<<: *gone, description: away}
";
    let scene = Scene::new();
    scene.load_text(text).await.expect("loads");
    assert_eq!(
        scene.schema("a")["properties"]["country"]["enum"],
        json!(["NO", "on", "12:30", "2001-12-14", 14, 31, "1_000", null, "null"])
    );
}
