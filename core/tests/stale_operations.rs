//! An operation that cannot be read any more: its tool stays what it was and says why, and the others move on.

use std::sync::Arc;

use crate::support::stage::{Scene, tree, write};
use serde_json::{Value, json};
use tempfile::TempDir;
use toolrack_core::loader::LoadReport;
use toolrack_core::registry::Snapshot;

/// A file that changes, and the registry that it is loaded into.
struct Watched {
    scene: Scene,
    folder: TempDir,
}

impl Watched {
    fn new() -> Self {
        Self { scene: Scene::new(), folder: tree(&[]) }
    }

    async fn load(&self, paths: Value, version: &str) -> LoadReport {
        let document =
            json!({"openapi": "3.1.1", "info": {"title": "t", "version": version}, "paths": paths});
        let file = self.folder.path().join("api.json");
        write(&file, &document.to_string());
        self.scene.load_file(file).await.expect("loads")
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.scene.registry.snapshot()
    }
}

fn operation(id: &str, text: &str) -> Value {
    json!({"get": {"operationId": id, "description": text}})
}

/// An operation that no tool can be made of.
fn broken(id: &str) -> Value {
    json!({"get": {"operationId": id, "requestBody": {"content": "text"}}})
}

fn outcome(report: &LoadReport) -> [Vec<String>; 5] {
    let LoadReport { added, updated, removed, unchanged, stale, .. } = report.clone();
    [added, updated, removed, unchanged, stale]
}

fn names<const N: usize>(names: [&[&str]; N]) -> [Vec<String>; N] {
    names.map(|names| names.iter().map(|name| (*name).to_owned()).collect())
}

#[tokio::test]
async fn the_tool_stays_while_the_others_move_on_and_is_well_when_its_operation_is() {
    let watched = Watched::new();
    let load = async |paths: Value, version: &str| watched.load(paths, version).await;
    load(json!({"/a": operation("a", "old"), "/b": operation("b", "old"), "/c": operation("c", "old")}), "1")
        .await;
    let before = watched.snapshot();

    let report =
        load(json!({"/a": broken("a"), "/b": operation("b", "new"), "/d": operation("d", "new")}), "2").await;
    assert_eq!(outcome(&report), names([&["d"], &["b"], &["c"], &[], &["a"]]));
    assert_eq!(report.skipped[0].operation_id.as_deref(), Some("a"));
    let now = watched.snapshot();
    let (old, left) = (before.get("a").expect("was there"), now.get("a").expect("is there"));
    assert_eq!(left.definition, old.definition);
    assert_eq!((left.position, left.id, left.revision), (old.position, old.id, old.revision));
    let stale = left.stale.as_ref().expect("is stale");
    assert_eq!((stale.code, stale.pointer.as_str()), ("INVALID_SPEC", "/paths/~1a/get/requestBody"));
    assert!(now.callable("a").is_ok() && now.get("b").expect("is there").stale.is_none());

    // The same fault again is no news.
    let revision = now.revision();
    let report =
        load(json!({"/a": broken("a"), "/b": operation("b", "new"), "/d": operation("d", "new")}), "2").await;
    assert_eq!(outcome(&report), names([&[], &[], &[], &["b", "d"], &["a"]]));
    assert_eq!(watched.snapshot().revision(), revision);

    let report = load(
        json!({"/a": operation("a", "old"), "/b": operation("b", "new"), "/d": operation("d", "new")}),
        "2",
    )
    .await;
    assert_eq!(outcome(&report), names([&[], &[], &[], &["a", "b", "d"], &[]]));
    let well = watched.snapshot();
    assert!(well.get("a").expect("is there").stale.is_none());

    load(json!({"/a": broken("a")}), "3").await;
    let report = load(json!({"/b": operation("b", "new")}), "4").await;
    assert_eq!(
        outcome(&report),
        names([&["b"], &[], &["a"], &[], &[]]),
        "an operation that is gone takes its tool along"
    );
}

#[tokio::test]
async fn a_path_item_that_cannot_be_read_leaves_all_its_tools() {
    let watched = Watched::new();
    let both = json!({"get": {"operationId": "a"}, "post": {"operationId": "b"}});
    watched.load(json!({"/x": both, "/y": operation("c", "")}), "1").await;
    let report = watched.load(json!({"/x": {"$ref": "#/nowhere"}, "/y": operation("c", "")}), "1").await;
    assert_eq!(outcome(&report), names([&[], &[], &[], &["c"], &["a", "b"]]));
}

#[tokio::test]
async fn a_tool_that_was_taken_away_does_not_come_back() {
    let watched = Watched::new();
    watched.load(json!({"/a": operation("a", ""), "/b": operation("b", "")}), "1").await;
    watched.scene.registry.unregister("a", None).expect("open");
    let report = watched.load(json!({"/a": broken("a"), "/b": operation("b", "")}), "2").await;
    assert_eq!(outcome(&report), names([&[], &[], &[], &["b"], &[]]));
}
