//! From the Schema Object of an API document to JSON Schema 2020-12.
//!
//! One walk serves both dialects; what 3.0 says differently is in [`Converter::legacy`]. A keyword whose value is not
//! what the keyword holds (`required: true` on a property, `type: "any"`) is left out with a note: one odd keyword must
//! not cost the operation, and what goes out must be a valid schema. Source of the mapping: OpenAPI 3.0.4 section
//! "Schema Object", OpenAPI 3.1.1 section "Schema Object".

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::keywords::{self, Holds};
use super::{Note, Path, resolve};
use crate::error::{Error, Result};
use crate::json::{Node, Object, pointer};

/// What a document's schemas are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// OpenAPI 3.0: a subset of an early JSON Schema, with `nullable` and boolean exclusive bounds.
    OpenApi30,
    /// OpenAPI 3.1: JSON Schema 2020-12.
    JsonSchema202012,
}

/// A schema of dialect 2020-12 and what it took to get there.
#[derive(Debug)]
pub struct Converted {
    /// The schema; references name `#/$defs/…`.
    pub schema: Value,
    /// Places in the document that it refers to, each once, in order.
    pub reaches: Vec<String>,
    /// What was changed on the way.
    pub notes: Vec<Note>,
}

/// Converts the schemas of one document.
pub struct Converter<'d, 'a> {
    root: &'d Node<'a>,
    dialect: Dialect,
    definitions: RefCell<HashMap<String, Rc<Converted>>>,
}

impl<'d, 'a> Converter<'d, 'a> {
    /// A converter for the schemas of `root`.
    pub fn new(root: &'d Node<'a>, dialect: Dialect) -> Self {
        Self { root, dialect, definitions: RefCell::default() }
    }

    /// Converts one schema that stands at `path`.
    pub fn convert(&self, node: &Node<'_>, path: &Path<'_>) -> Result<Converted> {
        let mut walk = Walk { converter: self, reaches: Vec::new(), notes: Vec::new() };
        let schema = walk.schema(node, path)?;
        Ok(Converted { schema, reaches: walk.reaches, notes: walk.notes })
    }

    /// The `$defs` that schemas with these references need, their own references included: just those, each once.
    /// The notes of the definitions come with them.
    pub fn definitions(&self, reaches: &[String], notes: &mut Vec<Note>) -> Result<Map<String, Value>> {
        let mut defs = Map::new();
        let mut seen: HashSet<String> = reaches.iter().cloned().collect();
        let mut queue: VecDeque<String> = reaches.iter().cloned().collect();
        while let Some(place) = queue.pop_front() {
            let definition = self.definition(&place)?;
            let name = name_of(&place);
            if defs.insert(name.clone(), definition.schema.clone()).is_some() {
                let reason = format!("two schemas would both be the definition \"{name}\"");
                return Err(Error::InvalidSpec { pointer: place, reason });
            }
            notes.extend(definition.notes.iter().cloned());
            for further in &definition.reaches {
                if seen.insert(further.clone()) {
                    queue.push_back(further.clone());
                }
            }
        }
        Ok(defs)
    }

    fn definition(&self, place: &str) -> Result<Rc<Converted>> {
        if let Some(known) = self.definitions.borrow().get(place) {
            return Ok(Rc::clone(known));
        }
        let node = self.root.pointer(place).expect("a reached place was resolved before");
        let converted = Rc::new(self.convert(node, &Path::at(place))?);
        self.definitions.borrow_mut().insert(place.to_owned(), Rc::clone(&converted));
        Ok(converted)
    }

    /// Whether a property may not be sent: read-only itself, or by the schema it refers to.
    fn is_read_only(&self, node: &Node<'_>) -> bool {
        let flagged = |node: &Node<'_>| node.get("readOnly").and_then(Node::as_bool) == Some(true);
        flagged(node)
            || node
                .get("$ref")
                .and_then(Node::as_str)
                .and_then(|reference| resolve(self.root, reference, String::new).ok())
                .is_some_and(|(_, target)| flagged(target))
    }
}

/// The name under `$defs` of the schema at a place: its own name for the schemas of a document's components, the whole
/// path for one that stands elsewhere. It depends on the place alone, so that no reload renames it. What OpenAPI allows
/// in the name of a component stays; anything else (`Page«Pet»`) becomes its code, because a reference is a URI and
/// would not lead there.
fn name_of(place: &str) -> String {
    let tokens: Vec<_> = pointer::tokens(place).collect();
    let name = match tokens.as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => name.to_string(),
        [] => "document".to_owned(),
        tokens => tokens.join("."),
    };
    let stays = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let written = |c: char| if stays(c) { c.to_string() } else { format!("_{:x}_", u32::from(c)) };
    if name.chars().all(stays) { name } else { name.chars().map(written).collect() }
}

struct Walk<'c, 'd, 'a> {
    converter: &'c Converter<'d, 'a>,
    reaches: Vec<String>,
    notes: Vec<Note>,
}

