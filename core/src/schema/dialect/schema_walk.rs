//! Schema traversal: converts one schema of any dialect.
//!
//! A keyword with an invalid value (`required: true` on a property, `type: "any"`) is removed with a note:
//! one bad keyword must not cost the operation, and the result must be a valid schema. Unchanged parts are
//! shared, not copied. Sources: Swagger 2.0, OpenAPI 3.0.4 and 3.1.1, section "Schema Object"; JSON Schema
//! 2020-12, appendix "Changelog", for older drafts.

use std::sync::Arc;

use super::converted_schema::DefinitionId;
use super::schema_context::SchemaContext;
use super::schema_dialect::Dialect;
use crate::error::Result;
use crate::json::{Arena, HashSet, Node, Object, ObjectBuilder, Path};
use crate::schema::keywords::{self, KeywordValue};
use crate::schema::note::Note;
use crate::schema::note::{NoteKind, kind};

/// A keyword of the schema that is converted.
pub(in crate::schema) struct KeywordSite<'s, 'a> {
    pub keyword: &'a str,
    pub held: Node<'a>,
    /// The schema around the keyword.
    pub object: &'a Object<'a>,
    /// Path of that schema.
    pub path: &'s Path<'s>,
}

/// Conversion of one schema and its subschemas.
pub(in crate::schema) struct SchemaWalk<'c, 'l, 'a> {
    pub(in crate::schema) context: &'c SchemaContext<'l, 'a>,
    pub(in crate::schema) document: usize,
    pub(in crate::schema) reaches: Vec<DefinitionId>,
    pub(in crate::schema) reached: HashSet<DefinitionId>,
    pub(in crate::schema) notes: Vec<Note>,
    /// Schemas around the current one, through `allOf`.
    pub(in crate::schema) within: Vec<&'a Object<'a>>,
    /// Number of texts with hidden characters so far.
    pub(in crate::schema) hidden: usize,
    /// Number of unresolved references that were opened so far.
    pub(in crate::schema) opened: usize,
}

impl<'c, 'l, 'a> SchemaWalk<'c, 'l, 'a> {
    pub(in crate::schema) fn new(context: &'c SchemaContext<'l, 'a>, document: usize) -> Self {
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

    /// Converts a schema that stands in the `allOf` of others.
    pub(in crate::schema) fn part(&mut self, node: Node<'a>, path: &Path<'_>) -> Result<Node<'a>> {
        let object = match node {
            Node::Object(object) => object,
            Node::Bool(_) => return Ok(node),
            other => {
                let message = format!("{} is not a schema; any value is accepted there", other.kind());
                self.note(kind::SCHEMA_REPLACED, path, message);
                return Ok(Node::map(&[], self.arena()));
            }
        };
        let mut schema = ObjectBuilder::with_capacity(object.len() + 1);
        if let Some(reference) = object.get("$ref") {
            if let Some(reference) = self.reference(reference, path)? {
                schema.push("$ref", reference);
            }
            // OpenAPI 3.0.4, "Reference Object": keywords beside a $ref SHALL be ignored.
            if !self.dialect().keeps_siblings() {
                return Ok(schema.finish(self.arena()));
            }
        }
        self.tell_hidden(object, path);
        for (keyword, held) in object.iter() {
            self.keyword(&KeywordSite { keyword, held, object, path }, &mut schema)?;
        }
        self.discriminator(object, path, &mut schema);
        self.exclusive_union(&mut schema);
        self.nullable(object, path, &mut schema);
        self.default(path, &mut schema);
        Ok(schema.finish_like(object, self.arena()))
    }

    /// Converts a Swagger 2.0 parameter. Its `required` and `description` belong to the parameter.
    pub(in crate::schema) fn parameter(&mut self, node: Node<'a>, path: &Path<'_>) -> Result<Node<'a>> {
        let Some(object) = node.as_object() else { return self.schema(node, path) };
        self.tell_hidden(object, path);
        let mut schema = ObjectBuilder::with_capacity(object.len());
        for (keyword, held) in object.iter() {
            if !matches!(keyword, "required" | "description") {
                self.keyword(&KeywordSite { keyword, held, object, path }, &mut schema)?;
            }
        }
        self.nullable(object, path, &mut schema);
        self.default(path, &mut schema);
        Ok(schema.finish(self.arena()))
    }

    /// Converts one keyword. Keywords whose dialects differ have a function of their own.
    fn keyword(&mut self, at: &KeywordSite<'_, 'a>, schema: &mut ObjectBuilder<'a>) -> Result<()> {
        match at.keyword {
            "$ref" | "nullable" | "$defs" | "definitions" => Ok(()),
            "$dynamicRef" | "$recursiveRef" => self.dynamic_reference(at, schema),
            "type" | "format" | "pattern" | "minimum" | "maximum" | "exclusiveMinimum"
            | "exclusiveMaximum" | "example" | "examples" => self.value_keyword(at, schema),
            "properties" | "required" | "patternProperties" | "dependencies" => {
                self.object_keyword(at, schema)
            }
            "items" | "additionalItems" | "allOf" | "oneOf" | "not" | "if" | "contains" => {
                self.subschema_keyword(at, schema)
            }
            _ => self.common_keyword(at, schema),
        }
    }

    /// Converts a keyword, or an unusual value of one, that all dialects write alike.
    pub(in crate::schema) fn common_keyword(
        &mut self,
        at: &KeywordSite<'_, 'a>,
        schema: &mut ObjectBuilder<'a>,
    ) -> Result<()> {
        let here = at.path.key(at.keyword);
        if let Some(value) = self.common_value(at, &here)? {
            schema.set(at.keyword, value);
        }
        Ok(())
    }

    /// Converts a keyword that all dialects write alike. Keywords outside 2020-12 (`xml`, `x-…`) are
    /// removed.
    fn common_value(&mut self, at: &KeywordSite<'_, 'a>, here: &Path<'_>) -> Result<Option<Node<'a>>> {
        let KeywordSite { keyword, held, .. } = *at;
        let Some(expected) = keywords::expected_value(keyword) else { return Ok(None) };
        let value = match (expected, held) {
            (KeywordValue::Schema, Node::Object(_) | Node::Bool(_)) => self.schema(held, here)?,
            (KeywordValue::SchemaMap, Node::Object(map)) => self.map(map, here)?,
            (KeywordValue::SchemaList, Node::Array(list)) if !list.is_empty() => self.list(list, here)?,
            (KeywordValue::Type, _) => return Ok(self.types(held, here)),
            (KeywordValue::TextListMap, Node::Object(map)) if expected.accepts(held) => {
                let mut lists = ObjectBuilder::with_capacity(map.len());
                for (name, list) in map.iter() {
                    lists.push(name, self.without_duplicates(list));
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
}

pub(in crate::schema) fn flag(object: &Object<'_>, keyword: &str) -> bool {
    object.get(keyword).and_then(Node::as_bool) == Some(true)
}
