//! Numbers that 64 bits cannot hold, and defaults that fit nothing: kept as they are, or told. The tool is there.

use serde_json::{Value, json};

use crate::support::stage::Scene;

/// What becomes of the keywords of a schema: the schema, and the codes and last tokens of what is told.
async fn became(keywords: &str) -> (String, Vec<(&'static str, String)>) {
    let scene = Scene::new();
    let parameter = format!("{{\"name\": \"q\", \"in\": \"query\", \"schema\": {{{keywords}}}}}");
    let text = format!(
        "{{\"openapi\": \"3.1.0\", \"paths\": {{\"/a\": {{\"get\": {{\"operationId\": \"a\", \"parameters\": \
            [{parameter}]}}}}}}}}"
    );
    let report = scene.load_text(text).await.unwrap_or_else(|error| panic!("{keywords}: {error}"));
    assert_eq!((report.added.len(), report.skipped), (1, vec![]), "{keywords}");
    let told = report.notes.iter().map(|one| {
        let last = one.note.pointer.rsplit('/').next().unwrap_or_default();
        (one.note.kind.code, last.to_owned())
    });
    (scene.schema("a")["properties"]["q"].to_string(), told.collect())
}

#[tokio::test]
async fn what_64_bits_hold_stays_to_the_digit() {
    for number in [
        "0",
        "-1",
        "18446744073709551615",
        "-9223372036854775808",
        "0.1",
        "-1.5e-7",
        "1e+30",
        "123456789.123456",
    ] {
        for keyword in ["minimum", "exclusiveMaximum", "const", "default"] {
            let keywords = format!("\"{keyword}\": {number}");
            let (schema, told) = became(&keywords).await;
            assert_eq!((schema, told), (format!("{{\"{keyword}\":{number}}}"), vec![]));
        }
    }
}

#[tokio::test]
async fn what_64_bits_cannot_hold_is_rounded_and_told() {
    for (number, near) in [
        ("123456789012345678901234567890", "1.2345678901234568e+29"),
        ("340282366920938463463374607431768211455", "3.402823669209385e+38"),
        ("-18446744073709551617", "-1.8446744073709552e+19"),
        ("0.12345678901234567890123", "0.12345678901234568"),
        ("1e-400", "0.0"),
    ] {
        for keyword in ["minimum", "maximum", "exclusiveMinimum", "const", "default"] {
            let (schema, told) = became(&format!("\"{keyword}\": {number}")).await;
            let note = ("NUMBER_ROUNDED", keyword.to_owned());
            assert_eq!((schema, told), (format!("{{\"{keyword}\":{near}}}"), vec![note]));
        }
        let (schema, told) = became(&format!("\"enum\": [1, {{\"a\": [{number}]}}]")).await;
        assert_eq!(schema, format!("{{\"enum\":[1,{{\"a\":[{near}]}}]}}"));
        assert_eq!(told, [("NUMBER_ROUNDED", "enum".to_owned())]);
    }
}

#[tokio::test]
async fn what_is_infinite_is_left_out_and_told() {
    for number in ["1e400", "-1e400", "1E+99999999999999999999"] {
        for keyword in ["minimum", "maximum", "exclusiveMinimum", "const", "default"] {
            let (schema, told) = became(&format!("\"type\": \"number\", \"{keyword}\": {number}")).await;
            let note = ("NUMBER_ROUNDED", keyword.to_owned());
            assert_eq!((schema.as_str(), told), ("{\"type\":\"number\"}", vec![note]), "{keyword}: {number}");
        }
        let (schema, told) = became(&format!("\"enum\": [1, {number}]")).await;
        assert_eq!((schema.as_str(), told), ("{}", vec![("NUMBER_ROUNDED", "enum".to_owned())]));
        for keyword in ["minLength", "multipleOf"] {
            let (schema, told) = became(&format!("\"{keyword}\": {number}")).await;
            assert_eq!((schema.as_str(), told), ("{}", vec![("KEYWORD_DROPPED", keyword.to_owned())]));
        }
        let (schema, told) = became(&format!("\"example\": {number}")).await;
        assert_eq!((schema.as_str(), told), ("{}", vec![("EXAMPLE_DROPPED", "example".to_owned())]));
    }
    let (schema, told) = became(&format!("\"minimum\": {}", "9".repeat(4_000))).await;
    assert_eq!((schema.as_str(), told), ("{}", vec![("NUMBER_ROUNDED", "minimum".to_owned())]));
}

#[tokio::test]
async fn what_yaml_has_and_json_has_not_is_told() {
    let scene = Scene::new();
    let text = "openapi: 3.1.0
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: q, in: query, schema: {type: number, minimum: -.inf, maximum: .INF, default: .nan, enum: [.5, 1.]}}
";
    let report = scene.load_text(text).await.expect("loads");
    let codes: Vec<_> = report.notes.iter().map(|one| one.note.kind.code).collect();
    assert_eq!(codes, ["NUMBER_ROUNDED"; 3]);
    assert_eq!(scene.schema("a")["properties"]["q"], json!({"type": "number", "enum": [0.5, 1.0]}));
}

#[tokio::test]
async fn a_default_that_its_schema_refuses_is_left_out_and_told() {
    for (keywords, stays) in [
        ("\"type\": \"integer\", \"default\": \"1\"", false),
        ("\"type\": \"integer\", \"default\": 1.5", false),
        ("\"type\": \"string\", \"default\": null", false),
        ("\"enum\": [\"a\"], \"default\": \"b\"", false),
        ("\"type\": \"number\", \"minimum\": 5, \"default\": 1", false),
        ("\"type\": \"string\", \"maxLength\": 2, \"default\": \"abc\"", false),
        ("\"type\": \"string\", \"pattern\": \"^a\", \"default\": \"b\"", true),
        ("\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"default\": [1]", false),
        ("\"const\": 1, \"default\": 2", false),
        ("\"type\": [\"string\", \"null\"], \"default\": null", true),
        ("\"type\": \"integer\", \"default\": 1.0", true),
        ("\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"default\": []", true),
    ] {
        let (schema, told) = became(keywords).await;
        let schema: Value = serde_json::from_str(&schema).expect("JSON");
        let expected = if stays { vec![] } else { vec![("DEFAULT_DROPPED", "default".to_owned())] };
        assert_eq!((schema.get("default").is_some(), told), (stays, expected), "{keywords}");
    }
}

#[tokio::test]
async fn a_long_example_is_left_out_and_told() {
    let (schema, told) = became(&format!("\"example\": \"{}\"", "x".repeat(10 << 20))).await;
    assert_eq!((schema.as_str(), told), ("{}", vec![("EXAMPLE_DROPPED", "example".to_owned())]));
}
