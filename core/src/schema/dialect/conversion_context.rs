//! What every walk over the schemas of some documents shares: the documents, which way values go, the names of the definitions
//! that were referred to, and the patterns that were rewritten.

use std::cell::RefCell;
use std::rc::Rc;

use super::converted_schema::DefinitionId;
use super::schema_dialect::Dialect;
use crate::json::{HashMap, pointer};
use crate::schema::pattern::PatternCache;
use crate::schema::reference::DocumentSet;
use crate::schema::reference::{LocatedNode, Location};

/// Which way values go that a schema speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Into the API: what is read-only is not sent.
    Request,
    /// Out of it: what is write-only does not come back.
    Response,
}

/// What the walks of one converter share.
pub(in crate::schema) struct ConversionContext<'l, 'a> {
    pub(in crate::schema) library: &'l DocumentSet<'a>,
    pub(in crate::schema) direction: Direction,
    names: RefCell<DefinitionNames<'a>>,
    patterns: RefCell<PatternCache<'a>>,
}

/// The definitions that were referred to.
#[derive(Default)]
struct DefinitionNames<'a> {
    ids: HashMap<Location<'a>, DefinitionId>,
    entries: Vec<NamedDefinition<'a>>,
    taken: HashMap<Rc<str>, DefinitionId>,
}

/// A definition that was referred to.
#[derive(Clone)]
pub(in crate::schema) struct NamedDefinition<'a> {
    pub spot: LocatedNode<'a>,
    pub name: Rc<str>,
    /// What refers to it, as converted schemas write it.
    pub reference: &'a str,
}

impl<'l, 'a> ConversionContext<'l, 'a> {
    pub(in crate::schema) fn new(library: &'l DocumentSet<'a>, direction: Direction) -> Self {
        Self { library, direction, names: RefCell::default(), patterns: RefCell::default() }
    }

    /// A definition that was referred to.
    pub(in crate::schema) fn entry(&self, id: DefinitionId) -> NamedDefinition<'a> {
        self.names.borrow().entries[id.0].clone()
    }

    /// The definition of a name that was given, and the name.
    pub(in crate::schema) fn named(&self, name: &str) -> Option<(Rc<str>, DefinitionId)> {
        let names = self.names.borrow();
        names.taken.get_key_value(name).map(|(name, id)| (Rc::clone(name), *id))
    }

    /// The definition of the schema at a place, and what refers to it.
    pub(in crate::schema) fn refer(&self, spot: LocatedNode<'a>) -> (DefinitionId, &'a str) {
        let mut names = self.names.borrow_mut();
        if let Some(id) = names.ids.get(&spot.place) {
            return (*id, names.entries[id.0].reference);
        }
        let wanted = name_of(&spot.place, &self.library.display_location(spot.place));
        let mut name: Rc<str> = wanted.as_str().into();
        let mut number = 2;
        while names.taken.contains_key(&name) {
            name = format!("{wanted}_{number}").into();
            number += 1;
        }
        let id = DefinitionId(names.entries.len());
        names.taken.insert(Rc::clone(&name), id);
        names.ids.insert(spot.place, id);
        let reference = self.library.arena().text(&format!("#{}", pointer::push("/$defs", &name)));
        names.entries.push(NamedDefinition { spot, name, reference });
        (id, reference)
    }

    /// What goes out for a pattern, or why nothing does; the same few stand everywhere in a document.
    pub(in crate::schema) fn pattern(&self, pattern: &'a str) -> Result<&'a str, &'static str> {
        self.patterns.borrow_mut().of(pattern, self.library.arena())
    }

    pub(in crate::schema) fn dialect(&self, document: usize) -> Dialect {
        self.library.dialect(document)
    }
}

/// The name of a definition by its place: its own name for the schemas of a document's components, the whole path for
/// one that stands elsewhere, with the path of the file where that is another one. It depends on the place alone, so
/// that no reload renames it. What OpenAPI allows in the name of a component stays; anything else (`Page«Pet»`) becomes
/// its code, because a reference is a URI and would not lead there.
fn name_of(place: &Location, shown: &str) -> String {
    let tokens: Vec<_> = pointer::tokens(place.pointer).collect();
    let own = match tokens.as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => name.to_string(),
        [definitions, name] if definitions == "definitions" => name.to_string(),
        tokens => tokens.join("."),
    };
    let file = shown.strip_suffix(&format!("#{}", place.pointer)).filter(|_| place.document > 0);
    let name = match (file.map(stem), own.as_str()) {
        (None, "") => "document".to_owned(),
        (None, own) => own.to_owned(),
        (Some(stem), "") => stem,
        (Some(stem), own) => format!("{stem}.{own}"),
    };
    let stays = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let written = |c: char| if stays(c) { c.to_string() } else { format!("_{:x}_", u32::from(c)) };
    if name.chars().all(stays) { name } else { name.chars().map(written).collect() }
}

/// `schemas.pet` for `../schemas/pet.yaml`: the whole path, for `schema.yaml` stands in many folders.
fn stem(file: &str) -> String {
    let path = file.split_once("://").map_or(file, |(_, path)| path);
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let name = parts.collect::<Vec<_>>().join(".");
    let ending =
        path.rsplit('/').next().and_then(|last| last.rsplit_once('.')).map_or("", |(_, ending)| ending);
    match name.strip_suffix(ending).and_then(|name| name.strip_suffix('.')) {
        Some(stem) if !stem.is_empty() && !ending.is_empty() => stem.to_owned(),
        _ => name,
    }
}
