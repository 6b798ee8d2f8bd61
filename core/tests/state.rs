//! What outlives the process: a source is what it was, through every gate, whatever became of its document.

use crate::support::changing;
use crate::support::changing::{narrowed, paths, said};
use crate::support::homes;
use crate::support::homes::{Home, fault};
use serde_json::{Value, json};
use toolrack_core::error::ErrorCode;
use toolrack_core::loader::LoadOptions;
use toolrack_core::retrieve::WatchLocation;
use toolrack_core::review::{Decision, LoadTrigger};
use toolrack_core::spec::SpecSource;

#[tokio::test]
async fn a_source_is_what_it_was_while_its_document_cannot_be_read() {
    let home = Home::new();
    home.says("1", &paths(&[("a", "one"), ("b", "two")]));
    {
        let life = home.live();
        assert_eq!(life.load(json!({})).await.restored, None);
        life.loader.save().expect("is written");
    }
    home.is_silent();
    let life = home.live();
    let report = life.load(json!({})).await;
    assert_eq!((fault(&report), report.stale.len(), report.added.len()), (Some("SOURCE_UNREADABLE"), 2, 0));
    assert_eq!(life.tools(), said(&[("a", "one"), ("b", "two")]));
    assert_eq!(life.stale(), ["a", "b"]);
    let status = life.loader.sources().remove(0);
    assert_eq!(
        (status.tools, status.stale, status.fault.map(|fault| fault.code)),
        (2, 2, Some("SOURCE_UNREADABLE"))
    );
    assert_eq!(status.version.as_deref(), Some("1"));
    let error = life.loader.reload("api").await.expect_err("is gone");
    assert_eq!((error.code(), life.stale().len()), (ErrorCode::SourceUnreadable, 2));
    home.says("1", &paths(&[("a", "one"), ("b", "two")]));
    let report = life.loader.reload("api").await.expect("is back");
    assert_eq!((report.unchanged.len(), report.restored, life.stale().len()), (2, None, 0));
    assert_eq!(life.loader.sources().remove(0).fault, None);
    assert_eq!(life.loader.decisions().history("api").expect("is there").len(), 1);
}

#[tokio::test]
async fn a_watcher_that_finds_the_document_again_makes_its_tools_fresh() {
    let home = Home::new();
    home.says("1", &paths(&[("a", "one")]));
    let bytes = std::fs::read(home.path("api.json")).expect("a file");
    home.live().load(json!({})).await;
    home.is_silent();
    let life = home.live();
    life.load(json!({})).await;
    assert_eq!(life.stale(), ["a"]);
    let location = life.loader.hot_reload().watch_target("api").expect("is there").location;
    assert!(
        matches!(location, WatchLocation::File(_, applied) if applied == [0; 32]),
        "no content is the one in use"
    );
    life.loader.hot_reload().load_bytes("api", Ok(bytes), &changing::Heard::default()).await;
    assert_eq!(life.stale(), [""; 0]);
}

#[tokio::test]
async fn a_rollback_outlives_a_document_that_is_gone_for_a_while() {
    let home = Home::new();
    home.says("1", &paths(&[("a", "one")]));
    {
        let life = home.live();
        life.load(json!({})).await;
        home.says("2", &paths(&[("a", "two")]));
        life.loader.reload("api").await.expect("reloads");
        life.loader.decisions().rollback("api", None).expect("is kept");
    }
    let bytes = std::fs::read(home.path("api.json")).expect("a file");
    home.is_silent();
    let life = home.live();
    life.load(json!({})).await;
    assert_eq!((life.stale(), life.tools()), (vec!["a".to_owned()], said(&[("a", "one")])));
    for _ in 0..2 {
        life.loader.hot_reload().load_bytes("api", Ok(bytes.clone()), &changing::Heard::default()).await;
        assert_eq!((life.stale(), life.tools()), (vec![], said(&[("a", "one")])));
    }
    assert!(life.loader.sources()[0].rolled_back);
}

