//! What it costs to turn a document into tools: one made up with 1,000 operations, and the one that
//! `TOOLRACK_BENCH_SPEC` names.

use std::path::PathBuf;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Map, Value, json};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::spec::SpecSource;

/// 500 paths with two operations each, which share parameters and schemas, one of them circular.
fn document() -> Vec<u8> {
    let paths: Map<String, Value> = (0..500)
        .map(|number| {
            let item = json!({
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "get": {
                    "operationId": format!("things/get-{number}"),
                    "summary": "Get a thing",
                    "description": "Gets one thing with all that belongs to it, if the caller may see it.",
                    "tags": ["things"],
                    "parameters": [
                        {"name": "expand", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                        {"name": "page", "in": "query", "description": "Page", "schema": {"type": "integer", "minimum": 1, "default": 1}},
                    ],
                    "responses": {"200": {"description": "The thing"}},
                },
                "put": {
                    "operationId": format!("things/put-{number}"),
                    "summary": "Change a thing",
                    "tags": ["things"],
                    "requestBody": {
                        "required": true,
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "responses": {"200": {"description": "The thing"}},
                },
            });
            (format!("/v1/things-{number}/{{id}}"), item)
        })
        .collect();
    let document = json!({
        "openapi": "3.0.4",
        "info": {"title": "Things", "version": "1.0.0"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": paths,
        "components": {
            "parameters": {"Id": {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}},
            "schemas": {
                "Thing": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "id": {"type": "string", "readOnly": true},
                        "name": {"type": "string", "maxLength": 100},
                        "owner": {"$ref": "#/components/schemas/Person"},
                        "weight": {"type": "number", "minimum": 0, "exclusiveMinimum": true, "nullable": true},
                    },
                },
                "Person": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string"},
                        "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
                    },
                },
            },
        },
    });
    document.to_string().into_bytes()
}

fn loaded(source: SpecSource) -> LoadReport {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let loader = SpecLoader::new(registry, Arc::new(TlsClient::new()));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(loader.load(source, LoadOptions::default())).expect("loads")
}

fn load(c: &mut Criterion) {
    let made_up = document();
    assert_eq!(loaded(SpecSource::Text(made_up.clone().into())).added.len(), 1_000);
    let mut sources = vec![("1,000 operations".to_owned(), SpecSource::Text(made_up.into()))];
    if let Some(path) = std::env::var_os("TOOLRACK_BENCH_SPEC").map(PathBuf::from) {
        sources.push((path.display().to_string(), SpecSource::Path(path)));
    }
    let mut group = c.benchmark_group("load");
    group.sample_size(20);
    for (name, source) in sources {
        group.throughput(Throughput::Bytes(loaded(source.clone()).bytes as u64));
        group.bench_function(name, |b| b.iter_batched(|| source.clone(), loaded, BatchSize::LargeInput));
    }
    group.finish();
}

criterion_group!(benches, load);
criterion_main!(benches);
