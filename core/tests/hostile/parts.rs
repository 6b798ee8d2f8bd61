//! What is wrong in a part of a document: it costs that part, and is told.

use serde_json::{Value, json};
use toolrack_core::loader::LoadReport;
use toolrack_core::spec::SpecSource;

use crate::support::stage::{Scene, skipped, tree};

/// A document of 3.0 with these paths, and one more that is good.
async fn loaded(paths: &str) -> (Scene, LoadReport) {
    loaded_with(paths, "").await
}

async fn loaded_with(paths: &str, rest: &str) -> (Scene, LoadReport) {
    loaded_as(paths, rest, json!({"name": "api"})).await
}

/// The same with options.
async fn loaded_as(paths: &str, rest: &str, options: Value) -> (Scene, LoadReport) {
    let scene = Scene::new();
    let text =
        format!("{{openapi: 3.0.4, {rest} paths: {{{paths}, /good: {{get: {{operationId: good}}}}}}}}");
    let report = scene.load(SpecSource::Text(text.into()), options).await;
    let report = report.unwrap_or_else(|error| panic!("{paths}: {error}"));
    assert!(report.added.contains(&"good".to_owned()), "{paths}");
    (scene, report)
}

/// What is skipped of a document with these paths: code, pointer and the beginning of the reason.
async fn costs(paths: &str, code: &str, pointer: &str, says: &str) {
    let (_, report) = loaded(paths).await;
    let [one] = report.skipped.as_slice() else { panic!("{paths}: {:?}", report.skipped) };
    assert_eq!((one.code, one.pointer.as_str()), (code, pointer), "{paths}: {}", one.reason);
    assert!(one.reason.contains(says), "{paths}: {}", one.reason);
    assert_eq!(report.added, ["good"], "{paths}");
}

/// What is told of an operation `a` that becomes a tool: codes and pointers of the notes, and its properties.
async fn is_told(operation: &str, notes: &[(&str, &str)], properties: Value) {
    let (scene, report) = loaded(&format!("/a: {{get: {{operationId: a, {operation}}}}}")).await;
    let below = |pointer: &str| pointer.strip_prefix("/paths/~1a/get").unwrap_or(pointer).to_owned();
    let told: Vec<_> =
        report.notes.iter().map(|one| (one.note.kind.code, below(&one.note.pointer))).collect();
    let expected: Vec<_> = notes.iter().map(|(code, pointer)| (*code, (*pointer).to_owned())).collect();
    assert_eq!((told, report.skipped), (expected, vec![]), "{operation}");
    assert_eq!(scene.schema("a")["properties"], properties, "{operation}");
}

#[tokio::test]
async fn a_path_item_that_is_none() {
    for (item, kind) in
        [("[]", "a list"), ("text", "a string"), ("5", "a number"), ("true", "a boolean"), ("", "null")]
    {
        costs(
            &format!("/a: {item}"),
            "INVALID_SPEC",
            "/paths/~1a",
            &format!("a path item is a map, this is {kind}"),
        )
        .await;
    }
    let (_, report) =
        loaded("/a: {}, x-note: {get: {operationId: x}}, /b: {summary: none, parameters: []}").await;
    assert_eq!((report.operations, report.skipped), (1, vec![]));
}

#[tokio::test]
async fn an_operation_that_is_none() {
    for (operation, kind) in [("[]", "a list"), ("text", "a string"), ("5", "a number"), ("", "null")] {
        let says = format!("an operation is a map, this is {kind}");
        costs(&format!("/a: {{get: {operation}}}"), "INVALID_SPEC", "/paths/~1a/get", &says).await;
    }
    costs(
        "/a: {GET: {operationId: a}}",
        "INVALID_SPEC",
        "/paths/~1a/GET",
        "\"GET\" is no method of this version",
    )
    .await;
    costs("/a: {query: {operationId: a}}", "INVALID_SPEC", "/paths/~1a/query", "\"query\" is no method")
        .await;
}

