//! Aliases of a tool: who may set them, which limits they have, and who sees them.

use serde_json::{Value, json};
use toolrack_core::error::{Error, ErrorCode};
use toolrack_core::review::ChangeClass;
use toolrack_core::target::{DeliveryOptions, OfferCandidate, RenderCache, Target, TargetForm};
use toolrack_core::tool::ToolDefinition;

use crate::support::changing;
use crate::support::scene::{Scene, codes, document, options, places};

const EXTENSION: &str = "x-toolrack-aliases";

fn aliases_of(scene: &Scene, name: &str) -> Vec<String> {
    scene.registry.snapshot().get(name).expect("is there").definition.aliases.clone()
}

fn definition(aliases: &Value) -> ToolDefinition {
    let value = json!({"name": "a", "description": "d", "aliases": aliases});
    ToolDefinition::parse(&value, true).expect("a definition")
}

#[tokio::test]
async fn an_override_counts_before_the_document_and_its_extension_before_the_list_alone() {
    let scene = Scene::new();
    let over = json!({"overrides": {"a": {"aliases": ["ours"]}, "d": {"aliases": []}}});
    let all = json!({"x-toolrack": {"aliases": ["theirs", "theirs"]}, EXTENSION: ["list"]});
    let list = json!({"x-toolrack": {"category": "c"}, EXTENSION: ["list"]});
    let document =
        document(&[("a", all.clone()), ("b", all.clone()), ("c", list), ("d", all), ("e", json!({}))]);
    let report = scene.load(&document, options(&over).expect("options")).await.expect("loads");
    let read = ["a", "b", "c", "d", "e"].map(|name| aliases_of(&scene, name).join(" "));
    assert_eq!(read, ["ours", "theirs", "list", "", ""]);
    assert_eq!(codes(&report), [""; 0]);
}

#[tokio::test]
async fn wrong_aliases_of_a_document_are_a_note_and_cost_no_tool() {
    let many: Vec<String> = (0..10_000).map(|i| format!("word {i}")).collect();
    for (extension, pointer, read) in [
        (json!("close"), "", ""),
        (json!({"0": "close"}), "", ""),
        (json!(many), "", ""),
        (json!(["x".repeat(201)]), "/0", ""),
        (json!(["close", 5, ""]), "/1", "close"),
        (Value::Null, "", ""),
    ] {
        for (over, own) in [
            (json!({EXTENSION: extension}), EXTENSION.to_owned()),
            (json!({"x-toolrack": {"aliases": extension}}), "x-toolrack/aliases".to_owned()),
        ] {
            let scene = Scene::new();
            let report = scene
                .load(&document(&[("a", over)]), options(&json!({})).expect("options"))
                .await
                .expect("loads");
            assert_eq!(aliases_of(&scene, "a").join(" "), read, "{own}");
            let note = &report.notes.first().expect("a note").note;
            assert_eq!(
                (note.kind.code, &*note.pointer),
                ("EXTENSION_IGNORED", &*format!("/paths/~1a/get/{own}{pointer}"))
            );
        }
    }
}

#[tokio::test]
async fn aliases_of_a_document_count_as_bytes_of_the_definition() {
    for (length, tools) in [(10, &["a"][..]), (200, &[])] {
        let scene = Scene::new();
        let aliases: Vec<String> = (0..64).map(|i| format!("{i:0length$}")).collect();
        let over = json!({"limits": {"definitionBytes": 5_000}});
        let document = document(&[("a", json!({EXTENSION: aliases}))]);
        let report = scene.load(&document, options(&over).expect("options")).await.expect("loads");
        assert_eq!((report.added.as_slice(), report.skipped.len()), (&*named_tools(tools), 1 - tools.len()));
        assert!(report.skipped.iter().all(|one| one.code == ErrorCode::LimitExceeded.as_str()));
    }
}

