//! The lists of parameters that an operation and its path item have.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::rc::Rc;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::json::{HashMap, HashSet, Node, Object, pointer};
use crate::schema::{Converter, Dialect, Note, Spot, kind};
use crate::spec::operation_site::OperationSite;
use crate::spec::parameter::openapi3_parameter::{DeclaredParameter, Parameter, declared};
use crate::spec::parameter::swagger2_parameter;
use crate::spec::serialization::parameter_in::ParameterIn;

/// What stands in the lists of parameters of an operation and its path item.
#[derive(Default)]
pub struct DeclaredParameters<'a> {
    /// The parameters.
    pub parameters: Vec<Rc<Parameter>>,
    /// What Swagger 2.0 says of the body there, the operation's own before that of the path item.
    pub bodies: Vec<BodyParameter<'a>>,
}

/// The body, or a field of it, among the parameters.
pub struct BodyParameter<'a> {
    /// What says so.
    pub spot: Spot<'a>,
    /// Whether the path item has it.
    pub is_item: bool,
    /// Where it stands in its list.
    pub pointer: String,
}

/// Reads parameters; one that many operations share is read once.
#[derive(Default)]
pub struct ParameterReader<'a> {
    /// By the document that refers to it, and the reference.
    referred: RefCell<HashMap<(usize, &'a str), DeclaredParameter<'a>>>,
    /// Those of path items, by where their maps lie in memory: each operation of the item comes by.
    inherited: RefCell<HashMap<*const Object<'a>, DeclaredParameter<'a>>>,
}

impl<'a> ParameterReader<'a> {
    /// The parameters of an operation, those of its path item among them; one of the operation itself comes before one
    /// of the path item with the same name and place.
    pub fn read(
        &self,
        schemas: &Converter<'_, 'a>,
        site: &OperationSite<'a>,
        notes: &mut Vec<Note>,
    ) -> Result<DeclaredParameters<'a>> {
        let DeclaredParameters { parameters: mut all, mut bodies } = DeclaredParameters::default();
        // How many are the path item's, and which of them the operation has declared anew.
        let (mut of_item, mut renewed) = (0, HashSet::default());
        let mut places: HashMap<_, usize> = HashMap::default();
        let items = site.items.iter().map(|item| (item, true));
        for (holder, is_item) in items.chain([(&site.spot, false)]) {
            let (mut own, listed) = (Vec::new(), list(schemas, holder)?);
            places.reserve(listed.len());
            all.reserve(listed.len());
            for (index, node) in listed.iter().enumerate() {
                match self.declared(schemas, holder, index, *node, is_item)? {
                    DeclaredParameter::Body(spot) => {
                        own.push(BodyParameter { spot, is_item, pointer: listed_at(schemas, holder, index) });
                    }
                    DeclaredParameter::Ignored(note) => notes.push(note),
                    DeclaredParameter::Parameter(parameter) => {
                        match places.entry((parameter.place, Arc::clone(&parameter.property.name))) {
                            Entry::Occupied(twin)
                                if !is_item && *twin.get() < of_item && renewed.insert(*twin.get()) =>
                            {
                                all[*twin.get()] = parameter;
                            }
                            Entry::Occupied(_) => {
                                let (name, place) = (parameter.name(), parameter.place.as_str());
                                notes.push(twice(listed_at(schemas, holder, index), name, place));
                            }
                            Entry::Vacant(place) => {
                                place.insert(all.len());
                                all.push(parameter);
                            }
                        }
                    }
                }
            }
            bodies.splice(..0, own);
            if is_item {
                of_item = all.len();
            }
        }
        one_query_string(&all, site)?;
        for parameter in &all {
            notes.extend(parameter.notes.iter().cloned());
        }
        Ok(DeclaredParameters { parameters: all, bodies })
    }

    fn declared(
        &self,
        schemas: &Converter<'_, 'a>,
        holder: &Spot<'a>,
        index: usize,
        node: Node<'a>,
        is_item: bool,
    ) -> Result<DeclaredParameter<'a>> {
        let reference = node.text("$ref").map(|reference| (holder.place.document, reference));
        let address = node.as_object().filter(|_| is_item).map(std::ptr::from_ref);
        let known = match (reference, address) {
            (Some(reference), _) => self.referred.borrow().get(&reference).cloned(),
            (None, Some(address)) => self.inherited.borrow().get(&address).cloned(),
            (None, None) => None,
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let list = holder.key("parameters");
        let spot = list.and_then(|list| list.item(index)).expect("the list was just walked");
        let spot = schemas.library().follow(spot)?;
        let read = match schemas.library().dialect(spot.place.document) {
            Dialect::Swagger20 => swagger2_parameter::declared(schemas, &spot)?,
            Dialect::OpenApi30 | Dialect::JsonSchema202012 => declared(schemas, &spot)?,
        };
        match (reference, address) {
            (Some(reference), _) => drop(self.referred.borrow_mut().insert(reference, read.clone())),
            (None, Some(address)) => drop(self.inherited.borrow_mut().insert(address, read.clone())),
            (None, None) => {}
        }
        Ok(read)
    }
}

/// The list of parameters that an operation or a path item has.
fn list<'a>(schemas: &Converter<'_, 'a>, holder: &Spot<'a>) -> Result<&'a [Node<'a>]> {
    match holder.node.get("parameters") {
        None | Some(Node::Null) => Ok(&[]),
        Some(Node::Array(list)) => Ok(list),
        Some(other) => Err(Error::InvalidSpec {
            pointer: pointer::push(&schemas.library().show(holder.place), "parameters"),
            reason: format!("parameters are a list, this is {}", other.kind()),
        }),
    }
}

/// Where a parameter stands in its list.
fn listed_at(schemas: &Converter<'_, '_>, holder: &Spot<'_>, index: usize) -> String {
    format!("{}/parameters/{index}", schemas.library().show(holder.place))
}

/// The note of a parameter that another one of its list shadows.
pub fn twice(pointer: String, name: &str, place: &str) -> Note {
    let message = match place {
        "body" => format!("\"{name}\" is a second body; the first counts"),
        _ => format!("\"{name}\" in {place} is declared twice; the first counts"),
    };
    Note::new(kind::PARAMETER_TWICE, pointer, message)
}

/// Source: OpenAPI 3.2.0, "Parameter Object": at most one `querystring`, and none beside `query`.
fn one_query_string(all: &[Rc<Parameter>], site: &OperationSite<'_>) -> Result<()> {
    let count = |place: ParameterIn| all.iter().filter(|parameter| parameter.place == place).count();
    if count(ParameterIn::QueryString) > 1
        || (count(ParameterIn::QueryString) == 1 && count(ParameterIn::Query) > 0)
    {
        return Err(Error::InvalidSpec {
            pointer: site.pointer.to_string(),
            reason: "a parameter in \"querystring\" stands alone: not twice, and not beside one in \"query\""
                .to_owned(),
        });
    }
    Ok(())
}
