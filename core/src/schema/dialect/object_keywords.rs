//! What a schema says of an object: its properties, and which of them it must have.

use super::conversion_context::Direction;
use super::schema_walk::SchemaWalk;
use crate::error::Result;
use crate::json::{HashSet, Node, Object, ObjectBuilder, Path};
use crate::schema::keywords::KeywordValue;
use crate::schema::note::kind;

impl<'a> SchemaWalk<'_, '_, 'a> {
    /// Properties as this direction has them: what is read-only SHOULD NOT be sent (OpenAPI 3.0.4, "Fixed Fields").
    pub(in crate::schema) fn properties(
        &mut self,
        properties: &'a Object<'a>,
        here: &Path<'_>,
    ) -> Result<Node<'a>> {
        let mut map = ObjectBuilder::with_capacity(properties.len());
        for (name, property) in properties.iter() {
            if self.goes_the_other_way(property, &here.key(name)) {
                let (kind, word) = match self.context.direction {
                    Direction::Request => (kind::OAS_READONLY_REMOVED, "read"),
                    Direction::Response => (kind::OAS_WRITEONLY_REMOVED, "written"),
                };
                self.note(kind, &here.key(name), format!("\"{name}\" is only {word}"));
            } else {
                map.push(name, self.schema(property, &here.key(name))?);
            }
        }
        Ok(map.finish_like(properties, self.arena()))
    }

    /// Whether a property has no part in this direction: by itself, or by the schema it refers to.
    pub(in crate::schema) fn goes_the_other_way(&self, node: Node<'a>, path: &Path<'_>) -> bool {
        let keyword = match self.context.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let library = self.context.library;
        let target = |reference| library.resolve_reference(self.document, reference, || path.pointer()).ok();
        node.flag(keyword)
            || node.text("$ref").and_then(target).is_some_and(|target| target.node.flag(keyword))
    }

    pub(in crate::schema) fn required(
        &mut self,
        given: &'a [Node<'a>],
        object: &'a Object<'a>,
        path: &Path<'_>,
    ) -> Option<Node<'a>> {
        let (properties, among) = (object.get("properties"), path.key("properties"));
        let (mut names, mut known) = (Vec::with_capacity(given.len()), HashSet::default());
        for item in given {
            let Some(name) = item.as_str() else {
                self.refuse("required", *item, &path.key("required"));
                continue;
            };
            let is_removed = match properties.and_then(|properties| properties.get(name)) {
                Some(property) => self.goes_the_other_way(property, &among.key(name)),
                None => self.is_unsent(name, object, path),
            };
            if !is_removed && known.insert(name) {
                names.push(*item);
            }
        }
        (!names.is_empty()).then(|| self.like(given, &names))
    }

    pub(in crate::schema) fn pattern_properties(
        &mut self,
        map: &'a Object<'a>,
        here: &Path<'_>,
        schema: &mut ObjectBuilder<'a>,
    ) -> Result<()> {
        let mut schemas = ObjectBuilder::with_capacity(map.len());
        for (pattern, held) in map.iter() {
            let kept = self.context.pattern(pattern).and_then(|text| {
                // Two spellings may become one.
                if schemas.contains(text) { Err("says the same as one before it") } else { Ok(text) }
            });
            match kept {
                Err(fault) => {
                    self.note(kind::PATTERN_DROPPED, &here.key(pattern), format!("the key {fault}"));
                }
                Ok(text) => schemas.push(text, self.schema(held, &here.key(pattern))?),
            }
        }
        schema.set("patternProperties", schemas.finish_like(map, self.arena()));
        Ok(())
    }

    /// `dependencies` of the drafts before 2019-09.
    pub(in crate::schema) fn dependencies(
        &mut self,
        map: &'a Object<'a>,
        here: &Path<'_>,
        schema: &mut ObjectBuilder<'a>,
    ) -> Result<()> {
        let (mut required, mut schemas) = (ObjectBuilder::default(), ObjectBuilder::default());
        for (name, held) in map.iter() {
            match held {
                Node::Array(_) if KeywordValue::TextList.accepts(held) => {
                    required.push(name, self.without_twins(held));
                }
                Node::Object(_) | Node::Bool(_) => schemas.push(name, self.schema(held, &here.key(name))?),
                _ => drop(self.refuse("dependencies", held, &here.key(name))),
            }
        }
        if !required.is_empty() {
            schema.set("dependentRequired", required.finish(self.arena()));
        }
        if !schemas.is_empty() {
            schema.set("dependentSchemas", schemas.finish(self.arena()));
        }
        Ok(())
    }

    /// A list of texts, each once.
    pub(in crate::schema) fn without_twins(&self, list: Node<'a>) -> Node<'a> {
        let mut known = HashSet::default();
        let given = list.as_array().unwrap_or_default();
        let texts = given.iter().filter(|item| item.as_str().is_some_and(|text| known.insert(text)));
        let texts: Vec<_> = texts.copied().collect();
        self.like(given, &texts)
    }
}
