//! The table of findings: everything that can differ between two versions of a tool beside their schemas.

use serde::Serialize;

use super::ChangeClass;
use crate::schema::{Difference, Effect};

/// One kind of finding, as the table below lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingKind {
    /// The code, for programs.
    pub code: &'static str,
    /// The change class.
    pub class: ChangeClass,
    /// The message, for people.
    pub message: &'static str,
}

macro_rules! findings {
    ($($name:ident $class:ident $message:literal;)+) => {
        $(
            #[doc = $message]
            pub const $name: FindingKind =
                FindingKind { code: stringify!($name), class: ChangeClass::$class, message: $message };
        )+
        /// All kinds, in the order of the table.
        pub const ALL: &[FindingKind] = &[$($name),+];
    };
}

/// All kinds of findings, in one table. Differences of schemas have the codes of
/// [`difference`](crate::schema::difference).
///
/// Annotations are `wording` in both directions. They are the tool's own claim and no promise (MCP 2025-11-25, "Tool
/// Annotations": untrusted unless the server is trusted). A host that asks a person by annotations asks by the new ones.
/// Texts that orchestrators select tools by are `wording` too.
pub mod finding {
    use super::{ChangeClass, FindingKind};

    findings! {
        TOOL_REMOVED Breaking "the tool is removed";
        TOOL_ADDED Widening "the tool is new";
        NAME_CHANGED Breaking "the name changed";
        TITLE_CHANGED Wording "the title changed";
        DESCRIPTION_CHANGED Wording "the description changed";
        CATEGORY_CHANGED Wording "the category changed";
        TAGS_CHANGED Wording "the tags changed";
        ALIASES_CHANGED Wording "the aliases changed";
        DEPRECATED_CHANGED Wording "the deprecation changed";
        RATE_LIMIT_CHANGED Wording "the recommended rate limit changed";
        HINT_WITHDRAWN Wording "an annotation no longer claims that the tool is harmless";
        HINT_GIVEN Wording "an annotation claims that the tool is more harmless";
        HINT_SAID Wording "an annotation states its default value, or no longer states it";
        AUTH_REQUIRED Auth "a call requires an identified user";
        AUTH_NOT_REQUIRED Auth "a call no longer requires an identified user";
        CALL_APPROVAL_REQUIRED Auth "a call requires the approval of a person";
        CALL_APPROVAL_NOT_REQUIRED Auth "a call no longer requires the approval of a person, or not every call";
        SCOPES_CHANGED Auth "a caller needs other OAuth scopes";
        OUTPUT_SCHEMA_ADDED Widening "results are validated, where they were not";
        OUTPUT_SCHEMA_REMOVED Breaking "results are no longer validated: they may be anything";
        OUTPUT_WIDENED Breaking "a result may be what it could not be before";
        OUTPUT_NARROWED Widening "results are narrower, or have more";
        OUTPUT_WORDING_CHANGED Wording "an annotation of the output schema changed";
        SECURITY_ADDED Auth "a call requires a credential, where it required none";
        SECURITY_REMOVED Auth "a call no longer requires a credential";
        SECURITY_CHANGED Auth "a call requires another credential";
        METHOD_CHANGED Endpoint "the HTTP method changed";
        PATH_CHANGED Endpoint "the path changed";
        BASE_CHANGED Endpoint "the server changed";
        ARGUMENT_MOVED Endpoint "an argument is sent in another part of the request";
        ARGUMENT_REWRITTEN Endpoint "an argument is serialized in another way";
        FIXED_CHANGED Endpoint "the fixed values of each request changed";
        HEADERS_CHANGED Endpoint "the headers of each request changed";
        BODY_MEDIA_CHANGED Endpoint "the media type of the body changed";
        BODY_FIELDS_CHANGED Endpoint "the serialization of body fields changed";
        EXECUTOR_CHANGED Endpoint "the executor changed";
    }
}

/// One difference between two versions of a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeFinding {
    /// The code, for programs: of [`finding`] or of [`difference`](crate::schema::difference).
    pub code: &'static str,
    /// The change class.
    pub class: ChangeClass,
    /// A JSON pointer into the definition: its schemas are below `/inputSchema` and `/outputSchema`, the target of its
    /// calls below `/endpoint`.
    pub pointer: String,
    /// The message for people, with the new and the old value.
    pub message: String,
}

/// The longest value in a message, in characters.
const MAX_VALUE: usize = 80;

impl ChangeFinding {
    /// A finding where a value changed.
    pub(super) fn between(
        kind: &FindingKind,
        pointer: &str,
        old: Option<&str>,
        new: Option<&str>,
    ) -> Option<Self> {
        (old != new).then(|| Self::new(kind, pointer, old, new))
    }

    /// A finding with the old and the new value.
    pub(super) fn new(kind: &FindingKind, pointer: &str, old: Option<&str>, new: Option<&str>) -> Self {
        let quote = |text: &str| match text.char_indices().nth(MAX_VALUE) {
            Some((end, _)) => format!("{:?}…", &text[..end]),
            None => format!("{text:?}"),
        };
        let values = match (old.map(quote), new.map(quote)) {
            (None, None) => String::new(),
            (None, Some(new)) => format!(": {new}"),
            (Some(old), None) => format!(" (was {old})"),
            (Some(old), Some(new)) => format!(": {new}, was {old}"),
        };
        let message = format!("{}{values}", kind.message);
        Self { code: kind.code, class: kind.class, pointer: pointer.to_owned(), message }
    }
}

impl ChangeFinding {
    /// The finding of a difference between two output schemas.
    pub(super) fn of_result(difference: &Difference) -> Self {
        let kind = match difference.effect {
            Effect::Same => &finding::OUTPUT_WORDING_CHANGED,
            Effect::Wider => &finding::OUTPUT_NARROWED,
            Effect::Narrower | Effect::Shift => &finding::OUTPUT_WIDENED,
        };
        let message = format!("{}: {}", kind.message, difference.message);
        let pointer = format!("/outputSchema{}", difference.pointer);
        Self { code: kind.code, class: kind.class, pointer, message }
    }
}

impl From<Difference> for ChangeFinding {
    fn from(difference: Difference) -> Self {
        Self {
            code: difference.code,
            class: difference.effect.into(),
            pointer: format!("/inputSchema{}", difference.pointer),
            message: difference.message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let codes: std::collections::HashSet<_> = finding::ALL.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), finding::ALL.len());
    }
}
