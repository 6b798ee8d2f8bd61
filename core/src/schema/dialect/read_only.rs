//! Properties that one part of an `allOf` declares as read-only and another one requires. Required they are of answers
//! alone (OpenAPI 3.0.4, "Fixed Fields" of the Schema Object, `readOnly`).

use super::conversion_context::Direction;
use super::schema_walk::SchemaWalk;
use crate::json::{Node, Object, Path};
use crate::schema::reference::LocatedNode;

/// Schemas that are looked through for one name: `allOf` within `allOf` fans out.
const LOOKED_THROUGH: usize = 64;

impl<'a> SchemaWalk<'_, '_, 'a> {
    /// Whether a name that a schema requires stands for a property that is not sent, by the schema itself or by what it is
    /// a part of.
    pub(in crate::schema) fn is_unsent(&self, name: &str, object: &'a Object<'a>, path: &Path<'_>) -> bool {
        let mut left = LOOKED_THROUGH;
        self.within.iter().chain([&object]).any(|whole| {
            let parts = whole.get("allOf").into_iter().flat_map(Node::items);
            whole.get("properties").is_some_and(|properties| self.says(properties, name, path))
                || parts.take(LOOKED_THROUGH).any(|part| self.part_says(part, name, path, &mut left))
        })
    }

    fn says(&self, properties: Node<'a>, name: &str, path: &Path<'_>) -> bool {
        properties.get(name).is_some_and(|property| self.goes_the_other_way(property, path))
    }

    fn part_says(&self, part: Node<'a>, name: &str, path: &Path<'_>, left: &mut usize) -> bool {
        let Some(still) = left.checked_sub(1) else { return false };
        *left = still;
        let Some(reference) = part.text("$ref") else {
            return part.get("properties").is_some_and(|properties| self.says(properties, name, path));
        };
        let target = self.context.library.resolve_reference(self.document, reference, || path.pointer());
        target.is_ok_and(|target| self.spot_says(&target, name, left))
    }

    fn spot_says(&self, spot: &LocatedNode<'a>, name: &str, left: &mut usize) -> bool {
        let Some(still) = left.checked_sub(1) else { return false };
        *left = still;
        let library = self.context.library;
        let keyword = match self.context.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let followed = |spot: LocatedNode<'a>| library.reference_target(&spot).ok().flatten().unwrap_or(spot);
        let own = spot.key("properties").and_then(|properties| properties.key(name));
        let is_own = own.is_some_and(|own| own.node.flag(keyword) || followed(own).node.flag(keyword));
        let parts = spot.key("allOf");
        is_own
            || parts
                .is_some_and(|parts| parts.items().any(|part| self.spot_says(&followed(part), name, left)))
    }
}
