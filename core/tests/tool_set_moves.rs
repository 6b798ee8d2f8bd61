//! Names that move between the sources of one batch: what reports, listeners and versions say of it.

use std::sync::{Arc, Mutex};

use serde_json::json;
use toolrack_core::registry::{ChangeListener, ChangeSet};

use crate::support::tool_set_scene::{Scene, set, with_options};

/// Keeps the change sets that it hears.
#[derive(Default)]
struct Changes(Mutex<Vec<ChangeSet>>);

impl ChangeListener for Changes {
    fn changed(&self, change: &ChangeSet) {
        self.0.lock().expect("no thread panicked").push(change.clone());
    }
}

fn sorted(names: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// No gate holds what a source loses.
fn free(name: &str, content: &str, tools: &[(&str, &str)]) -> toolrack_core::loader::ToolSet {
    with_options(set(name, content, tools), &json!({"gates": {"removal": "apply"}}))
}

#[tokio::test]
async fn a_tool_that_moves_is_removed_in_the_report_of_its_former_source() {
    let scene = Scene::new();
    scene
        .load(vec![free("a", "1", &[("x", "1"), ("y", "1"), ("w", "1")]), free("b", "1", &[("z", "1")])])
        .await;
    let changes = Arc::new(Changes::default());
    scene.registry.listen(Arc::clone(&changes) as _);
    let reports =
        scene.load(vec![free("a", "2", &[("y", "1")]), free("b", "2", &[("z", "1"), ("x", "1")])]).await;
    assert_eq!((sorted(&reports[0].removed), sorted(&reports[0].updated)), (vec!["w", "x"], vec!["y"]));
    assert_eq!((sorted(&reports[1].added), sorted(&reports[1].updated)), (vec!["x"], vec!["z"]));
    let heard = changes.0.lock().expect("no thread panicked");
    assert_eq!(scene.revision(), 2);
    let [change] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!((sorted(&change.updated), sorted(&change.removed)), (vec!["x", "y", "z"], vec!["w"]));
    assert_eq!(change.added, [""; 0]);
}

#[tokio::test]
async fn a_version_that_gives_all_its_tools_away_stays_the_active_one() {
    let scene = Scene::new();
    scene.load(vec![free("crm@1", "1", &[("x", "1")])]).await;
    scene.load(vec![free("crm@2", "1", &[("z", "1")]), free("other", "1", &[("o", "1")])]).await;
    assert_eq!(scene.tools(), ["crm@1:x", "other:o"]);
    scene.load(vec![free("crm@1", "2", &[("y", "1")]), free("other", "2", &[("o", "1"), ("x", "1")])]).await;
    let mut tools = scene.tools();
    tools.sort();
    assert_eq!(tools, ["crm@1:y", "other:o", "other:x"]);
}

#[tokio::test]
async fn a_name_moves_out_of_a_version_that_is_not_active() {
    let scene = Scene::new();
    scene.load(vec![free("crm@1", "1", &[("x", "1")])]).await;
    scene.load(vec![free("crm@2", "1", &[("z", "1"), ("q", "1")])]).await;
    let batch = vec![free("a", "1", &[("z", "1")]), free("crm@2", "2", &[("q", "1")])];
    let reports = scene.load(batch).await;
    assert_eq!(
        (&reports[0].added[..], &reports[1].removed[..]),
        (&["z".to_owned()][..], &["z".to_owned()][..])
    );
    assert_eq!(scene.tools(), ["crm@1:x", "a:z"]);
}

#[tokio::test]
async fn a_name_is_in_one_list_of_a_change_and_a_report_has_its_own_tools_alone() {
    let scene = Scene::new();
    scene.load(vec![free("n1", "1", &[("p", "1")]), free("n2", "1", &[("a.b", "1"), ("q", "1")])]).await;
    let changes = Arc::new(Changes::default());
    scene.registry.listen(Arc::clone(&changes) as _);
    let batch = vec![free("n1", "2", &[("p", "1"), ("a_b", "1")]), free("n2", "2", &[("q", "1")])];
    let reports = scene.load(batch).await;
    assert_eq!(sorted(&reports[0].updated), ["p"]);
    let heard = changes.0.lock().expect("no thread panicked");
    assert_eq!(sorted(&heard[0].updated), ["p", "q"]);
    assert_eq!((sorted(&heard[0].added), sorted(&heard[0].removed)), (vec!["a_b"], vec!["a.b"]));
}
