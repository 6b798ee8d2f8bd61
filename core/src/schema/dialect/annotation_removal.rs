//! Annotation removal: a schema without descriptions, titles, examples and defaults, which accepts the same values.

use crate::json::{Arena, Node, ObjectBuilder};
use crate::schema::keywords::{self, KeywordValue};

/// Annotations that say how a text has to be read; the others are for people and models.
const KEPT: [&str; 3] = ["contentEncoding", "contentMediaType", "contentSchema"];

/// Returns a converted schema without annotations. Unchanged parts are shared.
pub(super) fn without_annotations<'a>(schema: Node<'a>, arena: &'a Arena) -> Node<'a> {
    let Node::Object(object) = schema else { return schema };
    let list = |held: &'a [Node<'a>]| {
        let parts: Vec<_> = held.iter().map(|part| without_annotations(*part, arena)).collect();
        Node::list(&parts, arena)
    };
    let mut brief = ObjectBuilder::with_capacity(object.len());
    for (keyword, held) in object.iter() {
        let value = match (keywords::expected_value(keyword), held) {
            (Some(_), _) if !keywords::is_assertion(keyword) && !KEPT.contains(&keyword) => continue,
            (Some(KeywordValue::Schema), held) => without_annotations(held, arena),
            (Some(KeywordValue::SchemaList), Node::Array(parts)) => list(parts),
            (Some(KeywordValue::SchemaMap), Node::Object(map)) => {
                let mut schemas = ObjectBuilder::with_capacity(map.len());
                for (name, part) in map.iter() {
                    schemas.push(name, without_annotations(part, arena));
                }
                schemas.finish_like(map, arena)
            }
            (_, held) => held,
        };
        brief.push(keyword, value);
    }
    brief.finish_like(object, arena)
}
