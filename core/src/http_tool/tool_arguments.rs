//! The arguments of an HTTP tool, as its input schema declares them.

use serde_json::{Map, Value};

use crate::error::nearest;
use crate::json::{HashSet, pointer};

/// The most arguments among which the nearest name is sought.
const MOST_NEAR: usize = 1_000;

/// One argument.
#[derive(Debug)]
pub struct ToolArgument {
    pub name: String,
    /// Its JSON pointer in the definition.
    pub pointer: String,
    /// Whether every call has a value for it: it is required, or has a default.
    pub is_always_given: bool,
}

/// All arguments, in their order.
#[derive(Debug, Default)]
pub struct ToolArguments {
    all: Vec<ToolArgument>,
    names: HashSet<String>,
}

impl ToolArguments {
    /// The properties of a schema, and where they stand in the definition.
    pub fn of_schema(schema: &Value, definition: &Map<String, Value>) -> Self {
        let is_short = definition.get("parameters").is_some_and(Value::is_object);
        let at = if is_short { "/parameters" } else { "/inputSchema/properties" };
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let required: HashSet<&str> = required.filter_map(Value::as_str).collect();
        let argument = |(name, held): (&String, &Value)| ToolArgument {
            name: name.clone(),
            pointer: pointer::push(at, name),
            is_always_given: required.contains(name.as_str()) || held.get("default").is_some(),
        };
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        let all: Vec<ToolArgument> = properties.map(argument).collect();
        let names = all.iter().map(|one| one.name.clone()).collect();
        Self { all, names }
    }

    /// The arguments.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ToolArgument> {
        self.all.iter()
    }

    /// Whether an argument has this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The hint at the nearest name: `; nearest: id`. Empty where none is near.
    pub fn nearest_hint(&self, name: &str) -> String {
        let names = self.all.iter().map(|one| one.name.as_str()).take(MOST_NEAR);
        let near = nearest(name, names).into_iter().next();
        near.map(|near| format!("; nearest: {near}")).unwrap_or_default()
    }
}