#[tokio::test]
async fn parameters_that_are_none() {
    let parameters = |text: &str| format!("/a: {{get: {{operationId: a, parameters: {text}}}}}");
    let list = "/paths/~1a/get/parameters";
    for (text, kind) in [("{name: q, in: query}", "a map"), ("text", "a string"), ("5", "a number")] {
        costs(&parameters(text), "INVALID_SPEC", list, &format!("parameters are a list, this is {kind}"))
            .await;
    }
    let unusable = "PARAMETER_UNUSABLE";
    for (text, code, says) in [
        ("text", unusable, "a parameter is a map, this is a string"),
        ("[]", unusable, "a parameter is a map, this is a list"),
        ("~", unusable, "a parameter is a map, this is null"),
        ("5", unusable, "a parameter is a map, this is a number"),
        ("{in: query}", unusable, "a parameter needs a name"),
        ("{name: '', in: query}", unusable, "a parameter needs a name"),
        ("{name: 5, in: query}", unusable, "a parameter needs a name"),
        ("{name: q}", unusable, "\"q\" needs a place"),
        ("{name: q, in: body}", "BODY_IN_PARAMETERS", "under \"requestBody\""),
        ("{name: q, in: formData}", "BODY_IN_PARAMETERS", "under \"requestBody\""),
        ("{name: q, in: nowhere}", unusable, "\"nowhere\", which is none of path, query"),
        ("{name: q, in: [query]}", unusable, "\"q\" needs a place"),
    ] {
        let good = "{name: good, in: query}";
        let own = parameters(&format!("[{text}, {good}]"));
        let item = format!("/a: {{parameters: [{text}, {good}], get: {{operationId: a}}}}");
        // Those of the path are told of as those of its operations are.
        for (paths, pointer) in [(own, format!("{list}/0")), (item, "/paths/~1a/parameters/0".to_owned())] {
            let (scene, report) = loaded(&paths).await;
            let [told] = report.notes.as_slice() else { panic!("{paths}: {:?}", report.notes) };
            assert_eq!((told.note.kind.code, &*told.note.pointer), (code, &*pointer), "{paths}");
            assert!(told.note.message.contains(says), "{paths}: {}", told.note.message);
            assert_eq!((report.skipped.as_slice(), report.lost.len()), (&[][..], 0), "{paths}");
            assert!(scene.schema("a")["properties"]["good"].is_object(), "{paths}");
        }
    }
    is_told("parameters: ~", &[], json!({})).await;
    is_told("parameters: []", &[], json!({})).await;
}

#[tokio::test]
async fn bodies_that_are_none() {
    let body = |text: &str| format!("/a: {{post: {{operationId: a, requestBody: {text}}}}}");
    for text in ["text", "5", "[]", "{}", "{content: text}", "{content: [application/json]}", "{content: ~}"]
    {
        costs(
            &body(text),
            "INVALID_SPEC",
            "/paths/~1a/post/requestBody",
            "a request body needs a map \"content\"",
        )
        .await;
    }
    let (scene, report) = loaded(&body("{content: {application/json: text}}")).await;
    assert_eq!(report.skipped, []);
    assert_eq!(scene.schema("a")["properties"], json!({"body": {}}));
}

#[tokio::test]
async fn schemas_that_are_none_take_anything() {
    let parameter = |schema: &str| format!("parameters: [{{name: q, in: query, schema: {schema}}}]");
    let at = "/parameters/0/schema";
    for schema in ["5", "text", "[]", "~"] {
        is_told(&parameter(schema), &[("SCHEMA_REPLACED", at)], json!({"q": {}})).await;
    }
    is_told(&parameter("true"), &[], json!({"q": true})).await;
    is_told(&parameter("false"), &[], json!({"q": false})).await;
    is_told(&parameter("{}"), &[], json!({"q": {}})).await;
}

