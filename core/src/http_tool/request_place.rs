//! Places of values in a request: path, query, header, cookie, body.

use std::sync::Arc;

use crate::json::pointer;
use crate::spec::{ArgumentLocation, ParameterIn, ParameterStyle, ValueSerialization};

/// A place, as the key `in` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestPlace {
    Path,
    Query,
    Header,
    Cookie,
    Body,
}

impl RequestPlace {
    /// All words.
    pub const WORDS: [&str; 5] = ["path", "query", "header", "cookie", "body"];

    /// Parses a word.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Path, Self::Query, Self::Header, Self::Cookie, Self::Body];
        all.into_iter().find(|place| place.as_str() == word)
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body => "body",
        }
    }

    /// The location of a value of this name, in the default style of OpenAPI.
    pub fn location(self, name: &str) -> ArgumentLocation {
        let (place, explode) = match self {
            Self::Path => (ParameterIn::Path, false),
            Self::Query => (ParameterIn::Query, true),
            Self::Header => (ParameterIn::Header, false),
            Self::Cookie => (ParameterIn::Cookie, true),
            Self::Body => {
                let name: Arc<str> = name.into();
                return ArgumentLocation::BodyProperty { pointer: pointer::push("", &name), name };
            }
        };
        let wire = ValueSerialization::plain(ParameterStyle::default_of(place), explode);
        ArgumentLocation::Parameter { name: name.into(), place, wire }
    }
}
