//! Schemas made at random, of words that targets disagree about.

use serde_json::{Map, Value, json};

use super::dice::Dice;

const NAMES: [&str; 8] = ["a.b", "a_b", "type", "required", "__proto__", "x", "$ref", "items"];

/// The schema of a tool's arguments, with two definitions.
pub fn any_tool(dice: &mut Dice) -> Value {
    let mut schema = any_object(dice, 2);
    match dice.below(8) {
        0 => schema["oneOf"] = json!([any_object(dice, 1), any_object(dice, 1)]),
        1 => schema["anyOf"] = json!([any_object(dice, 1), any_object(dice, 1)]),
        2 => schema["allOf"] = json!([any_object(dice, 1), any_object(dice, 1)]),
        _ => {}
    }
    schema["$defs"] = json!({"A": any_object(dice, 2), "B": any_object(dice, 1)});
    schema
}

/// Any schema.
fn any_schema(dice: &mut Dice, depth: usize) -> Value {
    let mut schema =
        if depth == 0 || dice.once_in(3) { any_value(dice) } else { any_structure(dice, depth - 1) };
    if let Value::Object(map) = &mut schema
        && dice.once_in(6)
    {
        map.insert("description".to_owned(), json!("d"));
    }
    schema
}

fn any_value(dice: &mut Dice) -> Value {
    match dice.below(20) {
        0 => {
            json!({"type": "string", "minLength": dice.below(3), "format": dice.pick(&["uri", "date-time", "x"])})
        }
        1 => json!({"type": "integer", "exclusiveMinimum": dice.below(5), "maximum": 90}),
        2 => json!({"type": ["boolean", "null"]}),
        3 => json!({"enum": dice.pick(&[["a", "b"], ["a", ""], ["", "c"]])}),
        4 => json!({"const": dice.pick(&[json!("x"), json!(3), json!(null), json!(true), json!({"k": 1})])}),
        5 => json!({"type": ["string", "integer"], "minimum": 2}),
        6 => json!({"$ref": dice.pick(&["#/$defs/A", "#/$defs/B"]), "description": "beside"}),
        7 => json!({"$ref": dice.pick(&["#/$defs/A", "#/$defs/B"])}),
        8 => json!({"type": "boolean"}),
        9 => json!({"type": "number", "multipleOf": 0.5, "exclusiveMaximum": 4, "minimum": -1.5}),
        10 => {
            let pattern = dice.pick(&["^a+$", "^(?!b).*$", "^\\p{L}+$", "[0-9]{2,4}", "^(a)\\1$"]);
            json!({"type": dice.pick(&[json!("string"), json!(["string", "null"])]), "pattern": pattern})
        }
        11 => {
            json!({"enum": dice.pick(&[json!([1, 2]), json!([null]), json!(["a", null]), json!([1, "a", null])])})
        }
        12 => json!({"type": ["string", "null"], "enum": ["a", "b", null]}),
        13 => json!({"type": "string", "enum": ["a", "b", null]}),
        14 => json!({"type": "string", "minLength": 2, "maxLength": 5}),
        15 => json!({"type": "number", "minimum": 1}),
        16 => json!({"type": "string", "not": {"const": "a"}}),
        17 => json!({"type": "string", "not": {"pattern": "^(?!b)"}}),
        18 => dice.pick(&[json!(true), json!(false), json!({})]).clone(),
        _ => json!({"type": "null"}),
    }
}

fn any_structure(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(16) {
        0 => json!({"type": "array", "items": any_schema(dice, depth), "minItems": dice.below(2)}),
        1 => {
            json!({"type": "array", "prefixItems": [any_schema(dice, 0), any_schema(dice, 0)], "items": false})
        }
        2 => {
            let rest = dice.pick(&[json!({"type": "string"}), json!(true)]).clone();
            json!({"type": "array", "prefixItems": [any_schema(dice, 0)], "items": rest, "minItems": 1})
        }
        3 => {
            json!({"type": ["array", "null"], "items": any_schema(dice, 0), "maxItems": 2, "uniqueItems": true})
        }
        4 => json!({"type": "array", "contains": any_schema(dice, 0)}),
        5 => json!({"anyOf": [any_schema(dice, depth), any_schema(dice, depth)]}),
        6 => json!({"oneOf": [any_object(dice, depth), any_schema(dice, depth)], "title": "t"}),
        7 => json!({"oneOf": [any_object(dice, depth), any_object(dice, depth)], "type": ["object", "null"]}),
        8 => json!({"allOf": [any_object(dice, depth), any_object(dice, depth)]}),
        9 => json!({"allOf": [any_schema(dice, 0), {"description": "d"}]}),
        10 => json!({"type": "object", "additionalProperties": any_schema(dice, depth)}),
        11 => {
            let mut object = any_object(dice, depth);
            object["anyOf"] = json!([{"required": ["a.b"]}, {"required": ["x"]}]);
            object
        }
        12 => {
            let mut object = any_object(dice, depth);
            object["dependentRequired"] = json!({"x": ["a.b"]});
            object["minProperties"] = json!(1);
            object
        }
        13 => {
            json!({"anyOf": [any_schema(dice, 0), {"type": "null"}],
                "type": dice.pick(&[json!("string"), json!(["string", "null"])])})
        }
        _ => any_object(dice, depth),
    }
}

/// The schema of an object.
fn any_object(dice: &mut Dice, depth: usize) -> Value {
    let mut properties = Map::new();
    for name in NAMES {
        if dice.once_in(3) {
            properties.insert(name.to_owned(), any_schema(dice, depth));
        }
    }
    let required: Vec<_> = properties.keys().filter(|_| dice.once_in(3)).cloned().collect();
    let mut object = json!({"type": "object", "properties": properties, "required": required});
    match dice.below(8) {
        0 | 1 => object["additionalProperties"] = json!(false),
        2 => object["additionalProperties"] = json!(true),
        3 => object["additionalProperties"] = any_schema(dice, 0),
        4 => drop(object.as_object_mut().and_then(|object| object.shift_remove("type"))),
        _ => {}
    }
    object
}
