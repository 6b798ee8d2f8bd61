//! From the Schema Objects of API documents to JSON Schema 2020-12, and the definitions that they reach.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::library::{Library, Place, Spot};
use super::validator::is_pattern;
use super::walk::Walk;
use super::{Dialect, Note};
use crate::error::Result;
use crate::json::{Path, pointer};

/// Which way values go that a schema speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Into the API: what is read-only is not sent.
    Request,
    /// Out of it: what is write-only does not come back.
    Response,
}

/// A schema of dialect 2020-12 and what it took to get there.
#[derive(Clone, Debug, Default)]
pub struct Converted {
    /// The schema; references name `#/$defs/…`.
    pub schema: Value,
    /// Places that it refers to, each once, in order.
    pub reaches: Vec<Rc<Place>>,
    /// What was changed on the way.
    pub notes: Vec<Note>,
}

/// Converts the schemas of one document and of those it refers to.
pub struct Converter<'l, 'a> {
    pub(super) library: &'l Library<'a>,
    pub(super) direction: Direction,
    definitions: RefCell<HashMap<Rc<Place>, Rc<Converted>>>,
    names: RefCell<Names>,
    patterns: RefCell<HashMap<&'a str, bool>>,
}

/// The names of definitions.
#[derive(Default)]
struct Names {
    of: HashMap<Rc<Place>, Rc<str>>,
    taken: HashSet<Rc<str>>,
}

impl<'l, 'a> Converter<'l, 'a> {
    /// A converter for the schemas of a library.
    pub fn new(library: &'l Library<'a>, direction: Direction) -> Self {
        Self {
            library,
            direction,
            definitions: RefCell::default(),
            names: RefCell::default(),
            patterns: RefCell::default(),
        }
    }

    /// The documents.
    pub const fn library(&self) -> &'l Library<'a> {
        self.library
    }

    /// Converts the schema that stands somewhere.
    pub fn convert(&self, spot: &Spot<'a>) -> Result<Converted> {
        self.walk(spot, false)
    }

    /// Converts what a parameter of Swagger 2.0 says of its value: the keywords of a schema stand among its own.
    pub fn convert_parameter(&self, spot: &Spot<'a>) -> Result<Converted> {
        self.walk(spot, true)
    }

    fn walk(&self, spot: &Spot<'a>, is_parameter: bool) -> Result<Converted> {
        let shown = self.library.show(&spot.place);
        let mut walk = Walk::new(self, spot.place.document);
        let schema = if is_parameter {
            walk.parameter(spot.node, &Path::at(&shown))?
        } else {
            walk.schema(spot.node, &Path::at(&shown))?
        };
        Ok(Converted { schema, reaches: walk.reaches, notes: walk.notes })
    }

    /// The `$defs` that schemas with these references need, their own references included: just those, each once.
    /// The notes of the definitions come with them.
    pub fn definitions(&self, reaches: &[Rc<Place>], notes: &mut Vec<Note>) -> Result<Map<String, Value>> {
        let mut defs = Map::new();
        let mut seen: HashSet<Rc<Place>> = reaches.iter().cloned().collect();
        let mut queue: VecDeque<Rc<Place>> = reaches.iter().cloned().collect();
        while let Some(place) = queue.pop_front() {
            let definition = self.definition(&place)?;
            defs.insert(self.name(&place).to_string(), definition.schema.clone());
            notes.extend(definition.notes.iter().cloned());
            for further in &definition.reaches {
                if seen.insert(Rc::clone(further)) {
                    queue.push_back(Rc::clone(further));
                }
            }
        }
        Ok(defs)
    }

    fn definition(&self, place: &Rc<Place>) -> Result<Rc<Converted>> {
        if let Some(known) = self.definitions.borrow().get(place) {
            return Ok(Rc::clone(known));
        }
        let node = self.library.at(place).expect("a reached place was resolved before");
        let converted = Rc::new(self.convert(&Spot { node, place: Rc::clone(place) })?);
        self.definitions.borrow_mut().insert(Rc::clone(place), Rc::clone(&converted));
        Ok(converted)
    }

    /// The name under `$defs` of the schema at a place.
    pub(super) fn name(&self, place: &Rc<Place>) -> Rc<str> {
        if let Some(known) = self.names.borrow().of.get(place) {
            return Rc::clone(known);
        }
        let mut names = self.names.borrow_mut();
        let wanted = name_of(place, &self.library.show(place));
        let mut name: Rc<str> = wanted.as_str().into();
        let mut number = 2;
        while !names.taken.insert(Rc::clone(&name)) {
            name = format!("{wanted}_{number}").into();
            number += 1;
        }
        names.of.insert(Rc::clone(place), Rc::clone(&name));
        name
    }

    /// Whether a pattern can be read; the same few stand everywhere in a document.
    pub(super) fn is_pattern(&self, pattern: &'a str) -> bool {
        *self.patterns.borrow_mut().entry(pattern).or_insert_with(|| is_pattern(pattern))
    }

    pub(super) fn dialect(&self, document: usize) -> Dialect {
        self.library.dialect(document)
    }
}

/// The name of a definition by its place: its own name for the schemas of a document's components, the whole path for
/// one that stands elsewhere, with the name of the file where that is another one. It depends on the place alone, so
/// that no reload renames it. What OpenAPI allows in the name of a component stays; anything else (`Page«Pet»`) becomes
/// its code, because a reference is a URI and would not lead there.
fn name_of(place: &Place, shown: &str) -> String {
    let tokens: Vec<_> = pointer::tokens(&place.pointer).collect();
    let own = match tokens.as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => name.to_string(),
        [definitions, name] if definitions == "definitions" => name.to_string(),
        tokens => tokens.join("."),
    };
    let file = shown.strip_suffix(&format!("#{}", place.pointer)).filter(|_| place.document > 0);
    let stem = file.map(|file| {
        let last = file.trim_end_matches('/').rsplit('/').next().unwrap_or(file);
        last.rsplit_once('.').map_or(last, |(stem, _)| stem).to_owned()
    });
    let name = match (stem, own.as_str()) {
        (None, "") => "document".to_owned(),
        (None, own) => own.to_owned(),
        (Some(stem), "") => stem,
        (Some(stem), own) => format!("{stem}.{own}"),
    };
    let stays = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let written = |c: char| if stays(c) { c.to_string() } else { format!("_{:x}_", u32::from(c)) };
    if name.chars().all(stays) { name } else { name.chars().map(written).collect() }
}
