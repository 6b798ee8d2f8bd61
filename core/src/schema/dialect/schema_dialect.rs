//! Schema dialect of a document: Swagger 2.0, OpenAPI 3.0, or JSON Schema 2020-12.

use crate::error::{Error, Result, excerpt};
use crate::json::Node;

/// Schema dialect of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Swagger 2.0: a subset of draft 4 with `type: file`.
    Swagger20,
    /// OpenAPI 3.0: a subset of an early JSON Schema, with `nullable` and boolean exclusive bounds.
    OpenApi30,
    /// OpenAPI 3.1 and 3.2: JSON Schema 2020-12.
    JsonSchema202012,
}

/// Values of `jsonSchemaDialect` that are supported: OpenAPI's own dialect, and the drafts whose
/// differences the conversion handles. Source: OpenAPI 3.1.1, "Specifying Schema Dialects".
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
    /// Reads the dialect from the version of a document. Returns `None` without a version. Fails for an
    /// unsupported one.
    pub fn of(root: Node<'_>) -> Result<Option<Self>> {
        // YAML reads `openapi: 3.1` as a number.
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

    /// Returns true if keywords beside a `$ref` apply.
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