#[tokio::test]
async fn a_restart_is_no_way_around_a_gate() {
    for (gates, code, held) in [
        (json!({"breaking": "hold"}), None, vec!["a"]),
        (json!({"breaking": "refuse"}), Some("GATE_REFUSED"), vec![]),
    ] {
        let home = Home::new();
        home.says("1", &paths(&[("a", "one"), ("b", "two")]));
        home.live().load(json!({"gates": gates})).await;
        home.says("2", &narrowed(&[("a", "one"), ("b", "more")], "a"));
        let life = home.live();
        let report = life.load(json!({"gates": gates})).await;
        assert_eq!((fault(&report), report.held), (code, held.iter().map(ToString::to_string).collect()));
        let snapshot = life.registry.snapshot();
        let schema = snapshot.get("a").expect("is there").definition.input_schema.value();
        assert_eq!(schema.get("required"), None, "{gates}");
        assert_eq!(life.stale(), [""; 0], "the document was read");
        let b = if code.is_some() { "two" } else { "more" };
        assert_eq!(life.tools()[1].1, b);
    }
}

#[tokio::test]
async fn a_tool_that_was_held_back_is_the_old_one_after_a_restart_too() {
    let home = Home::new();
    let gates = || json!({"gates": {"breaking": "hold", "preset": "development"}});
    home.says("1", &paths(&[("a", "one"), ("b", "two"), ("c", "three")]));
    let id = {
        let life = home.live();
        life.load(gates()).await;
        let mut next = narrowed(&[("a", "new"), ("b", "more"), ("c", "three")], "a");
        // One operation cannot be read any more.
        next["/c"]["get"]["parameters"] = json!("none");
        home.says("2", &next);
        let report = life.loader.reload("api").await.expect("reloads");
        assert_eq!((report.held, report.stale), (vec!["a".to_owned()], vec!["c".to_owned()]));
        report.hold_id.expect("is held")
    };
    let document = std::fs::read(home.path("api.json")).expect("a file");
    home.is_silent();
    {
        let life = home.live();
        life.load(gates()).await;
        assert_eq!(life.tools(), said(&[("a", "one"), ("b", "more"), ("c", "three")]));
    }
    std::fs::write(home.path("api.json"), document).expect("a file");
    {
        let life = home.live();
        let report = life.load(gates()).await;
        assert_eq!((report.hold_id.as_deref(), life.stale()), (Some(&*id), vec!["c".to_owned()]));
        assert_eq!(life.tools(), said(&[("a", "one"), ("b", "more"), ("c", "three")]));
        life.loader.decisions().approve(&id).expect("is held");
    }
    home.is_silent();
    let life = home.live();
    life.load(gates()).await;
    assert_eq!(life.tools(), said(&[("a", "new"), ("b", "more"), ("c", "three")]));
}

