//! One parameter of an operation, whichever version of OpenAPI declares it.

use std::rc::Rc;
use std::sync::Arc;

use crate::schema::{ConvertedSchema, DefinitionId, LocatedNode, Note, Property};
use crate::spec::arguments::argument_object::{Argument, ArgumentLocation};
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::serialization::value_serialization::ValueSerialization;
use crate::spec::toolrack_extension::ToolrackExtension;

/// One parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its argument, where no other argument has its name.
    pub argument: Arc<Argument>,
    /// The property of that argument in the input schema.
    pub property: Property,
    /// Where it goes.
    pub place: ParameterIn,
    /// Whether the document declares it as required. A path parameter is required in any case.
    pub says_required: bool,
    /// JSON pointer of its declaration.
    pub pointer: Arc<str>,
    /// Definitions that its schema reaches.
    pub reaches: Vec<DefinitionId>,
    /// Notes of its conversion.
    pub notes: Vec<Note>,
    /// Its `x-toolrack`.
    pub extension: Option<ToolrackExtension>,
}

/// Where a parameter goes and how it is serialized there.
pub struct ParameterUse<'n> {
    /// Its name in the request.
    pub name: &'n str,
    /// Where it goes.
    pub place: ParameterIn,
    /// Its serialization.
    pub wire: ValueSerialization,
    /// Whether every call needs it.
    pub required: bool,
}

impl Parameter {
    /// A parameter of a converted schema.
    pub fn new(sent: ParameterUse<'_>, converted: ConvertedSchema<'_>, pointer: &str) -> Self {
        let property = Property::new(sent.name, converted.schema, sent.required);
        Self::with_property(property, sent, converted, pointer)
    }

    fn with_property(
        property: Property,
        sent: ParameterUse<'_>,
        converted: ConvertedSchema<'_>,
        pointer: &str,
    ) -> Self {
        let ParameterUse { place, wire, .. } = sent;
        let location = ArgumentLocation::Parameter { name: Arc::clone(&property.name), place, wire };
        let argument = Argument { name: Arc::clone(&property.name), group: None, location };
        let ConvertedSchema { reaches, notes, .. } = converted;
        let (argument, pointer) = (Arc::new(argument), pointer.into());
        let says_required = property.required;
        Self { argument, property, place, says_required, pointer, reaches, notes, extension: None }
    }

    /// A path variable that no parameter declares: one operation in eight of known documents has one.
    pub fn undeclared(name: &str, pointer: &str) -> Self {
        let property = Property { name: name.into(), schema: "{\"type\":\"string\"}".into(), required: true };
        let wire = ValueSerialization::plain(ParameterStyle::Simple, false);
        let sent = ParameterUse { name, place: ParameterIn::Path, wire, required: true };
        Self {
            says_required: false,
            ..Self::with_property(property, sent, ConvertedSchema::default(), pointer)
        }
    }

    /// The same parameter, sent as the path template says instead of its declaration.
    #[must_use]
    pub fn with_use(&self, sent: ParameterUse<'_>) -> Self {
        let ParameterUse { name, place, wire, required } = sent;
        let property = Property { required, ..self.property.clone() };
        let location = ArgumentLocation::Parameter { name: name.into(), place, wire };
        let argument = Argument { name: Arc::clone(&property.name), group: None, location };
        Self {
            argument: Arc::new(argument),
            property,
            place,
            says_required: self.says_required,
            pointer: Arc::clone(&self.pointer),
            reaches: self.reaches.clone(),
            notes: self.notes.clone(),
            extension: self.extension.clone(),
        }
    }

    /// Its serialization.
    pub fn wire(&self) -> &ValueSerialization {
        match &self.argument.location {
            ArgumentLocation::Parameter { wire, .. } => wire,
            ArgumentLocation::BodyProperty { .. } | ArgumentLocation::Body => {
                unreachable!("the location of a parameter is a parameter")
            }
        }
    }

    /// Its declared name.
    pub fn name(&self) -> &str {
        &self.property.name
    }
}

/// An entry of a list of parameters, once it is read.
#[derive(Clone)]
pub enum DeclaredParameter<'a> {
    /// A parameter.
    Parameter(Rc<Parameter>),
    /// The body, or a field of a form, which Swagger 2.0 has among the parameters.
    Body(LocatedNode<'a>),
    /// A parameter that is left out, with its note.
    Ignored(Note),
}
