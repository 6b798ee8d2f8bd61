//! Subschema keywords: `allOf`, `oneOf`, `not`, `if`, `contains`, and the tuples of older drafts.

use super::direction::Direction;
use super::schema_walk::{KeywordSite, SchemaWalk};
use crate::error::Result;
use crate::json::{Node, Object, ObjectBuilder, Path};

impl<'a> SchemaWalk<'_, '_, 'a> {
    /// Converts a keyword that holds subschemas.
    pub(in crate::schema) fn subschema_keyword(
        &mut self,
        at: &KeywordSite<'_, 'a>,
        schema: &mut ObjectBuilder<'a>,
    ) -> Result<()> {
        let (keyword, here) = (at.keyword, at.path.key(at.keyword));
        match (keyword, at.held) {
            // An empty array is no tuple; 2020-12 does not allow an empty `prefixItems`.
            ("items", Node::Array([])) => {}
            ("items", Node::Array(items)) => schema.set("prefixItems", self.list(items, &here)?),
            ("additionalItems", held @ (Node::Object(_) | Node::Bool(_))) if has_tuple(at.object) => {
                schema.set("items", self.schema(held, &here)?);
            }
            ("allOf", Node::Array(parts @ [_, ..])) => {
                self.within.push(at.object);
                let converted = parts.iter().enumerate().map(|(i, part)| self.part(*part, &here.index(i)));
                let converted: Result<Vec<_>> = converted.collect();
                self.within.pop();
                schema.set(keyword, self.like(parts, &converted?));
            }
            ("not" | "if" | "contains", held @ Node::Object(_)) => {
                if let (converted, false) = self.opening(|walk| walk.schema(held, &here))? {
                    schema.set(keyword, converted);
                }
            }
            ("oneOf", Node::Array(parts @ [_, ..])) => match self.opening(|walk| walk.list(parts, &here))? {
                (converted, false) => schema.set(keyword, converted),
                (converted, true) if at.object.get("anyOf").is_none() => schema.set("anyOf", converted),
                (_, true) => {}
            },
            _ => return self.common_keyword(at, schema),
        }
        Ok(())
    }

    /// `oneOf` of a response becomes `anyOf`. Documents list the forms of a result, and many results have several of them:
    /// an answer is right that more than one branch accepts.
    pub(in crate::schema) fn exclusive_union(&mut self, schema: &mut ObjectBuilder<'a>) {
        if self.context.direction == Direction::Response
            && !schema.contains("anyOf")
            && schema.rename("oneOf", "anyOf")
        {
            // What is wider makes `not` and `if` around it narrower.
            self.opened += 1;
        }
    }

    /// Runs a conversion. Returns true if it opened a reference. Wider subschemas make `not`, `if`,
    /// `contains` and `oneOf` narrower, so that those keywords are relaxed.
    fn opening(&mut self, convert: impl FnOnce(&mut Self) -> Result<Node<'a>>) -> Result<(Node<'a>, bool)> {
        let before = self.opened;
        let converted = convert(self)?;
        Ok((converted, self.opened > before))
    }

    pub(in crate::schema) fn map(&mut self, map: &'a Object<'a>, here: &Path<'_>) -> Result<Node<'a>> {
        let mut schemas = ObjectBuilder::with_capacity(map.len());
        for (name, schema) in map.iter() {
            schemas.push(name, self.schema(schema, &here.key(name))?);
        }
        Ok(schemas.finish_like(map, self.arena()))
    }

    pub(in crate::schema) fn list(&mut self, list: &'a [Node<'a>], here: &Path<'_>) -> Result<Node<'a>> {
        let schemas = list.iter().enumerate().map(|(i, schema)| self.schema(*schema, &here.index(i)));
        let schemas = schemas.collect::<Result<Vec<_>>>()?;
        Ok(self.like(list, &schemas))
    }

    /// Creates an array. Returns `list` itself if the items are the same nodes.
    pub(in crate::schema) fn like(&self, list: &'a [Node<'a>], made: &[Node<'a>]) -> Node<'a> {
        let is_same =
            list.len() == made.len() && list.iter().zip(made).all(|(one, other)| one.is_same_node(*other));
        if is_same { Node::Array(list) } else { Node::list(made, self.arena()) }
    }
}

fn has_tuple(object: &Object<'_>) -> bool {
    object.get("items").is_some_and(|items| items.as_array().is_some())
}
