//! Edits of the argument object: an argument is removed, described or read alone.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::json::{HashMap, HashSet};
use crate::schema::keywords::{self, KeywordValue};
use crate::schema::{Definition, OriginalSpellings, Property, Schema};
use crate::spec::arguments::argument_object::{Argument, ArgumentGroup, ArgumentLocation, Arguments};

impl Arguments {
    /// The schema of one argument with the definitions that it needs.
    pub fn schema_of(&self, index: usize) -> Value {
        let argument = &self.map[index];
        let schema = self.schema();
        let own = holder(&schema, argument).and_then(|holder| holder.get("properties")?.get(&*argument.name));
        let definitions = schema.get("$defs").cloned().unwrap_or_else(|| json!({}));
        json!({"$defs": definitions, "allOf": [own.cloned().unwrap_or(Value::Bool(true))]})
    }

    /// The schema of one argument without definitions.
    pub fn own_schema(&self, index: usize) -> Value {
        let argument = &self.map[index];
        let Some(property) = self.holder(argument) else { return Value::Null };
        let mut schema: Value = serde_json::from_str(&property.schema).unwrap_or_default();
        let own = schema.get_mut("properties").and_then(|all| all.get_mut(&*argument.name));
        match argument.group {
            Some(_) => own.map(Value::take).unwrap_or_default(),
            None => schema,
        }
    }

    /// A value of one argument in the spelling of the model, from that of the document.
    pub fn show(&self, index: usize, value: Value) -> Value {
        self.translate(index, value, OriginalSpellings::to_visible)
    }

    /// A value of one argument in the spelling of the document.
    pub fn restore(&self, index: usize, value: Value) -> Value {
        self.translate(index, value, OriginalSpellings::to_original)
    }

    fn translate(
        &self,
        index: usize,
        value: Value,
        way: fn(&OriginalSpellings, Map<String, Value>) -> Map<String, Value>,
    ) -> Value {
        let Some(spellings) = &self.spellings else { return value };
        let (argument, group) = (&self.map[index], self.map[index].group.map(ArgumentGroup::as_str));
        let alone = |name: &str, value: Value| Map::from_iter([(name.to_owned(), value)]);
        let only = |members: Map<String, Value>| members.into_iter().next().map(|(_, value)| value);
        let own = alone(&argument.name, value);
        let Some(group) = group else { return only(way(spellings, own)).unwrap_or_default() };
        match only(way(spellings, alone(group, Value::Object(own)))) {
            Some(Value::Object(members)) => only(members).unwrap_or_default(),
            _ => Value::Null,
        }
    }

    /// Whether an argument is required.
    pub fn is_required(&self, index: usize) -> bool {
        let argument = &self.map[index];
        let Some(property) = self.holder(argument) else { return false };
        if argument.group.is_none() {
            return property.required;
        }
        let group: Value = serde_json::from_str(&property.schema).unwrap_or_default();
        let required = group.get("required").and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|name| *name == *argument.name))
    }

    /// Replaces the description of an argument.
    pub fn describe(&mut self, index: usize, description: &str) {
        let argument = Arc::clone(&self.map[index]);
        let Some(position) = self.position(&argument) else { return };
        let property = &mut self.properties[position];
        let mut schema: Value = serde_json::from_str(&property.schema).unwrap_or_default();
        let own = match argument.group {
            Some(_) => schema.get_mut("properties").and_then(|all| all.get_mut(&*argument.name)),
            None => Some(&mut schema),
        };
        match own {
            Some(Value::Object(own)) => drop(own.insert("description".to_owned(), json!(description))),
            Some(own @ Value::Bool(true)) => *own = json!({"description": description}),
            _ => return,
        }
        property.schema = schema.to_string().into();
    }

    /// The index of the property of an argument, or of its group.
    fn position(&self, argument: &Argument) -> Option<usize> {
        let name = match argument.group {
            Some(group) => group.as_str(),
            None => &argument.name,
        };
        self.properties.iter().position(|property| *property.name == *name)
    }

    fn holder(&self, argument: &Argument) -> Option<&Property> {
        self.position(argument).map(|position| &self.properties[position])
    }

    /// Removes arguments, with the definitions that nothing else needs. Gives their locations in order.
    pub fn remove(&mut self, indices: &[usize]) -> Vec<ArgumentLocation> {
        if indices.is_empty() {
            return Vec::new();
        }
        let out: HashSet<usize> = indices.iter().copied().collect();
        let (gone, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.map).into_iter().enumerate().partition(|(index, _)| out.contains(index));
        self.map = kept.into_iter().map(|(_, argument)| argument).collect();
        let mut names: HashMap<Option<ArgumentGroup>, HashSet<String>> = HashMap::default();
        for (_, argument) in &gone {
            names.entry(argument.group).or_default().insert(argument.name.to_string());
        }
        let mut schema = self.schema();
        for (group, names) in names {
            remove_from_group(&mut schema, group, &names);
        }
        remove_unreached(&mut schema);
        self.set_schema(&schema);
        gone.into_iter().map(|(_, argument)| argument.location.clone()).collect()
    }

    /// The schema with its definitions, as a value.
    fn schema(&self) -> Value {
        Schema::for_arguments(self.properties.clone(), Arc::clone(&self.definitions)).value()
    }

    /// Sets the schema. Definitions may be missing, never changed.
    fn set_schema(&mut self, schema: &Value) {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|one| one == name));
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        self.properties = properties
            .map(|(name, held)| {
                let (name, required) = (name.as_str().into(), is_required(name));
                Property { name, schema: held.to_string().into(), required }
            })
            .collect();
        let kept =
            |one: &&Arc<Definition>| schema.get("$defs").is_some_and(|defs| defs.get(&*one.name).is_some());
        self.definitions = self.definitions.iter().filter(kept).cloned().collect();
    }
}

