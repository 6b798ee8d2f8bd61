//! Random arguments of the tools of real documents, for every target: told to a model, sent by one that keeps to what it
//! was shown, and back. They come back as they were.
//!
//! The documents stand beside the workspace, in `../shared/specs`; without them the tools written here are all there is.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, SpecLoader};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::schema::{Effect, Schema};
use toolrack_core::spec::SpecSource;
use toolrack_core::target::{Form, Strict, Target};
use toolrack_core::tool::ToolDefinition;

/// Tools of one document that are tried: each for every target.
const TRIED: usize = 60;
const SAMPLES: usize = 3;

/// A random number, from a seed alone.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % count.max(1)
    }
}

impl Dice {
    fn pick<'c, T>(&mut self, choices: &'c [T]) -> &'c T {
        &choices[self.below(choices.len())]
    }
}

/// A value that a schema may take: it is judged afterwards.
fn sample(root: &Value, schema: &Value, dice: &mut Dice, depth: usize) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(&reference[1..]).expect("leads somewhere");
        return if depth == 0 { Value::Null } else { sample(root, target, dice, depth - 1) };
    }
    if let Some(value) = schema.get("const") {
        return value.clone();
    }
    for list in ["enum", "anyOf", "oneOf"] {
        let Some(items) = schema[list].as_array().filter(|items| !items.is_empty()) else { continue };
        let item = &items[dice.below(items.len())];
        if list == "enum" {
            return item.clone();
        }
        let mut value = sample(root, item, dice, depth.saturating_sub(1));
        if let (Some(map), Value::Object(own)) = (value.as_object_mut(), members(root, schema, dice, depth)) {
            for (name, held) in own {
                map.entry(name).or_insert(held);
            }
        }
        return value;
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let kind = kinds.get(dice.below(kinds.len())).copied();
    match kind.unwrap_or(if schema.get("properties").is_some() { "object" } else { "string" }) {
        "object" => members(root, schema, dice, depth),
        "array" if depth == 0 => json!([]),
        "array" => (0..dice.below(3)).map(|_| sample(root, &schema["items"], dice, depth - 1)).collect(),
        "integer" => {
            json!(schema["minimum"].as_i64().unwrap_or(0) + i64::try_from(dice.below(9)).unwrap_or(0))
        }
        "number" => json!(schema["minimum"].as_f64().unwrap_or(0.0) + 0.5),
        "boolean" => json!(dice.below(2) == 0),
        "null" => Value::Null,
        _ => {
            json!("x".repeat(usize::try_from(schema["minLength"].as_u64().unwrap_or(1)).unwrap_or(1).max(1)))
        }
    }
}

fn members(root: &Value, schema: &Value, dice: &mut Dice, depth: usize) -> Value {
    let mut map = Map::new();
    let must =
        |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if must(name) || (depth > 0 && dice.below(2) == 0) {
            map.insert(name.clone(), sample(root, property, dice, depth.saturating_sub(1)));
        }
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if let Value::Object(more) = sample(root, part, dice, depth.saturating_sub(1)) {
            map.extend(more);
        }
    }
    if depth > 0 && schema["additionalProperties"].is_object() && schema.get("properties").is_none() {
        map.insert("key".to_owned(), sample(root, &schema["additionalProperties"], dice, depth - 1));
    }
    Value::Object(map)
}