#[tokio::test]
async fn keywords_that_hold_what_they_cannot_are_left_out() {
    let dropped = |keyword: &str| ("KEYWORD_DROPPED", format!("/parameters/0/schema/{keyword}"));
    for (schema, keywords, rest) in [
        ("{required: 'yes'}", &["required"][..], json!({})),
        ("{required: true}", &["required"], json!({})),
        ("{required: [a, 5, a]}", &["required"], json!({"required": ["a"]})),
        ("{required: []}", &[], json!({})),
        ("{type: []}", &["type"], json!({})),
        ("{type: ''}", &["type"], json!({})),
        ("{type: 5}", &["type"], json!({})),
        ("{type: {a: b}}", &["type"], json!({})),
        ("{type: [string, any, string]}", &["type"], json!({"type": ["string"]})),
        ("{type: String}", &["type"], json!({})),
        ("{enum: []}", &["enum"], json!({})),
        ("{enum: text}", &["enum"], json!({})),
        ("{enum: {a: b}}", &["enum"], json!({})),
        ("{items: []}", &[], json!({})),
        ("{items: [], additionalItems: {type: string}}", &[], json!({"items": {"type": "string"}})),
        ("{items: text}", &["items"], json!({})),
        ("{oneOf: []}", &["oneOf"], json!({})),
        ("{anyOf: {}}", &["anyOf"], json!({})),
        ("{allOf: text}", &["allOf"], json!({})),
        ("{properties: []}", &["properties"], json!({})),
        ("{properties: ~}", &["properties"], json!({})),
        ("{additionalProperties: 5}", &["additionalProperties"], json!({})),
        ("{patternProperties: []}", &["patternProperties"], json!({})),
        (
            "{dependencies: {a: [b, b], c: 5}}",
            &["dependencies/c"],
            json!({"dependentRequired": {"a": ["b"]}}),
        ),
        ("{minLength: -1}", &["minLength"], json!({})),
        ("{minLength: 1.5}", &["minLength"], json!({})),
        ("{maxItems: '5'}", &["maxItems"], json!({})),
        ("{multipleOf: 0}", &["multipleOf"], json!({})),
        ("{minimum: '1'}", &["minimum"], json!({})),
        ("{minimum: '1', exclusiveMinimum: true}", &["minimum"], json!({})),
        ("{description: [a]}", &["description"], json!({})),
        ("{uniqueItems: 'true'}", &["uniqueItems"], json!({})),
        ("{format: 5}", &["format"], json!({})),
        ("{pattern: 5}", &["pattern"], json!({})),
        ("{not: []}", &["not"], json!({})),
        ("{examples: {a: {value: 1}}}", &["examples"], json!({})),
        ("{x-anything: [], xml: 5, externalDocs: ~}", &[], json!({})),
    ] {
        let notes: Vec<_> = keywords.iter().map(|keyword| dropped(keyword)).collect();
        let notes: Vec<_> = notes.iter().map(|(code, pointer)| (*code, pointer.as_str())).collect();
        is_told(
            &format!("parameters: [{{name: q, in: query, schema: {schema}}}]"),
            &notes,
            json!({"q": rest}),
        )
        .await;
    }
}

#[tokio::test]
async fn what_a_parameter_says_in_the_wrong_way_is_told() {
    let at = "/parameters/0/required";
    for required in ["'yes'", "'true'", "1", "[]"] {
        let parameter =
            format!("parameters: [{{name: q, in: query, required: {required}, schema: {{type: string}}}}]");
        is_told(&parameter, &[("KEYWORD_DROPPED", at)], json!({"q": {"type": "string"}})).await;
    }
    is_told("parameters: [{name: q, in: query, required: ~}]", &[], json!({"q": {"type": "string"}})).await;
    let style = "parameters: [{name: q, in: query, style: matrix, schema: {type: string}}]";
    is_told(style, &[("STYLE_REPLACED", "/parameters/0/style")], json!({"q": {"type": "string"}})).await;
}

#[tokio::test]
async fn patterns_that_no_engine_reads_are_left_out_and_others_end_soon() {
    let parameter =
        |pattern: &str| format!("parameters: [{{name: q, in: query, schema: {{pattern: '{pattern}'}}}}]");
    for pattern in ["((", "(a{1000}){1000}{1000}", "[z-a]", "(?<n>a)\\k<m>", "*", "\\p{Nonsense}"] {
        is_told(
            &parameter(pattern),
            &[("PATTERN_DROPPED", "/parameters/0/schema/pattern")],
            json!({"q": {}}),
        )
        .await;
    }
    for pattern in ["^(a+)+$", "(?=a)b", "(?<!x)y", "^\\d+$"] {
        is_told(&parameter(pattern), &[], json!({"q": {"pattern": pattern}})).await;
    }
    let dropped = [("PATTERN_DROPPED", "/parameters/0/schema/patternProperties/((")];
    let schema =
        "parameters: [{name: q, in: query, schema: {patternProperties: {'((': {type: string}, '^a': {}}}}]";
    is_told(schema, &dropped, json!({"q": {"patternProperties": {"^a": {}}}})).await;
}

