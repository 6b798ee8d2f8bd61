//! Random batches of tool sets: tools move between sources, sources come and go, each batch is one revision.

use std::collections::BTreeMap;

use serde_json::json;
use toolrack_core::loader::ToolSet;

use crate::support::dice::Dice;
use crate::support::tool_set_scene::{Scene, set, with_options};

#[tokio::test]
async fn random_batches_leave_each_source_with_exactly_its_tools() {
    let scene = Scene::new();
    let (sources, names) =
        (["a", "b", "c", "d", "e"], ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"]);
    let mut dice = Dice::new(1);
    let mut held: BTreeMap<&str, &str> = BTreeMap::new();
    let mut endings: BTreeMap<&str, &str> = BTreeMap::new();
    for round in 0..400 {
        let batch: Vec<&str> = sources.into_iter().filter(|_| dice.once_in(2)).collect();
        if batch.is_empty() {
            continue;
        }
        // Names of the batch and free ones are dealt anew; the others stay where they are.
        let is_dealt = |name: &&str| held.get(name).is_none_or(|source| batch.contains(source));
        let dealt: Vec<&str> = names.into_iter().filter(is_dealt).collect();
        held.retain(|_, source| !batch.contains(source));
        for name in dealt {
            if !dice.once_in(4) {
                held.insert(name, *dice.pick(&batch));
            }
        }
        let tools_of = |source: &str| {
            held.iter().filter(|(_, holder)| **holder == source).map(|(name, _)| *name).collect::<Vec<_>>()
        };
        if batch.iter().any(|source| tools_of(source).is_empty()) {
            // A source without tools does not load: it is unloaded.
            let empty: Vec<&str> =
                batch.iter().copied().filter(|source| tools_of(source).is_empty()).collect();
            let listed: Vec<String> = scene.loader.sources().into_iter().map(|source| source.name).collect();
            let loaded: Vec<&str> =
                empty.into_iter().filter(|name| listed.iter().any(|listed| listed == name)).collect();
            scene.loader.tool_sets().unload(&loaded).expect("are loaded");
        }
        let description = format!("of round {round}");
        let mut content = |name: &'static str| -> ToolSet {
            let tools: Vec<_> = tools_of(name).into_iter().map(|tool| (tool, description.as_str())).collect();
            // No gate holds what a source loses to another one.
            let own = with_options(set(name, &description, &tools), &json!({"gates": {"removal": "apply"}}));
            // Some files are renamed in the same batch.
            let former = endings.get(name).copied().unwrap_or("js");
            let ending = *dice.pick(&["js", "ts"]);
            endings.insert(name, ending);
            let location = |ending: &str| format!("/tools/{name}.{ending}").into();
            let replaces = (ending != former).then(|| location(former));
            ToolSet { location: location(ending), replaces, ..own }
        };
        let sets: Vec<_> =
            batch.iter().copied().filter(|source| !tools_of(source).is_empty()).map(&mut content).collect();
        let (before, loads) = (scene.revision(), !sets.is_empty());
        scene.load(sets).await;
        assert_eq!(scene.revision(), before + u64::from(loads), "round {round}");
        let mut tools = scene.tools();
        tools.sort_unstable_by_key(|tool| tool.split(':').next_back().map(ToOwned::to_owned));
        let expected: Vec<String> = held.iter().map(|(name, source)| format!("{source}:{name}")).collect();
        assert_eq!(tools, expected, "round {round}");
        let snapshot = scene.registry.snapshot();
        for (name, source) in &held {
            let tool = snapshot.get(name).expect("is there");
            assert!(
                !batch.contains(source) || tool.definition.description == description,
                "{name} in round {round}"
            );
        }
    }
}
