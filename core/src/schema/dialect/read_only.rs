//! Read-only properties that one part of an `allOf` declares and another requires. They are required in
//! responses only (OpenAPI 3.0.4, Schema Object, `readOnly`).

use std::cell::Cell;

use super::schema_walk::SchemaWalk;
use crate::json::{Node, Object, Path};
use crate::schema::reference::LocatedNode;

/// Maximum number of schemas that are searched for one name. Nested `allOf` multiplies.
const LOOKED_THROUGH: usize = 64;

/// Search for a required name among the properties of `allOf` parts.
struct PropertySearch<'s> {
    name: &'s str,
    path: &'s Path<'s>,
    /// Schemas that may still be searched.
    left: Cell<usize>,
}

impl PropertySearch<'_> {
    /// Counts a schema. Returns false when the budget is exhausted.
    fn enter(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }
}

impl<'a> SchemaWalk<'_, '_, 'a> {
    /// Returns true if a required name is a property that is excluded in this direction, by the schema or by an `allOf`
    /// around it.
    pub(in crate::schema) fn is_unsent(&self, name: &str, object: &'a Object<'a>, path: &Path<'_>) -> bool {
        let search = PropertySearch { name, path, left: Cell::new(LOOKED_THROUGH) };
        self.within.iter().chain([&object]).any(|whole| {
            let parts = whole.get("allOf").into_iter().flat_map(Node::items);
            whole.get("properties").is_some_and(|properties| self.properties_exclude(properties, &search))
                || parts.take(LOOKED_THROUGH).any(|part| self.part_excludes(part, &search))
        })
    }

    fn properties_exclude(&self, properties: Node<'a>, search: &PropertySearch<'_>) -> bool {
        properties.get(search.name).is_some_and(|property| self.is_excluded(property, search.path))
    }

    fn part_excludes(&self, part: Node<'a>, search: &PropertySearch<'_>) -> bool {
        if !search.enter() {
            return false;
        }
        let Some(reference) = part.text("$ref") else {
            return part.get("properties").is_some_and(|all| self.properties_exclude(all, search));
        };
        let at = || search.path.pointer();
        let target = self.context.library.resolve_reference(self.document, reference, at);
        target.is_ok_and(|target| self.schema_excludes(&target, search))
    }

    fn schema_excludes(&self, schema: &LocatedNode<'a>, search: &PropertySearch<'_>) -> bool {
        if !search.enter() {
            return false;
        }
        let library = self.context.library;
        let keyword = self.context.direction.excluding_keyword();
        let followed = |node: LocatedNode<'a>| library.reference_target(&node).ok().flatten().unwrap_or(node);
        let own = schema.key("properties").and_then(|properties| properties.key(search.name));
        let is_own = own.is_some_and(|own| own.node.flag(keyword) || followed(own).node.flag(keyword));
        let parts = schema.key("allOf");
        is_own
            || parts
                .is_some_and(|parts| parts.items().any(|part| self.schema_excludes(&followed(part), search)))
    }
}
