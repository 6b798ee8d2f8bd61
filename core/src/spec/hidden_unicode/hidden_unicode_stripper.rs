//! Strips hidden Unicode characters from an operation, and keeps the spellings that lead back to the document.
//!
//! An argument is the unit: where two names or values of its schema differ in hidden characters alone, nobody could say which
//! of them a model means. It is left out with a note; a required one is an error.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::json::{HashMap, HashSet};
use crate::schema::{Definition, Definitions, Note, OriginalSpellings, Property, Schema, kind, strip_schema};
use crate::spec::arguments::argument_edit::collect_references;
use crate::spec::arguments::argument_object::Arguments;
use crate::spec::hidden_unicode::renaming::rename_arguments;
use crate::spec::hidden_unicode::unicode_collisions::UnicodeCollisions;
use crate::spec::operation::Operation;
use crate::spec::operation_site::OperationSite;
use crate::unicode::{may_be_hidden, strip_hidden};

/// Strips the operations of one document. A shared definition is stripped once.
#[derive(Default)]
pub struct HiddenUnicodeStripper {
    known: RefCell<HashMap<*const Definition, Rc<StrippedDefinition>>>,
    steps: Cell<usize>,
}

/// A definition with its stripped form.
struct StrippedDefinition {
    /// Kept alive, because its address in memory is the key.
    own: Arc<Definition>,
    read: OnceCell<Value>,
    shown: Arc<Definition>,
    is_respelled: bool,
    references: OnceCell<Vec<String>>,
    collision: OnceCell<Option<String>>,
}

impl StrippedDefinition {
    fn of(own: &Arc<Definition>) -> Self {
        let (read, mut shown, mut is_respelled) = (OnceCell::new(), Arc::clone(own), false);
        if may_hide(&own.text) {
            let value: Value = serde_json::from_str(&own.text).unwrap_or_default();
            let seen = strip_schema(&value);
            let text = seen.schema.to_string().into_boxed_str();
            shown = Arc::new(Definition { name: own.name.clone(), text });
            is_respelled = seen.is_respelled;
            let _ = read.set(value);
        }
        let (references, collision) = (OnceCell::new(), OnceCell::new());
        Self { own: Arc::clone(own), read, shown, is_respelled, references, collision }
    }

    fn value(&self) -> &Value {
        self.read.get_or_init(|| serde_json::from_str(&self.own.text).unwrap_or_default())
    }

    fn references(&self) -> &[String] {
        self.references.get_or_init(|| {
            let mut found = Vec::new();
            collect_references(self.value(), &mut found);
            found
        })
    }
}

impl HiddenUnicodeStripper {
    /// Strips the texts, names and values that a model reads of an operation.
    ///
    /// # Errors
    /// `HIDDEN_UNICODE` for a required argument that cannot be told apart without them.
    pub fn strip(&self, operation: &mut Operation, site: &OperationSite<'_>) -> Result<()> {
        if let Some(id) = &operation.id {
            let seen = strip_hidden(id).trim().to_owned();
            operation.id = (!seen.is_empty()).then(|| seen.into());
        }
        let seen = strip_hidden(&operation.description).trim().to_owned();
        operation.description =
            if seen.is_empty() { format!("{} {}", site.method, strip_hidden(site.path)) } else { seen };
        let mut known = HashSet::default();
        let tags = std::mem::take(&mut operation.tags).into_iter().map(|tag| strip_hidden(&tag).into_owned());
        operation.tags = tags.filter(|tag| !tag.is_empty() && known.insert(tag.clone())).collect();
        operation.notes.extend(self.strip_arguments(&mut operation.arguments, site)?);
        Ok(())
    }

