//! The parameter lists of an operation and of its path item.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::rc::Rc;
use std::sync::Arc;

use super::operation_parameter::{DeclaredParameter, Parameter};
use super::{openapi3_parameter, swagger2_parameter};
use crate::error::{Error, Result};
use crate::json::{HashMap, HashSet, Node, Object, pointer};
use crate::schema::{Dialect, LocatedNode, Note, SchemaConverter, kind};
use crate::spec::operation_site::OperationSite;
use crate::spec::serialization::parameter_in::ParameterIn;

/// The entries of the parameter lists of an operation and of its path item.
#[derive(Default)]
pub struct DeclaredParameters<'a> {
    /// The parameters.
    pub parameters: Vec<Rc<Parameter>>,
    /// The body of Swagger 2.0: entries of the operation before those of the path item.
    pub bodies: Vec<BodyParameter<'a>>,
    /// Notes of the reading.
    pub notes: Vec<Note>,
}

/// The body, or a field of a form, among the parameters.
pub struct BodyParameter<'a> {
    /// Its declaration.
    pub located: LocatedNode<'a>,
    /// Whether it is in the list of the path item.
    pub is_item: bool,
    /// JSON pointer of its entry in the list.
    pub pointer: String,
}

/// Reads parameters. One that many operations share is read once.
#[derive(Default)]
pub struct ParameterReader<'a> {
    /// By the document that refers to it, and the reference.
    referred: RefCell<HashMap<(usize, &'a str), DeclaredParameter<'a>>>,
    /// Those of path items, by the address of their maps in memory: each operation of the item reads them.
    inherited: RefCell<HashMap<*const Object<'a>, DeclaredParameter<'a>>>,
}

/// One entry of a list.
#[derive(Clone, Copy)]
struct ListEntry<'h, 'a> {
    /// The operation or path item that has the list.
    holder: &'h LocatedNode<'a>,
    index: usize,
    node: Node<'a>,
    is_item: bool,
}

/// The parameters so far, by place and name.
#[derive(Default)]
struct ParameterMerge<'a> {
    read: DeclaredParameters<'a>,
    indices: HashMap<(ParameterIn, Arc<str>), usize>,
    /// How many are of the path item.
    inherited: usize,
    /// Those of the path item that the operation overrides.
    overridden: HashSet<usize>,
}

impl<'a> ParameterReader<'a> {
    /// Reads the parameters of an operation and of its path item. One of the operation overrides one of the path item with
    /// the same name and place.
    pub fn read(
        &self,
        schemas: &SchemaConverter<'_, 'a>,
        site: &OperationSite<'a>,
    ) -> Result<DeclaredParameters<'a>> {
        let mut merge = ParameterMerge::default();
        let items = site.items.iter().map(|item| (item, true));
        for (holder, is_item) in items.chain([(&site.operation, false)]) {
            let (mut bodies, list) = (Vec::new(), list_of(schemas, holder)?);
            merge.reserve(list.len());
            for (index, node) in list.iter().enumerate() {
                let entry = ListEntry { holder, index, node: *node, is_item };
                match self.read_entry(schemas, entry)? {
                    DeclaredParameter::Body(located) => {
                        bodies.push(BodyParameter { located, is_item, pointer: entry.pointer(schemas) });
                    }
                    DeclaredParameter::Ignored(problem) => merge.read.notes.push(problem),
                    DeclaredParameter::Parameter(parameter) => merge.add(schemas, entry, parameter),
                }
            }
            merge.read.bodies.splice(..0, bodies);
            if is_item {
                merge.inherited = merge.read.parameters.len();
            }
        }
        let mut read = merge.read;
        check_query_string(&read.parameters, site)?;
        for parameter in &read.parameters {
            read.notes.extend(parameter.notes.iter().cloned());
        }
        Ok(read)
    }

    fn read_entry(
        &self,
        schemas: &SchemaConverter<'_, 'a>,
        entry: ListEntry<'_, 'a>,
    ) -> Result<DeclaredParameter<'a>> {
        let reference = entry.node.text("$ref").map(|to| (entry.holder.location.document, to));
        let address = entry.node.as_object().filter(|_| entry.is_item).map(std::ptr::from_ref);
        let known = match (reference, address) {
            (Some(reference), _) => self.referred.borrow().get(&reference).cloned(),
            (None, Some(address)) => self.inherited.borrow().get(&address).cloned(),
            (None, None) => None,
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let list = entry.holder.key("parameters");
        let located = list.and_then(|list| list.item(entry.index)).expect("the list was just walked");
        let located = schemas.library().follow_references(located)?;
        let read = match schemas.library().dialect(located.location.document) {
            Dialect::Swagger20 => swagger2_parameter::read_parameter(schemas, &located)?,
            Dialect::OpenApi30 | Dialect::JsonSchema202012 => {
                openapi3_parameter::read_parameter(schemas, &located)?
            }
        };
        match (reference, address) {
            (Some(reference), _) => drop(self.referred.borrow_mut().insert(reference, read.clone())),
            (None, Some(address)) => drop(self.inherited.borrow_mut().insert(address, read.clone())),
            (None, None) => {}
        }
        Ok(read)
    }
}

