//! One parameter of an operation, as OpenAPI 3 declares it.

use std::rc::Rc;
use std::sync::Arc;

use crate::error::{Error, Result, excerpt};
use crate::json::{Arena, Members, Node, pointer};
use crate::schema::{Converted, Converter, DefinitionId, Library, Note, Property, Spot, TextRole, kind};
use crate::spec::arguments::argument_object::{Argument, ArgumentLocation};
use crate::spec::body::form_fields;
use crate::spec::parameter::reserved_headers::is_reserved;
use crate::spec::serialization::media_type::MediaType;
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::serialization::value_serialization::ValueSerialization;
use crate::spec::toolrack_extension::ToolrackExtension;

/// One parameter as a document declares it.
#[derive(Debug)]
pub struct Parameter {
    /// The argument that it is where no other bears its name.
    pub argument: Arc<Argument>,
    /// What a model sees of that argument.
    pub property: Property,
    /// Where it goes.
    pub place: ParameterIn,
    /// Whether the document says that every request has it; one of the path is required all the same.
    pub says_required: bool,
    /// Where it is declared.
    pub pointer: Arc<str>,
    /// Definitions that its schema refers to.
    pub reaches: Vec<DefinitionId>,
    /// What was changed on the way.
    pub notes: Vec<Note>,
    /// What the document says of it to toolrack.
    pub extension: Option<ToolrackExtension>,
}

impl Parameter {
    /// A parameter.
    pub fn new(
        name: &str,
        place: ParameterIn,
        required: bool,
        wire: ValueSerialization,
        converted: Converted<'_>,
        pointer: &str,
    ) -> Self {
        let property = Property::new(name, converted.schema, required);
        Self::of(property, place, wire, converted, pointer)
    }

    fn of(
        property: Property,
        place: ParameterIn,
        wire: ValueSerialization,
        converted: Converted<'_>,
        pointer: &str,
    ) -> Self {
        let location = ArgumentLocation::Parameter { name: Arc::clone(&property.name), place, wire };
        let argument = Argument { name: Arc::clone(&property.name), group: None, location };
        let Converted { reaches, notes, .. } = converted;
        let (argument, pointer) = (Arc::new(argument), pointer.into());
        let says_required = property.required;
        Self { argument, property, place, says_required, pointer, reaches, notes, extension: None }
    }

    /// A path variable that the template has and no parameter declares: one operation in eight of the field.
    pub fn undeclared(name: &str, pointer: &str) -> Self {
        let property = Property { name: name.into(), schema: "{\"type\":\"string\"}".into(), required: true };
        let undeclared = Self::of(
            property,
            ParameterIn::Path,
            ValueSerialization::plain(ParameterStyle::Simple, false),
            Converted::default(),
            pointer,
        );
        Self { says_required: false, ..undeclared }
    }

    /// The same, sent elsewhere or in another way than its declaration says: the path that it stands in decides that.
    #[must_use]
    pub fn sent(&self, key: &str, place: ParameterIn, wire: ValueSerialization, required: bool) -> Self {
        let property = Property { required, ..self.property.clone() };
        let location = ArgumentLocation::Parameter { name: key.into(), place, wire };
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

    /// How its value is written.
    pub fn wire(&self) -> &ValueSerialization {
        match &self.argument.location {
            ArgumentLocation::Parameter { wire, .. } => wire,
            ArgumentLocation::BodyProperty { .. } | ArgumentLocation::Body => {
                unreachable!("a parameter is sent as one")
            }
        }
    }

    /// Its name on the wire.
    pub fn name(&self) -> &str {
        &self.property.name
    }
}

/// A declared parameter, or why it is none of the model's.
#[derive(Clone)]
pub enum DeclaredParameter<'a> {
    /// A parameter.
    Parameter(Rc<Parameter>),
    /// What Swagger 2.0 has among the parameters: the body, or a field of a form.
    Body(Spot<'a>),
    /// Nothing that is sent, with what the report says of it.
    Ignored(Note),
}

/// Name and place of a parameter. The note says why it has none: it is left out, and the others of its operation stay.
pub fn head<'a>(pointer: &str, node: Node<'a>) -> Result<(&'a str, &'a str), Note> {
    let unusable = |reason: String| Note::new(kind::PARAMETER_UNUSABLE, pointer, reason);
    if node.as_object().is_none() {
        return Err(unusable(format!("a parameter is a map, this is {}", node.kind())));
    }
    match (node.text("name").filter(|name| !name.is_empty()), node.text("in")) {
        (Some(name), Some(place)) => Ok((name, place)),
        // Its name goes nowhere.
        (None, Some("body")) => Ok(("body", "body")),
        (None, _) => Err(unusable("a parameter needs a name; this one is left out".to_owned())),
        (Some(name), None) => {
            let name = excerpt(name);
            Err(unusable(format!("parameter \"{name}\" needs a place (\"in\"); it is left out")))
        }
    }
}

/// The note of a parameter whose place is none that its version of OpenAPI has.
pub fn misplaced(pointer: &str, name: &str, place: &str, places: &str) -> Note {
    let (name, place) = (excerpt(name), excerpt(place));
    let message =
        format!("parameter \"{name}\" is in \"{place}\", which is none of {places}; it is left out");
    Note::new(kind::PARAMETER_UNUSABLE, pointer, message)
}

