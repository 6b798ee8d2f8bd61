//! Notes on hidden characters in a schema. Nothing is removed here: names are compared as the document
//! writes them until the end of the conversion.

use super::schema_walk::SchemaWalk;
use crate::json::{Node, Object, Path};
use crate::schema::keywords::{self, KeywordValue};
use crate::schema::note::{Note, kind};
use crate::schema::reference::DocumentSet;
use crate::unicode::{self, HiddenUnicode};

/// Maximum number of notes for one schema. A document of 13 MB can have 400,000 such texts.
const TOLD: usize = 20;

/// Role of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRole {
    /// The model reads it: a title or description.
    Read,
    /// Calls send it: a name or value.
    Sent,
}

impl DocumentSet<'_> {
    /// Creates a note if a text has hidden characters and the option reports them.
    pub fn hidden_text_note(
        &self,
        text: &str,
        role: TextRole,
        pointer: impl FnOnce() -> String,
    ) -> Option<Note> {
        if self.hidden_unicode() == HiddenUnicode::Keep {
            return None;
        }
        let found = unicode::count_hidden(text);
        (found > 0).then(|| self.hidden_note(found, role, pointer()))
    }

    fn hidden_note(&self, found: usize, role: TextRole, pointer: String) -> Note {
        let characters = if found == 1 { "hidden character" } else { "hidden characters" };
        let message = match (self.hidden_unicode(), role) {
            (HiddenUnicode::Strip, TextRole::Read) => {
                format!("a model reads it without its {found} {characters}")
            }
            (HiddenUnicode::Strip, TextRole::Sent) => {
                format!(
                    "a model reads it without its {found} {characters}; calls send it as the document has it"
                )
            }
            (HiddenUnicode::Flag | HiddenUnicode::Keep, _) => {
                format!("has {found} {characters}, which a model reads and a reviewer does not see")
            }
        };
        Note::new(kind::HIDDEN_UNICODE, pointer, message)
    }
}

impl<'a> SchemaWalk<'_, '_, 'a> {
    /// Notes hidden characters in the keywords of one schema.
    pub(in crate::schema) fn tell_hidden(&mut self, object: &'a Object<'a>, path: &Path<'_>) {
        if self.context.library.hidden_unicode() == HiddenUnicode::Keep {
            return;
        }
        for (keyword, held) in object.iter() {
            let here = path.key(keyword);
            match (keywords::expected_value(keyword), held) {
                (Some(KeywordValue::Text), Node::String(text)) => {
                    self.tell(unicode::count_hidden(text), TextRole::Read, &here);
                }
                (Some(KeywordValue::SchemaMap), Node::Object(map)) => {
                    for (name, _) in map.iter() {
                        self.tell(unicode::count_hidden(name), TextRole::Sent, &here.key(name));
                    }
                }
                (Some(KeywordValue::ValueList), Node::Array(items)) => {
                    let role = if keyword == "enum" { TextRole::Sent } else { TextRole::Read };
                    for (i, item) in items.iter().enumerate() {
                        self.tell(count(*item), role, &here.index(i));
                    }
                }
                (Some(KeywordValue::Value), held) => self.tell(count(held), TextRole::Sent, &here),
                (None, held) if keyword == "example" => self.tell(count(held), TextRole::Read, &here),
                _ => {}
            }
        }
    }

    fn tell(&mut self, found: usize, role: TextRole, here: &Path<'_>) {
        if found == 0 {
            return;
        }
        self.hidden += 1;
        if self.hidden <= TOLD {
            self.notes.push(self.context.library.hidden_note(found, role, here.pointer()));
        } else if self.hidden == TOLD + 1 {
            let message = "from here on, more places of this schema have hidden characters";
            self.note(kind::HIDDEN_UNICODE, here, message);
        }
    }
}

/// Returns the number of hidden characters in the strings and keys of a value.
fn count(node: Node<'_>) -> usize {
    match node {
        Node::String(text) => unicode::count_hidden(text),
        Node::Array(items) => items.iter().map(|item| count(*item)).sum(),
        Node::Object(map) => map.iter().map(|(key, held)| unicode::count_hidden(key) + count(held)).sum(),
        Node::Null | Node::Bool(_) | Node::Number(_) => 0,
    }
}