/// What a model sends that keeps to the schema it is shown: null for what must come and is not there.
fn obedient(root: &Value, shown: &Value, value: Value) -> Value {
    if let Some(reference) = shown["$ref"].as_str() {
        let target = root.pointer(&reference[1..]).expect("leads somewhere");
        return obedient(root, target, value);
    }
    if let Some(branches) = shown["anyOf"].as_array() {
        let fits = |branch: &Value, value: &Value| {
            let mut whole = branch.clone();
            if let Some(definitions) = root.get("$defs") {
                whole["$defs"] = definitions.clone();
            }
            Schema::new(&whole).problems(value).is_empty()
        };
        let tried = branches.iter().map(|branch| (branch, obedient(root, branch, value.clone())));
        // Of the branches that fit, the one that is told the fewest nulls is meant.
        let fitting = tried.into_iter().filter(|(branch, value)| fits(branch, value)).map(|(_, value)| value);
        return fitting.min_by_key(|value| value.to_string().matches("null").count()).unwrap_or(value);
    }
    match value {
        Value::Object(map) => {
            let mut full: Map<_, _> = map
                .into_iter()
                .map(|(name, held)| {
                    let held = match shown["properties"].get(&name) {
                        Some(property) => obedient(root, property, held),
                        None => held,
                    };
                    (name, held)
                })
                .collect();
            for name in shown["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                full.entry(name.to_owned()).or_insert(Value::Null);
            }
            Value::Object(full)
        }
        Value::Array(items) => items.into_iter().map(|item| obedient(root, &shown["items"], item)).collect(),
        other => other,
    }
}

/// A value without the nulls in its maps.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, held)| !held.is_null());
            Value::Object(kept.map(|(name, held)| (name.clone(), without_nulls(held))).collect())
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

fn schema_of(definition: &Value) -> &Value {
    [
        "/parameters",
        "/input_schema",
        "/toolSpec/inputSchema/json",
        "/inputSchema",
        "/function/parameters",
        "/parametersJsonSchema",
    ]
    .iter()
    .find_map(|place| definition.pointer(place))
    .expect("a schema")
}

fn forms() -> impl Iterator<Item = Form> {
    let strict = |target: Target| Form { strict: Strict::On, ..target.into() };
    Target::ALL.into_iter().flat_map(move |target| [Form::from(target), strict(target)])
}

/// What is wrong with the way of a tool's arguments; how many were sent is counted.
fn lost(tool: &ToolDefinition, seed: u64, sent: &mut usize) -> Vec<String> {
    let (schema, mut dice, mut lost) = (tool.input_schema.value(), Dice(seed), Vec::new());
    for _ in 0..SAMPLES {
        let own = sample(&schema, &schema, &mut dice, 4);
        if !tool.input_schema.problems(&own).is_empty() {
            continue;
        }
        for form in forms() {
            let rendering = form.render(tool, "tool");
            let Some(definition) = &rendering.definition else { continue };
            let shown = schema_of(definition);
            let told = form.tell(&schema, own.clone(), rendering.strict);
            let has = |code: &str| rendering.diagnostics.iter().any(|one| one.code == code);
            let nulled = has("OPTIONAL_NULLED") || has("OPTIONAL_ALREADY_NULLABLE");
            let told = if nulled { obedient(shown, shown, told) } else { told };
            // A branch takes what another one declares under the same name, and the union of both does not.
            let narrows = has("ROOT_UNION_FLATTENED")
                || rendering
                    .diagnostics
                    .iter()
                    .any(|one| one.effect == Effect::Narrower && one.code != "OBJECT_CLOSED");
            let problems = Schema::new(shown).problems(&told);
            let name = format!("{} {} {}", form.target.as_str(), rendering.strict, tool.name);
            if !problems.is_empty() && !narrows && form.target != Target::GeminiOpenApi {
                lost.push(format!("{name}: {told} is refused by what is shown, undeclared: {problems:?}"));
                continue;
            }
            *sent += 1;
            let back = Value::Object(form.arguments(tool, told.as_object().expect("a map").clone()));
            let ambiguous = rendering.diagnostics.iter().any(|one| one.code == "OPTIONAL_ALREADY_NULLABLE");
            let same = back == own || (ambiguous && without_nulls(&back) == without_nulls(&own));
            if !same {
                lost.push(format!("{name}: {own} was told {told} and came back {back}"));
            }
        }
    }
    lost
}

