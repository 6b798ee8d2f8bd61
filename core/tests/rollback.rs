//! The versions of a document, and the way back to one of them.

use crate::support::changing::{Scene, paths, said};
use serde_json::{Value, json};
use toolrack_core::error::ErrorCode;
use toolrack_core::review::LoadTrigger;

#[tokio::test]
async fn a_document_goes_back_to_the_version_before_and_on_when_there_is_a_newer_one() {
    let scene = Scene::new(&Value::Null);
    for (version, text) in [("1.0.0", "one"), ("2.0.0", "two"), ("3.0.0", "three")] {
        scene.load(version, &paths(&[("a", text), (text, "x")])).await;
    }
    let revision = scene.revision();
    let back = scene.loader.decisions().rollback("api", None).expect("there is one");
    assert_eq!((back.version.as_deref(), back.revision), (Some("2.0.0"), revision + 1));
    assert_eq!(
        (back.updated, back.added, back.removed),
        (vec!["a".to_owned()], vec!["two".to_owned()], vec!["three".to_owned()])
    );
    assert_eq!(scene.tools(), said(&[("a", "two"), ("two", "x")]));
    let status = scene.loader.sources().remove(0);
    assert_eq!((status.version.as_deref(), status.rolled_back), (Some("2.0.0"), true));
    assert_eq!(
        scene.loader.decisions().rollback("api", None).expect("one more").version.as_deref(),
        Some("1.0.0")
    );
    assert_eq!(
        scene.loader.decisions().rollback("api", Some("3.0.0")).expect("is kept").version.as_deref(),
        Some("3.0.0")
    );
    let error = scene.loader.decisions().rollback("api", Some("9")).expect_err("is none");
    assert_eq!(
        error.details(),
        json!({"source": "api", "version": "9", "kept": ["3.0.0", "2.0.0", "1.0.0"]})
    );
    let history = scene.loader.decisions().history("api").expect("is there");
    let told: Vec<_> = history.iter().map(|one| (one.number, one.trigger, one.back_to)).collect();
    assert_eq!(
        told,
        [
            (6, LoadTrigger::Rollback, Some(3)),
            (5, LoadTrigger::Rollback, Some(1)),
            (4, LoadTrigger::Rollback, Some(2)),
            (3, LoadTrigger::Load, None),
            (2, LoadTrigger::Load, None),
            (1, LoadTrigger::Load, None)
        ]
    );
    assert!(history[0].active && history[1..].iter().all(|one| !one.active));
    assert_eq!(
        scene.loader.decisions().rollback("api", Some(&history[5].hash)).expect("by hash").version.as_deref(),
        Some("1.0.0")
    );
    let report = scene.loader.reload("api").await.expect("reloads");
    assert_eq!((report.version.as_deref(), scene.tools()[0].1.as_str()), (Some("3.0.0"), "three"));
    assert!(!scene.loader.sources()[0].rolled_back);
}

#[tokio::test]
async fn what_a_watcher_sees_again_does_not_undo_a_rollback() {
    let scene = Scene::new(&Value::Null);
    scene.load("1", &paths(&[("a", "one")])).await;
    scene.load("2", &paths(&[("a", "two")])).await;
    scene.loader.decisions().rollback("api", None).expect("there is one");
    let bytes = std::fs::read(scene.folder.path().join("api.json")).expect("a file");
    scene.loader.hot_reload().load_bytes("api", Ok(bytes), &*scene.heard).await;
    assert_eq!(scene.tools()[0].1, "one");
    scene.says("3", &paths(&[("a", "three")]));
    let bytes = std::fs::read(scene.folder.path().join("api.json")).expect("a file");
    scene.loader.hot_reload().load_bytes("api", Ok(bytes), &*scene.heard).await;
    assert_eq!(scene.tools()[0].1, "three");
    assert_eq!(scene.loader.decisions().history("api").expect("is there")[0].trigger, LoadTrigger::Watch);
}

#[tokio::test]
async fn of_the_versions_as_many_are_kept_as_the_options_say() {
    let mut scene = Scene::new(&Value::Null);
    scene.options = json!({"name": "api", "limits": {"versions": 2}});
    for number in 0..105 {
        scene.load(&number.to_string(), &paths(&[("a", &number.to_string())])).await;
    }
    let history = scene.loader.decisions().history("api").expect("is there");
    assert_eq!((history.len(), history.iter().filter(|one| one.kept).count()), (100, 2));
    let error = scene.loader.decisions().rollback("api", Some("100")).expect_err("is not kept");
    assert_eq!(error.code(), ErrorCode::UnknownVersion);
    assert_eq!(
        scene.loader.decisions().rollback("api", None).expect("is kept").version.as_deref(),
        Some("103")
    );
    scene.options = json!({"name": "api", "limits": {"versions": 0}});
    scene.load("200", &paths(&[("a", "x")])).await;
    assert_eq!(
        scene.loader.decisions().rollback("api", None).expect_err("none is kept").code(),
        ErrorCode::UnknownVersion
    );
}
