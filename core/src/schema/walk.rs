//! One walk over one schema.
//!
//! It serves all dialects. A keyword whose value is not what the keyword holds (`required: true` on a property,
//! `type: "any"`) is left out with a note: one odd keyword must not cost the operation, and what goes out must be a valid
//! schema. Source of the mapping: Swagger 2.0, OpenAPI 3.0.4 and 3.1.1, each in its section "Schema Object", and JSON
//! Schema 2020-12, appendix "Changelog", for the drafts before it.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::convert::{Converter, DefinitionId, Direction};
use super::keywords::{self, Holds};
use super::library::Spot;
use super::note::{Kind, kind};
use super::{Dialect, Note, defaults};
use crate::error::{Error, Result, excerpt};
use crate::json::{Node, Object, Path, pointer};

/// The longest example that is worth its tokens, in bytes of JSON.
const LONGEST_EXAMPLE: usize = 2_000;

pub(super) struct Walk<'c, 'l, 'a> {
    pub(super) converter: &'c Converter<'l, 'a>,
    pub(super) document: usize,
    pub(super) reaches: Vec<DefinitionId>,
    reached: HashSet<DefinitionId>,
    pub(super) notes: Vec<Note>,
    /// What the schema that is walked is a part of, by `allOf`.
    pub(super) within: Vec<&'a Object<'a>>,
}

impl<'c, 'l, 'a> Walk<'c, 'l, 'a> {
    pub(super) fn new(converter: &'c Converter<'l, 'a>, document: usize) -> Self {
        let (reached, within) = (HashSet::new(), Vec::new());
        Self { converter, document, reaches: Vec::new(), reached, notes: Vec::new(), within }
    }

    pub(super) fn schema(&mut self, node: Node<'a>, path: &Path<'_>) -> Result<Value> {
        let within = std::mem::take(&mut self.within);
        let schema = self.part(node, path);
        self.within = within;
        schema
    }

    /// A schema that is part of others.
    fn part(&mut self, node: Node<'a>, path: &Path<'_>) -> Result<Value> {
        let object = match node {
            Node::Object(object) => object,
            Node::Bool(value) => return Ok(Value::Bool(value)),
            other => {
                let message = format!("{} is no schema; anything is taken there", other.kind());
                self.note(kind::SCHEMA_REPLACED, path, message);
                return Ok(json!({}));
            }
        };
        if object.is_empty() {
            return Ok(json!({}));
        }
        let mut schema = Map::new();
        if let Some(reference) = object.get("$ref") {
            let target = self.target(reference, path)?;
            schema.insert("$ref".to_owned(), self.reach(target));
            // OpenAPI 3.0: what stands beside a $ref SHALL be ignored.
            if !self.dialect().keeps_siblings() {
                return Ok(Value::Object(schema));
            }
        }
        for (keyword, held) in object.iter() {
            self.keyword(keyword, held, object, path, &mut schema)?;
        }
        self.discriminator(object, path, &mut schema);
        self.nullable(object, path, &mut schema);
        self.default(path, &mut schema);
        Ok(Value::Object(schema))
    }

    /// What a parameter of Swagger 2.0 says of its value; `required` and `description` are its own there.
    pub(super) fn parameter(&mut self, node: Node<'a>, path: &Path<'_>) -> Result<Value> {
        let Some(object) = node.as_object() else { return self.schema(node, path) };
        let mut schema = Map::new();
        for (keyword, held) in object.iter() {
            if !matches!(keyword, "required" | "description") {
                self.keyword(keyword, held, object, path, &mut schema)?;
            }
        }
        self.nullable(object, path, &mut schema);
        self.default(path, &mut schema);
        Ok(Value::Object(schema))
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.converter.dialect(self.document)
    }