/// What a model may send for what it is shown, and the tool's schema refuses, though no change says so.
fn unsaid(tool: &ToolDefinition, seed: u64, sent: &mut usize) -> Vec<String> {
    let (schema, mut dice, mut unsaid) = (tool.input_schema.value(), Dice(seed), Vec::new());
    for form in forms().filter(|form| form.target != Target::GeminiOpenApi) {
        let rendering = form.render(tool, "tool");
        let Some(definition) = &rendering.definition else { continue };
        let shown = schema_of(definition);
        let told = sample(shown, shown, &mut dice, 4);
        if rendering.diagnostics.iter().any(|one| one.effect == Effect::Wider)
            || !Schema::new(shown).problems(&told).is_empty()
        {
            continue;
        }
        *sent += 1;
        let back = form.restore(&schema, told.clone(), rendering.strict);
        let problems = tool.input_schema.problems(&back);
        if !problems.is_empty() {
            unsaid.push(format!(
                "{} {} {}: {told} is {back}: {problems:?}",
                form.target.as_str(),
                rendering.strict,
                tool.name
            ));
        }
    }
    unsaid
}

#[test]
fn arguments_of_tools_written_here_find_their_way_back() {
    let tag = |tag: &str, name: &str| json!({"type": "object", "properties": {"kind": {"const": tag}, name: {"type": "string"}, "n": {"type": "integer"}}, "required": ["kind", name]});
    let (mut found, mut sent) = (Vec::new(), 0);
    for (i, schema) in [
        json!({"type": "object", "properties": {"filter[id]": {"type": "string"}, "page.size": {"type": "integer"}, "__proto__": {"type": "string"}, "type": {"type": "string"}}}),
        json!({"type": "object", "oneOf": [tag("a", "one"), tag("b", "two")]}),
        json!({"type": "object", "properties": {"it": {"oneOf": [tag("a", "x.y"), tag("b", "x-y")]}}, "required": ["it"]}),
        json!({"type": "object", "properties": {"n": {"type": ["integer", "null"]}, "m": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}),
        json!({"type": "object", "properties": {"p": {"type": "array", "prefixItems": [{"type": "string"}], "items": false}, "e": {"enum": ["a", 1, null]}}}),
        json!({
            "type": "object", "properties": {"tree": {"$ref": "#/$defs/Node"}}, "required": ["tree"],
            "$defs": {"Node": {"type": "object", "properties": {"2fa": {"type": "string"}, "sub": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}}}
        }),
        json!({"type": "object", "allOf": [{"properties": {"a b": {"type": "string"}}, "required": ["a b"]}, {"properties": {"b": {"type": "number", "exclusiveMinimum": 0}}}]}),
    ]
    .iter()
    .enumerate()
    {
        let tool = json!({"name": format!("tool{i}"), "description": "d", "inputSchema": schema});
        let tool = ToolDefinition::parse(&tool, true).expect("a tool");
        for seed in 0..40 {
            found.extend(lost(&tool, seed, &mut sent));
            found.extend(unsaid(&tool, seed, &mut sent));
        }
    }
    assert!(
        found.is_empty(),
        "{} of {sent}:\n{}",
        found.len(),
        found.into_iter().take(30).collect::<Vec<_>>().join("\n")
    );
    assert!(sent > 2_000, "only {sent} were sent");
}

#[test]
fn arguments_of_tools_of_documents_find_their_way_back() {
    let (mut found, mut sent) = (Vec::new(), 0);
    for file in ["github-api.v3.0.json", "stripe.v3.0.yaml", "box.v3.0.json", "kubernetes.v2.json"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs/dev").join(file);
        if !path.exists() {
            println!("skipped: there is no {}", path.display());
            continue;
        }
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(loader.load(SpecSource::Path(path), LoadOptions::default())).expect("loads");
        let snapshot = registry.snapshot();
        let step = snapshot.len().div_ceil(TRIED);
        for (i, tool) in snapshot.tools().enumerate().filter(|(i, _)| i % step == 0) {
            found.extend(lost(&tool.definition, i as u64, &mut sent));
            found.extend(unsaid(&tool.definition, i as u64, &mut sent));
        }
    }
    println!("{sent} calls");
    assert!(
        found.is_empty(),
        "{} of {sent}:\n{}",
        found.len(),
        found.into_iter().take(30).collect::<Vec<_>>().join("\n")
    );
}

/// Any schema, of words that targets disagree about.
fn any_schema(dice: &mut Dice, depth: usize) -> Value {
    let kinds = if depth == 0 { 7 } else { 15 };
    match dice.below(kinds) {
        0 => {
            json!({"type": "string", "minLength": dice.below(3), "format": dice.pick(&["uri", "date-time", "x"])})
        }
        1 => json!({"type": "integer", "exclusiveMinimum": dice.below(5), "maximum": 90}),
        2 => json!({"type": ["boolean", "null"], "description": "d"}),
        3 => json!({"enum": dice.pick(&[["a", "b"], ["a", ""], ["", "c"]])}),
        4 => json!({"const": dice.pick(&[json!("x"), json!(3), json!(null), json!(true)])}),
        5 => json!({"type": ["string", "integer"], "minimum": 2}),
        6 => json!({"$ref": dice.pick(&["#/$defs/A", "#/$defs/B"]), "description": "beside"}),
        7 => json!({"type": "array", "items": any_schema(dice, depth - 1), "minItems": dice.below(2)}),
        8 => {
            json!({"type": "array", "prefixItems": [any_schema(dice, 0), any_schema(dice, 0)], "items": false})
        }
        9 => json!({"anyOf": [any_schema(dice, depth - 1), any_schema(dice, depth - 1)]}),
        10 => json!({"oneOf": [any_object(dice, depth - 1), any_schema(dice, depth - 1)], "title": "t"}),
        11 => json!({"allOf": [any_object(dice, depth - 1), any_object(dice, depth - 1)]}),
        12 => json!({"type": "object", "additionalProperties": any_schema(dice, depth - 1)}),
        13 => {
            let mut object = any_object(dice, depth - 1);
            object["anyOf"] = json!([{"required": ["a.b"]}, {"required": ["x"]}]);
            object
        }
        _ => any_object(dice, depth - 1),
    }
}

fn any_object(dice: &mut Dice, depth: usize) -> Value {
    let names = ["a.b", "a_b", "type", "required", "__proto__", "x", "$ref", "items"];
    let mut properties = Map::new();
    for name in names {
        if dice.below(3) == 0 {
            properties.insert(name.to_owned(), any_schema(dice, depth));
        }
    }
    let required: Vec<_> = properties.keys().filter(|_| dice.below(2) == 0).cloned().collect();
    let mut object = json!({"type": "object", "properties": properties, "required": required});
    if dice.below(3) == 0 {
        object["additionalProperties"] = json!(false);
    }
    object
}

#[test]
fn arguments_of_random_tools_find_their_way_back() {
    let (mut found, mut sent, mut tools) = (Vec::new(), 0, 0);
    for seed in 0..200 {
        let mut dice = Dice(seed * 7_919 + 1);
        let mut schema = any_object(&mut dice, 3);
        if dice.below(4) == 0 {
            schema["oneOf"] = json!([any_object(&mut dice, 1), any_object(&mut dice, 1)]);
        }
        schema["$defs"] = json!({"A": any_object(&mut dice, 2), "B": any_object(&mut dice, 1)});
        let tool = json!({"name": format!("random{seed}"), "description": "d", "inputSchema": schema});
        let Ok(tool) = ToolDefinition::parse(&tool, true) else { continue };
        tools += 1;
        found.extend(
            lost(&tool, seed, &mut sent).into_iter().take(1).map(|fault| format!("{fault}\n  {schema}")),
        );
        found.extend(
            unsaid(&tool, seed, &mut sent).into_iter().take(1).map(|fault| format!("{fault}\n  {schema}")),
        );
    }
    assert!(
        found.is_empty(),
        "{} of {sent}:\n{}",
        found.len(),
        found.into_iter().take(12).collect::<Vec<_>>().join("\n")
    );
    assert!(tools > 100 && sent > 1_000, "only {sent} calls of {tools} tools");
}
