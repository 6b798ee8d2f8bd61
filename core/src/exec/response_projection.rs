//! Response projection: a `JSONPath` or a list of fields selects what of an answer the model sees. It comes before the
//! output schema and before truncation.

use serde_json::{Map, Value};

use crate::error::{Error, Problem, Result};
use crate::json::{JsonPath, is_singular_path, parse_json_path};
use crate::tool::{Content, ToolResult};

/// The deepest path of a field: `a.b.c`.
const DEEPEST_FIELD: usize = 32;
/// The most fields.
const MOST_FIELDS: usize = 1_000;

/// Selects parts of an answer.
#[derive(Debug)]
pub struct ResponseProjection {
    /// As the definition has it, for comparison.
    written: Value,
    selection: Selection,
}

#[derive(Debug)]
enum Selection {
    /// The one node of a path, or null.
    Node(JsonPath),
    /// All nodes of a path, as a list.
    Nodes(JsonPath),
    /// Members of an object, or of each object of a list.
    Fields(FieldTree),
}

/// Fields by name, in their order; a field without further ones is taken whole.
#[derive(Debug, Default, PartialEq, Eq)]
struct FieldTree(Vec<(String, Self)>);

impl PartialEq for ResponseProjection {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl ResponseProjection {
    /// Parses a `JSONPath`, or a list of fields. `at` is the JSON pointer of the value.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse(value: &Value, at: &str) -> Result<Self, Vec<Problem>> {
        let selection = match value {
            Value::String(path) => {
                let parsed = parse_json_path(path).map_err(|reason| vec![Problem::at(at, reason)])?;
                if is_singular_path(path) { Selection::Node(parsed) } else { Selection::Nodes(parsed) }
            }
            Value::Array(fields) if !fields.is_empty() => Selection::Fields(FieldTree::parse(fields, at)?),
            _ => {
                let message = "must be a JSONPath, such as \"$.items[*].name\", or a list of fields";
                return Err(vec![Problem::at(at, message)]);
            }
        };
        Ok(Self { written: value.clone(), selection })
    }

    /// Selects from the result of a call. An answer without a body stays null.
    ///
    /// # Errors
    /// `HTTP_FAILED` for an answer that is not JSON: what the definition hides must not be seen in another form.
    pub fn apply(&self, tool: &str, result: ToolResult) -> Result<ToolResult> {
        let not_json = |what: &str| Error::HttpBroken {
            tool: tool.to_owned(),
            reason: format!("its answer {what}, and response of the definition selects from JSON"),
        };
        let ToolResult { content, http } = result;
        let value = match content {
            Content::Value(Value::Null) => Value::Null,
            Content::Json(text) => {
                let value: Value =
                    serde_json::from_str(&text).map_err(|_| not_json("is nested deeper than 127 levels"))?;
                self.select(value)
            }
            Content::Value(_) => return Err(not_json("is a text")),
            Content::File(_) => return Err(not_json("is a file")),
        };
        Ok(ToolResult { content: Content::Value(value), http })
    }

    fn select(&self, value: Value) -> Value {
        match &self.selection {
            Selection::Node(path) => path.query(&value).first().cloned().unwrap_or_default(),
            Selection::Nodes(path) => path.query(&value).into_iter().cloned().collect(),
            Selection::Fields(fields) => fields.select(value),
        }
    }
}

impl FieldTree {
    fn parse(fields: &[Value], at: &str) -> Result<Self, Vec<Problem>> {
        if fields.len() > MOST_FIELDS {
            return Err(vec![Problem::at(at, format!("has more than {MOST_FIELDS} fields: use a JSONPath"))]);
        }
        let (mut tree, mut problems) = (Self::default(), Vec::new());
        for (i, field) in fields.iter().enumerate() {
            let path: Vec<&str> = field.as_str().unwrap_or_default().split('.').collect();
            if path.contains(&"") || path.len() > DEEPEST_FIELD {
                let message = format!(
                    "must be a field, such as \"name\" or \"owner.name\" with at most {DEEPEST_FIELD} names"
                );
                problems.push(Problem::at(format!("{at}/{i}"), message));
            } else {
                tree.add(&path);
            }
        }
        if problems.is_empty() { Ok(tree) } else { Err(problems) }
    }

