//! Header arguments: `x-mcp-header` in the schema of a server's tool, and what is wrong with it. Source: MCP 2026-07-28,
//! "Schema Extension".

use serde_json::{Map, Value};

use crate::json::HashSet;

const KEYWORD: &str = "x-mcp-header";
/// The most levels of a schema that are searched.
const DEEPEST: usize = 120;
/// Keywords whose values are data.
const DATA: [&str; 6] = [KEYWORD, "const", "default", "enum", "example", "examples"];
/// Keywords that hold schemas by names of the user.
const MAPS: [&str; 5] = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

/// Whether the text of a schema may have header arguments.
pub fn may_have_header_arguments(text: &str) -> bool {
    text.contains(KEYWORD) || text.contains("\\u")
}

/// What is wrong with the header arguments of a tool; nothing if nothing is.
pub fn header_argument_problem(schema: &Value) -> Option<String> {
    HeaderSearch::default().problem_in(schema, SchemaPlace { is_reachable: true, is_property: false }, 0)
}

/// A search for the first problem.
#[derive(Default)]
struct HeaderSearch {
    /// The names of headers so far, in lower case.
    names: HashSet<String>,
}

#[derive(Clone, Copy)]
struct SchemaPlace {
    /// Whether the way from the root is of `properties` alone.
    is_reachable: bool,
    /// Whether it is the schema of a property.
    is_property: bool,
}

impl HeaderSearch {
    fn problem_in(&mut self, schema: &Value, place: SchemaPlace, depth: usize) -> Option<String> {
        const ELSEWHERE: SchemaPlace = SchemaPlace { is_reachable: false, is_property: false };
        if depth > DEEPEST {
            return None;
        }
        match schema {
            Value::Array(items) => items.iter().find_map(|item| self.problem_in(item, ELSEWHERE, depth + 1)),
            Value::Object(keywords) => {
                if let Some(header) = keywords.get(KEYWORD)
                    && let Some(problem) = self.problem_of(header, keywords, place)
                {
                    return Some(problem);
                }
                let below = keywords.iter().filter(|(keyword, _)| !DATA.contains(&keyword.as_str()));
                for (keyword, value) in below {
                    let problem = match value {
                        Value::Object(schemas) if MAPS.contains(&keyword.as_str()) => {
                            let is_reachable = place.is_reachable && keyword == "properties";
                            let place = SchemaPlace { is_reachable, is_property: true };
                            schemas.values().find_map(|one| self.problem_in(one, place, depth + 1))
                        }
                        value => self.problem_in(value, ELSEWHERE, depth + 1),
                    };
                    if problem.is_some() {
                        return problem;
                    }
                }
                None
            }
            _ => None,
        }
    }

    fn problem_of(
        &mut self,
        header: &Value,
        keywords: &Map<String, Value>,
        place: SchemaPlace,
    ) -> Option<String> {
        let Some(header) = header.as_str().filter(|header| is_token(header)) else {
            return Some(format!("{KEYWORD} must be the name of a header"));
        };
        if !place.is_reachable || !place.is_property {
            return Some(format!("{KEYWORD} \"{header}\" must be below \"properties\" alone"));
        }
        if !matches!(keywords.get("type").and_then(Value::as_str), Some("string" | "integer" | "boolean")) {
            return Some(format!("{KEYWORD} \"{header}\" must be on a string, an integer or a boolean"));
        }
        let is_new = self.names.insert(header.to_ascii_lowercase());
        (!is_new).then(|| format!("{KEYWORD} \"{header}\" is there twice"))
    }
}

/// Whether a text is a token of RFC 9110, 5.6.2.
fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+.^_`|~-".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wrong_header_argument_is_told_by_what_it_must_be() {
        let property = |keywords: Value| json!({"type": "object", "properties": {"a": keywords}});
        for (schema, problem) in [
            (property(json!({"type": "string", "x-mcp-header": "Region"})), None),
            (property(json!({"type": "string", "x-mcp-header": "a b"})), Some("the name of a header")),
            (property(json!({"type": "string", "x-mcp-header": 1})), Some("the name of a header")),
            (property(json!({"type": "number", "x-mcp-header": "A"})), Some("on a string")),
            (
                property(json!({"items": {"type": "string", "x-mcp-header": "A"}})),
                Some("\"properties\" alone"),
            ),
            (json!({"type": "string", "x-mcp-header": "A"}), Some("\"properties\" alone")),
            (property(json!({"default": {"x-mcp-header": 1}})), None),
            (
                json!({"properties": {"a": {"type": "string", "x-mcp-header": "A"}, "b": {"type": "string", "x-mcp-header": "a"}}}),
                Some("twice"),
            ),
            (json!([1]), None),
        ] {
            let found = header_argument_problem(&schema);
            assert_eq!(found.is_some(), problem.is_some(), "{schema} {found:?}");
            assert!(found.unwrap_or_default().contains(problem.unwrap_or_default()), "{schema}");
        }
    }
}
