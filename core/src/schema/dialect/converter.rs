//! From the Schema Objects of API documents to JSON Schema 2020-12, and the definitions that they reach.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::conversion_context::{Context, Direction, Entry};
use super::converted_schema::{Converted, DefinitionId};
use super::evaluation_cost::{self, Weights};
use super::schema_walk::Walk;
use crate::error::{Error, Result};
use crate::json::{HashMap, Node, Path, compact_text};
use crate::schema::note::{Note, kind};
use crate::schema::reference::Library;
use crate::schema::reference::Spot;
use crate::schema::validation::{Definition, Definitions};

/// The most definitions that one tool may need. The field needs 133, and a validator takes seconds to read 10,000.
const MOST_DEFINITIONS: usize = 10_000;
/// How many definitions may be followed for all operations of a document, once for each set of references. The most that the
/// field needs is 77,000.
const MOST_FOLLOWED: usize = 1_000_000;

/// Converts the schemas of one document and of those it refers to.
pub struct Converter<'l, 'a> {
    context: Context<'l, 'a>,
    /// Definitions that were converted, by their ids.
    frozen: RefCell<Vec<Option<Rc<Frozen<'a>>>>>,
    closures: RefCell<HashMap<Vec<DefinitionId>, Closure>>,
    weights: Weights,
    /// How many definitions were followed so far.
    followed: Cell<usize>,
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
            context: Context::new(library, direction),
            frozen: RefCell::default(),
            closures: RefCell::default(),
            weights: Weights::default(),
            followed: Cell::default(),
        }
    }

    /// The documents.
    pub const fn library(&self) -> &'l Library<'a> {
        self.context.library
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
        let shown = self.library().show(spot.place);
        let mut walk = Walk::new(&self.context, spot.place.document);
        let schema = if is_parameter {
            walk.parameter(spot.node, &Path::at(&shown))?
        } else {
            walk.schema(spot.node, &Path::at(&shown))?
        };
        evaluation_cost::check_depth(schema)?;
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
            let (name, id) = self.context.named(name).expect("a schema names definitions that it reached");
            Ok((name, Rc::clone(&self.definition(id)?.converted)))
        };
        self.weights.check(schema, name, &definition)
    }

    /// What a reference of a converted schema, `#/$defs/…`, stands for; `reaches` are those of the schema.
    pub fn referred(&self, reference: &str, reaches: &[DefinitionId]) -> Option<Rc<Converted<'a>>> {
        let named = |id: &&DefinitionId| self.context.entry(**id).reference == reference;
        let id = reaches.iter().find(named)?;
        Some(Rc::clone(&self.definition(*id).ok()?.converted))
    }

    fn definition(&self, id: DefinitionId) -> Result<Rc<Frozen<'a>>> {
        if let Some(Some(known)) = self.frozen.borrow().get(id.0) {
            return Ok(Rc::clone(known));
        }
        let Entry { spot, name, .. } = self.context.entry(id);
        let converted = if self.library().is_api(spot.place) {
            let message = "an API document is no schema; anything is taken there";
            let notes = vec![Note::new(kind::SCHEMA_REPLACED, self.library().show(spot.place), message)];
            Converted { notes, ..Converted::anything(self.library().arena()) }
        } else {
            self.convert(&spot)?
        };
        let converted = Rc::new(converted);
        let (name, text) = ((*name).into(), compact_text::of(converted.schema).into_boxed_str());
        let definition = Arc::new(Definition { name, text });
        let frozen = Rc::new(Frozen { definition, converted, is_checked: Cell::new(false) });
        let mut all = self.frozen.borrow_mut();
        if all.len() <= id.0 {
            all.resize_with(id.0 + 1, || None);
        }
        all[id.0] = Some(Rc::clone(&frozen));
        Ok(frozen)
    }
}
