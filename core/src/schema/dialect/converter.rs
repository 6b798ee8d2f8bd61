//! Schema converter: Schema Objects of API documents to JSON Schema 2020-12, with the definitions that they
//! reach.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::annotation_removal::without_annotations;
use super::converted_schema::{ConvertedSchema, DefinitionId};
use super::direction::Direction;
use super::evaluation_cost::{self, EvaluationCosts};
use super::schema_context::{NamedDefinition, SchemaContext};
use super::schema_walk::SchemaWalk;
use crate::error::{Error, Result};
use crate::json::{Arena, HashMap, Node, Path, to_compact_text};
use crate::schema::note::{Note, kind};
use crate::schema::reference::DocumentSet;
use crate::schema::reference::LocatedNode;
use crate::schema::validation::{Definition, Definitions};

/// Maximum number of definitions of one tool. Real tools need 133. A validator takes seconds to compile
/// 10,000.
const MOST_DEFINITIONS: usize = 10_000;
/// Maximum number of definitions followed for all operations of a document. Real documents need 77,000.
const MOST_FOLLOWED: usize = 1_000_000;

/// Converts the schemas of a document set.
pub struct SchemaConverter<'l, 'a> {
    context: SchemaContext<'l, 'a>,
    /// Converted definitions by id.
    frozen: RefCell<Vec<Option<Rc<ConvertedDefinition<'a>>>>>,
    closures: RefCell<HashMap<Vec<DefinitionId>, DefinitionClosure>>,
    weights: EvaluationCosts,
    /// Number of definitions followed so far.
    followed: Cell<usize>,
}

/// A converted definition.
struct ConvertedDefinition<'a> {
    definition: Arc<Definition>,
    converted: Rc<ConvertedSchema<'a>>,
    /// The definition without annotations, once it is asked for.
    brief: OnceCell<Arc<Definition>>,
    /// True if its evaluation cost was checked.
    is_checked: Cell<bool>,
}

/// How much of a schema is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaDetail {
    /// All of it.
    Whole,
    /// Without annotations: descriptions, titles, examples, defaults.
    Brief,
}

impl SchemaDetail {
    /// Returns a converted schema in this form.
    pub fn apply<'a>(self, schema: Node<'a>, arena: &'a Arena) -> Node<'a> {
        match self {
            Self::Whole => schema,
            Self::Brief => without_annotations(schema, arena),
        }
    }
}

impl<'a> ConvertedDefinition<'a> {
    fn in_detail(&self, detail: SchemaDetail, arena: &'a Arena) -> Arc<Definition> {
        let brief = || {
            let schema = detail.apply(self.converted.schema, arena);
            let (name, text) = (self.definition.name.clone(), to_compact_text(schema).into_boxed_str());
            Arc::new(Definition { name, text })
        };
        match detail {
            SchemaDetail::Whole => Arc::clone(&self.definition),
            SchemaDetail::Brief => Arc::clone(self.brief.get_or_init(brief)),
        }
    }
}

/// Set of visited definitions.
#[derive(Default)]
struct VisitedDefinitions(Vec<bool>);

impl VisitedDefinitions {
    /// Returns true at the first visit.
    fn insert(&mut self, id: DefinitionId) -> bool {
        if id.0 >= self.0.len() {
            self.0.resize(id.0 + 1, false);
        }
        !std::mem::replace(&mut self.0[id.0], true)
    }
}

/// Definitions reachable from a set of references, direct ones first.
#[derive(Clone, Default)]
pub struct DefinitionClosure {
    /// The definitions.
    pub definitions: Definitions,
    /// The notes of their conversion.
    pub notes: Rc<[Note]>,
}

impl<'l, 'a> SchemaConverter<'l, 'a> {
    /// Creates a converter.
    pub fn new(library: &'l DocumentSet<'a>, direction: Direction) -> Self {
        Self {
            context: SchemaContext::new(library, direction),
            frozen: RefCell::default(),
            closures: RefCell::default(),
            weights: EvaluationCosts::default(),
            followed: Cell::default(),
        }
    }

    /// Returns the document set.
    pub const fn library(&self) -> &'l DocumentSet<'a> {
        self.context.library
    }

