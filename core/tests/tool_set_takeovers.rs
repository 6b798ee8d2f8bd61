//! Sets that take the place of another source, as a renamed file does: they enter with all their tools, or not at all.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use toolrack_core::error::{Error, ErrorCode};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, OnError, SpecLoader, ToolSet};
use toolrack_core::spec::SpecSource;

use crate::support::dice::Dice;
use crate::support::tool_set_scene::{Scene, set, with_options};

/// A set at another location of its source.
fn taking(set: ToolSet) -> ToolSet {
    ToolSet {
        location: format!("/other/{}.js", set.name).into(),
        replaces: Some(set.location.clone()),
        ..set
    }
}

fn holding(set: ToolSet) -> ToolSet {
    with_options(set, &json!({"gates": {"breaking": "hold"}}))
}

#[tokio::test]
async fn a_tool_moves_to_a_source_that_is_taken_over_in_the_same_batch() {
    for is_first in [true, false] {
        let scene = Scene::new();
        scene
            .load(vec![set("a", "1", &[("x", "one"), ("y", "two")]), set("b", "1", &[("z", "three")])])
            .await;
        let id = scene.registry.snapshot().get("z").expect("is there").id;
        let mut batch =
            vec![set("a", "2", &[("y", "two")]), taking(set("b", "2", &[("x", "one"), ("z", "three")]))];
        if is_first {
            batch.reverse();
        }
        let reports = scene.load(batch).await;
        let gaining = &reports[usize::from(!is_first)];
        assert_eq!(
            (&gaining.added[..], &gaining.updated[..]),
            (&["x".to_owned()][..], &["z".to_owned()][..])
        );
        let mut tools = scene.tools();
        tools.sort_unstable();
        assert_eq!((scene.revision(), tools), (2, ["a:y", "b:x", "b:z"].map(str::to_owned).to_vec()));
        assert_eq!(scene.registry.snapshot().get("z").expect("stays").id, id, "its registration goes on");
        assert_eq!(scene.loader.decisions().history("b").expect("is known").len(), 2);
    }
}

#[tokio::test]
async fn two_sources_that_are_taken_over_exchange_their_tools() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one")]), set("b", "1", &[("y", "two")])]).await;
    scene.load(vec![taking(set("a", "2", &[("y", "two")])), taking(set("b", "2", &[("x", "one")]))]).await;
    let mut tools = scene.tools();
    tools.sort_unstable();
    assert_eq!((scene.revision(), tools), (2, vec!["a:y".to_owned(), "b:x".to_owned()]));
}

#[tokio::test]
async fn a_takeover_is_refused_where_a_gate_keeps_the_tool_that_it_needs() {
    for gates in [json!({}), json!({"wording": "hold", "widening": "hold"})] {
        for is_first in [true, false] {
            let scene = Scene::new();
            scene
                .load(vec![set("a", "1", &[("x", "one"), ("y", "two")]), set("b", "1", &[("z", "three")])])
                .await;
            let mut batch = vec![
                holding(set("a", "2", &[("y", "two")])),
                with_options(
                    taking(set("b", "2", &[("x", "one"), ("z", "four")])),
                    &json!({"gates": gates.clone()}),
                ),
            ];
            if is_first {
                batch.reverse();
            }
            let mut outcome = scene.load_with(batch, OnError::Skip).await.expect("the rest");
            let (gaining, losing) = if is_first { (0, 1) } else { (1, 0) };
            let held = outcome[losing].as_ref().expect("loads").hold_id.clone().expect("is held");
            let error = outcome.remove(gaining).expect_err("x is kept");
            assert_eq!(error.code(), ErrorCode::NameTaken);
            assert_eq!(scene.tools(), ["a:x", "a:y", "b:z"]);
            let snapshot = scene.registry.snapshot();
            assert_eq!(snapshot.get("z").expect("stays").definition.description, "three");
            scene.loader.decisions().approve(&held).expect("is held");
            scene.load(vec![taking(set("b", "2", &[("x", "one"), ("z", "four")]))]).await;
            assert_eq!(scene.tools(), ["a:y", "b:z", "b:x"]);
        }
    }
}

#[tokio::test]
async fn of_two_sets_of_a_batch_the_later_one_does_not_get_the_name() {
    let scene = Scene::new();
    scene.load(vec![set("a", "1", &[("x", "one"), ("y", "two")]), set("b", "1", &[("z", "three")])]).await;
    let batch = || {
        vec![
            set("a", "2", &[("y", "two")]),
            set("c", "1", &[("x", "one")]),
            taking(set("b", "2", &[("x", "one"), ("z", "four")])),
        ]
    };
    let (index, error) = scene.load_with(batch(), OnError::Refuse).await.expect_err("x is taken");
    assert_eq!((index, error.code(), scene.revision()), (2, ErrorCode::NameTaken, 1));
    let outcome = scene.load_with(batch(), OnError::Skip).await.expect("the rest");
    let codes: Vec<_> = outcome.iter().map(|one| one.as_ref().err().map(Error::code)).collect();
    assert_eq!((codes, scene.revision()), (vec![None, None, Some(ErrorCode::NameTaken)], 2));
    let snapshot = scene.registry.snapshot();
    assert_eq!(&*snapshot.get("x").expect("is there").origin.source, "c");
    assert_eq!(snapshot.get("z").expect("stays").definition.description, "three");
}