fn named_tools(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn aliases_of_a_document_lose_hidden_characters_as_its_tags_do() {
    let hidden = "cl\u{200B}ose";
    for (over, read) in [
        (json!({"document": {"hiddenUnicode": "strip"}}), "close"),
        (json!({"document": {"hiddenUnicode": "keep"}}), hidden),
    ] {
        let scene = Scene::new();
        let document = document(&[
            ("a", json!({EXTENSION: [hidden]})),
            ("b", json!({"x-toolrack": {"aliases": [hidden]}})),
        ]);
        scene.load(&document, options(&over).expect("options")).await.expect("loads");
        assert_eq!(["a", "b"].map(|name| aliases_of(&scene, name).join(" ")), [read, read]);
    }
}

#[test]
fn wrong_aliases_of_an_override_are_refused_with_their_place() {
    let over = |aliases: Value| options(&json!({"overrides": {"GET /a": {"aliases": aliases}}}));
    let told = |aliases: Value| places(&over(aliases).expect_err("is refused"));
    assert_eq!(told(json!("close")), ["/GET ~1a/aliases"]);
    assert_eq!(told(json!([5, "x", " "])), ["/GET ~1a/aliases/0", "/GET ~1a/aliases/2"]);
    for (aliases, place) in
        [(json!(vec!["x"; 65]), ""), (json!(["x".repeat(201)]), "/0"), (json!(["x", "ä".repeat(201)]), "/1")]
    {
        let error = over(aliases).expect_err("is refused");
        assert_eq!(error.code(), ErrorCode::LimitExceeded);
        assert_eq!(error.details()["pointer"], json!(format!("/overrides/GET ~1a/aliases{place}")));
    }
    assert!(over(json!(vec!["x"; 64])).is_ok());
}

#[test]
fn no_model_sees_aliases() {
    let with = definition(&json!(["zebra"]));
    assert_eq!(with.hash(), definition(&json!([])).hash());
    for target in Target::ALL {
        let form = TargetForm::from(target);
        let renderings = RenderCache::default();
        let candidate = OfferCandidate { tool: &with, wire_name: "a", renderings: &renderings };
        let request = form.offer(std::iter::once(candidate), &DeliveryOptions::default()).request();
        assert!(!request.contains("zebra"), "{target:?}");
    }
}

#[test]
fn aliases_over_a_limit_are_refused_before_all_else_of_a_definition() {
    let value = json!({"name": "", "aliases": vec!["x"; 10_000]});
    let Err(Error::LimitExceededAt { pointer, limit, .. }) = ToolDefinition::parse(&value, true) else {
        panic!("is refused");
    };
    assert_eq!((&*pointer, limit), ("/aliases", 64));
}

#[tokio::test]
async fn other_aliases_are_a_change_of_the_tool_that_the_wording_gate_holds() {
    let with = |aliases: Value| {
        let mut document = changing::paths(&[("a", "x"), ("b", "x")]);
        document["/a"]["get"][EXTENSION] = aliases;
        document
    };
    let scene = changing::Scene::new(&json!({"wording": "hold"}));
    scene.load("1", &with(json!(["close"]))).await;
    let report = scene.reload("2", &with(json!(["close", "shut"]))).await;
    let changes = report.changes.expect("a reload");
    let findings: Vec<_> = changes.tools.iter().flat_map(|one| &one.findings).collect();
    assert_eq!((changes.class, findings.len()), (ChangeClass::Wording, 1));
    assert_eq!((findings[0].code, &*findings[0].pointer), ("ALIASES_CHANGED", "/aliases"));
    assert_eq!(scene.loader.decisions().held().len(), 1);
}

#[tokio::test]
async fn the_order_of_aliases_is_no_finding() {
    let scene = Scene::new();
    let with = |aliases: Value| document(&[("a", json!({EXTENSION: aliases}))]);
    let load = |aliases: Value| (with(aliases), options(&json!({})).expect("options"));
    let (first, over) = load(json!(["x", "y"]));
    scene.load(&first, over).await.expect("loads");
    let (second, over) = load(json!(["y", "x"]));
    let report = scene.load(&second, over).await.expect("loads");
    assert_eq!(report.updated, ["a"]);
    assert_eq!(aliases_of(&scene, "a"), ["y", "x"]);
    assert!(report.changes.is_some_and(|changes| changes.tools.iter().all(|one| one.findings.is_empty())));
}