/// Whether a parameter is a header that is the client's to set; the note that says so.
pub fn reserved(name: &str, place: ParameterIn, pointer: &str) -> Option<Note> {
    (place == ParameterIn::Header && is_reserved(name)).then(|| {
        Note::new(kind::OAS_HEADER_IGNORED, pointer, format!("the header \"{name}\" is the client's to set"))
    })
}

/// The places of OpenAPI 3.
const PLACES: &str = "path, query, querystring, header, cookie";

/// Reads one parameter of OpenAPI 3.
pub fn declared<'a>(schemas: &Converter<'_, 'a>, spot: &Spot<'a>) -> Result<DeclaredParameter<'a>> {
    let (library, node) = (schemas.library(), spot.node);
    let pointer = library.show(spot.place);
    let (name, written) = match head(&pointer, node) {
        Ok(head) => head,
        Err(fault) => return Ok(DeclaredParameter::Ignored(fault)),
    };
    let Some(place) = ParameterIn::parse(written) else {
        // Publishers mix the versions.
        return Ok(match written {
            "body" | "formData" => DeclaredParameter::Body(*spot),
            _ => DeclaredParameter::Ignored(misplaced(&pointer, name, written, PLACES)),
        });
    };
    if let Some(note) = reserved(name, place, &pointer) {
        return Ok(DeclaredParameter::Ignored(note));
    }
    let mut notes = Vec::new();
    let content = spot.key("content").and_then(|content| {
        let (written, _) = content.node.entries().next()?;
        Some((MediaType::parse(written), content.key(written)?))
    });
    let style = match node.text("style") {
        _ if content.is_some() => ParameterStyle::Content,
        None => ParameterStyle::default_of(place),
        Some(written) => {
            ParameterStyle::parse(written).filter(|style| style.fits(place)).unwrap_or_else(|| {
                let message =
                    format!("\"{}\" is no style of a parameter in {}", excerpt(written), place.as_str());
                notes.push(Note::new(kind::STYLE_REPLACED, format!("{pointer}/style"), message));
                ParameterStyle::default_of(place)
            })
        }
    };
    let explode = node.get("explode").and_then(Node::as_bool);
    let content = match content {
        Some((media, spot)) => Some((media, library.follow(spot)?)),
        None => None,
    };
    let fields = content.as_ref().map(|(media, spot)| {
        form_fields::encoding(spot.key("encoding").as_ref(), media.kind, library.dialect(spot.place.document))
    });
    let wire = ValueSerialization {
        style,
        explode: explode.unwrap_or(matches!(style, ParameterStyle::Form | ParameterStyle::Cookie)),
        allow_reserved: node.flag("allowReserved"),
        media_type: content.as_ref().map(|(media, _)| media.clone()),
        fields: fields.unwrap_or_default(),
    };
    if place == ParameterIn::QueryString && content.is_none() {
        let reason = "a parameter in \"querystring\" needs \"content\"".to_owned();
        return Err(Error::InvalidSpec { pointer: pointer.into_owned(), reason });
    }
    let required = required(node, place, &pointer, &mut notes);
    let schema = match content {
        Some((_, spot)) => spot.key("schema"),
        None => spot.key("schema"),
    };
    let mut converted = match schema {
        Some(schema) => schemas.convert(&schema)?,
        None => Converted::of(Node::map(&[("type", Node::String("string"))], library.arena())),
    };
    converted.notes.extend(notes);
    converted.notes.extend(hidden(library, node, &pointer));
    converted.schema = describe(converted.schema, node.text("description"), library.arena());
    schemas.check(&converted)?;
    let parameter = Parameter::new(name, place, required, wire, converted, &pointer);
    let extension = ToolrackExtension::of(spot, library);
    let says_required = node.flag("required");
    Ok(DeclaredParameter::Parameter(Rc::new(Parameter { says_required, extension, ..parameter })))
}

/// Whether every request has a parameter. Those of the path must be required; a document that forgets to say so means it.
pub fn required(node: Node<'_>, place: ParameterIn, pointer: &str, notes: &mut Vec<Note>) -> bool {
    if let Some(other) = node.get("required").filter(|held| !matches!(held, Node::Bool(_) | Node::Null)) {
        let message = format!("\"required\" cannot hold {}", other.kind());
        notes.push(Note::new(kind::KEYWORD_DROPPED, format!("{pointer}/required"), message));
    }
    place == ParameterIn::Path || node.flag("required")
}

/// A schema with a description, over its own: the parameter's is the nearer one.
pub fn describe<'a>(schema: Node<'a>, description: Option<&'a str>, arena: &'a Arena) -> Node<'a> {
    let Some(description) = description.filter(|text| !text.trim().is_empty()) else { return schema };
    let mut described = match schema {
        Node::Object(schema) => Members::of(schema),
        Node::Bool(true) => Members::default(),
        other => return other,
    };
    described.put("description", Node::String(description));
    described.finish(arena)
}

/// What the name and the description of a parameter have of hidden characters.
pub fn hidden(library: &Library<'_>, node: Node<'_>, pointer: &str) -> Vec<Note> {
    let told = [("name", TextRole::Sent), ("description", TextRole::Read)]
        .into_iter()
        .filter_map(|(key, role)| library.hidden_in(node.text(key)?, role, || pointer::push(pointer, key)));
    told.collect()
}

/// The pointer of a member, for a note.
pub fn below(schemas: &Converter<'_, '_>, spot: &Spot<'_>, key: &str) -> String {
    pointer::push(&schemas.library().show(spot.place), key)
}