    /// Converts the schema at a location.
    pub fn convert_schema(&self, located: &LocatedNode<'a>) -> Result<ConvertedSchema<'a>> {
        self.walk(located, false)
    }

    /// Converts a Swagger 2.0 parameter, whose schema keywords stand among its own.
    pub fn convert_parameter(&self, located: &LocatedNode<'a>) -> Result<ConvertedSchema<'a>> {
        self.walk(located, true)
    }

    fn walk(&self, located: &LocatedNode<'a>, is_parameter: bool) -> Result<ConvertedSchema<'a>> {
        let shown = self.library().display_location(located.location);
        let mut walk = SchemaWalk::new(&self.context, located.location.document);
        let schema = if is_parameter {
            walk.parameter(located.node, &Path::at(&shown))?
        } else {
            walk.schema(located.node, &Path::at(&shown))?
        };
        evaluation_cost::check_depth(schema)?;
        Ok(ConvertedSchema { schema, reaches: walk.reaches, notes: walk.notes })
    }

    /// Returns the `$defs` that the references need, transitively and distinct, with the notes of these
    /// definitions.
    pub fn definitions(&self, reaches: &[DefinitionId]) -> Result<DefinitionClosure> {
        if reaches.is_empty() {
            return Ok(DefinitionClosure::default());
        }
        // Operations on one resource have equal references: about a hundred definitions each in Kubernetes.
        let known = self.closures.borrow().get(reaches).cloned();
        known.map_or_else(|| self.close(reaches), Ok)
    }

    fn close(&self, reaches: &[DefinitionId]) -> Result<DefinitionClosure> {
        let mut seen = VisitedDefinitions::default();
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
        self.check_evaluation_costs(order)?;
        let closure = DefinitionClosure { definitions: definitions.into(), notes: notes.into() };
        self.closures.borrow_mut().insert(reaches.to_vec(), closure.clone());
        Ok(closure)
    }

    /// Returns the `$defs` that the references need, as [`SchemaConverter::definitions`] does, where they have at most
    /// `most` bytes. Stops at the first definition beyond: a schema of a large API may reach thousands.
    pub fn definitions_within(
        &self,
        reaches: &[DefinitionId],
        detail: SchemaDetail,
        most: usize,
    ) -> Result<Option<DefinitionClosure>> {
        let mut seen = VisitedDefinitions::default();
        let mut order: Vec<DefinitionId> = reaches.iter().copied().filter(|id| seen.insert(*id)).collect();
        let (mut definitions, mut notes, mut bytes) = (Vec::new(), Vec::new(), 0);
        while let Some(id) = order.get(definitions.len()).copied() {
            let frozen = self.definition(id)?;
            let definition = frozen.in_detail(detail, self.library().arena());
            bytes += definition.name.len() + definition.text.len();
            if bytes > most {
                return Ok(None);
            }
            order.extend(frozen.converted.reaches.iter().copied().filter(|id| seen.insert(*id)));
            definitions.push(definition);
            notes.extend(frozen.converted.notes.iter().cloned());
        }
        self.check_evaluation_costs(order)?;
        Ok(Some(DefinitionClosure { definitions: definitions.into(), notes: notes.into() }))
    }

    fn check_evaluation_costs(&self, definitions: Vec<DefinitionId>) -> Result<()> {
        for id in definitions {
            let frozen = self.definition(id)?;
            if !frozen.is_checked.get() {
                self.weigh(frozen.converted.schema, Some(&frozen.definition.name))?;
                frozen.is_checked.set(true);
            }
        }
        Ok(())
    }

    /// Checks that validation by the schema and its definitions is affordable.
    pub fn check_evaluation_cost(&self, converted: &ConvertedSchema<'a>) -> Result<()> {
        // A schema without references costs no more than its length.
        if converted.reaches.is_empty() { Ok(()) } else { self.weigh(converted.schema, None) }
    }

    fn weigh(&self, schema: Node<'a>, name: Option<&str>) -> Result<()> {
        let definition = |name: &str| {
            let (name, id) = self.context.named(name).expect("a schema names definitions that it reached");
            Ok((name, Rc::clone(&self.definition(id)?.converted)))
        };
        self.weights.check(schema, name, &definition)
    }

    /// Returns the schema of a `$ref` (`#/$defs/…`) in a converted schema with these references.
    pub fn referenced_schema(
        &self,
        reference: &str,
        reaches: &[DefinitionId],
    ) -> Option<Rc<ConvertedSchema<'a>>> {
        let named = |id: &&DefinitionId| self.context.entry(**id).reference == reference;
        let id = reaches.iter().find(named)?;
        Some(Rc::clone(&self.definition(*id).ok()?.converted))
    }

    fn definition(&self, id: DefinitionId) -> Result<Rc<ConvertedDefinition<'a>>> {
        if let Some(Some(known)) = self.frozen.borrow().get(id.0) {
            return Ok(Rc::clone(known));
        }
        let NamedDefinition { located, name, .. } = self.context.entry(id);
        let converted = if self.library().is_api_document(located.location) {
            let message = "an API document is not a schema; any value is accepted there";
            let notes = vec![Note::new(
                kind::SCHEMA_REPLACED,
                self.library().display_location(located.location),
                message,
            )];
            ConvertedSchema { notes, ..ConvertedSchema::allow_all(self.library().arena()) }
        } else {
            self.convert_schema(&located)?
        };
        let converted = Rc::new(converted);
        let (name, text) = ((*name).into(), to_compact_text(converted.schema).into_boxed_str());
        let definition = Arc::new(Definition { name, text });
        let (brief, is_checked) = (OnceCell::new(), Cell::new(false));
        let frozen = Rc::new(ConvertedDefinition { definition, converted, brief, is_checked });
        let mut all = self.frozen.borrow_mut();
        if all.len() <= id.0 {
            all.resize_with(id.0 + 1, || None);
        }
        all[id.0] = Some(Rc::clone(&frozen));
        Ok(frozen)
    }
}
