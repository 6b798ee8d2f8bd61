//! One walk over one schema.
//!
//! It serves all dialects. A keyword whose value is not what the keyword holds (`required: true` on a property,
//! `type: "any"`) is left out with a note: one odd keyword must not cost the operation, and what goes out must be a valid
//! schema. What needs no change is not copied. Source of the mapping: Swagger 2.0, OpenAPI 3.0.4 and 3.1.1, each in its
//! section "Schema Object", and JSON Schema 2020-12, appendix "Changelog", for the drafts before it.

use std::sync::Arc;

use super::conversion_context::ConversionContext;
use super::converted_schema::DefinitionId;
use super::schema_dialect::Dialect;
use crate::error::{Error, Result, excerpt};
use crate::json::{Arena, HashSet, Node, Object, ObjectBuilder, Path};
use crate::schema::keywords::{self, KeywordValue};
use crate::schema::note::Note;
use crate::schema::note::{NoteKind, kind};
use crate::schema::reference::LocatedNode;
use crate::schema::reference::ReferenceFault;

pub(in crate::schema) struct SchemaWalk<'c, 'l, 'a> {
    pub(in crate::schema) context: &'c ConversionContext<'l, 'a>,
    pub(in crate::schema) document: usize,
    pub(in crate::schema) reaches: Vec<DefinitionId>,
    reached: HashSet<DefinitionId>,
    pub(in crate::schema) notes: Vec<Note>,
    /// What the schema that is walked is a part of, by `allOf`.
    pub(in crate::schema) within: Vec<&'a Object<'a>>,
    /// Places with hidden characters so far.
    pub(in crate::schema) hidden: usize,
    /// Places so far that take anything, because their reference leads nowhere.
    opened: usize,
}

impl<'c, 'l, 'a> SchemaWalk<'c, 'l, 'a> {
    pub(in crate::schema) fn new(context: &'c ConversionContext<'l, 'a>, document: usize) -> Self {
        let (reached, within, notes) = (HashSet::default(), Vec::new(), Vec::new());
        Self { context, document, reaches: Vec::new(), reached, notes, within, hidden: 0, opened: 0 }
    }

