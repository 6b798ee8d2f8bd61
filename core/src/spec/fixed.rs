//! Arguments that a model does not see: taken out of the schema, with the definitions that nothing else needs.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::arguments::{Argument, Arguments, Location};
use super::parameter::describe;
use crate::schema::keywords::{self, Holds};
use crate::schema::{Definition, Property, Schema};

/// Which argument a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This one, by its place in [`Arguments::map`].
    One(usize),
    /// Each of these, by place and name.
    Several(Vec<String>),
    /// None.
    None,
}

impl Location {
    /// The place and the name there: `query/limit`, `body/name`; `body/` for the whole of it. It means the same
    /// argument whatever else an operation declares.
    pub fn show(&self) -> String {
        match self {
            Self::Parameter { name, place, .. } => format!("{}/{name}", place.as_str()),
            Self::BodyProperty { name, .. } => format!("body/{name}"),
            Self::Body => "body/".to_owned(),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Parameter { name, .. } | Self::BodyProperty { name, .. } => name,
            Self::Body => "body",
        }
    }
}

impl Arguments {
    /// The argument that somebody means by its name among the arguments, its name in the API, or place and name. Where
    /// several could be meant, none is: a document that declares another `tenant` must not draw away what was said of
    /// the first.
    pub fn find(&self, name: &str) -> Found {
        let is_meant = |argument: &Argument| {
            *argument.name == *name || argument.location.name() == name || argument.location.show() == name
        };
        let meant: Vec<usize> = (0..self.map.len()).filter(|index| is_meant(&self.map[*index])).collect();
        match meant.as_slice() {
            [] => Found::None,
            [one] => Found::One(*one),
            several => Found::Several(several.iter().map(|i| self.map[*i].location.show()).collect()),
        }
    }

    /// The schema of one argument, whole in itself.
    pub fn schema_of(&self, index: usize) -> Value {
        let argument = &self.map[index];
        let schema = self.schema();
        let own = holder(&schema, argument).and_then(|holder| holder.get("properties")?.get(&*argument.name));
        let definitions = schema.get("$defs").cloned().unwrap_or_else(|| json!({}));
        json!({"$defs": definitions, "allOf": [own.cloned().unwrap_or(Value::Bool(true))]})
    }

    /// Whether every call has an argument.
    pub fn is_required(&self, index: usize) -> bool {
        let argument = &self.map[index];
        let schema = self.schema();
        let required = holder(&schema, argument).and_then(|holder| holder.get("required")?.as_array());
        required.is_some_and(|names| names.iter().any(|name| *name == *argument.name))
    }

    /// Says something else of an argument.
    pub fn describe(&mut self, index: usize, description: &str) {
        let (argument, mut schema) = (&self.map[index], self.schema());
        if let Some(own) = properties(&mut schema, argument).and_then(|all| all.get_mut(&*argument.name)) {
            describe(own, Some(description));
        }
        self.set_schema(&schema);
    }

    /// Takes arguments out; where they went, in their order.
    pub fn take(&mut self, mut indices: Vec<usize>) -> Vec<Location> {
        indices.sort_unstable();
        indices.dedup();
        let mut locations = Vec::with_capacity(indices.len());
        if indices.is_empty() {
            return locations;
        }
        let mut schema = self.schema();
        for index in indices.into_iter().rev() {
            let argument = self.map.remove(index);
            forget(&mut schema, &argument);
            locations.push(argument.location.clone());
        }
        drop_definitions(&mut schema);
        self.set_schema(&schema);
        locations.reverse();
        locations
    }

    /// The schema with its definitions, for whoever changes it.
    fn schema(&self) -> Value {
        Schema::of_arguments(self.properties.clone(), Arc::clone(&self.definitions)).value()
    }

    /// Takes the schema back. Definitions are dropped, never changed.
    fn set_schema(&mut self, schema: &Value) {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|one| one == name));
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        self.properties =
            properties.map(|(name, held)| Property::new(name.as_str(), held, is_required(name))).collect();
        let kept =
            |one: &&Arc<Definition>| schema.get("$defs").is_some_and(|defs| defs.get(&*one.name).is_some());
        self.definitions = self.definitions.iter().filter(kept).cloned().collect();
    }
}

fn forget(schema: &mut Value, argument: &Argument) {
    if let Some(properties) = properties(schema, argument) {
        properties.shift_remove(&*argument.name);
    }
    let Some(group) = argument.group.map(super::Group::as_str) else {
        return not_required(schema, &argument.name);
    };
    let Some(object) = schema.pointer_mut(&format!("/properties/{group}")) else { return };
    not_required(object, &argument.name);
    let needs_nothing = object.get("required").is_none();
    let is_empty = object.get("properties").and_then(Value::as_object).is_none_or(Map::is_empty);
    if needs_nothing {
        not_required(schema, group);
    }
    if is_empty && let Some(groups) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        groups.shift_remove(group);
    }
}

/// The object schema that an argument stands in.
fn holder<'s>(schema: &'s Value, argument: &Argument) -> Option<&'s Value> {
    match argument.group {
        Some(group) => schema.get("properties")?.get(group.as_str()),
        None => Some(schema),
    }
}

/// The schemas of an argument and those beside it.
fn properties<'s>(schema: &'s mut Value, argument: &Argument) -> Option<&'s mut Map<String, Value>> {
    let holder = match argument.group {
        Some(group) => schema.get_mut("properties")?.get_mut(group.as_str())?,
        None => schema,
    };
    holder.get_mut("properties")?.as_object_mut()
}

fn not_required(schema: &mut Value, name: &str) {
    let Some(schema) = schema.as_object_mut() else { return };
    if let Some(Value::Array(names)) = schema.get_mut("required") {
        names.retain(|known| known != name);
        if names.is_empty() {
            schema.shift_remove("required");
        }
    }
}

/// Drops the definitions that no reference reaches.
fn drop_definitions(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else { return };
    let Some(Value::Object(mut definitions)) = map.shift_remove("$defs") else { return };
    let (mut reached, mut open) = (HashSet::new(), Vec::new());
    references(schema, &mut open);
    while let Some(name) = open.pop() {
        if let Some(definition) = definitions.get(&name).filter(|_| !reached.contains(&name)) {
            references(definition, &mut open);
            reached.insert(name);
        }
    }
    definitions.retain(|name, _| reached.contains(name));
    if let (false, Some(map)) = (definitions.is_empty(), schema.as_object_mut()) {
        map.insert("$defs".to_owned(), Value::Object(definitions));
    }
}

/// The names of the definitions that a schema refers to, at schema positions only.
fn references(schema: &Value, found: &mut Vec<String>) {
    let Some(map) = schema.as_object() else { return };
    for (keyword, held) in map {
        match (keywords::holds(keyword), held) {
            (Some(Holds::Schema), held) => references(held, found),
            (Some(Holds::SchemaList), Value::Array(list)) => {
                for held in list {
                    references(held, found);
                }
            }
            (Some(Holds::SchemaMap), Value::Object(map)) => {
                for held in map.values() {
                    references(held, found);
                }
            }
            (None, Value::String(reference)) if keyword == "$ref" => {
                let name = reference.strip_prefix("#/$defs/").and_then(|rest| rest.split('/').next());
                found.extend(name.map(ToOwned::to_owned));
            }
            _ => {}
        }
    }
}
