//! The `in` of a parameter.

use serde::Serialize;

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterIn {
    /// In the path.
    Path,
    /// Behind the `?`.
    Query,
    /// All that stands behind the `?`: OpenAPI 3.2.
    QueryString,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl ParameterIn {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::QueryString => "querystring",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    /// The place of a word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Path, Self::Query, Self::QueryString, Self::Header, Self::Cookie]
            .into_iter()
            .find(|place| place.as_str() == text)
    }
}
