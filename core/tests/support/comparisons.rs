//! Random schemas, single changes of them, and values that they take.

use serde_json::{Map, Value, json};

/// A random number, from a seed alone.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % count.max(1)
    }

    pub fn pick<'c, T>(&mut self, choices: &'c [T]) -> &'c T {
        &choices[self.below(choices.len())]
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

const NAMES: [&str; 7] = ["a", "b", "type", "required", "__proto__", "$ref", "items"];

/// Any schema. References lead to `A` and `B`.
pub fn any_schema(dice: &mut Dice, depth: usize) -> Value {
    let kinds = if depth == 0 { 9 } else { 20 };
    match dice.below(kinds) {
        0 => json!({"type": "string", "minLength": dice.below(3), "description": dice.pick(&["d", "e"])}),
        1 => json!({"type": "string", "pattern": dice.pick(&["^x", "x$"]), "maxLength": 3 + dice.below(3)}),
        2 => json!({"type": "integer", "exclusiveMinimum": dice.below(5), "maximum": 5 + dice.below(5)}),
        3 => json!({"type": ["boolean", "null"]}),
        4 => json!({"enum": dice.pick(&[json!(["a", "b"]), json!(["a", 1]), json!(["", null])])}),
        5 => json!({"const": dice.pick(&[json!("x"), json!(3), json!(null), json!(true)])}),
        6 => json!({"type": ["string", "integer"], "minimum": 2}),
        7 => json!({"type": "number", "multipleOf": dice.pick(&[1, 2, 4]), "minimum": dice.below(3)}),
        8 => json!({"$ref": dice.pick(&["#/$defs/A", "#/$defs/B"]), "title": "beside"}),
        9 => json!({"type": "array", "items": any_schema(dice, depth - 1), "minItems": dice.below(2)}),
        10 => json!({
            "type": "array", "prefixItems": [any_schema(dice, 0), any_schema(dice, 0)], "items": any_schema(dice, 0)
        }),
        11 => json!({"anyOf": [any_schema(dice, depth - 1), any_schema(dice, depth - 1)]}),
        12 => json!({"oneOf": [any_object(dice, depth - 1), any_schema(dice, depth - 1)]}),
        13 => json!({"allOf": [any_object(dice, depth - 1), any_object(dice, depth - 1)]}),
        14 => json!({"type": "object", "additionalProperties": any_schema(dice, depth - 1)}),
        15 => {
            let mut object = any_object(dice, depth - 1);
            object["anyOf"] = json!([any_object(dice, 0), {"required": ["b"]}]);
            object
        }
        16 => json!({"oneOf": [tagged("x", dice, depth - 1), tagged("y", dice, depth - 1)]}),
        17 => {
            let mut object = any_object(dice, depth - 1);
            object["patternProperties"] = json!({"^x-": any_schema(dice, 0)});
            object
        }
        18 => {
            let mut object = any_object(dice, depth - 1);
            object["not"] = json!({"required": ["a", "b"]});
            object
        }
        _ => any_object(dice, depth - 1),
    }
}

pub fn any_object(dice: &mut Dice, depth: usize) -> Value {
    let mut properties = Map::new();
    for name in NAMES {
        if dice.chance(3) {
            properties.insert(name.to_owned(), any_schema(dice, depth));
        }
    }
    let required: Vec<_> = properties.keys().filter(|_| dice.chance(3)).cloned().collect();
    let mut object = json!({"type": "object", "properties": properties, "required": required});
    if dice.chance(3) {
        object["additionalProperties"] = json!(false);
    }
    object
}

fn tagged(tag: &str, dice: &mut Dice, depth: usize) -> Value {
    let mut object = any_object(dice, depth);
    object["properties"]["kind"] = json!({"const": tag});
    object["required"].as_array_mut().expect("a list").push(json!("kind"));
    object
}