#[tokio::test]
async fn a_takeover_that_is_refused_keeps_the_tools_that_others_need() {
    let scene = Scene::new();
    let all = [("a", "x"), ("b", "y"), ("c", "z"), ("d", "w")];
    scene.load(all.iter().map(|(source, tool)| set(source, "1", &[(tool, "one")])).collect()).await;
    // c has z still, so b gets no z and keeps y, so a gets no y and keeps x.
    let batch = vec![
        taking(set("a", "2", &[("y", "two")])),
        taking(set("b", "2", &[("z", "two")])),
        set("d", "2", &[("w", "two"), ("x", "two")]),
    ];
    let outcome = scene.load_with(batch, OnError::Skip).await.expect("the rest");
    let codes: Vec<_> = outcome.iter().map(|one| one.as_ref().err().map(Error::code)).collect();
    let taken = Some(ErrorCode::NameTaken);
    assert_eq!((codes, scene.revision()), (vec![taken, taken, None], 2));
    assert_eq!(scene.tools(), ["a:x", "b:y", "c:z", "d:w"]);
}

#[tokio::test]
async fn a_takeover_that_needs_the_name_of_a_document_is_refused_whole() {
    let scene = Scene::new();
    let document = r#"{"openapi": "3.1.0", "info": {"title": "Pets", "version": "1"},
        "servers": [{"url": "https://pets.example"}],
        "paths": {"/pets": {"get": {"operationId": "list_pets", "responses": {}}}}}"#;
    let documents = SpecLoader::new(Arc::clone(&scene.registry), Arc::new(TlsClient::new()));
    let text = SpecSource::Text(document.as_bytes().to_vec().into());
    let source = documents.load(text, LoadOptions::default()).await.expect("loads").source;
    documents.unload(&source).expect("is there");
    scene.load(vec![set("b", "1", &[("z", "three")])]).await;
    let batch = vec![taking(set("b", "2", &[("list_pets", "one"), ("z", "four")]))];
    let outcome = scene.load_with(batch, OnError::Skip).await.expect("an outcome").remove(0);
    assert_eq!(outcome.expect_err("an operation had the name").code(), ErrorCode::NameTaken);
    assert_eq!(scene.registry.snapshot().get("z").expect("stays").definition.description, "three");
}

#[tokio::test]
async fn random_takeovers_enter_with_all_their_tools_or_not_at_all() {
    let scene = Scene::new();
    let (sources, names) = (["a", "b", "c", "d"], ["t0", "t1", "t2", "t3", "t4", "t5", "t6"]);
    let mut dice = Dice::new(7);
    let tools_of = |name: &str| -> BTreeSet<String> {
        let snapshot = scene.registry.snapshot();
        snapshot
            .tools()
            .filter(|tool| *tool.origin.source == *name)
            .map(|tool| tool.name().to_owned())
            .collect()
    };
    let (mut entered, mut refused) = (0, 0);
    for round in 0..600 {
        let content = format!("of round {round}");
        let mut batch: Vec<ToolSet> = Vec::new();
        for source in sources {
            let wanted: Vec<_> =
                names.into_iter().filter(|_| dice.once_in(3)).map(|tool| (tool, content.as_str())).collect();
            if wanted.is_empty() || dice.once_in(3) {
                continue;
            }
            let removal = if dice.once_in(4) { "hold" } else { "apply" };
            let own = with_options(set(source, &content, &wanted), &json!({"gates": {"breaking": removal}}));
            // It takes over itself: what matters is that it may not lose a tool.
            let replaces = dice.once_in(2).then(|| own.location.clone());
            batch.push(ToolSet { replaces, ..own });
        }
        if dice.once_in(2) {
            batch.reverse();
        }
        let wanted: Vec<(String, bool, BTreeSet<String>)> = batch
            .iter()
            .map(|set| {
                let tools = set.tools.iter().map(|tool| tool.definition.name.clone()).collect();
                (set.name.clone(), set.replaces.is_some(), tools)
            })
            .collect();
        let before: Vec<BTreeSet<String>> = wanted.iter().map(|(name, ..)| tools_of(name)).collect();
        let revision = scene.revision();
        let outcomes = scene.load_with(batch, OnError::Skip).await.expect("an outcome");
        assert!(scene.revision() <= revision + 1, "round {round}");
        for (((name, takes_over, tools), before), outcome) in wanted.iter().zip(&before).zip(&outcomes) {
            let now = tools_of(name);
            match outcome {
                Ok(report) if *takes_over => {
                    entered += 1;
                    let all_but_held = tools.iter().filter(|tool| !report.held.contains(tool));
                    let missing: Vec<_> = all_but_held.filter(|tool| !now.contains(*tool)).collect();
                    assert!(missing.is_empty(), "{name} in round {round} without {missing:?}");
                }
                Ok(_) => {}
                Err(error) => {
                    refused += usize::from(*takes_over);
                    assert_eq!(error.code(), ErrorCode::NameTaken, "round {round}");
                    assert_eq!(&now, before, "{name} in round {round}");
                }
            }
        }
    }
    assert!(entered > 100 && refused > 100, "{entered} entered, {refused} refused");
}