#[tokio::test]
async fn discriminators_that_lead_nowhere_leave_the_union_as_it_is() {
    for discriminator in [
        "text",
        "5",
        "[]",
        "{}",
        "{propertyName: 5}",
        "{propertyName: k, mapping: []}",
        "{propertyName: k, mapping: {a: 5}}",
        "{propertyName: k, mapping: {a: '#/nowhere', b: nowhere.yaml, c: Nobody}}",
    ] {
        let schema =
            format!("{{oneOf: [{{$ref: '#/components/schemas/A'}}], discriminator: {discriminator}}}");
        let components = "components: {schemas: {A: {type: object}}},";
        let paths = format!(
            "/a: {{get: {{operationId: a, parameters: [{{name: q, in: query, schema: {schema}}}]}}}}"
        );
        let (scene, report) = loaded_with(&paths, components).await;
        assert_eq!(report.skipped, [], "{discriminator}");
        let branch = &scene.schema("a")["properties"]["q"]["oneOf"][0];
        assert_eq!(branch["$ref"], "#/$defs/A", "{discriminator}");
        let is_applied = discriminator.starts_with("{propertyName: k");
        assert_eq!(branch["properties"]["k"]["const"] == "A", is_applied, "{discriminator}: {branch}");
    }
}

#[tokio::test]
async fn paths_that_are_none() {
    for path in [
        "/x/../../admin",
        "/x/%2e%2E/admin",
        "/./x",
        "http://evil.com/x",
        "/x\\\\..\\\\y",
        "/{",
        "/{}",
        "/{a",
        "/{ }",
        "/{a{b}}",
        "/{a/b}",
        "/x?q={q",
        "/a\\nHost: evil",
        "/a\\0",
    ] {
        let (_, report) = loaded(&format!("\"{path}\": {{get: {{operationId: a}}}}")).await;
        assert_eq!(skipped(&report), [("a".to_owned(), "INVALID_SPEC")], "{path}");
        assert!(report.skipped[0].reason.contains("path \""), "{path}: {}", report.skipped[0].reason);
    }
    // Odd, and still one thing alone: no request can be read in two ways.
    for (path, notes) in [
        ("/{a}{b}", &["PATH_VARIABLE_UNDECLARED", "PATH_VARIABLE_UNDECLARED"][..]),
        ("/{a}/{a}", &["PATH_VARIABLE_UNDECLARED"]),
        ("/x?action=list", &[]),
        ("/x#part", &["PATH_FRAGMENT_DROPPED"]),
        ("x", &["PATH_SLASH_ADDED"]),
        ("", &["PATH_SLASH_ADDED"]),
        ("//evil.com/", &["PATH_SLASHES_DROPPED"]),
        ("/x?q={q}", &["PATH_VARIABLE_UNDECLARED"]),
        ("/a}b", &[]),
        ("/…/...", &[]),
    ] {
        let (_, report) = loaded(&format!("\"{path}\": {{get: {{operationId: a}}}}")).await;
        let codes: Vec<_> = report.notes.iter().map(|one| one.note.kind.code).collect();
        assert_eq!((codes.as_slice(), report.skipped), (notes, vec![]), "{path}");
    }
}

#[tokio::test]
async fn servers_that_are_none() {
    let nowhere = || json!({"name": "api", "baseUrl": null});
    for servers in [
        "text",
        "5",
        "[]",
        "{}",
        "[5]",
        "[{url: 5}]",
        "[{}]",
        "[{url: 'javascript:alert(1)'}]",
        "[{url: 'file:///etc/passwd'}]",
        "[{url: 'https://'}]",
        "[{url: ''}]",
        "[{url: 'https://{'}]",
    ] {
        let (_, report) =
            loaded_as("/a: {get: {operationId: a}}", &format!("servers: {servers},"), nowhere()).await;
        let codes: Vec<_> = report.notes.iter().map(|one| one.note.kind.code).collect();
        assert_eq!((report.added.len(), codes), (2, vec!["NO_SERVER"]), "{servers}");
    }
    for variables in [
        "",
        "variables: {}",
        "variables: []",
        "variables: {v: {}}",
        "variables: {v: text}",
        "variables: {v: {default: []}}",
    ] {
        let servers = format!("servers: [{{url: 'https://{{v}}.example.com', {variables}}}]");
        let (_, report) = loaded_as("/a: {get: {operationId: a}}", &format!("{servers},"), nowhere()).await;
        let codes: Vec<_> = report.notes.iter().map(|one| (one.note.kind.code, &*one.note.pointer)).collect();
        assert_eq!(codes, [("SERVER_UNUSABLE", "/servers/0"), ("NO_SERVER", "/servers")], "{variables}");
        costs(
            &format!("/a: {{get: {{operationId: a, {servers}}}}}"),
            "INVALID_SPEC",
            "/paths/~1a/get/servers/0",
            "has no default",
        )
        .await;
    }
}

