//! Parameter style: `form`, `deepObject`, `simple` and the others.

use serde::Serialize;

use crate::spec::serialization::parameter_in::ParameterIn;

/// The style of a value. Source: OpenAPI 3.2.0, "Style Values"; Swagger 2.0, "collectionFormat".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ParameterStyle {
    /// `a,b` in paths and headers.
    Simple,
    /// `.a.b` in paths.
    Label,
    /// `;name=a,b` in paths.
    Matrix,
    /// `name=a&name=b` or `name=a,b` in queries, cookies and forms.
    Form,
    /// `name=a b` in queries and forms.
    SpaceDelimited,
    /// `name=a|b` in queries and forms.
    PipeDelimited,
    /// `name=a<tab>b` in queries and forms: Swagger 2.0 alone.
    TabDelimited,
    /// `name[key]=a` in queries and forms.
    DeepObject,
    /// `name=a; name=b` in cookies, nothing escaped: OpenAPI 3.2.
    Cookie,
    /// `a,b` in paths, reserved characters as they are, `/` among them: `{+name}` of RFC 6570, section 3.2.3.
    Reserved,
    /// `/a/b` in paths: `{/name}` of RFC 6570, section 3.2.6.
    PathSegment,
    /// By its media type: a parameter with `content`.
    Content,
}

impl ParameterStyle {
    /// Parses a `style` of OpenAPI 3.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "simple" => Self::Simple,
            "label" => Self::Label,
            "matrix" => Self::Matrix,
            "form" => Self::Form,
            "spaceDelimited" => Self::SpaceDelimited,
            "pipeDelimited" => Self::PipeDelimited,
            "deepObject" => Self::DeepObject,
            "cookie" => Self::Cookie,
            _ => return None,
        })
    }

    /// Whether the style fits a location.
    pub const fn fits(self, place: ParameterIn) -> bool {
        match self {
            Self::Simple => matches!(place, ParameterIn::Path | ParameterIn::Header),
            Self::Label | Self::Matrix | Self::Reserved | Self::PathSegment => {
                matches!(place, ParameterIn::Path)
            }
            Self::Form => matches!(place, ParameterIn::Query | ParameterIn::Cookie),
            Self::SpaceDelimited | Self::PipeDelimited | Self::TabDelimited | Self::DeepObject => {
                matches!(place, ParameterIn::Query)
            }
            Self::Cookie => matches!(place, ParameterIn::Cookie),
            Self::Content => true,
        }
    }

    /// The default style of a location.
    pub const fn default_of(place: ParameterIn) -> Self {
        match place {
            ParameterIn::Path | ParameterIn::Header => Self::Simple,
            ParameterIn::Query | ParameterIn::Cookie => Self::Form,
            ParameterIn::QueryString => Self::Content,
        }
    }
}