    fn add(&mut self, path: &[&str]) {
        let [name, rest @ ..] = path else { return self.0.clear() };
        match self.0.iter_mut().find(|(known, _)| known == name) {
            // The whole field was asked for already.
            Some((_, known)) if known.0.is_empty() => {}
            Some((_, known)) => known.add(rest),
            None => {
                let mut tree = Self::default();
                tree.add(rest);
                self.0.push(((*name).to_owned(), tree));
            }
        }
    }

    /// The fields of an object, or of each item of a list. Anything else has no fields.
    fn select(&self, value: Value) -> Value {
        match value {
            whole if self.0.is_empty() => whole,
            Value::Array(items) => items.into_iter().map(|item| self.select(item)).collect(),
            Value::Object(mut members) => {
                let field = |(name, tree): &(String, Self)| {
                    let held = members.swap_remove(name)?;
                    let is_compound = held.is_object() || held.is_array();
                    (tree.0.is_empty() || is_compound).then(|| (name.clone(), tree.select(held)))
                };
                Value::Object(self.0.iter().filter_map(field).collect::<Map<_, _>>())
            }
            _ => Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn projected(response: &Value, answer: &Value) -> Value {
        let projection = ResponseProjection::parse(response, "/response").expect("a projection");
        let result = ToolResult { content: Content::Json(answer.to_string()), http: None };
        projection.apply("t", result).expect("JSON").into_value()
    }

    #[test]
    fn a_path_of_one_node_gives_the_node_and_any_other_gives_a_list() {
        let answer = json!({"data": {"items": [{"id": 1, "name": "a"}, {"id": 2}]}, "secret": "s"});
        for (path, expected) in [
            ("$.data.items[0].name", json!("a")),
            ("$.data.items[*].id", json!([1, 2])),
            ("$.data.items[?@.id > 1]", json!([{"id": 2}])),
            ("$.data.none", json!(null)),
            ("$.none[*]", json!([])),
            ("$", answer.clone()),
        ] {
            assert_eq!(projected(&json!(path), &answer), expected, "{path}");
        }
    }

    #[test]
    fn fields_are_taken_of_an_object_and_of_each_object_of_a_list() {
        let customer = json!({"name": "Ada", "id": 1, "owner": {"email": "e", "key": "k"}, "tags": ["x"]});
        for (fields, answer, expected) in [
            (json!(["id", "name", "none"]), customer.clone(), json!({"id": 1, "name": "Ada"})),
            (
                json!(["owner.email"]),
                json!([customer, {"owner": 5}, 7]),
                json!([{"owner": {"email": "e"}}, {}, null]),
            ),
            (json!(["owner.email", "owner"]), customer.clone(), json!({"owner": {"email": "e", "key": "k"}})),
            (json!(["owner", "owner.email"]), customer.clone(), json!({"owner": {"email": "e", "key": "k"}})),
            (json!(["id", "id"]), customer.clone(), json!({"id": 1})),
            (json!(["__proto__"]), json!({"a": 1}), json!({})),
            (json!(["a"]), json!("text"), json!(null)),
        ] {
            assert_eq!(projected(&fields, &answer), expected, "{fields}");
        }
    }

    #[test]
    fn an_answer_that_is_not_json_is_an_error() {
        let projection = ResponseProjection::parse(&json!(["a"]), "/response").expect("a projection");
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for content in [Content::Value(json!("<html>")), Content::Json(deep)] {
            let outcome = projection.apply("t", ToolResult { content, http: None });
            assert!(matches!(outcome, Err(Error::HttpBroken { .. })), "{outcome:?}");
        }
        let empty = ToolResult::from(Value::Null);
        assert_eq!(projection.apply("t", empty.clone()), Ok(empty));
    }

    #[test]
    fn what_is_no_projection_is_told_at_its_place() {
        let long = vec!["a"; 33].join(".");
        for (response, places) in [
            (json!("$.a["), &["/response"][..]),
            (json!([]), &["/response"]),
            (json!(5), &["/response"]),
            (json!(vec!["a"; 1_001]), &["/response"]),
            (
                json!(["a", "", 5, "a..b", long]),
                &["/response/1", "/response/2", "/response/3", "/response/4"],
            ),
        ] {
            let problems = ResponseProjection::parse(&response, "/response").expect_err("is refused");
            let told: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
            assert_eq!(told, places, "{response}");
        }
    }
}
