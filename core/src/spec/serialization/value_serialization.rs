//! Serialization of one value: a parameter, or a field of a form.

use serde::Serialize;

use crate::spec::serialization::media_type::MediaType;
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::uri_template::expression::{TemplateVariable, VariableExpansion};

/// The serialization of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValueSerialization {
    /// The style.
    pub style: ParameterStyle,
    /// Whether each member of a list or map is written separately.
    pub explode: bool,
    /// Whether reserved characters of URLs are not percent-encoded.
    #[serde(skip_serializing_if = "is_false")]
    pub allow_reserved: bool,
    /// The media type of a parameter with `content`, or of a part of a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaType>,
    /// Serialization of the fields, where the media type is a form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FormField>,
}

impl ValueSerialization {
    /// The serialization of a path variable with its expansion. A value with a media type stays as it is.
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

    /// A style without further settings.
    pub const fn plain(style: ParameterStyle, explode: bool) -> Self {
        Self { style, explode, allow_reserved: false, media_type: None, fields: Vec::new() }
    }
}

/// The serialization of one field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormField {
    /// Its name.
    pub name: String,
    /// As in a query, or by its media type with [`ParameterStyle::Content`]; without one, by its value.
    #[serde(flatten)]
    pub wire: ValueSerialization,
    /// Whether its text is base64 of the bytes to send.
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