#[tokio::test]
async fn names_that_mean_something_to_a_machine_are_names() {
    let names = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"];
    for name in names {
        let paths = format!(
            "/{name}: {{post: {{operationId: {name}, tags: [{name}], parameters: [{{name: {name}, in: query, schema: \
                {{type: string}}}}],
            requestBody: {{required: true, content: {{application/json: {{schema: {{$ref: \
                '#/components/schemas/{name}'}}}}}}}}}}}}"
        );
        let components = format!(
            "components: {{schemas: {{{name}: {{type: object, properties: {{{name}: {{$ref: \
                '#/components/schemas/{name}'}}, n: {{default: 1}}}}}}}}}},"
        );
        let (scene, report) = loaded_with(&paths, &components).await;
        assert_eq!(report.skipped, [], "{name}");
        let tool = &report.added[0];
        let schema = scene.schema(tool);
        assert_eq!(schema["properties"][name]["$ref"], format!("#/$defs/{name}"));
        assert_eq!(schema["properties"][format!("{name}__query")], json!({"type": "string"}));
        assert_eq!(schema["$defs"][name]["properties"]["n"], json!({"default": 1}));
        let snapshot = scene.registry.snapshot();
        assert_eq!(snapshot.get(tool).expect("is there").definition.category.as_deref(), Some(name));
    }
}

#[tokio::test]
async fn operations_are_named_whatever_they_are_called() {
    let paths = "/a: {get: {operationId: ''}, put: {operationId: ' '}, post: {operationId: 5}, delete: {operationId: \
        [a]}},
        /b: {get: {operationId: 名前}, put: {operationId: a.b/c d}, post: {operationId: a-b_c-d}, delete: {operationId: \
            A_B_C_D}},
        /c: {get: {operationId: twice}, put: {operationId: twice}, post: {operationId: Twice}}";
    let (_, report) = loaded(paths).await;
    assert_eq!((report.added.len(), report.skipped), (12, vec![]));
    let odd = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
    assert!(
        report.added.iter().all(|name| !name.is_empty() && name.len() <= 64 && !name.contains(odd)),
        "{:?}",
        report.added
    );
    let (_, again) = loaded(paths).await;
    assert_eq!(report.added, again.added);
}

#[tokio::test]
async fn what_stands_twice_in_a_list_is_taken_once() {
    let twice = "parameters: [{name: q, in: query, schema: {type: string}}, {name: q, in: query, schema: {type: \
        integer}}], tags: [a, a, 5, '']";
    is_told(twice, &[("PARAMETER_TWICE", "/parameters/1")], json!({"q": {"type": "string"}})).await;
}

#[tokio::test]
async fn a_file_of_parts_may_be_bad_in_parts() {
    let folder = tree(&[
        (
            "openapi.yaml",
            "{openapi: 3.1.0, paths: {/a: {$ref: 'parts.yaml#/a'}, /b: {$ref: 'parts.yaml#/b'}}}",
        ),
        ("parts.yaml", "{a: {get: {operationId: a, parameters: text}, put: {operationId: good}}, b: []}"),
    ]);
    let report = Scene::new().load_file(folder.path().join("openapi.yaml")).await.expect("loads");
    assert_eq!(report.added, ["good"]);
    let told: Vec<_> = report.skipped.iter().map(|one| (one.method.as_str(), one.pointer.as_str())).collect();
    assert_eq!(told, [("GET", "parts.yaml#/a/get/parameters"), ("*", "parts.yaml#/b")]);
}
