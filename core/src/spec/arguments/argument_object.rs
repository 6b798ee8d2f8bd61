//! Parameters and body as the one object that a model fills in, and where in the request each member of it goes.
//!
//! *Flat*: body properties keep their names. A parameter whose name another one or a body property bears becomes
//! `name__location`, counted up until it is free of every name there is. A body is spread over arguments only where that
//! says the same as the body itself; else it is one argument, `body`. *Grouped*: an object for each place, which never
//! collide and cost a level of depth. Nothing is derived back from a name: the map says where each argument goes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::schema::{Definitions, Property, Spellings};
use crate::spec::serialization::media_type::MediaType;
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::value_serialization::{FormField, ValueSerialization};
use crate::spec::toolrack_extension::ToolrackExtension;

/// How arguments stand side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ArgumentShape {
    /// All in one object.
    #[default]
    Flat,
    /// An object for each of path, query, header, cookie and body.
    Grouped,
}

/// The object that an argument stands in, where arguments are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ArgumentGroup {
    /// Path parameters.
    Path,
    /// Query parameters.
    Query,
    /// Header parameters.
    Header,
    /// Cookies.
    Cookie,
}

impl ArgumentGroup {
    /// The name of the object.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    /// Where parameters of a place stand.
    pub const fn of(place: ParameterIn) -> Self {
        match place {
            ParameterIn::Path => Self::Path,
            ParameterIn::Query | ParameterIn::QueryString => Self::Query,
            ParameterIn::Header => Self::Header,
            ParameterIn::Cookie => Self::Cookie,
        }
    }
}

/// Where one argument goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "to", rename_all = "camelCase")]
pub enum ArgumentLocation {
    /// A parameter.
    Parameter {
        /// Its name on the wire.
        name: Arc<str>,
        /// Where it goes.
        #[serde(rename = "in")]
        place: ParameterIn,
        /// How its value is written.
        #[serde(flatten)]
        wire: ValueSerialization,
    },
    /// A property of the body.
    BodyProperty {
        /// Its name there.
        name: Arc<str>,
        /// Its place in the body: a JSON pointer.
        pointer: String,
    },
    /// The whole body.
    Body,
}

/// One argument and where it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// Its name in the arguments.
    pub name: Arc<str>,
    /// The object it stands in, where arguments are grouped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<ArgumentGroup>,
    /// Where it goes.
    #[serde(flatten)]
    pub location: ArgumentLocation,
}

/// What a model fills in for an operation.
#[derive(Debug)]
pub struct Arguments {
    /// The members of the argument object.
    pub properties: Vec<Property>,
    /// The `$defs` that their schemas reach.
    pub definitions: Definitions,
    /// Where each argument goes.
    pub map: Vec<Arc<Argument>>,
    /// How the body is written, where there is one.
    pub body: Option<BodyEncoding>,
    /// What the document says to toolrack of arguments, by their place in the map.
    pub extensions: Vec<(usize, ToolrackExtension)>,
    /// The document's own spelling of names and values that a model reads without hidden characters.
    pub spellings: Option<Arc<Spellings>>,
}

/// How a body is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BodyEncoding {
    /// Its media type.
    pub media_type: MediaType,
    /// Whether every request has one.
    pub required: bool,
    /// How the fields of a form are written, as far as the document says it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FormField>,
}

/// The argument that a body is which is not spread.
pub const BODY: &str = "body";
