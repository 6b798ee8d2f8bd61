//! Tool sets whose names belong to exports, as tools of a server: a name never comes to mean another export.

use serde_json::json;
use toolrack_core::error::ErrorCode;
use toolrack_core::loader::{GivenTool, NameOwner, OnError, ToolSet};
use toolrack_core::review::{Decision, LoadTrigger};

use crate::support::tool_set_scene::{Scene, given, set, with_options};

/// A set of tools with their exports.
fn of_server(name: &str, content: &str, tools: &[(&str, &str)]) -> ToolSet {
    let tools = tools.iter().map(|(export, tool)| GivenTool { export: (*export).into(), ..given(tool, "t") });
    ToolSet { names: NameOwner::Export, tools: tools.collect(), ..set(name, content, &[]) }
}

#[tokio::test]
async fn a_name_never_comes_to_mean_another_export() {
    let scene = Scene::new();
    scene.load(vec![of_server("gh", "1", &[("a.b", "a_b"), ("c", "c")])]).await;
    // The first export is gone, and another one derives its name.
    let moved = || vec![of_server("gh", "2", &[("a/b", "a_b"), ("c", "c")])];
    let outcome = scene.load_with(moved(), OnError::Skip).await.expect("loads the rest");
    let report = outcome.into_iter().next().expect("an outcome").expect("loads");
    assert_eq!((report.skipped[0].code, report.skipped[0].path.as_str()), ("NAME_TAKEN", "a/b"));
    assert_eq!(scene.tools(), ["gh:c"]);
    // The export that had the name gets it back.
    scene.load(vec![of_server("gh", "3", &[("a.b", "a_b"), ("c", "c")])]).await;
    assert!(scene.tools().contains(&"gh:a_b".to_owned()));
}

#[tokio::test]
async fn code_still_moves_its_names() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one")])]).await;
    let moved = GivenTool { export: "other".into(), ..given("x", "one") };
    scene.load(vec![ToolSet { tools: vec![moved], ..set("a", "2", &[]) }]).await;
    assert_eq!(scene.tools(), ["a:x"]);
}

#[tokio::test]
async fn a_check_says_what_a_load_would_do_and_changes_nothing() {
    let scene = Scene::new();
    let sets = scene.loader.tool_sets();
    let first = sets.check(&set("a", "1", &[("x", "one")])).await.expect("checks");
    assert_eq!((&first.report.added[..], first.decision), (&["x".to_owned()][..], Decision::Apply));
    assert!(scene.tools().is_empty() && !scene.loader.has_source("a"));
    scene.load(vec![set("a", "1", &[("x", "one"), ("y", "two")])]).await;
    let refusing = json!({"gates": {"breaking": "refuse"}});
    let check = sets.check(&with_options(set("a", "2", &[("x", "one")]), &refusing)).await.expect("checks");
    assert_eq!((&check.report.removed[..], check.decision), (&["y".to_owned()][..], Decision::Refuse));
    assert_eq!((scene.tools().len(), scene.revision()), (2, 1));
    let taken = sets.check(&ToolSet { location: "/other".into(), ..set("a", "2", &[]) }).await;
    assert_eq!(taken.expect_err("is of another place").code(), ErrorCode::NameTaken);
    let history = scene.loader.decisions().history("a").expect("is there");
    assert_eq!((history.len(), history[0].trigger), (1, LoadTrigger::Load));
}

#[test]
fn hidden_characters_of_a_definition_are_a_note_at_their_place() {
    let hidden = r#"{"name":"x","inputSchema":{"properties":{"a/b":{"description":"se\u200bcret"}}}}"#;
    let note = GivenTool::hidden_note(hidden).expect("a note");
    assert_eq!(
        (note.kind.code, &*note.pointer),
        ("HIDDEN_UNICODE", "/inputSchema/properties/a~1b/description")
    );
    assert!(GivenTool::hidden_note(r#"{"name":"x","description":"na\u00efve"}"#).is_none());
}