impl Walk<'_, '_, '_> {
    fn schema(&mut self, node: &Node<'_>, path: &Path<'_>) -> Result<Value> {
        let object = match node {
            Node::Object(object) => object,
            Node::Bool(value) => return Ok(Value::Bool(*value)),
            other => {
                self.note(
                    "SCHEMA_REPLACED",
                    path,
                    format!("{} is no schema; anything is taken there", other.kind()),
                );
                return Ok(json!({}));
            }
        };
        if object.is_empty() {
            return Ok(json!({}));
        }
        let mut schema = Map::new();
        if let Some(reference) = object.get("$ref") {
            let Some(reference) = reference.as_str() else {
                return Err(Error::UnresolvedRef {
                    pointer: path.key("$ref").pointer(),
                    reference: reference.to_value().to_string(),
                    reason: "is not a text".to_owned(),
                });
            };
            schema.insert("$ref".to_owned(), self.reference(reference, path)?);
            // OpenAPI 3.0: what stands beside a $ref SHALL be ignored.
            if self.converter.dialect == Dialect::OpenApi30 {
                return Ok(Value::Object(schema));
            }
        }
        for (keyword, held) in object.iter() {
            self.keyword(keyword, held, object, path, &mut schema)?;
        }
        self.nullable(object, path, &mut schema);
        Ok(Value::Object(schema))
    }

    fn reference(&mut self, reference: &str, path: &Path<'_>) -> Result<Value> {
        let (place, _) = resolve(self.converter.root, reference, || path.key("$ref").pointer())?;
        let name = name_of(&place);
        if !self.reaches.contains(&place) {
            self.reaches.push(place);
        }
        Ok(Value::String(format!("#{}", pointer::push("/$defs", &name))))
    }

    fn keyword(
        &mut self,
        keyword: &str,
        held: &Node<'_>,
        object: &Object<'_>,
        path: &Path<'_>,
        schema: &mut Map<String, Value>,
    ) -> Result<()> {
        let here = path.key(keyword);
        match (keyword, held) {
            ("$ref" | "nullable" | "$defs" | "definitions", _) => {}
            ("$dynamicRef" | "$recursiveRef", _) => {
                return Err(Error::UnsupportedSpec {
                    pointer: here.pointer(),
                    found: keyword.to_owned(),
                    supported: "$ref within the document",
                });
            }
            ("example", value) => {
                schema.entry("examples").or_insert_with(|| json!([value.to_value()]));
            }
            ("exclusiveMinimum", Node::Bool(on)) => exclusive(*on, "minimum", keyword, object, schema),
            ("exclusiveMaximum", Node::Bool(on)) => exclusive(*on, "maximum", keyword, object, schema),
            ("minimum", _) if flag(object, "exclusiveMinimum") => {}
            ("maximum", _) if flag(object, "exclusiveMaximum") => {}
            ("format", Node::String(format)) if format == "binary" => {
                schema.insert("contentMediaType".to_owned(), json!("application/octet-stream"));
            }
            ("format", Node::String(format)) if format == "byte" => {
                schema.insert("contentEncoding".to_owned(), json!("base64"));
            }
            ("items", Node::Array(items)) => {
                schema.insert("prefixItems".to_owned(), self.list(items, &here)?);
            }
            ("properties", Node::Object(properties)) => {
                schema.insert(keyword.to_owned(), self.properties(properties, &here)?);
            }
            ("required", Node::Array(_)) => {
                if let Some(required) = self.required(held, object, &here) {
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

    /// A keyword that both dialects write alike. One that 2020-12 does not know (`xml`, `x-…`) says nothing of a value.
    fn plain(&mut self, keyword: &str, held: &Node<'_>, here: &Path<'_>) -> Result<Option<Value>> {
        let Some(holds) = keywords::holds(keyword) else { return Ok(None) };
        let value = match (holds, held) {
            (Holds::Schema, Node::Object(_) | Node::Bool(_)) => self.schema(held, here)?,
            (Holds::SchemaMap, Node::Object(map)) => self.map(map, here)?,
            (Holds::SchemaList, Node::Array(list)) if !list.is_empty() => self.list(list, here)?,
            (Holds::Type, _) => match self.types(held, here) {
                Some(types) => types,
                None => return Ok(None),
            },
            (Holds::Count, Node::Number(number)) => match whole(number) {
                Some(count) => json!(count),
                None => return Ok(self.refuse(keyword, held, here)),
            },
            _ if fits(holds, held) && !(keyword == "enum" && held == &Node::Array(Vec::new())) => {
                held.to_value()
            }
            _ => return Ok(self.refuse(keyword, held, here)),
        };
        Ok(Some(value))
    }

    fn refuse(&mut self, keyword: &str, held: &Node<'_>, here: &Path<'_>) -> Option<Value> {
        self.note("KEYWORD_DROPPED", here, format!("\"{keyword}\" cannot hold {}", held.kind()));
        None
    }

    /// The type names that JSON Schema knows among those given.
    fn types(&mut self, held: &Node<'_>, here: &Path<'_>) -> Option<Value> {
        let names: Vec<&str> = match held {
            Node::String(name) => vec![name.as_ref()],
            Node::Array(names) => names.iter().filter_map(Node::as_str).collect(),
            _ => Vec::new(),
        };
        let mut known: Vec<&str> = Vec::new();
        for name in names.iter().filter(|name| keywords::TYPES.contains(name)) {
            if !known.contains(name) {
                known.push(name);
            }
        }
        if known.len() < names.len() || names.is_empty() {
            self.note("KEYWORD_DROPPED", here, format!("{} is no type of JSON Schema", held.to_value()));
        }
        match known.as_slice() {
            [] => None,
            [one] if matches!(held, Node::String(_)) => Some(json!(one)),
            several => Some(json!(several)),
        }
    }

    /// Properties as a request has them: what is read-only SHOULD NOT be sent (OpenAPI 3.0.4, "Fixed Fields").
    fn properties(&mut self, properties: &Object<'_>, here: &Path<'_>) -> Result<Value> {
        let mut map = Map::new();
        for (name, property) in properties.iter() {
            if !self.converter.is_read_only(property) {
                map.insert(name.to_owned(), self.schema(property, &here.key(name))?);
            }
        }
        Ok(Value::Object(map))
    }

    fn required(&mut self, held: &Node<'_>, object: &Object<'_>, here: &Path<'_>) -> Option<Value> {
        let properties = object.get("properties");
        let mut names: Vec<&str> = Vec::new();
        for item in held.as_array().unwrap_or_default() {
            let Some(name) = item.as_str() else {
                self.refuse("required", item, here);
                continue;
            };
            let read_only =
                properties.and_then(|p| p.get(name)).is_some_and(|p| self.converter.is_read_only(p));
            if !read_only && !names.contains(&name) {
                names.push(name);
            }
        }
        (!names.is_empty()).then(|| json!(names))
    }

    fn map(&mut self, map: &Object<'_>, here: &Path<'_>) -> Result<Value> {
        let mut schemas = Map::new();
        for (name, schema) in map.iter() {
            schemas.insert(name.to_owned(), self.schema(schema, &here.key(name))?);
        }
        Ok(Value::Object(schemas))
    }

    fn list(&mut self, list: &[Node<'_>], here: &Path<'_>) -> Result<Value> {
        list.iter().enumerate().map(|(i, schema)| self.schema(schema, &here.index(i))).collect()
    }

    /// `nullable: true` beside a type adds null to it. Beside a union, a reference or an enum the letter of 3.0 gives
    /// it no effect; everybody who writes it means null, so null is taken.
    fn nullable(&mut self, object: &Object<'_>, path: &Path<'_>, schema: &mut Map<String, Value>) {
        if !flag(object, "nullable") {
            return;
        }
        if self.converter.dialect == Dialect::JsonSchema202012 {
            self.note("OAS31_NULLABLE", path, "null is taken though 3.1 has no \"nullable\"".to_owned());
        }
        if let Some(Value::Array(values)) = schema.get_mut("enum")
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
            self.note("OAS_NULLABLE_ENUM", path, "null is taken though the enum does not list it".to_owned());
        }
        let has_union = ["oneOf", "anyOf", "allOf"].iter().any(|union| schema.contains_key(*union));
        match schema.get_mut("type") {
            Some(types @ Value::String(_)) => *types = json!([types.take(), "null"]),
            None if has_union => {
                let annotations = ["title", "description", "default", "examples", "deprecated"];
                let (outside, inside): (Map<_, _>, Map<_, _>) = std::mem::take(schema)
                    .into_iter()
                    .partition(|(key, _)| annotations.contains(&key.as_str()));
                *schema = outside;
                schema.insert("anyOf".to_owned(), json!([inside, {"type": "null"}]));
                self.note("OAS_NULLABLE_NO_TYPE", path, "null is taken beside the union".to_owned());
            }
            _ => {}
        }
    }

    fn note(&mut self, code: &'static str, path: &Path<'_>, message: String) {
        self.notes.push(Note { code, pointer: path.pointer(), message });
    }
}

/// Whether a keyword without schemas below it may hold a value.
fn fits(holds: Holds, held: &Node<'_>) -> bool {
    match (holds, held) {
        (Holds::Value, _)
        | (Holds::Number, Node::Number(_))
        | (Holds::Text, Node::String(_))
        | (Holds::Bool, Node::Bool(_))
        | (Holds::ValueList, Node::Array(_)) => true,
        (Holds::PositiveNumber, Node::Number(number)) => number.as_f64().is_some_and(|number| number > 0.0),
        (Holds::TextList, Node::Array(items)) => items.iter().all(|item| item.as_str().is_some()),
        (Holds::TextListMap, Node::Object(map)) => map.iter().all(|(_, list)| fits(Holds::TextList, list)),
        _ => false,
    }
}

fn flag(object: &Object<'_>, keyword: &str) -> bool {
    object.get(keyword).and_then(Node::as_bool) == Some(true)
}

/// `minimum: 0, exclusiveMinimum: true` is `exclusiveMinimum: 0`.
fn exclusive(on: bool, bound: &str, keyword: &str, object: &Object<'_>, schema: &mut Map<String, Value>) {
    if let (true, Some(Node::Number(number))) = (on, object.get(bound)) {
        schema.insert(keyword.to_owned(), Value::Number(number.clone()));
    }
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