    pub(in crate::schema) const fn arena(&self) -> &'a Arena {
        self.context.library.arena()
    }

    pub(in crate::schema) fn dialect(&self) -> Dialect {
        self.context.dialect(self.document)
    }

    pub(in crate::schema) fn note(&mut self, kind: NoteKind, path: &Path<'_>, message: impl Into<Arc<str>>) {
        self.notes.push(Note::new(kind, path.pointer(), message));
    }

    pub(in crate::schema) fn schema(&mut self, node: Node<'a>, path: &Path<'_>) -> Result<Node<'a>> {
        let within = std::mem::take(&mut self.within);
        let schema = self.part(node, path);
        self.within = within;
        schema
    }

    /// A schema that is part of others.
    fn part(&mut self, node: Node<'a>, path: &Path<'_>) -> Result<Node<'a>> {
        let object = match node {
            Node::Object(object) => object,
            Node::Bool(_) => return Ok(node),
            other => {
                let message = format!("{} is no schema; anything is taken there", other.kind());
                self.note(kind::SCHEMA_REPLACED, path, message);
                return Ok(Node::map(&[], self.arena()));
            }
        };
        let mut schema = ObjectBuilder::with_capacity(object.len() + 1);
        if let Some(reference) = object.get("$ref") {
            if let Some(reference) = self.reference(reference, path)? {
                schema.push("$ref", reference);
            }
            // OpenAPI 3.0: what stands beside a $ref SHALL be ignored.
            if !self.dialect().keeps_siblings() {
                return Ok(schema.finish(self.arena()));
            }
        }
        self.tell_hidden(object, path);
        for (keyword, held) in object.iter() {
            self.keyword(keyword, held, object, path, &mut schema)?;
        }
        self.discriminator(object, path, &mut schema);
        self.nullable(object, path, &mut schema);
        self.default(path, &mut schema);
        Ok(schema.finish_like(object, self.arena()))
    }

    /// What a parameter of Swagger 2.0 says of its value; `required` and `description` are its own there.
    pub(in crate::schema) fn parameter(&mut self, node: Node<'a>, path: &Path<'_>) -> Result<Node<'a>> {
        let Some(object) = node.as_object() else { return self.schema(node, path) };
        self.tell_hidden(object, path);
        let mut schema = ObjectBuilder::with_capacity(object.len());
        for (keyword, held) in object.iter() {
            if !matches!(keyword, "required" | "description") {
                self.keyword(keyword, held, object, path, &mut schema)?;
            }
        }
        self.nullable(object, path, &mut schema);
        self.default(path, &mut schema);
        Ok(schema.finish(self.arena()))
    }

    /// What a `$ref` becomes. One that leads nowhere becomes nothing, so that its place takes anything: it does not cost the
    /// operation. One into a file that was not read does, because the next load may read it.
    fn reference(&mut self, reference: Node<'a>, path: &Path<'_>) -> Result<Option<Node<'a>>> {
        let at = || path.key("$ref").pointer();
        let found = match reference.as_str() {
            Some(text) => self.context.library.find_reference(self.document, text, &at),
            None => Err(ReferenceFault::Nowhere("is not a text")),
        };
        let fault = match found {
            Ok(target) => return Ok(Some(self.reach(target))),
            Err(fault) => fault,
        };
        let leads_nowhere = matches!(fault, ReferenceFault::Nowhere(_));
        let written = reference.as_str().map_or_else(|| reference.to_value().to_string(), str::to_owned);
        let error = fault.told(&written, at());
        if !leads_nowhere {
            return Err(error);
        }
        self.opened += 1;
        self.note(kind::REF_OPENED, &path.key("$ref"), format!("{error}; anything is taken there"));
        Ok(None)
    }

    /// What a conversion made, and whether a place in it was opened. Where more values are taken in `not`, `if`, `contains`
    /// or one of `oneOf`, fewer are taken around them: these keywords give way.
    fn opening(&mut self, convert: impl FnOnce(&mut Self) -> Result<Node<'a>>) -> Result<(Node<'a>, bool)> {
        let before = self.opened;
        let converted = convert(self)?;
        Ok((converted, self.opened > before))
    }

    fn reach(&mut self, target: LocatedNode<'a>) -> Node<'a> {
        let (id, reference) = self.context.refer(target);
        if self.reached.insert(id) {
            self.reaches.push(id);
        }
        Node::String(reference)
    }

    fn keyword(
        &mut self,
        keyword: &'a str,
        held: Node<'a>,
        object: &'a Object<'a>,
        path: &Path<'_>,
        schema: &mut ObjectBuilder<'a>,
    ) -> Result<()> {
        let here = path.key(keyword);
        match (keyword, held) {
            // No items are no tuple: 2020-12 has no empty one.
            ("$ref" | "nullable" | "$defs" | "definitions", _) | ("items", Node::Array([])) => {}
            ("$dynamicRef", Node::String(reference)) => {
                let library = self.context.library;
                let target =
                    library.resolve_dynamic_reference(self.document, reference, || here.pointer())?;
                let reference = self.reach(target);
                schema.set_if_absent("$ref", reference);
            }
            ("$recursiveRef", Node::String("#")) => {
                let target =
                    self.context.library.resolve_recursive_reference(self.document, || here.pointer())?;
                let reference = self.reach(target);
                schema.set_if_absent("$ref", reference);
            }
            ("$dynamicRef" | "$recursiveRef", _) => {
                return Err(Error::UnsupportedSpec {
                    pointer: here.pointer(),
                    found: keyword.to_owned(),
                    supported: "$ref, and $dynamicRef to the one schema of its name",
                });
            }
            ("example", value) => self.examples(&[value], &here, schema),
            ("examples", Node::Array(items)) => self.examples(items, &here, schema),
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
                schema.set_if_absent("contentEncoding", Node::String("base64"))
            }
            ("pattern", Node::String(pattern)) => match self.context.pattern(pattern) {
                Err(fault) => {
                    self.note(kind::PATTERN_DROPPED, &here, format!("\"{}\" {fault}", excerpt(pattern)));
                }
                // The node itself where nothing was changed, so that the schema around it is not copied.
                Ok(same) if std::ptr::eq(same, pattern) => schema.set(keyword, held),
                Ok(text) => schema.set(keyword, Node::String(text)),
            },
            ("patternProperties", Node::Object(map)) => self.pattern_properties(map, &here, schema)?,
            ("items", Node::Array(items)) => schema.set("prefixItems", self.list(items, &here)?),
            ("additionalItems", Node::Object(_) | Node::Bool(_))
                if object.get("items").is_some_and(|items| items.as_array().is_some()) =>
            {
                schema.set("items", self.schema(held, &here)?);
            }
            ("allOf", Node::Array(parts @ [_, ..])) => {
                self.within.push(object);
                let converted = parts.iter().enumerate().map(|(i, part)| self.part(*part, &here.index(i)));
                let converted: Result<Vec<_>> = converted.collect();
                self.within.pop();
                schema.set(keyword, self.like(parts, &converted?));
            }
            ("not" | "if" | "contains", Node::Object(_)) => {
                if let (converted, false) = self.opening(|walk| walk.schema(held, &here))? {
                    schema.set(keyword, converted);
                }
            }
            ("oneOf", Node::Array(parts @ [_, ..])) => match self.opening(|walk| walk.list(parts, &here))? {
                (converted, false) => schema.set(keyword, converted),
                (converted, true) if object.get("anyOf").is_none() => schema.set("anyOf", converted),
                (_, true) => {}
            },
            ("dependencies", Node::Object(map)) => self.dependencies(map, &here, schema)?,
            ("properties", Node::Object(properties)) => {
                schema.set(keyword, self.properties(properties, &here)?);
            }
            ("required", Node::Array(names)) => {
                if let Some(required) = self.required(names, object, path) {
                    schema.set(keyword, required);
                }
            }
            _ => {
                if let Some(value) = self.plain(keyword, held, &here)? {
                    schema.set(keyword, value);
                }
            }
        }
        Ok(())
    }

    /// A keyword that all dialects write alike. One that 2020-12 does not know (`xml`, `x-…`) says nothing of a value.
    fn plain(&mut self, keyword: &str, held: Node<'a>, here: &Path<'_>) -> Result<Option<Node<'a>>> {
        let Some(expected) = keywords::expected_value(keyword) else { return Ok(None) };
        let value = match (expected, held) {
            (KeywordValue::Schema, Node::Object(_) | Node::Bool(_)) => self.schema(held, here)?,
            (KeywordValue::SchemaMap, Node::Object(map)) => self.map(map, here)?,
            (KeywordValue::SchemaList, Node::Array(list)) if !list.is_empty() => self.list(list, here)?,
            (KeywordValue::Type, _) => return Ok(self.types(held, here)),
            (KeywordValue::TextListMap, Node::Object(map)) if expected.accepts(held) => {
                let mut lists = ObjectBuilder::with_capacity(map.len());
                for (name, list) in map.iter() {
                    lists.push(name, self.without_twins(list));
                }
                lists.finish_like(map, self.arena())
            }
            (KeywordValue::Count, Node::Number(number)) => return Ok(self.count(keyword, number, here)),
            _ if expected.accepts(held) && !(keyword == "enum" && held == Node::Array(&[])) => {
                return Ok(self.exact(held, here));
            }
            _ => return Ok(self.refuse(keyword, held, here)),
        };
        Ok(Some(value))
    }

    pub(in crate::schema) fn refuse(
        &mut self,
        keyword: &str,
        held: Node<'a>,
        here: &Path<'_>,
    ) -> Option<Node<'a>> {
        self.note(kind::KEYWORD_DROPPED, here, format!("\"{keyword}\" cannot hold {}", held.kind()));
        None
    }

    fn map(&mut self, map: &'a Object<'a>, here: &Path<'_>) -> Result<Node<'a>> {
        let mut schemas = ObjectBuilder::with_capacity(map.len());
        for (name, schema) in map.iter() {
            schemas.push(name, self.schema(schema, &here.key(name))?);
        }
        Ok(schemas.finish_like(map, self.arena()))
    }

    fn list(&mut self, list: &'a [Node<'a>], here: &Path<'_>) -> Result<Node<'a>> {
        let schemas = list.iter().enumerate().map(|(i, schema)| self.schema(*schema, &here.index(i)));
        let schemas = schemas.collect::<Result<Vec<_>>>()?;
        Ok(self.like(list, &schemas))
    }

    /// The list that another one became: that one itself where nothing was changed.
    pub(in crate::schema) fn like(&self, list: &'a [Node<'a>], made: &[Node<'a>]) -> Node<'a> {
        let is_same =
            list.len() == made.len() && list.iter().zip(made).all(|(one, other)| one.is_same_node(*other));
        if is_same { Node::Array(list) } else { Node::list(made, self.arena()) }
    }
}

pub(in crate::schema) fn flag(object: &Object<'_>, keyword: &str) -> bool {
    object.get(keyword).and_then(Node::as_bool) == Some(true)
}
