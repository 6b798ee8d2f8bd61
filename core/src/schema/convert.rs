//! From the Schema Objects of API documents to JSON Schema 2020-12, and the definitions that they reach.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::frozen::{Definition, Definitions};
use super::library::Library;
use super::pattern::Patterns;
use super::spot::{Place, Spot};
use super::walk::Walk;
use super::weight::{self, Weights};
use super::{Dialect, Note, kind};
use crate::error::{Error, Result};
use crate::json::{Arena, HashMap, Node, Path, pointer, text};

/// The most definitions that one tool may need. The field needs 133, and a validator takes seconds to read 10,000.
const MOST_DEFINITIONS: usize = 10_000;
/// How many definitions may be followed for all operations of a document, once for each set of references. The most that the
/// field needs is 77,000.
const MOST_FOLLOWED: usize = 1_000_000;

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
pub struct Converted<'a> {
    /// The schema; references name `#/$defs/…`.
    pub schema: Node<'a>,
    /// Definitions that it refers to, each once, in order.
    pub reaches: Vec<DefinitionId>,
    /// What was changed on the way.
    pub notes: Vec<Note>,
}

impl<'a> Converted<'a> {
    /// A schema that says nothing.
    pub fn anything(arena: &'a Arena) -> Self {
        Self::of(Node::map(&[], arena))
    }

    /// A schema that needs no change.
    pub fn of(schema: Node<'a>) -> Self {
        Self { schema, reaches: Vec::new(), notes: Vec::new() }
    }
}

/// A definition of a converter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DefinitionId(usize);

/// Converts the schemas of one document and of those it refers to.
pub struct Converter<'l, 'a> {
    pub(super) library: &'l Library<'a>,
    pub(super) direction: Direction,
    kept: RefCell<Kept<'a>>,
    closures: RefCell<HashMap<Vec<DefinitionId>, Closure>>,
    weights: Weights,
    patterns: RefCell<Patterns<'a>>,
    /// How many definitions were followed so far.
    followed: Cell<usize>,
}

/// The definitions that were referred to.
#[derive(Default)]
struct Kept<'a> {
    ids: HashMap<Place<'a>, DefinitionId>,
    entries: Vec<Entry<'a>>,
    taken: HashMap<Rc<str>, DefinitionId>,
}

struct Entry<'a> {
    spot: Spot<'a>,
    name: Rc<str>,
    /// What refers to it, as converted schemas write it.
    reference: &'a str,
    converted: Option<Rc<Frozen<'a>>>,
}

/// A definition once it is converted.
struct Frozen<'a> {
    definition: Arc<Definition>,
    converted: Rc<Converted<'a>>,
    /// Whether values can be judged by it.
    is_checked: Cell<bool>,
}

/// The definitions that a walk came by.
#[derive(Default)]
struct Seen(Vec<bool>);

impl Seen {
    /// Whether it is the first time.
    fn insert(&mut self, id: DefinitionId) -> bool {
        if id.0 >= self.0.len() {
            self.0.resize(id.0 + 1, false);
        }
        !std::mem::replace(&mut self.0[id.0], true)
    }
}

/// All that some definitions reach, themselves first.
#[derive(Clone)]
struct Closure {
    definitions: Definitions,
    notes: Rc<[Note]>,
}

impl<'l, 'a> Converter<'l, 'a> {
    /// A converter for the schemas of a library.
    pub fn new(library: &'l Library<'a>, direction: Direction) -> Self {
        Self {
            library,
            direction,
            kept: RefCell::default(),
            closures: RefCell::default(),
            weights: Weights::default(),
            patterns: RefCell::default(),
            followed: Cell::default(),
        }
    }

    /// The documents.
    pub const fn library(&self) -> &'l Library<'a> {
        self.library
    }

