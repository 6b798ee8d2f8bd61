//! How a value is written where it goes: a parameter, or a field of a form, which may have fields itself.

use serde::Serialize;

use crate::spec::serialization::media_type::MediaType;
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::uri_template::expression::{TemplateVariable, VariableExpansion};

/// How a value is written in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValueSerialization {
    /// The style.
    pub style: ParameterStyle,
    /// Whether each member of a list or map is written by itself.
    pub explode: bool,
    /// Whether characters with a meaning in URLs stand as they are.
    #[serde(skip_serializing_if = "is_false")]
    pub allow_reserved: bool,
    /// The media type, where the style is its own or a part of a form says one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaType>,
    /// How the members of a map are written, where the media type is that of a form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FormField>,
}

impl ValueSerialization {
    /// The same for a variable of a path that is expanded in some way. `explode` is said by the variable or by the parameter.
    /// What has a media type is written as that says.
    #[must_use]
    pub fn expanded(&self, variable: &TemplateVariable) -> Self {
        let style = match (variable.expansion, self.style) {
            (_, ParameterStyle::Content) => ParameterStyle::Content,
            (VariableExpansion::Reserved, _) => ParameterStyle::Reserved,
            (VariableExpansion::Label, _) => ParameterStyle::Label,
            (VariableExpansion::PathSegment, _) => ParameterStyle::PathSegment,
            (VariableExpansion::Matrix, _) => ParameterStyle::Matrix,
            (VariableExpansion::Query, _) => ParameterStyle::Form,
            (VariableExpansion::Simple | VariableExpansion::Fragment, style) => style,
        };
        Self { style, explode: self.explode || variable.explode, ..self.clone() }
    }

    /// A style without more.
    pub const fn plain(style: ParameterStyle, explode: bool) -> Self {
        Self { style, explode, allow_reserved: false, media_type: None, fields: Vec::new() }
    }
}

/// How one field of a form is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormField {
    /// Its name.
    pub name: String,
    /// As in a query, or with [`ParameterStyle::Content`] as its media type says; without one, by its value.
    #[serde(flatten)]
    pub wire: ValueSerialization,
    /// Whether a text stands for the bytes that it is the base64 of.
    #[serde(skip_serializing_if = "is_false")]
    pub bytes: bool,
}

impl FormField {
    /// A field that is written by its value.
    pub fn by_value(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            wire: ValueSerialization::plain(ParameterStyle::Content, false),
            bytes: false,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}
