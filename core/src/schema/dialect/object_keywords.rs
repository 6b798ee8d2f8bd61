//! Object keywords: `properties`, `required`, `patternProperties`, `dependencies`.

use super::direction::Direction;
use super::schema_walk::{KeywordSite, SchemaWalk};
use crate::error::Result;
use crate::json::{HashSet, Node, Object, ObjectBuilder, Path};
use crate::schema::keywords::KeywordValue;
use crate::schema::note::kind;

impl<'a> SchemaWalk<'_, '_, 'a> {
    /// Converts a keyword of objects.
    pub(in crate::schema) fn object_keyword(
        &mut self,
        at: &KeywordSite<'_, 'a>,
        schema: &mut ObjectBuilder<'a>,
    ) -> Result<()> {
        let here = at.path.key(at.keyword);
        match (at.keyword, at.held) {
            ("patternProperties", Node::Object(map)) => self.pattern_properties(map, &here, schema)?,
            ("dependencies", Node::Object(map)) => self.dependencies(map, &here, schema)?,
            ("properties", Node::Object(properties)) => {
                schema.set(at.keyword, self.properties(properties, &here)?);
            }
            ("required", Node::Array(names)) => {
                if let Some(required) = self.required(names, at.object, at.path) {
                    schema.set(at.keyword, required);
                }
            }
            _ => return self.common_keyword(at, schema),
        }
        Ok(())
    }

    /// Converts properties; read-only ones SHOULD NOT be sent (OpenAPI 3.0.4, "Fixed Fields").
    pub(in crate::schema) fn properties(
        &mut self,
        properties: &'a Object<'a>,
        here: &Path<'_>,
    ) -> Result<Node<'a>> {
        let mut map = ObjectBuilder::with_capacity(properties.len());
        for (name, property) in properties.iter() {
            if self.is_excluded(property, &here.key(name)) {
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

    /// Returns true if a property or its reference target is excluded in this direction.
    pub(in crate::schema) fn is_excluded(&self, node: Node<'a>, path: &Path<'_>) -> bool {
        let keyword = self.context.direction.excluding_keyword();
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
                Some(property) => self.is_excluded(property, &among.key(name)),
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
                // Two patterns can become equal after the rewrite.
                if schemas.contains(text) {
                    Err("equals an earlier pattern; it is left out")
                } else {
                    Ok(text)
                }
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

    /// Converts `dependencies` of drafts before 2019-09.
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
                    required.push(name, self.without_duplicates(held));
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

    /// Removes duplicates from a list of strings.
    pub(in crate::schema) fn without_duplicates(&self, list: Node<'a>) -> Node<'a> {
        let mut known = HashSet::default();
        let given = list.as_array().unwrap_or_default();
        let texts = given.iter().filter(|item| item.as_str().is_some_and(|text| known.insert(text)));
        let texts: Vec<_> = texts.copied().collect();
        self.like(given, &texts)
    }
}