    /// Converts the schema that stands somewhere.
    pub fn convert(&self, spot: &Spot<'a>) -> Result<Converted<'a>> {
        self.walk(spot, false)
    }

    /// Converts what a parameter of Swagger 2.0 says of its value: the keywords of a schema stand among its own.
    pub fn convert_parameter(&self, spot: &Spot<'a>) -> Result<Converted<'a>> {
        self.walk(spot, true)
    }

    fn walk(&self, spot: &Spot<'a>, is_parameter: bool) -> Result<Converted<'a>> {
        let shown = self.library.show(spot.place);
        let mut walk = Walk::new(self, spot.place.document);
        let schema = if is_parameter {
            walk.parameter(spot.node, &Path::at(&shown))?
        } else {
            walk.schema(spot.node, &Path::at(&shown))?
        };
        weight::check_depth(schema)?;
        Ok(Converted { schema, reaches: walk.reaches, notes: walk.notes })
    }

    /// The `$defs` that schemas with these references need, their own references included: just those, each once.
    /// The notes of the definitions come with them.
    pub fn definitions(&self, reaches: &[DefinitionId], notes: &mut Vec<Note>) -> Result<Definitions> {
        if reaches.is_empty() {
            return Ok(Definitions::default());
        }
        // Operations on one resource reach the same: those of Kubernetes a hundred definitions each.
        let known = self.closures.borrow().get(reaches).cloned();
        let closure = match known {
            Some(closure) => closure,
            None => self.close(reaches)?,
        };
        notes.extend(closure.notes.iter().cloned());
        Ok(closure.definitions)
    }

    fn close(&self, reaches: &[DefinitionId]) -> Result<Closure> {
        let mut seen = Seen::default();
        let mut order: Vec<DefinitionId> = reaches.iter().copied().filter(|id| seen.insert(*id)).collect();
        let (mut definitions, mut notes) = (Vec::new(), Vec::new());
        let mut next = 0;
        while let Some(id) = order.get(next).copied() {
            if next == MOST_DEFINITIONS {
                let what = "number of definitions that one tool needs";
                return Err(Error::LimitExceeded { what, limit: MOST_DEFINITIONS });
            }
            self.followed.set(self.followed.get() + 1);
            if self.followed.get() > MOST_FOLLOWED {
                let what = "number of definitions that the operations of one document need";
                return Err(Error::LimitExceeded { what, limit: MOST_FOLLOWED });
            }
            let frozen = self.definition(id)?;
            order.extend(frozen.converted.reaches.iter().copied().filter(|id| seen.insert(*id)));
            definitions.push(Arc::clone(&frozen.definition));
            notes.extend(frozen.converted.notes.iter().cloned());
            next += 1;
        }
        for id in order {
            let frozen = self.definition(id)?;
            if !frozen.is_checked.get() {
                self.weigh(frozen.converted.schema, Some(&frozen.definition.name))?;
                frozen.is_checked.set(true);
            }
        }
        let closure = Closure { definitions: definitions.into(), notes: notes.into() };
        self.closures.borrow_mut().insert(reaches.to_vec(), closure.clone());
        Ok(closure)
    }

    /// Whether values can be judged by a schema, with the definitions that it names.
    pub fn check(&self, converted: &Converted<'a>) -> Result<()> {
        // What refers to nothing weighs no more than it is long.
        if converted.reaches.is_empty() { Ok(()) } else { self.weigh(converted.schema, None) }
    }

    fn weigh(&self, schema: Node<'a>, name: Option<&str>) -> Result<()> {
        let definition = |name: &str| {
            let known = {
                let kept = self.kept.borrow();
                kept.taken.get_key_value(name).map(|(name, id)| (Rc::clone(name), *id))
            };
            let (name, id) = known.expect("a schema names definitions that it reached");
            Ok((name, Rc::clone(&self.definition(id)?.converted)))
        };
        self.weights.check(schema, name, &definition)
    }

    /// What a reference of a converted schema, `#/$defs/…`, stands for; `reaches` are those of the schema.
    pub fn referred(&self, reference: &str, reaches: &[DefinitionId]) -> Option<Rc<Converted<'a>>> {
        let named = |id: &&DefinitionId| self.kept.borrow().entries[id.0].reference == reference;
        let id = reaches.iter().find(named)?;
        Some(Rc::clone(&self.definition(*id).ok()?.converted))
    }

    fn definition(&self, id: DefinitionId) -> Result<Rc<Frozen<'a>>> {
        let (spot, name) = {
            let kept = self.kept.borrow();
            let entry = &kept.entries[id.0];
            if let Some(known) = &entry.converted {
                return Ok(Rc::clone(known));
            }
            (entry.spot, Rc::clone(&entry.name))
        };
        let converted = if self.library.is_api(spot.place) {
            let message = "an API document is no schema; anything is taken there";
            let notes = vec![Note::new(kind::SCHEMA_REPLACED, self.library.show(spot.place), message)];
            Converted { notes, ..Converted::anything(self.library.arena()) }
        } else {
            self.convert(&spot)?
        };
        let converted = Rc::new(converted);
        let (name, text) = ((*name).into(), text::of(converted.schema).into_boxed_str());
        let definition = Arc::new(Definition { name, text });
        let frozen = Rc::new(Frozen { definition, converted, is_checked: Cell::new(false) });
        self.kept.borrow_mut().entries[id.0].converted = Some(Rc::clone(&frozen));
        Ok(frozen)
    }

    /// The definition of the schema at a place, and what refers to it.
    pub(super) fn refer(&self, spot: Spot<'a>) -> (DefinitionId, &'a str) {
        let mut kept = self.kept.borrow_mut();
        if let Some(id) = kept.ids.get(&spot.place) {
            return (*id, kept.entries[id.0].reference);
        }
        let wanted = name_of(&spot.place, &self.library.show(spot.place));
        let mut name: Rc<str> = wanted.as_str().into();
        let mut number = 2;
        while kept.taken.contains_key(&name) {
            name = format!("{wanted}_{number}").into();
            number += 1;
        }
        let id = DefinitionId(kept.entries.len());
        kept.taken.insert(Rc::clone(&name), id);
        kept.ids.insert(spot.place, id);
        let reference = self.library.arena().text(&format!("#{}", pointer::push("/$defs", &name)));
        kept.entries.push(Entry { spot, name, reference, converted: None });
        (id, reference)
    }

    /// What goes out for a pattern, or why nothing does; the same few stand everywhere in a document.
    pub(super) fn pattern(&self, pattern: &'a str) -> Result<&'a str, &'static str> {
        self.patterns.borrow_mut().of(pattern, self.library.arena())
    }

    pub(super) fn dialect(&self, document: usize) -> Dialect {
        self.library.dialect(document)
    }
}

/// The name of a definition by its place: its own name for the schemas of a document's components, the whole path for
/// one that stands elsewhere, with the path of the file where that is another one. It depends on the place alone, so
/// that no reload renames it. What OpenAPI allows in the name of a component stays; anything else (`Page«Pet»`) becomes
/// its code, because a reference is a URI and would not lead there.
fn name_of(place: &Place, shown: &str) -> String {
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
