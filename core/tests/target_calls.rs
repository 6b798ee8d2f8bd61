//! Random arguments of every tool of every document of the field, and of tools written here, for every target: told to
//! a model, sent by one that keeps to what it was shown, and back. They come back as they were, and what is shown takes
//! neither more nor less than the tool does without saying so.
//!
//! The documents stand beside the workspace, in `../shared/specs`; without them the tools written here are all there
//! is.

use crate::support::schemas;
use crate::support::specs;
use std::time::Instant;

use serde_json::json;
use toolrack_core::tool::ToolDefinition;

use crate::support::dice::Dice;
use crate::support::trip::{Figures, tried};

/// Tools that are made at random.
const RANDOM: u64 = 400;

/// Fails with the first of what was found.
fn assert_none(found: &[String], figures: &Figures) {
    let first: Vec<_> = found.iter().take(30).map(String::as_str).collect();
    assert!(found.is_empty(), "{} of {figures:?}:\n{}", found.len(), first.join("\n"));
}

#[test]
fn every_tool_of_every_document_says_what_it_changes_and_finds_its_way_back() {
    let started = Instant::now();
    let all = specs::on_each(&specs::documents(), |file| {
        let (mut figures, mut found) = (Figures::default(), Vec::new());
        let name = file.file_name().expect("a file").to_string_lossy();
        for (seed, tool) in (0..).zip(specs::loaded(file).iter().flat_map(|snapshot| snapshot.tools())) {
            let faults = tried(&tool.definition, seed, &mut figures);
            found.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
        }
        (figures, found)
    });
    let (mut figures, mut found) = (Figures::default(), Vec::new());
    for (own, faults) in all {
        figures += own;
        found.extend(faults);
    }
    println!("{figures:?} in {:?}", started.elapsed());
    assert_none(&found, &figures);
    let samples = figures.tools == 0 || figures.sampled * 100 >= (figures.tools - figures.bare) * 99;
    assert!(samples, "too few tools have examples: {figures:?}");
}

#[test]
fn arguments_of_tools_written_here_find_their_way_back() {
    let tag = |tag: &str, name: &str| {
        json!({"type": "object",
        "properties": {"kind": {"const": tag}, name: {"type": "string"}, "n": {"type": "integer"}},
            "required": ["kind", name]})
    };
    let (mut found, mut figures) = (Vec::new(), Figures::default());
    for (i, schema) in [
        json!({"type": "object", "properties": {"filter[id]": {"type": "string"}, "page.size": {"type": "integer"},
            "__proto__": {"type": "string"}, "type": {"type": "string"}}}),
        json!({"type": "object", "oneOf": [tag("a", "one"), tag("b", "two")]}),
        json!({"type": "object", "properties": {"it": {"oneOf": [tag("a", "x.y"), tag("b", "x-y")]}},
            "required": ["it"]}),
        json!({"type": "object", "properties": {"n": {"type": ["integer", "null"]},
            "m": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}),
        json!({"type": "object", "properties": {"p": {"type": "array", "prefixItems": [{"type": "string"}],
            "items": false}, "e": {"enum": ["a", 1, null]}}}),
        json!({
            "type": "object", "properties": {"tree": {"$ref": "#/$defs/Node"}}, "required": ["tree"],
            "$defs": {"Node": {"type": "object", "properties": {"2fa": {"type": "string"},
                "sub": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}}}
        }),
        json!({"type": "object", "allOf": [{"properties": {"a b": {"type": "string"}}, "required": ["a b"]},
            {"properties": {"b": {"type": "number", "exclusiveMinimum": 0}}}]}),
        json!({"type": "object", "properties": {"any": {}, "mixed": {"enum": ["a", 1, true, "1"]},
            "list": {"type": "array"}, "either": {"anyOf": [{"type": "object",
                "properties": {"k": {"const": "a"}, "x": {}}, "required": ["k", "x"]},
                    {"type": "object", "properties": {"k": {"const": "b"}, "x": {"type": "string"}},
                        "required": ["k", "x"]}]}}, "required": ["any", "mixed", "list"]}),
        json!({
            "type": "object", "properties": {"e": {"$ref": "#/$defs/E"}, "n": {"type": "integer"}}, "required": ["e"],
            "$defs": {"E": {"oneOf": [
                {"type": "object", "properties": {"op": {"const": "and"},
                    "of": {"type": "array", "items": {"$ref": "#/$defs/E"}, "minItems": 1}}, "required": ["op", "of"]},
                {"type": "object", "properties": {"op": {"const": "is"}, "value": {}}, "required": ["op", "value"]}
            ]}}
        }),
        json!({"type": "object", "properties": {"l": {"$ref": "#/$defs/L"}}, "required": ["l"],
            "$defs": {"L": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/L"}, {"type": "integer"}]}}}}),
        json!({"type": "object", "properties": {"l": {"$ref": "#/$defs/L"}}, "required": ["l"],
            "$defs": {"L": {"type": "array", "items": {"$ref": "#/$defs/L"}, "minItems": 1}}}),
        json!({"type": "object", "properties": {"v": {"type": "integer"}, "next": {"$ref": "#"}}, "required": ["v"]}),
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}},
            "$defs": {"A": {"type": "object", "properties": {"b.c": {"$ref": "#/$defs/B"}, "s": {"type": "string"}},
                "required": ["s"]}, "B": {"type": "object",
                    "properties": {"a": {"$ref": "#/$defs/A"}, "i": {"type": "integer"}}, "required": ["a"]}}}),
    ]
    .iter()
    .enumerate()
    {
        let tool = json!({"name": format!("tool{i}"), "description": "d", "inputSchema": schema});
        let tool = ToolDefinition::parse(&tool, true).expect("a tool");
        for seed in 0..40 {
            found.extend(tried(&tool, seed, &mut figures));
        }
    }
    assert_none(&found, &figures);
    assert!(figures.calls > 2_000, "{figures:?}");
}

#[test]
fn random_tools_say_what_they_change_and_find_their_way_back() {
    let (mut found, mut figures) = (Vec::new(), Figures::default());
    let all: Vec<u64> = (0..RANDOM).collect();
    for (own, faults) in specs::on_each(&all, |seed| {
        let mut figures = Figures::default();
        let schema = schemas::any_tool(&mut Dice::new(*seed));
        let tool = json!({"name": format!("random{seed}"), "description": "d", "inputSchema": schema});
        let faults = ToolDefinition::parse(&tool, true).map(|tool| tried(&tool, *seed, &mut figures));
        let faults = faults.unwrap_or_default().into_iter().take(1);
        (figures, faults.map(|fault| format!("{fault}\n  {schema}")).collect::<Vec<_>>())
    }) {
        figures += own;
        found.extend(faults);
    }
    println!("{figures:?}");
    assert_none(&found, &figures);
    assert!(figures.tools > 100 && figures.calls > 1_000, "{figures:?}");
}