/// Removes arguments of one group from the schema, and the group once it is empty.
fn remove_from_group(schema: &mut Value, group: Option<ArgumentGroup>, names: &HashSet<String>) {
    let Some(group) = group.map(ArgumentGroup::as_str) else { return remove_properties(schema, names) };
    let Some(object) = schema.pointer_mut(&format!("/properties/{group}")) else { return };
    remove_properties(object, names);
    let needs_something = object.get("required").is_some();
    let is_empty = object.get("properties").and_then(Value::as_object).is_none_or(Map::is_empty);
    let group = HashSet::from_iter([group.to_owned()]);
    if is_empty {
        remove_properties(schema, &group);
    } else if !needs_something {
        remove_required(schema, &group);
    }
}

/// The object schema that has an argument.
fn holder<'s>(schema: &'s Value, argument: &Argument) -> Option<&'s Value> {
    match argument.group {
        Some(group) => schema.get("properties")?.get(group.as_str()),
        None => Some(schema),
    }
}

/// Removes properties from an object schema.
fn remove_properties(schema: &mut Value, names: &HashSet<String>) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, _| !names.contains(name));
    }
    remove_required(schema, names);
}

/// Removes names from `required`.
fn remove_required(schema: &mut Value, names: &HashSet<String>) {
    let Some(schema) = schema.as_object_mut() else { return };
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !name.as_str().is_some_and(|name| names.contains(name)));
        if required.is_empty() {
            schema.shift_remove("required");
        }
    }
}

/// Removes the definitions that no reference reaches.
fn remove_unreached(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else { return };
    let Some(Value::Object(mut definitions)) = map.shift_remove("$defs") else { return };
    let (mut reached, mut open) = (HashSet::default(), Vec::new());
    collect_references(schema, &mut open);
    while let Some(name) = open.pop() {
        if let Some(definition) = definitions.get(&name).filter(|_| !reached.contains(&name)) {
            collect_references(definition, &mut open);
            reached.insert(name);
        }
    }
    definitions.retain(|name, _| reached.contains(name));
    if let (false, Some(map)) = (definitions.is_empty(), schema.as_object_mut()) {
        map.insert("$defs".to_owned(), Value::Object(definitions));
    }
}

/// Collects the names of the definitions that a schema refers to, at schema positions only.
pub fn collect_references(schema: &Value, found: &mut Vec<String>) {
    let Some(map) = schema.as_object() else { return };
    for (keyword, held) in map {
        match (keywords::expected_value(keyword), held) {
            (Some(KeywordValue::Schema), held) => collect_references(held, found),
            (Some(KeywordValue::SchemaList), Value::Array(list)) => {
                for held in list {
                    collect_references(held, found);
                }
            }
            (Some(KeywordValue::SchemaMap), Value::Object(map)) => {
                for held in map.values() {
                    collect_references(held, found);
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
