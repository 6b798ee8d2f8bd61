//! The short form of an input schema: a map of parameters, each key one argument.

use serde_json::{Map, Value, json};

use super::definition_hints as hints;
use crate::error::Problem;
use crate::json::pointer;
use crate::schema::keywords;

/// The JSON Schema of a `parameters` map, with all problems: an object that takes these arguments and no others.
///
/// A parameter is a schema whose `required` is a boolean. Default: true, or false where it has a `default`. The
/// `properties` of a parameter are parameters again; a `required` list, as JSON Schema has it, overrides that.
/// `at` is the JSON pointer of the map.
pub fn schema_of_parameters(parameters: &Map<String, Value>, at: &str) -> (Value, Vec<Problem>) {
    let mut reader = ParameterMapReader { problems: Vec::new() };
    let ConvertedProperties { properties, required } = reader.convert_properties(parameters, at);
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["additionalProperties"] = json!(false);
    (schema, reader.problems)
}

/// The properties of a map of parameters, and the names of the required ones.
struct ConvertedProperties<'m> {
    properties: Map<String, Value>,
    required: Vec<&'m str>,
}

/// Reads parameters and collects their problems.
struct ParameterMapReader {
    problems: Vec<Problem>,
}

impl ParameterMapReader {
    fn convert_properties<'m>(
        &mut self,
        parameters: &'m Map<String, Value>,
        at: &str,
    ) -> ConvertedProperties<'m> {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for (name, parameter) in parameters {
            let here = pointer::push(at, name);
            let Value::Object(parameter) = parameter else {
                self.problems.push(Problem::at(here, hints::describe_parameter(parameter)));
                continue;
            };
            if is_required(parameter) {
                required.push(name.as_str());
            }
            properties.insert(name.clone(), self.convert_parameter(parameter, &here));
        }
        ConvertedProperties { properties, required }
    }

    fn convert_parameter(&mut self, parameter: &Map<String, Value>, at: &str) -> Value {
        let mut schema = Map::new();
        let mut required = Vec::new();
        for (keyword, held) in parameter {
            let here = pointer::push(at, keyword);
            match (keyword.as_str(), held) {
                ("required", Value::Bool(_)) => {}
                ("properties", Value::Object(inner)) => {
                    let converted = self.convert_properties(inner, &here);
                    if !parameter.get("required").is_some_and(Value::is_array) {
                        required = converted.required;
                    }
                    schema.insert(keyword.clone(), Value::Object(converted.properties));
                }
                ("items", Value::Object(item)) => {
                    schema.insert(keyword.clone(), self.convert_parameter(item, &here));
                }
                (known, held) if keywords::expected_value(known).is_some() || known == "$ref" => {
                    schema.insert(keyword.clone(), held.clone());
                }
                (unknown, held) => {
                    let hint = hints::hint_for_keyword(unknown, held);
                    let message = format!("\"{unknown}\" is no keyword of a parameter{hint}");
                    self.problems.push(Problem::at(here, message));
                }
            }
        }
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        Value::Object(schema)
    }
}

fn is_required(parameter: &Map<String, Value>) -> bool {
    match parameter.get("required") {
        Some(Value::Bool(required)) => *required,
        _ => !parameter.contains_key("default"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(parameters: &Value) -> (Value, Vec<Problem>) {
        schema_of_parameters(parameters.as_object().expect("a map"), "/parameters")
    }

    #[test]
    fn a_parameter_is_required_unless_it_says_otherwise_or_has_a_default() {
        let (schema, problems) = built(&json!({
            "id": {"type": "string"},
            "limit": {"type": "integer", "default": 10},
            "note": {"type": "string", "required": false},
            "where": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string", "required": false}}},
            "given": {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["b"]}
        }));
        assert_eq!(problems, []);
        assert_eq!(schema["required"], json!(["id", "where", "given"]));
        assert_eq!(schema["properties"]["where"]["required"], json!(["city"]));
        assert_eq!(schema["properties"]["given"]["required"], json!(["b"]));
        assert_eq!(schema["properties"]["note"], json!({"type": "string"}));
        assert_eq!(schema["additionalProperties"], json!(false));
    }

    #[test]
    fn names_of_arguments_are_the_users_own() {
        let (schema, problems) =
            built(&json!({"required": {"type": "boolean"}, "__proto__": {"type": "string"}}));
        assert_eq!(problems, []);
        assert_eq!(schema["properties"]["__proto__"], json!({"type": "string"}));
        assert_eq!(schema["required"], json!(["required", "__proto__"]));
    }

    #[test]
    fn what_is_no_parameter_is_told_with_its_place() {
        let (_, problems) = built(&json!({"a": "string", "b": {"typ": "string"}}));
        let places: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(places, ["/parameters/a", "/parameters/b/typ"]);
    }
}
