//! Texts of parameters and bodies: descriptions, and notes of hidden Unicode characters.

use crate::json::{Arena, Node, ObjectBuilder, pointer};
use crate::schema::{DocumentSet, Note, TextRole};

/// A schema with a description in place of its own: that of the parameter is nearer.
pub fn describe_schema<'a>(schema: Node<'a>, description: Option<&'a str>, arena: &'a Arena) -> Node<'a> {
    let Some(description) = description.filter(|text| !text.trim().is_empty()) else { return schema };
    let mut described = match schema {
        Node::Object(schema) => ObjectBuilder::from_object(schema),
        Node::Bool(true) => ObjectBuilder::default(),
        other => return other,
    };
    described.set("description", Node::String(description));
    described.finish(arena)
}

/// Notes of hidden Unicode characters in the name and the description of a parameter.
pub fn notes_of_hidden_text(library: &DocumentSet<'_>, node: Node<'_>, pointer: &str) -> Vec<Note> {
    [("name", TextRole::Sent), ("description", TextRole::Read)]
        .into_iter()
        .filter_map(|(key, role)| {
            library.hidden_text_note(node.text(key)?, role, || pointer::push(pointer, key))
        })
        .collect()
}
