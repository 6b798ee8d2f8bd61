//! What can differ between two tools beside their schemas, and one such finding.

use serde::Serialize;

use super::ChangeClass;
use crate::schema::Difference;

/// One thing that can differ, as the table below lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingKind {
    /// What programs branch on.
    pub code: &'static str,
    /// What it means to those who call.
    pub class: ChangeClass,
    /// What it means, for people.
    pub says: &'static str,
}

macro_rules! findings {
    ($($name:ident $class:ident $says:literal;)+) => {
        $(
            #[doc = $says]
            pub const $name: FindingKind =
                FindingKind { code: stringify!($name), class: ChangeClass::$class, says: $says };
        )+
        /// All of them, in the order of the table.
        pub const ALL: &[FindingKind] = &[$($name),+];
    };
}

/// Everything that can differ but for schemas, in one table. Differences of schemas have the codes of
/// [`difference`](crate::schema::difference).
///
/// Hints are wording in both directions: they are the tool's own claim and no promise (MCP 2025-11-25, "Tool Annotations":
/// untrusted unless the server is trusted), whoever asks a person by them asks by the new ones, and words are what is
/// looked at before they count. What orchestrators pick by is wording too.
pub mod finding {
    use super::{ChangeClass, FindingKind};

    findings! {
        TOOL_REMOVED Breaking "the tool is gone";
        TOOL_ADDED Widening "the tool is new";
        NAME_CHANGED Breaking "the tool has another name";
        TITLE_CHANGED Wording "the title changed";
        DESCRIPTION_CHANGED Wording "the description changed";
        CATEGORY_CHANGED Wording "the category is another";
        TAGS_CHANGED Wording "the tags are others";
        DEPRECATED_CHANGED Wording "whether the tool should not be used any more changed";
        RATE_LIMIT_CHANGED Wording "the advised number of calls is another";
        HINT_WITHDRAWN Wording "the tool does not claim any more to be this harmless";
        HINT_GIVEN Wording "the tool claims to be more harmless";
        HINT_SAID Wording "what was assumed of the tool's effects is said, or not said any more";
        AUTH_REQUIRED Auth "a call needs a user now";
        AUTH_NOT_REQUIRED Auth "a call needs no user any more";
        SECURITY_ADDED Auth "callers must show something where nothing was asked for";
        SECURITY_REMOVED Auth "callers need not show anything any more";
        SECURITY_CHANGED Auth "callers must show something else";
        METHOD_CHANGED Endpoint "calls have another method";
        PATH_CHANGED Endpoint "calls go to another path";
        BASE_CHANGED Endpoint "calls go to another address";
        ARGUMENT_MOVED Endpoint "an argument goes to another place of the request";
        ARGUMENT_REWRITTEN Endpoint "an argument is written in another way";
        FIXED_CHANGED Endpoint "values that go with every request are others";
        HEADERS_CHANGED Endpoint "headers that go with every request are others";
        BODY_MEDIA_CHANGED Endpoint "the body has another media type";
        BODY_FIELDS_CHANGED Endpoint "fields of the body are written in another way";
        EXECUTOR_CHANGED Endpoint "something else carries the calls out";
    }
}

/// One difference between two versions of a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeFinding {
    /// What programs branch on: a code of [`finding`] or of [`difference`](crate::schema::difference).
    pub code: &'static str,
    /// What it means to those who call.
    pub class: ChangeClass,
    /// Where, as a JSON pointer into the definition: into its schema below `/inputSchema`, into where its calls go below
    /// `/endpoint`.
    pub pointer: String,
    /// What it means, for people, with what was and what is.
    pub message: String,
}

/// How long a text is shown.
const SHOWN: usize = 80;

impl ChangeFinding {
    /// A finding with what was and what is.
    pub(super) fn new(kind: &FindingKind, pointer: &str, old: Option<&str>, new: Option<&str>) -> Self {
        let shown = |text: &str| match text.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{:?}…", &text[..end]),
            None => format!("{text:?}"),
        };
        let values = match (old.map(shown), new.map(shown)) {
            (None, None) => String::new(),
            (None, Some(new)) => format!(": {new}"),
            (Some(old), None) => format!(" (was {old})"),
            (Some(old), Some(new)) => format!(": {new}, was {old}"),
        };
        Self {
            code: kind.code,
            class: kind.class,
            pointer: pointer.to_owned(),
            message: format!("{}{values}", kind.says),
        }
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