impl ListEntry<'_, '_> {
    /// JSON pointer of the entry.
    fn pointer(&self, schemas: &SchemaConverter<'_, '_>) -> String {
        format!("{}/parameters/{}", schemas.library().display_location(self.holder.location), self.index)
    }
}

impl ParameterMerge<'_> {
    fn reserve(&mut self, additional: usize) {
        self.indices.reserve(additional);
        self.read.parameters.reserve(additional);
    }

    /// Adds a parameter, overrides one of the path item, or notes a duplicate.
    fn add(&mut self, schemas: &SchemaConverter<'_, '_>, entry: ListEntry<'_, '_>, parameter: Rc<Parameter>) {
        let key = (parameter.place, Arc::clone(&parameter.property.name));
        let twin = match self.indices.entry(key) {
            Entry::Vacant(place) => {
                place.insert(self.read.parameters.len());
                self.read.parameters.push(parameter);
                return;
            }
            Entry::Occupied(twin) => *twin.get(),
        };
        if !entry.is_item && twin < self.inherited && self.overridden.insert(twin) {
            self.read.parameters[twin] = parameter;
        } else {
            let (name, place) = (parameter.name(), parameter.place.as_str());
            self.read.notes.push(note_duplicate(entry.pointer(schemas), name, place));
        }
    }
}

/// The parameter list of an operation or a path item.
fn list_of<'a>(schemas: &SchemaConverter<'_, 'a>, holder: &LocatedNode<'a>) -> Result<&'a [Node<'a>]> {
    match holder.node.get("parameters") {
        None | Some(Node::Null) => Ok(&[]),
        Some(Node::Array(list)) => Ok(list),
        Some(other) => Err(Error::InvalidSpec {
            pointer: pointer::push(&schemas.library().display_location(holder.location), "parameters"),
            reason: format!("parameters are a list, this is {}", other.kind()),
        }),
    }
}

/// The note for a parameter that another one of its list precedes.
pub fn note_duplicate(pointer: String, name: &str, place: &str) -> Note {
    let message = match place {
        "body" => format!("\"{name}\" is a second body; the first counts"),
        _ => format!("\"{name}\" in {place} is declared twice; the first counts"),
    };
    Note::new(kind::PARAMETER_TWICE, pointer, message)
}

/// Source: OpenAPI 3.2.0, "Parameter Object": at most one `querystring`, and none beside `query`.
fn check_query_string(all: &[Rc<Parameter>], site: &OperationSite<'_>) -> Result<()> {
    let count = |place: ParameterIn| all.iter().filter(|parameter| parameter.place == place).count();
    let whole = count(ParameterIn::QueryString);
    if whole > 1 || (whole == 1 && count(ParameterIn::Query) > 0) {
        return Err(Error::InvalidSpec {
            pointer: site.pointer.to_string(),
            reason: "a parameter in \"querystring\" stands alone: not twice, and not beside one in \"query\""
                .to_owned(),
        });
    }
    Ok(())
}
