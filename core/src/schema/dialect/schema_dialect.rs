//! Which language the schemas of a document are written in.

use crate::error::{Error, Result, excerpt};
use crate::json::Node;

/// What a document's schemas are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Swagger 2.0: a subset of draft 4 with `type: file`.
    Swagger20,
    /// OpenAPI 3.0: a subset of an early JSON Schema, with `nullable` and boolean exclusive bounds.
    OpenApi30,
    /// OpenAPI 3.1 and 3.2: JSON Schema 2020-12.
    JsonSchema202012,
}

/// Dialects that a document of 3.1 may name: OpenAPI's own, which are 2020-12 with words that validate nothing, and the
/// drafts, whose differences the conversion knows. Source: OpenAPI 3.1.1, "Specifying Schema Dialects".
const KNOWN: [&str; 8] = [
    "https://spec.openapis.org/oas/3.1/dialect/",
    "https://spec.openapis.org/oas/3.2/dialect/",
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-04/schema",
    "http://json-schema.org/schema",
];

impl Dialect {
    /// The dialect of a document by its version; the error is what stands there instead of one.
    pub fn of(root: Node<'_>) -> Result<Option<Self>> {
        // `openapi: 3.1` is a number in YAML.
        let version = |key: &str| match root.get(key)? {
            Node::String(text) => Some(text.trim().to_owned()),
            Node::Number(number) => Some(number.as_str().to_owned()),
            other => Some(other.to_value().to_string()),
        };
        let is = |text: &str, version: &str| {
            text == version || text.strip_prefix(version).is_some_and(|rest| rest.starts_with(['.', '-']))
        };
        match (version("openapi"), version("swagger")) {
            (Some(text), _) if is(&text, "3.0") => Ok(Some(Self::OpenApi30)),
            (Some(text), _) if is(&text, "3.1") || is(&text, "3.2") => {
                known(root).map(|()| Some(Self::JsonSchema202012))
            }
            (None, Some(text)) if text == "2" || is(&text, "2.0") => Ok(Some(Self::Swagger20)),
            (Some(text), _) => Err(unsupported("/openapi", &format!("OpenAPI {text}"))),
            (None, Some(text)) => Err(unsupported("/swagger", &format!("Swagger {text}"))),
            (None, None) => Ok(None),
        }
    }

    /// Whether what stands beside a `$ref` counts.
    pub const fn keeps_siblings(self) -> bool {
        matches!(self, Self::JsonSchema202012)
    }
}

fn known(root: Node<'_>) -> Result<()> {
    match root.get("jsonSchemaDialect") {
        None => Ok(()),
        Some(Node::String(dialect)) if KNOWN.iter().any(|known| dialect.starts_with(known)) => Ok(()),
        Some(other) => {
            Err(unsupported("/jsonSchemaDialect", &format!("the schema dialect {}", other.to_value())))
        }
    }
}

fn unsupported(pointer: &str, found: &str) -> Error {
    let supported = "Swagger 2.0 and OpenAPI 3.0, 3.1, 3.2";
    Error::UnsupportedSpec { pointer: pointer.to_owned(), found: excerpt(found).into_owned(), supported }
}