/// A schema with definitions that it refers to. Small, so that a value comes by most of its places.
pub fn any_root(dice: &mut Dice) -> Value {
    let depth = 1 + dice.below(2);
    let mut root = any_object(dice, depth - 1);
    root["properties"]["it"] = any_schema(dice, depth);
    root["properties"][*dice.pick(&["a", "b"])] = json!({"$ref": dice.pick(&["#/$defs/A", "#/$defs/B"])});
    let text = root.to_string();
    let mut definitions = Map::new();
    let (one, other) = (any_schema(dice, 1), any_schema(dice, 0));
    let reached = [text.as_str(), &one.to_string(), &other.to_string()].concat();
    for (name, schema) in [("A", one), ("B", other)] {
        if reached.contains(&format!("#/$defs/{name}")) {
            definitions.insert(name.to_owned(), schema);
        }
    }
    root["$defs"] = Value::Object(definitions);
    root
}

/// Every place of a schema, as a pointer.
fn places(schema: &Value, at: &str, found: &mut Vec<String>) {
    let Value::Object(map) = schema else { return };
    found.push(at.to_owned());
    for (keyword, held) in map {
        let at = format!("{at}/{}", keyword.replace('~', "~0").replace('/', "~1"));
        match (keyword.as_str(), held) {
            ("properties" | "$defs" | "patternProperties", Value::Object(all)) => {
                for (name, schema) in all {
                    places(schema, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
                }
            }
            ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(all)) => {
                for (index, schema) in all.iter().enumerate() {
                    places(schema, &format!("{at}/{index}"), found);
                }
            }
            ("items" | "additionalProperties" | "not", schema) => places(schema, &at, found),
            _ => {}
        }
    }
}

/// The schema with one change somewhere, if one of some attempts changes anything.
pub fn mutated(schema: &Value, dice: &mut Dice) -> Value {
    let mut tried = (0..20).map(|_| attempted(schema, dice));
    tried.find(|new| new != schema).unwrap_or_else(|| schema.clone())
}

fn attempted(schema: &Value, dice: &mut Dice) -> Value {
    let mut new = schema.clone();
    let mut all = Vec::new();
    places(schema, "", &mut all);
    let place = dice.pick(&all).clone();
    let node = new.pointer_mut(&place).expect("a place");
    if dice.chance(8) && !place.is_empty() {
        *node = any_schema(dice, 1);
        return new;
    }
    let map = node.as_object_mut().expect("a map");
    let keywords: Vec<String> = map.keys().filter(|keyword| *keyword != "$defs").cloned().collect();
    match dice.below(9) {
        0 | 1 if !keywords.is_empty() => {
            map.shift_remove(dice.pick(&keywords));
        }
        2 => {
            let one = any_schema(dice, 0);
            let own: Vec<_> = one.as_object().expect("a map").iter().collect();
            let (keyword, held) = *dice.pick(&own);
            map.insert(keyword.clone(), held.clone());
        }
        3 => {
            let name = (*dice.pick(&NAMES)).to_owned();
            let one = any_schema(dice, 0);
            let all = map.entry("properties").or_insert_with(|| json!({}));
            all.as_object_mut().expect("a map").insert(name, one);
        }
        4 => {
            let name = json!(dice.pick(&NAMES));
            let all = map.entry("required").or_insert_with(|| json!([])).as_array_mut().expect("a list");
            match all.iter().position(|one| *one == name) {
                Some(at) => drop(all.remove(at)),
                None => all.push(name),
            }
        }
        5 => {
            let held = [json!(false), json!({"type": "string"}), json!(true)];
            map.insert("additionalProperties".to_owned(), dice.pick(&held).clone());
        }
        6 => change_lists(map, dice),
        7 => {
            for (from, to) in [("anyOf", "oneOf"), ("oneOf", "anyOf")] {
                if let Some(held) = map.shift_remove(from) {
                    map.insert(to.to_owned(), held);
                    break;
                }
            }
        }
        _ => {
            for (_, held) in map.iter_mut() {
                if let Some(number) = held.as_u64() {
                    *held = json!(if dice.chance(2) { number + 1 } else { number.saturating_sub(1).max(1) });
                }
            }
        }
    }
    new
}

