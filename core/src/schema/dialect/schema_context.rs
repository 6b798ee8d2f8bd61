//! Conversion context, shared by all traversals of one converter: documents, direction, definition names,
//! and rewritten patterns.

use std::cell::RefCell;
use std::rc::Rc;

use super::converted_schema::DefinitionId;
use super::definition_names::definition_name;
use super::direction::Direction;
use super::schema_dialect::Dialect;
use crate::json::{HashMap, pointer};
use crate::schema::pattern::PatternCache;
use crate::schema::reference::DocumentSet;
use crate::schema::reference::{LocatedNode, Location};

/// State that the traversals of one converter share.
pub(in crate::schema) struct SchemaContext<'l, 'a> {
    pub(in crate::schema) library: &'l DocumentSet<'a>,
    pub(in crate::schema) direction: Direction,
    names: RefCell<DefinitionNames<'a>>,
    patterns: RefCell<PatternCache<'a>>,
}

/// Names of the referenced definitions.
#[derive(Default)]
struct DefinitionNames<'a> {
    ids: HashMap<Location<'a>, DefinitionId>,
    entries: Vec<NamedDefinition<'a>>,
    taken: HashMap<Rc<str>, DefinitionId>,
}

/// A referenced definition.
#[derive(Clone)]
pub(in crate::schema) struct NamedDefinition<'a> {
    pub located: LocatedNode<'a>,
    pub name: Rc<str>,
    /// The `$ref` of converted schemas.
    pub reference: &'a str,
}

impl<'l, 'a> SchemaContext<'l, 'a> {
    pub(in crate::schema) fn new(library: &'l DocumentSet<'a>, direction: Direction) -> Self {
        Self { library, direction, names: RefCell::default(), patterns: RefCell::default() }
    }

    /// Returns a referenced definition.
    pub(in crate::schema) fn entry(&self, id: DefinitionId) -> NamedDefinition<'a> {
        self.names.borrow().entries[id.0].clone()
    }

    /// Returns the definition of a name in `$defs`.
    pub(in crate::schema) fn named(&self, name: &str) -> Option<(Rc<str>, DefinitionId)> {
        let names = self.names.borrow();
        names.taken.get_key_value(name).map(|(name, id)| (Rc::clone(name), *id))
    }

    /// Returns the definition of the schema at a location, and its `$ref`. Assigns a name at the first
    /// reference.
    pub(in crate::schema) fn refer(&self, located: LocatedNode<'a>) -> (DefinitionId, &'a str) {
        let mut names = self.names.borrow_mut();
        if let Some(id) = names.ids.get(&located.location) {
            return (*id, names.entries[id.0].reference);
        }
        let wanted = definition_name(&located.location, &self.library.display_location(located.location));
        let mut name: Rc<str> = wanted.as_str().into();
        let mut number = 2;
        while names.taken.contains_key(&name) {
            name = format!("{wanted}_{number}").into();
            number += 1;
        }
        let id = DefinitionId(names.entries.len());
        names.taken.insert(Rc::clone(&name), id);
        names.ids.insert(located.location, id);
        let reference = self.library.arena().text(&format!("#{}", pointer::push("/$defs", &name)));
        names.entries.push(NamedDefinition { located, name, reference });
        (id, reference)
    }

    /// Returns the ECMA-262 form of a pattern, or the reason why there is none. Results are cached.
    pub(in crate::schema) fn pattern(&self, pattern: &'a str) -> Result<&'a str, &'static str> {
        self.patterns.borrow_mut().of(pattern, self.library.arena())
    }

    pub(in crate::schema) fn dialect(&self, document: usize) -> Dialect {
        self.library.dialect(document)
    }
}