    /// Strips the arguments, and returns notes of renamed and removed ones.
    fn strip_arguments(&self, arguments: &mut Arguments, site: &OperationSite<'_>) -> Result<Vec<Note>> {
        let mut known = self.known(&arguments.definitions);
        let is_hostile = |one: &Property| may_hide(&one.name) || may_hide(&one.schema);
        let has_any = known.iter().any(|one| !Arc::ptr_eq(&one.own, &one.shown));
        if !has_any && !arguments.properties.iter().any(is_hostile) {
            return Ok(Vec::new());
        }
        let mut notes = rename_arguments(arguments, site);
        if is_respelled(arguments, &known) {
            notes.extend(self.leave_out(arguments, &known, site)?);
            known = self.known(&arguments.definitions);
        }
        if is_respelled(arguments, &known) {
            let own = Schema::for_arguments(arguments.properties.clone(), Arc::clone(&arguments.definitions));
            arguments.spellings = Some(Arc::new(OriginalSpellings::new(own)));
        }
        for property in arguments.properties.iter_mut().filter(|one| may_hide(&one.schema)) {
            property.schema = strip_schema(&read(property)).schema.to_string().into();
        }
        arguments.definitions = known.iter().map(|one| Arc::clone(&one.shown)).collect();
        Ok(notes)
    }

    fn known(&self, definitions: &Definitions) -> Vec<Rc<StrippedDefinition>> {
        let mut all = self.known.borrow_mut();
        let known = definitions.iter().map(|one| {
            Rc::clone(all.entry(Arc::as_ptr(one)).or_insert_with(|| Rc::new(StrippedDefinition::of(one))))
        });
        known.collect()
    }

    /// Leaves out the arguments in whose schemas two names or values become equal.
    fn leave_out(
        &self,
        arguments: &mut Arguments,
        known: &[Rc<StrippedDefinition>],
        site: &OperationSite<'_>,
    ) -> Result<Vec<Note>> {
        let mut notes = Vec::new();
        let by_name: HashMap<&str, &StrippedDefinition> =
            known.iter().map(|one| (&*one.own.name, &**one)).collect();
        let mut out = Vec::new();
        for index in 0..arguments.map.len() {
            let Some(collision) = self.collision(&arguments.own_schema(index), &by_name) else { continue };
            let place = arguments.map[index].location.show();
            if arguments.is_required(index) {
                let (pointer, place) = (site.pointer.to_string(), strip_hidden(&place));
                let reason = format!("{collision} in {place}, which every call needs");
                return Err(Error::HiddenUnicode { pointer, reason });
            }
            let message = format!("{place} is left out: its hidden characters {collision}");
            notes.push(Note::new(kind::HIDDEN_UNICODE, &*site.pointer, message));
            out.push(index);
        }
        arguments.remove(&out);
        Ok(notes)
    }

    /// The collision in the schema of an argument or in a definition that it reaches.
    fn collision(&self, schema: &Value, by_name: &HashMap<&str, &StrippedDefinition>) -> Option<String> {
        let target = |name: &str| by_name.get(name).map(|known| known.value());
        let collisions = UnicodeCollisions::new(&target, &self.steps);
        let (mut open, mut seen) = (Vec::new(), HashSet::default());
        collect_references(schema, &mut open);
        collisions.find_within(schema).or_else(|| {
            while let Some(known) = open.pop().and_then(|name| by_name.get(name.as_str()).copied()) {
                if !seen.insert(&*known.own.name) {
                    continue;
                }
                open.extend_from_slice(known.references());
                let collision = known.collision.get_or_init(|| collisions.find_within(known.value()));
                if collision.is_some() {
                    return collision.clone();
                }
            }
            None
        })
    }
}

fn may_hide(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(may_be_hidden)
}

fn read(property: &Property) -> Value {
    serde_json::from_str(&property.schema).unwrap_or_default()
}

/// Whether names or values inside of the arguments change.
fn is_respelled(arguments: &Arguments, known: &[Rc<StrippedDefinition>]) -> bool {
    let mut hostile = arguments.properties.iter().filter(|one| may_hide(&one.schema));
    known.iter().any(|one| one.is_respelled) || hostile.any(|one| strip_schema(&read(one)).is_respelled)
}