/// Adds an entry to each list of a schema, or removes one.
fn change_lists(map: &mut Map<String, Value>, dice: &mut Dice) {
    for list in ["anyOf", "oneOf", "enum", "allOf", "prefixItems"] {
        let Some(all) = map.get_mut(list).and_then(Value::as_array_mut) else { continue };
        if dice.chance(2) && all.len() > 1 {
            all.remove(dice.below(all.len()));
        } else {
            let one = if list == "enum" { json!(dice.pick(&["a", "z"])) } else { any_schema(dice, 1) };
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
}

/// The same with its definitions called otherwise.
pub fn renamed(schema: &Value) -> Value {
    let text = schema.to_string();
    let text = text.replace("#/$defs/A", "#/$defs/First").replace("#/$defs/B", "#/$defs/Second");
    let mut new: Value = serde_json::from_str(&text).expect("JSON");
    if let Some(definitions) = new.get_mut("$defs").and_then(Value::as_object_mut) {
        for (old, name) in [("A", "First"), ("B", "Second")] {
            if let Some(held) = definitions.shift_remove(old) {
                definitions.insert(name.to_owned(), held);
            }
        }
    }
    new
}

/// The same with everything in another order that has none.
pub fn shuffled(schema: &Value) -> Value {
    fn walk(value: &Value, is_list_of_values: bool) -> Value {
        match value {
            Value::Object(map) => Value::Object(
                map.iter()
                    .rev()
                    .map(|(key, held)| {
                        let is_free = matches!(
                            key.as_str(),
                            "anyOf" | "oneOf" | "allOf" | "required" | "enum" | "type"
                        );
                        (key.clone(), walk(held, is_free))
                    })
                    .collect(),
            ),
            Value::Array(items) if is_list_of_values => {
                items.iter().rev().map(|item| walk(item, false)).collect()
            }
            Value::Array(items) => items.iter().map(|item| walk(item, false)).collect(),
            other => other.clone(),
        }
    }
    walk(schema, false)
}

/// A value that a schema may take: it is judged afterwards.
pub fn sample(root: &Value, schema: &Value, dice: &mut Dice, depth: usize) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(&reference[1..]).unwrap_or(&Value::Null);
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
    let assumed =
        if schema.get("properties").is_some() || schema.get("allOf").is_some() { "object" } else { "any" };
    let kind = kinds.get(dice.below(kinds.len())).copied();
    match kind.unwrap_or(assumed) {
        "object" => members(root, schema, dice, depth),
        "array" if depth == 0 => json!([]),
        "array" => {
            let named = schema["prefixItems"].as_array().cloned().unwrap_or_default();
            let item = |index: usize| named.get(index).unwrap_or(&schema["items"]);
            (0..dice.below(5)).map(|index| sample(root, item(index), dice, depth - 1)).collect()
        }
        "integer" => json!(dice.below(12)),
        "number" => json!(dice.pick(&[0.0, 0.5, 2.0, 3.0, 4.0, 8.0])),
        "boolean" => json!(dice.chance(2)),
        "null" => Value::Null,
        "string" => json!(dice.pick(&["", "x", "xx", "ax", "axaxx", "a"])),
        _ => dice
            .pick(&[json!("x"), json!(3), json!(2.5), json!(null), json!(true), json!([]), json!({})])
            .clone(),
    }
}

fn members(root: &Value, schema: &Value, dice: &mut Dice, depth: usize) -> Value {
    let mut map = Map::new();
    let must =
        |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if must(name) || (depth > 0 && dice.chance(2)) {
            map.insert(name.clone(), sample(root, property, dice, depth.saturating_sub(1)));
        }
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if let Value::Object(more) = sample(root, part, dice, depth.saturating_sub(1)) {
            map.extend(more);
        }
    }
    let of_names = [("key", &schema["additionalProperties"]), ("x-key", &schema["patternProperties"]["^x-"])];
    for (name, held) in of_names.into_iter().filter(|(_, held)| depth > 0 && held.is_object()) {
        map.insert(name.to_owned(), sample(root, held, dice, depth - 1));
    }
    Value::Object(map)
}