#[tokio::test]
async fn a_note_of_a_restored_source_is_of_the_tools_that_its_document_made() {
    let says = |home: &Home, paths: &Value, security: Value| {
        let document = json!({
            "openapi": "3.1.1", "info": {"title": "t", "version": "1"}, "paths": paths, "security": security,
            "servers": [{"url": "https://api.example.com"}],
            "components": {"securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        });
        std::fs::write(home.path("api.json"), document.to_string()).expect("a file");
    };
    for (security, tools) in [(json!([]), &["b"][..]), (json!([{"k": []}]), &["a", "b"])] {
        let home = Home::new();
        let gates = || json!({"gates": {"breaking": "hold", "preset": "development"}});
        says(&home, &paths(&[("a", "one"), ("b", "two")]), security);
        {
            let life = home.live();
            life.load(gates()).await;
            says(&home, &narrowed(&[("a", "new"), ("b", "more")], "a"), json!([{"k": []}]));
            assert_eq!(life.loader.reload("api").await.expect("reloads").held, ["a"]);
        }
        home.is_silent();
        let report = home.live().load(gates()).await;
        let told: Vec<_> =
            report.notes.iter().map(|note| (note.note.kind.code, note.tools.clone())).collect();
        let tools = tools.iter().map(ToString::to_string).collect();
        assert_eq!(told, [("AUTH_NOT_CONFIGURED", tools)]);
    }
}

#[tokio::test]
async fn what_keeps_a_tool_back_clears_the_mark_that_its_document_was_gone() {
    let home = Home::new();
    let gates = || json!({"gates": {"breaking": "hold"}});
    home.says("1", &paths(&[("a", "one"), ("b", "two")]));
    home.live().load(gates()).await;
    home.is_silent();
    let life = home.live();
    life.load(gates()).await;
    home.says("2", &narrowed(&[("a", "one")], "a"));
    let report = life.loader.reload("api").await.expect("is back");
    assert_eq!((report.held.len(), life.stale().len(), life.tools().len()), (2, 0, 2));
}

#[tokio::test]
async fn what_was_rejected_and_pinned_stays_so() {
    let home = Home::new();
    let gates = || json!({"gates": {"breaking": "hold"}});
    home.says("1", &paths(&[("a", "one"), ("b", "two")]));
    {
        let life = home.live();
        life.load(gates()).await;
        home.says("2", &narrowed(&[("a", "one"), ("b", "two")], "a"));
        let report = life.loader.reload("api").await.expect("reloads");
        life.loader.decisions().reject(&report.hold_id.expect("is held")).expect("is rejected");
        life.loader.decisions().pin("api", Some(&["b".to_owned()])).expect("is there");
    }
    home.says("3", &narrowed(&[("a", "one"), ("b", "other")], "a"));
    let life = home.live();
    let report = life.load(gates()).await;
    assert_eq!((report.rejected, report.held), (vec!["a".to_owned()], vec!["b".to_owned()]));
    assert_eq!(life.tools(), said(&[("a", "one"), ("b", "two")]));
}

#[tokio::test]
async fn names_do_not_move_over_a_restart() {
    let home = Home::new();
    let operations = |paths: &[&str]| -> Value {
        paths.iter().map(|path| ((*path).to_owned(), json!({"get": {"operationId": "find"}}))).collect()
    };
    home.says("1", &operations(&["/b"]));
    home.live().load(json!({})).await;
    home.says("2", &operations(&["/a", "/b"]));
    let names = |life: &homes::Life| {
        let snapshot = life.registry.snapshot();
        let path = |name: &str| snapshot.get(name)?.operation.as_ref().map(|own| own.path.to_string());
        (path("find"), life.tools().len())
    };
    let life = home.live();
    life.load(json!({})).await;
    assert_eq!(names(&life), (Some("/b".to_owned()), 2));
    drop(life);
    // Also what nobody loaded keeps its names.
    let life = home.live();
    life.loader.save().expect("is written");
    assert!(life.loader.forget("api"));
    drop(life);
    let life = home.live();
    assert_eq!(life.load(json!({})).await.restored, None);
    assert_eq!(names(&life), (Some("/b".to_owned()), 2));
}

#[tokio::test]
async fn a_document_goes_back_to_versions_of_another_process() {
    let home = Home::new();
    for (version, text) in [("1", "one"), ("2", "two"), ("3", "three")] {
        home.says(version, &paths(&[("a", text), (text, "x")]));
        home.live().load(json!({})).await;
    }
    {
        let life = home.live();
        life.load(json!({})).await;
        let told: Vec<_> = life
            .loader
            .decisions()
            .history("api")
            .expect("is there")
            .into_iter()
            .map(|one| (one.number, one.trigger, one.kept))
            .collect();
        assert_eq!(told, [3, 2, 1].map(|number| (number, LoadTrigger::Load, true)));
        let back = life.loader.decisions().rollback("api", None).expect("is kept");
        assert_eq!((back.version.as_deref(), life.tools()), (Some("2"), said(&[("a", "two"), ("two", "x")])));
    }
    // The document is the one that somebody went back from.
    {
        let life = home.live();
        let report = life.load(json!({})).await;
        assert_eq!((report.version.as_deref(), life.loader.sources()[0].rolled_back), (Some("2"), true));
        assert_eq!(life.tools(), said(&[("a", "two"), ("two", "x")]));
        assert_eq!(
            life.loader.decisions().rollback("api", None).expect("is kept").version.as_deref(),
            Some("1")
        );
    }
    home.says("4", &paths(&[("a", "four")]));
    let life = home.live();
    life.load(json!({"limits": {"versions": 2}})).await;
    assert_eq!(life.tools(), said(&[("a", "four")]));
    let kept =
        life.loader.decisions().history("api").expect("is there").iter().filter(|one| one.kept).count();
    assert_eq!(kept, 2);
    life.loader.save().expect("is written");
    let editions = home.written()["sources"][0]["editions"].as_array().expect("a list").len();
    assert_eq!(editions, 2, "only what is kept is in the file");
}

#[tokio::test]
async fn what_a_document_refers_to_and_what_lies_over_it_is_saved_too() {
    let home = Home::new();
    let schema = |text: &str| json!({"properties": {"it": {"type": "string", "description": text}}});
    let refers = |to: &str| {
        let schema = json!({"type": "object", "required": ["it"], "properties": {"it": {"$ref": to}}});
        json!({"post": {"operationId": to[..3], "requestBody": {"required": true,
            "content": {"application/json": {"schema": schema}}}}})
    };
    std::fs::write(home.path("one.json"), schema("first").to_string()).expect("a file");
    let overlay = json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"},
        "actions": [{"target": "$.paths['/one'].post", "update": {"description": "laid over"}}]});
    std::fs::write(home.path("lay.json"), overlay.to_string()).expect("a file");
    home.says(
        "1",
        &json!({"/one": refers("one.json#/properties/it"), "/two": refers("two.json#/properties/it")}),
    );
    let load = async |life: &homes::Life| {
        let options = LoadOptions {
            name: Some("api".to_owned()),
            overlays: vec![SpecSource::Path(home.path("lay.json"))],
            ..Default::default()
        };
        let place = SpecSource::Path(home.path("api.json"));
        life.loader.load(place, options).await.expect("loads")
    };
    assert_eq!(load(&home.live()).await.skipped.len(), 1);
    for file in ["api.json", "one.json", "lay.json"] {
        std::fs::remove_file(home.path(file)).expect("there was one");
    }
    let life = home.live();
    assert_eq!(fault(&load(&life).await), Some("SOURCE_UNREADABLE"));
    assert_eq!(life.tools(), said(&[("one", "laid over")]));
    let snapshot = life.registry.snapshot();
    let schema = snapshot.get("one").expect("is there").definition.input_schema.value();
    assert!(schema.to_string().contains("first"), "{schema}");
}

#[tokio::test]
async fn what_nobody_loads_stays_until_it_is_unloaded_or_forgotten() {
    let home = Home::new();
    home.says("1", &paths(&[("a", "one")]));
    home.live().load(json!({})).await;
    let known = || home.written()["sources"].as_array().map(Vec::len);
    for (unload, expected) in [(false, Some(1)), (true, Some(0))] {
        let life = home.live();
        if unload {
            let both = life.loader.tool_sets().unload(&["api", "unknown"]);
            assert_eq!(both.expect_err("one is unknown").code(), ErrorCode::UnknownSource);
            let removed = life.loader.tool_sets().unload(&["api"]).expect("is in the file still");
            assert_eq!(removed, [Vec::<String>::new()]);
            assert_eq!(life.loader.unload("api").expect_err("is not").code(), ErrorCode::UnknownSource);
        }
        life.loader.save().expect("is written");
        assert_eq!(known(), expected);
    }
    let life = home.live();
    life.load(json!({})).await;
    assert!(!life.loader.forget("api"), "it is loaded");
    life.loader.unload("api").expect("is loaded");
    life.loader.save().expect("is written");
    assert_eq!(known(), Some(0));
}

#[tokio::test]
async fn options_that_changed_count_and_other_places_are_other_sources() {
    let home = Home::new();
    home.says("1", &paths(&[("a", "one"), ("b", "two")]));
    home.live().load(json!({})).await;
    home.is_silent();
    {
        let life = home.live();
        life.load(json!({"exclude": {"operationIds": ["b"]}})).await;
        assert_eq!(life.tools(), said(&[("a", "one")]));
        let life = &life;
        assert_eq!(
            life.try_load(json!({"limits": {"bytes": 5}})).await.expect_err("is gone").code(),
            ErrorCode::SourceUnreadable
        );
    }
    // What it was cannot be made again: that is no reason to take whatever comes for the first.
    home.says("2", &paths(&[("b", "two")]));
    let life = home.live();
    assert_eq!(
        life.try_load(json!({"limits": {"nodes": 5}})).await.expect_err("is too long").code(),
        ErrorCode::LimitExceeded
    );
    assert_eq!(life.tools().len(), 0);
    let text = SpecSource::Text(std::fs::read(home.path("api.json")).expect("a file").into());
    let options = LoadOptions { name: Some("api".to_owned()), ..Default::default() };
    assert_eq!(life.loader.load(text, options).await.expect("is another").restored, None);
}

#[tokio::test]
async fn two_loads_at_once_restore_a_source_once() {
    let home = Home::new();
    home.says("1", &paths(&[("a", "one"), ("b", "two")]));
    home.live().load(json!({})).await;
    let life = home.live();
    let (first, second) = tokio::join!(life.load(json!({})), life.load(json!({})));
    assert_eq!(
        (first.unchanged, second.unchanged),
        (vec!["a".to_owned(), "b".to_owned()], vec!["a".to_owned(), "b".to_owned()])
    );
    assert_eq!(
        (
            life.registry.snapshot().revision(),
            life.loader.decisions().history("api").expect("is there").len()
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn a_text_is_restored_under_its_name_and_comes_through_the_gates() {
    let home = Home::new();
    let load = async |life: &homes::Life, version: &str, text: &str| {
        home.says(version, &paths(&[("a", text)]));
        let place = SpecSource::Text(std::fs::read(home.path("api.json")).expect("a file").into());
        let options = json!({"name": "api", "gates": {"wording": "hold"}});
        let options = LoadOptions::parse(&options).expect("options");
        life.loader.load(place, options).await.expect("loads")
    };
    load(&home.live(), "1", "one").await;
    let life = home.live();
    assert_eq!(load(&life, "2", "two").await.held, ["a"]);
    assert_eq!(life.tools(), said(&[("a", "one")]));
}

#[tokio::test]
async fn no_secret_of_the_options_is_written() {
    let home = Home::new();
    home.says("1", &paths(&[("a", "one")]));
    let life = home.live();
    let options = json!({"headers": {"authorization": "Bearer hush-hush"},
        "baseUrl": "https://me:hush-hush@example.com",
        "overrides": {"a": {"parameters": {}, "tags": ["hush-hush"]}}});
    life.load(options).await;
    life.loader.save().expect("is written");
    let file = std::fs::read(home.path("state")).expect("a file");
    assert!(!String::from_utf8_lossy(&file).contains("hush"));
}

#[tokio::test]
async fn a_check_compares_a_document_of_any_place_with_the_saved_source() {
    let home = Home::new();
    home.says("1", &paths(&[("a", "one"), ("b", "two")]));
    {
        let life = home.live();
        let report = life.load(json!({})).await;
        life.loader.decisions().pin("api", Some(&["b".to_owned()])).expect("is there");
        assert_eq!(report.added.len(), 2);
    }
    home.says("2", &narrowed(&[("a", "one"), ("b", "anew"), ("c", "new")], "a"));
    std::fs::rename(home.path("api.json"), home.path("next.json")).expect("is moved");
    let life = home.live();
    let before = life.registry.names();
    let options =
        LoadOptions::parse(&json!({"name": "api", "gates": {"breaking": "refuse"}})).expect("options");
    let location = SpecSource::Path(home.path("next.json"));
    let check = life.loader.check_load(location.clone(), options.clone()).await.expect("reads");
    let gates: Vec<_> = check.objections.iter().map(|one| (&*one.gate, one.tool.as_deref())).collect();
    assert_eq!(gates, [("breaking", Some("a")), ("pin", Some("b"))]);
    assert_eq!((check.report.added, check.decision), (vec!["c".to_owned()], Decision::Refuse));
    assert_eq!((life.tools(), life.registry.names(), life.loader.sources().len()), (vec![], before, 0));

    // A source that is loaded is the one in use, and a load of another place stays refused.
    home.says("1", &paths(&[("a", "one")]));
    assert_eq!(life.load(json!({})).await.held, ["b"]);
    let check = life.loader.check_load(location.clone(), options.clone()).await.expect("reads");
    assert_eq!((check.report.added, check.report.held), (vec!["c".to_owned()], vec!["b".to_owned()]));
    let error = life.loader.load(location, options).await.expect_err("is another document");
    assert_eq!(error.code(), ErrorCode::NameTaken);
}
