//! The argument object of an operation, and the map that says where in the request each argument goes.
//!
//! Nothing is derived back from the name of an argument: the map alone says where it goes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::schema::{Definitions, OriginalSpellings, Property};
use crate::spec::serialization::media_type::MediaType;
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::value_serialization::{FormField, ValueSerialization};
use crate::spec::toolrack_extension::ToolrackExtension;

/// The shape of the argument object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ArgumentShape {
    /// All arguments in one object.
    #[default]
    Flat,
    /// An object for each of path, query, header and cookie, and `body`.
    Grouped,
}

/// The object of an argument in the grouped shape.
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
    /// All groups, in the order of the argument object.
    pub const ALL: [Self; 4] = [Self::Path, Self::Query, Self::Header, Self::Cookie];

    /// The name of the object.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    /// The group of a parameter location.
    pub const fn of(place: ParameterIn) -> Self {
        match place {
            ParameterIn::Path => Self::Path,
            ParameterIn::Query | ParameterIn::QueryString => Self::Query,
            ParameterIn::Header => Self::Header,
            ParameterIn::Cookie => Self::Cookie,
        }
    }
}

/// Where one argument goes in the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "to", rename_all = "camelCase")]
pub enum ArgumentLocation {
    /// A parameter.
    Parameter {
        /// Its name in the request.
        name: Arc<str>,
        /// Where it goes.
        #[serde(rename = "in")]
        place: ParameterIn,
        /// Its serialization.
        #[serde(flatten)]
        wire: ValueSerialization,
    },
    /// A property of the body.
    BodyProperty {
        /// Its name there.
        name: Arc<str>,
        /// Its JSON pointer in the body.
        pointer: String,
    },
    /// The whole body.
    Body,
}

/// One argument with its location.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// Its name in the argument object.
    pub name: Arc<str>,
    /// Its group in the grouped shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<ArgumentGroup>,
    /// Where it goes.
    #[serde(flatten)]
    pub location: ArgumentLocation,
}

/// The arguments of an operation, which a model fills in.
#[derive(Debug)]
pub struct Arguments {
    /// The properties of the argument object.
    pub properties: Vec<Property>,
    /// The `$defs` that their schemas reach.
    pub definitions: Definitions,
    /// Where each argument goes.
    pub map: Vec<Arc<Argument>>,
    /// The encoding of the body, if any.
    pub body: Option<BodyEncoding>,
    /// The `x-toolrack` of arguments, by their index in the map.
    pub extensions: Vec<(usize, ToolrackExtension)>,
    /// The document's spellings of names and values that a model reads without hidden Unicode characters.
    pub spellings: Option<Arc<OriginalSpellings>>,
}

/// The encoding of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BodyEncoding {
    /// Its media type.
    pub media_type: MediaType,
    /// Whether every request has one.
    pub required: bool,
    /// Serialization of the fields of a form, as far as the document declares it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FormField>,
}

/// The name of the argument that is the whole body.
pub const BODY_ARGUMENT: &str = "body";
