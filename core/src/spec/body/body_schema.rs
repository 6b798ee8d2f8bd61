//! The schema of a request body, converted once for all operations that refer to it.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use crate::error::Result;
use crate::json::{HashMap, HashSet, Node, pointer, to_compact_text};
use crate::schema::{ConvertedSchema, DocumentSet, LocatedNode, Location, Property, SchemaConverter};
use crate::spec::arguments::argument_object::{Argument, ArgumentLocation};

/// The converted schema of a body. Its properties as arguments and its text are made at the first use.
#[derive(Debug)]
pub struct BodySchema<'a> {
    /// The schema.
    pub converted: ConvertedSchema<'a>,
    spread: OnceCell<SpreadProperties>,
    text: OnceCell<Arc<str>>,
}

/// The properties of a body, each with the argument that it becomes.
pub type SpreadProperties = Vec<(Property, Arc<Argument>)>;

/// The body schemas that operations share, by the place of each in its document.
pub type SharedBodySchemas<'a> = RefCell<HashMap<Location<'a>, Rc<BodySchema<'a>>>>;

impl<'a> BodySchema<'a> {
    /// Takes a converted schema.
    pub const fn new(converted: ConvertedSchema<'a>) -> Self {
        Self { converted, spread: OnceCell::new(), text: OnceCell::new() }
    }

    /// Converts a schema.
    fn convert(schemas: &SchemaConverter<'_, 'a>, schema: &LocatedNode<'a>) -> Result<Rc<Self>> {
        let converted = schemas.convert_schema(schema)?;
        schemas.check_evaluation_cost(&converted)?;
        Ok(Rc::new(Self::new(converted)))
    }

    /// Converts the schema of a body. A bare reference is followed, so that the properties behind it can become arguments.
    pub fn convert_shared(
        schemas: &SchemaConverter<'_, 'a>,
        schema: &LocatedNode<'a>,
        shared: &SharedBodySchemas<'a>,
    ) -> Result<Rc<Self>> {
        let (written, schema) = (schema.location, follow_bare_reference(schemas.library(), *schema)?);
        if schema.location == written {
            return Self::convert(schemas, &schema);
        }
        if let Some(known) = shared.borrow().get(&schema.location) {
            return Ok(Rc::clone(known));
        }
        let converted = Self::convert(schemas, &schema)?;
        shared.borrow_mut().insert(schema.location, Rc::clone(&converted));
        Ok(converted)
    }

    /// The schema as compact JSON.
    pub fn text(&self) -> &Arc<str> {
        self.text.get_or_init(|| to_compact_text(self.converted.schema).into())
    }

    /// Its properties as arguments.
    pub fn spread(&self) -> &SpreadProperties {
        self.spread.get_or_init(|| {
            let schema = self.converted.schema;
            let required = schema.get("required").into_iter().flat_map(Node::items);
            let required: HashSet<&str> = required.filter_map(Node::as_str).collect();
            let properties = schema.get("properties").into_iter().flat_map(Node::entries);
            let to_argument = |(name, held): (&str, Node<'_>)| {
                let property = Property::new(name, held, required.contains(name));
                let (name, pointer) = (Arc::clone(&property.name), pointer::push("", name));
                let location = ArgumentLocation::BodyProperty { name: Arc::clone(&name), pointer };
                (property, Arc::new(Argument { name, group: None, location }))
            };
            properties.map(to_argument).collect()
        })
    }
}

/// Follows a schema that is nothing but a `$ref`. In dialects that keep the siblings of `$ref`, a schema with siblings
/// stays as it is.
pub fn follow_bare_reference<'a>(
    library: &DocumentSet<'a>,
    schema: LocatedNode<'a>,
) -> Result<LocatedNode<'a>> {
    let mut schema = schema;
    let mut seen = Vec::new();
    while let Some(target) = library.reference_target(&schema)? {
        let is_bare = schema.node.as_object().is_some_and(|map| map.len() == 1);
        let has_no_siblings = is_bare || !library.dialect(schema.location.document).keeps_siblings();
        if !has_no_siblings || seen.contains(&target.location) {
            break;
        }
        seen.push(target.location);
        schema = target;
    }
    Ok(schema)
}
