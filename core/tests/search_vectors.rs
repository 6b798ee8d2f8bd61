//! Searches with vectors, and indexes that are made ahead of searches.

use std::f32::consts::FRAC_PI_2;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use toolrack_core::registry::{
    OnConflict, Origin, RegisteredTool, SearchOptions, SearchResult, SearchSettings, Snapshot, ToolRegistry,
};
use toolrack_core::search::{SearchQuery, TextKey};
use toolrack_core::tool::ToolDefinition;

use crate::support::idle::Idle;

fn holding(settings: &Value, tools: usize) -> ToolRegistry {
    let settings = SearchSettings::parse(settings).expect("settings");
    let registry = ToolRegistry::new(OnConflict::Refuse).searched_by(settings);
    for number in 0..tools {
        let kind = if number % 2 == 0 { "even" } else { "odd" };
        let definition = json!({"name": format!("t{number}"), "description": "Does it", "category": kind});
        let definition = ToolDefinition::parse(&definition, true).expect("a definition");
        let tool = RegisteredTool::new(definition, Arc::new(Idle), Origin::code(), 0);
        registry.register(tool).expect("a free name");
    }
    registry
}

/// Gives the tools directions from the one axis to the other, in the order of their numbers.
fn embed(snapshot: &Snapshot, most: usize) -> Vec<usize> {
    let (mut from, mut batches) = (Some(0), Vec::new());
    while let Some(position) = from {
        let batch = snapshot.texts_to_embed(position, most);
        let keys: Vec<TextKey> = batch.texts.iter().map(|(key, _)| *key).collect();
        let number = |text: &str| text[1..text.find('\n').expect("a line")].parse::<f32>().expect("a number");
        let angles = batch.texts.iter().map(|(_, text)| number(text) / 1_000.0 * FRAC_PI_2);
        let values: Vec<f32> = angles.flat_map(|angle| [angle.cos(), angle.sin()]).collect();
        if !keys.is_empty() {
            snapshot.add_vectors(&keys, &values).expect("one dimension");
            batches.push(keys.len());
        }
        from = batch.next;
    }
    batches
}

fn near(snapshot: &Snapshot, query: &str, vector: &[f32], options: &Value) -> SearchResult {
    let query = SearchQuery::parse(&json!(query)).expect("a query");
    let options = SearchOptions::parse(options).expect("options");
    snapshot.search_near(&query, &[vector], 0.3, &options)
}

#[test]
fn the_nearest_of_a_thousand_tools_are_hits_within_the_filter() {
    let registry = holding(&Value::Null, 1_000);
    let snapshot = registry.snapshot();
    assert_eq!(embed(&snapshot, 64), [vec![64; 15], vec![40]].concat());
    assert_eq!(embed(&snapshot, 64), Vec::<usize>::new());
    let found = near(&snapshot, "rocket", &[0.0, 1.0], &json!({"limit": 3}));
    assert_eq!(found.hits.iter().map(|hit| &*hit.name).collect::<Vec<_>>(), ["t999", "t998", "t997"]);
    let found = near(&snapshot, "rocket", &[1.0, 0.0], &json!({"limit": 3, "filter": {"category": "odd"}}));
    assert_eq!(found.hits.iter().map(|hit| &*hit.name).collect::<Vec<_>>(), ["t1", "t3", "t5"]);
    assert_eq!(found.total, 200);
}

#[test]
fn vectors_of_another_dimension_are_refused_and_leave_the_others() {
    let registry = holding(&Value::Null, 3);
    let snapshot = registry.snapshot();
    embed(&snapshot, 64);
    assert!(snapshot.add_vectors(&[TextKey::of("other")], &[1.0; 3]).is_err());
    assert_eq!(snapshot.vector_dimension(), Some(2));
    assert_eq!(near(&snapshot, "rocket", &[1.0; 3], &Value::Null).total, 0);
    assert_eq!(near(&snapshot, "of the", &[1.0; 2], &Value::Null).total, 0);
}

#[test]
fn an_eager_index_is_made_without_a_search_and_a_lazy_one_is_not() {
    let deadline = Instant::now() + Duration::from_mins(1);
    let [eager, lazy] =
        [json!({"eager": true}), Value::Null].map(|settings| holding(&settings, 300).snapshot());
    while !eager.is_indexed() && Instant::now() < deadline {
        thread::yield_now();
    }
    assert_eq!((eager.is_indexed(), lazy.is_indexed()), (true, false));
}