    fn target(&self, reference: Node<'a>, path: &Path<'_>) -> Result<Spot<'a>> {
        let Some(text) = reference.as_str() else {
            return Err(Error::UnresolvedRef {
                pointer: path.key("$ref").pointer(),
                reference: reference.to_value().to_string(),
                reason: "is not a text".to_owned(),
            });
        };
        self.converter.library.resolve(self.document, text, || path.key("$ref").pointer())
    }

    fn reach(&mut self, target: Spot<'a>) -> Value {
        let (id, name) = self.converter.refer(target);
        if self.reached.insert(id) {
            self.reaches.push(id);
        }
        Value::String(format!("#{}", pointer::push("/$defs", &name)))
    }

    fn keyword(
        &mut self,
        keyword: &str,
        held: Node<'a>,
        object: &'a Object<'a>,
        path: &Path<'_>,
        schema: &mut Map<String, Value>,
    ) -> Result<()> {
        let here = path.key(keyword);
        match (keyword, held) {
            // No items are no tuple: 2020-12 has no empty one.
            ("$ref" | "nullable" | "$defs" | "definitions", _) | ("items", Node::Array([])) => {}
            ("$dynamicRef", Node::String(reference)) => {
                let library = self.converter.library;
                let target = library.dynamic(self.document, reference, || here.pointer())?;
                let reference = self.reach(target);
                schema.entry("$ref").or_insert(reference);
            }
            ("$recursiveRef", Node::String("#")) => {
                let target = self.converter.library.recursive(self.document, || here.pointer())?;
                let reference = self.reach(target);
                schema.entry("$ref").or_insert(reference);
            }
            ("$dynamicRef" | "$recursiveRef", _) => {
                return Err(Error::UnsupportedSpec {
                    pointer: here.pointer(),
                    found: keyword.to_owned(),
                    supported: "$ref, and $dynamicRef to the one schema of its name",
                });
            }
            ("example", value) => self.examples(vec![value], &here, schema),
            ("examples", Node::Array(items)) => self.examples(items.to_vec(), &here, schema),
            ("exclusiveMinimum", Node::Bool(on)) => {
                self.exclusive(on, "minimum", keyword, object, path, schema);
            }
            ("exclusiveMaximum", Node::Bool(on)) => {
                self.exclusive(on, "maximum", keyword, object, path, schema);
            }
            ("minimum", Node::Number(_)) if flag(object, "exclusiveMinimum") => {}
            ("maximum", Node::Number(_)) if flag(object, "exclusiveMaximum") => {}
            ("type", Node::String("file")) | ("format", Node::String("binary")) => self.bytes(&here, schema),
            ("format", Node::String("byte")) => {
                schema.entry("contentEncoding").or_insert_with(|| json!("base64"));
            }
            ("pattern", Node::String(pattern)) => match self.converter.fault_of(pattern) {
                Some(fault) => {
                    self.note(kind::PATTERN_DROPPED, &here, format!("\"{}\" {fault}", excerpt(pattern)));
                }
                None => drop(schema.insert(keyword.to_owned(), json!(pattern))),
            },
            ("patternProperties", Node::Object(map)) => self.pattern_properties(map, &here, schema)?,
            ("items", Node::Array(items)) => {
                schema.insert("prefixItems".to_owned(), self.list(items, &here)?);
            }
            ("additionalItems", Node::Object(_) | Node::Bool(_))
                if object.get("items").is_some_and(|items| items.as_array().is_some()) =>
            {
                schema.insert("items".to_owned(), self.schema(held, &here)?);
            }
            ("allOf", Node::Array(parts @ [_, ..])) => {
                self.within.push(object);
                let parts = parts.iter().enumerate().map(|(i, part)| self.part(*part, &here.index(i)));
                let parts: Result<Value> = parts.collect();
                self.within.pop();
                schema.insert(keyword.to_owned(), parts?);
            }
            ("dependencies", Node::Object(map)) => self.dependencies(map, &here, schema)?,
            ("properties", Node::Object(properties)) => {
                schema.insert(keyword.to_owned(), self.properties(properties, &here)?);
            }
            ("required", Node::Array(_)) => {
                if let Some(required) = self.required(held, object, path) {
                    schema.insert(keyword.to_owned(), required);
                }
            }
            _ => {
                if let Some(value) = self.plain(keyword, held, &here)? {
                    schema.insert(keyword.to_owned(), value);
                }
            }
        }
        Ok(())
    }

    /// A keyword that all dialects write alike. One that 2020-12 does not know (`xml`, `x-…`) says nothing of a value.
    fn plain(&mut self, keyword: &str, held: Node<'a>, here: &Path<'_>) -> Result<Option<Value>> {
        let Some(holds) = keywords::holds(keyword) else { return Ok(None) };
        let value = match (holds, held) {
            (Holds::Schema, Node::Object(_) | Node::Bool(_)) => self.schema(held, here)?,
            (Holds::SchemaMap, Node::Object(map)) => self.map(map, here)?,
            (Holds::SchemaList, Node::Array(list)) if !list.is_empty() => self.list(list, here)?,
            (Holds::Type, _) => match self.types(held, here) {
                Some(types) => types,
                None => return Ok(None),
            },
            (Holds::TextListMap, Node::Object(map)) if holds.takes(held) => {
                map.iter().map(|(name, list)| (name.to_owned(), without_twins(list))).collect()
            }
            (Holds::Count, Node::Number(number)) => match number.nearest().and_then(|(near, _)| whole(&near))
            {
                Some(count) => json!(count),
                None => return Ok(self.refuse(keyword, held, here)),
            },
            _ if holds.takes(held) && !(keyword == "enum" && held == Node::Array(&[])) => {
                return Ok(self.exact(held, here));
            }
            _ => return Ok(self.refuse(keyword, held, here)),
        };
        Ok(Some(value))
    }

    /// A value as it is. Numbers beyond 64 bits are told, infinite ones left out.
    fn exact(&mut self, held: Node<'a>, here: &Path<'_>) -> Option<Value> {
        let Some(number) = held.inexact() else { return Some(held.to_value()) };
        let shown: String = number.as_str().chars().take(40).collect();
        if number.nearest().is_none() {
            let message = format!("{shown} is no number that JSON can hold; the keyword is left out");
            self.note(kind::NUMBER_ROUNDED, here, message);
            return None;
        }
        self.note(kind::NUMBER_ROUNDED, here, format!("{shown} is rounded to 64 bits"));
        Some(held.to_value())
    }

    fn refuse(&mut self, keyword: &str, held: Node<'a>, here: &Path<'_>) -> Option<Value> {
        self.note(kind::KEYWORD_DROPPED, here, format!("\"{keyword}\" cannot hold {}", held.kind()));
        None
    }

    fn examples(&mut self, items: Vec<Node<'a>>, here: &Path<'_>, schema: &mut Map<String, Value>) {
        let count = items.len();
        let values = items.into_iter().filter(|item| item.inexact().is_none()).map(Node::to_value);
        let kept: Vec<_> = values.filter(|value| value.to_string().len() <= LONGEST_EXAMPLE).collect();
        if kept.len() < count {
            let message = "an example is too long, or has a number beyond 64 bits".to_owned();
            self.note(kind::EXAMPLE_DROPPED, here, message);
        }
        if !kept.is_empty() && !schema.contains_key("examples") {
            schema.insert("examples".to_owned(), Value::Array(kept));
        }
    }

    /// Bytes. A schema does not say how they are written in JSON; where they are an argument, they are base64.
    fn bytes(&mut self, here: &Path<'_>, schema: &mut Map<String, Value>) {
        schema.entry("type").or_insert_with(|| json!("string"));
        if !schema.contains_key("contentMediaType") {
            schema.insert("contentMediaType".to_owned(), json!("application/octet-stream"));
            self.note(kind::OAS_BINARY, here, "bytes are given as a text");
        }
    }

    /// `minimum: 0, exclusiveMinimum: true` is `exclusiveMinimum: 0`.
    fn exclusive(
        &mut self,
        on: bool,
        bound: &str,
        keyword: &str,
        object: &'a Object<'a>,
        path: &Path<'_>,
        schema: &mut Map<String, Value>,
    ) {
        if let (true, Some(number @ Node::Number(_))) = (on, object.get(bound))
            && let Some(value) = self.exact(number, &path.key(bound))
        {
            schema.insert(keyword.to_owned(), value);
        }
    }

    fn pattern_properties(
        &mut self,
        map: &'a Object<'a>,
        here: &Path<'_>,
        schema: &mut Map<String, Value>,
    ) -> Result<()> {
        let mut schemas = Map::new();
        for (pattern, held) in map.iter() {
            match self.converter.fault_of(pattern) {
                Some(fault) => {
                    self.note(kind::PATTERN_DROPPED, &here.key(pattern), format!("the key {fault}"));
                }
                None => drop(schemas.insert(pattern.to_owned(), self.schema(held, &here.key(pattern))?)),
            }
        }
        schema.insert("patternProperties".to_owned(), Value::Object(schemas));
        Ok(())
    }

    /// `dependencies` of the drafts before 2019-09.
    fn dependencies(
        &mut self,
        map: &'a Object<'a>,
        here: &Path<'_>,
        schema: &mut Map<String, Value>,
    ) -> Result<()> {
        let (mut required, mut schemas) = (Map::new(), Map::new());
        for (name, held) in map.iter() {
            match held {
                Node::Array(_) if Holds::TextList.takes(held) => {
                    required.insert(name.to_owned(), without_twins(held));
                }
                Node::Object(_) | Node::Bool(_) => {
                    schemas.insert(name.to_owned(), self.schema(held, &here.key(name))?);
                }
                _ => drop(self.refuse("dependencies", held, &here.key(name))),
            }
        }
        if !required.is_empty() {
            schema.insert("dependentRequired".to_owned(), Value::Object(required));
        }
        if !schemas.is_empty() {
            schema.insert("dependentSchemas".to_owned(), Value::Object(schemas));
        }
        Ok(())
    }

    /// The type names that JSON Schema knows among those given.
    fn types(&mut self, held: Node<'a>, here: &Path<'_>) -> Option<Value> {
        let names: Vec<&str> = match held {
            Node::String(name) => vec![name],
            Node::Array(names) => names.iter().filter_map(|name| name.as_str()).collect(),
            _ => Vec::new(),
        };
        let mut known: Vec<&str> = Vec::new();
        for name in names.iter().filter(|name| keywords::TYPES.contains(name)) {
            if !known.contains(name) {
                known.push(name);
            }
        }
        if known.len() < names.len() || names.is_empty() {
            self.note(
                kind::KEYWORD_DROPPED,
                here,
                format!("{} is no type of JSON Schema", excerpt(&held.to_value().to_string())),
            );
        }
        match known.as_slice() {
            [] => None,
            [one] if matches!(held, Node::String(_)) => Some(json!(one)),
            several => Some(json!(several)),
        }
    }

    /// Properties as this direction has them: what is read-only SHOULD NOT be sent (OpenAPI 3.0.4, "Fixed Fields").
    fn properties(&mut self, properties: &'a Object<'a>, here: &Path<'_>) -> Result<Value> {
        let mut map = Map::new();
        for (name, property) in properties.iter() {
            if self.goes_the_other_way(property, &here.key(name)) {
                let (kind, word) = match self.converter.direction {
                    Direction::Request => (kind::OAS_READONLY_REMOVED, "read"),
                    Direction::Response => (kind::OAS_WRITEONLY_REMOVED, "written"),
                };
                self.note(kind, &here.key(name), format!("\"{name}\" is only {word}"));
            } else {
                map.insert(name.to_owned(), self.schema(property, &here.key(name))?);
            }
        }
        Ok(Value::Object(map))
    }

    /// Whether a property has no part in this direction: by itself, or by the schema it refers to.
    pub(super) fn goes_the_other_way(&self, node: Node<'a>, path: &Path<'_>) -> bool {
        let keyword = match self.converter.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let library = self.converter.library;
        let target = |reference| library.resolve(self.document, reference, || path.pointer()).ok();
        node.flag(keyword)
            || node.text("$ref").and_then(target).is_some_and(|target| target.node.flag(keyword))
    }

    fn required(&mut self, held: Node<'a>, object: &'a Object<'a>, path: &Path<'_>) -> Option<Value> {
        let (properties, among) = (object.get("properties"), path.key("properties"));
        let (mut names, mut known) = (Vec::new(), HashSet::new());
        for item in held.items() {
            let Some(name) = item.as_str() else {
                self.refuse("required", item, &path.key("required"));
                continue;
            };
            let is_removed = match properties.and_then(|properties| properties.get(name)) {
                Some(property) => self.goes_the_other_way(property, &among.key(name)),
                None => self.is_unsent(name, object, path),
            };
            if !is_removed && known.insert(name) {
                names.push(name);
            }
        }
        (!names.is_empty()).then(|| json!(names))
    }

    fn map(&mut self, map: &'a Object<'a>, here: &Path<'_>) -> Result<Value> {
        let mut schemas = Map::new();
        for (name, schema) in map.iter() {
            schemas.insert(name.to_owned(), self.schema(schema, &here.key(name))?);
        }
        Ok(Value::Object(schemas))
    }

    fn list(&mut self, list: &'a [Node<'a>], here: &Path<'_>) -> Result<Value> {
        list.iter().enumerate().map(|(i, schema)| self.schema(*schema, &here.index(i))).collect()
    }

    /// `nullable: true` beside a type adds null to it. Beside a union, a reference or an enum the letter of 3.0 gives
    /// it no effect; everybody who writes it means null, so null is taken.
    fn nullable(&mut self, object: &Object<'_>, path: &Path<'_>, schema: &mut Map<String, Value>) {
        if !flag(object, "nullable") {
            if !flag(object, "x-nullable") {
                return;
            }
            self.note(kind::OAS_X_NULLABLE, path, "null is taken by the extension \"x-nullable\"");
        } else if self.dialect() != Dialect::OpenApi30 {
            self.note(kind::OAS31_NULLABLE, path, "null is taken though this dialect has no \"nullable\"");
        }
        if let Some(Value::Array(values)) = schema.get_mut("enum")
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
            self.note(kind::OAS_NULLABLE_ENUM, path, "null is taken though the enum does not list it");
        }
        let has_union = ["oneOf", "anyOf", "allOf", "$ref"].iter().any(|union| schema.contains_key(*union));
        match schema.get_mut("type") {
            Some(types @ Value::String(_)) => *types = json!([types.take(), "null"]),
            None if has_union => {
                let annotations = ["title", "description", "default", "examples", "deprecated"];
                let (outside, inside): (Map<_, _>, Map<_, _>) = std::mem::take(schema)
                    .into_iter()
                    .partition(|(key, _)| annotations.contains(&key.as_str()));
                *schema = outside;
                schema.insert("anyOf".to_owned(), json!([inside, {"type": "null"}]));
                self.note(kind::OAS_NULLABLE_NO_TYPE, path, "null is taken beside the union");
            }
            _ => {}
        }
    }

    /// A default that the schema itself refuses would make every call fail that leaves the property out.
    fn default(&mut self, path: &Path<'_>, schema: &mut Map<String, Value>) {
        if schema.get("default").is_some_and(|default| !defaults::is_plausible(default, schema)) {
            schema.shift_remove("default");
            let message = "the schema refuses its own default, which is left out";
            self.note(kind::DEFAULT_DROPPED, &path.key("default"), message);
        }
    }

    pub(super) fn note(&mut self, kind: Kind, path: &Path<'_>, message: impl Into<Arc<str>>) {
        self.notes.push(Note::new(kind, path.pointer(), message));
    }
}

/// A list of texts, each once.
fn without_twins(list: Node<'_>) -> Value {
    let mut known = HashSet::new();
    list.items().filter_map(Node::as_str).filter(|text| known.insert(*text)).collect()
}

fn flag(object: &Object<'_>, keyword: &str) -> bool {
    object.get(keyword).and_then(Node::as_bool) == Some(true)
}

/// A whole number from zero, also where it is written `3.0`.
fn whole(number: &serde_json::Number) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be whole and in range"
    )]
    let rounded = |n: f64| (n >= 0.0 && n.fract() == 0.0 && n < 9e15).then_some(n as u64);
    number.as_u64().or_else(|| number.as_f64().and_then(rounded))
}
