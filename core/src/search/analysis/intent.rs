//! Intent: what a tool does, and what a request wants to be done: read, list, create, update or delete.

use std::sync::LazyLock;

use crate::json::HashMap;
use crate::search::tool_text::ToolText;
use crate::search::words::{for_each_word, stem};

/// A kind of operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::search) enum Intent {
    /// None of the others, or unknown.
    #[default]
    Other,
    Read,
    List,
    Create,
    Update,
    Delete,
    /// Anything that changes something: a request to `cancel` or `merge`. No tool has it.
    Act,
}

/// The verbs of each intent. An operation or a request that begins with one of them has that intent.
const VERBS: [(Intent, &[&str]); 5] = [
    (
        Intent::Read,
        &[
            "get", "read", "show", "retrieve", "fetch", "view", "describe", "check", "see", "display",
            "download", "inspect", "tell", "look", "find", "return", "export", "who", "what", "when",
            "where", "which", "how", "is", "are", "does", "whoami",
        ],
    ),
    (Intent::List, &["list", "search", "browse", "query", "enumerate", "count"]),
    (
        Intent::Create,
        &[
            "create",
            "add",
            "new",
            "make",
            "insert",
            "register",
            "open",
            "post",
            "generate",
            "upload",
            "start",
            "invite",
            "write",
            "send",
            "submit",
            "publish",
            "issue",
            "build",
            "provision",
            "put",
        ],
    ),
    (
        Intent::Update,
        &[
            "update",
            "edit",
            "change",
            "modify",
            "rename",
            "patch",
            "set",
            "replace",
            "adjust",
            "alter",
            "configure",
            "move",
            "enable",
            "disable",
            "mark",
        ],
    ),
    (
        Intent::Delete,
        &[
            "delete",
            "remove",
            "revoke",
            "destroy",
            "drop",
            "erase",
            "purge",
            "clear",
            "uninstall",
            "unassign",
            "wipe",
        ],
    ),
];

impl Intent {
    /// The intent of a verb, by its stem.
    pub(in crate::search) fn of_verb(verb: &str) -> Option<Self> {
        static BY_STEM: LazyLock<HashMap<String, Intent>> = LazyLock::new(|| {
            let verbs =
                VERBS.iter().flat_map(|(intent, verbs)| verbs.iter().map(|verb| (stem(verb), *intent)));
            verbs.collect()
        });
        BY_STEM.get(verb).copied()
    }

    /// What a tool does, by its method and path; without them by the first verb of its name or description.
    pub(in crate::search) fn of_tool(tool: &ToolText<'_>) -> Self {
        let ends_in_parameter = |path: &str| path.ends_with('}');
        let said = || first_verb(tool.description).or_else(|| first_verb(tool.name));
        let Some(operation) = tool.operation.filter(|operation| !operation.method.is_empty()) else {
            return said().unwrap_or_default();
        };
        match operation.method {
            "GET" | "HEAD" if ends_in_parameter(operation.path) => Self::Read,
            "GET" | "HEAD" => match said() {
                Some(Self::List) => Self::List,
                Some(Self::Read) if !operation.path.ends_with('s') => Self::Read,
                _ if operation.path.ends_with('s') => Self::List,
                _ => Self::Read,
            },
            "PUT" | "PATCH" => Self::Update,
            "DELETE" => Self::Delete,
            "POST" => match said() {
                Some(verb) => verb,
                None if ends_in_parameter(operation.path) => Self::Update,
                None => Self::Other,
            },
            _ => Self::Other,
        }
    }

    /// Whether a request with this intent is served by a tool with the other one, although they differ.
    pub(in crate::search) const fn is_near(self, tool: Self) -> bool {
        matches!(
            (self, tool),
            (Self::Read, Self::List)
                | (Self::List, Self::Read)
                | (Self::Create, Self::Update)
                | (Self::Update, Self::Create)
                | (Self::Act, Self::Create | Self::Update | Self::Other)
        )
    }
}

fn first_verb(text: &str) -> Option<Intent> {
    let mut found = None;
    let mut count = 0;
    for_each_word(&text[..text.floor_char_boundary(60)], |word, _| {
        if count < 2 && found.is_none() {
            found = Intent::of_verb(&stem(word));
        }
        count += 1;
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::tool_text::OperationText;

    fn intent(operation: Option<(&str, &str)>, name: &str, description: &str) -> Intent {
        let operation = operation.map(|(method, path)| OperationText { method, path, id: None });
        Intent::of_tool(&ToolText { name, operation, description, ..ToolText::default() })
    }

    #[test]
    fn a_method_and_a_path_say_what_an_operation_does() {
        let cases = [
            ("GET", "/issues/{id}", "", Intent::Read),
            ("GET", "/issues", "", Intent::List),
            ("GET", "/user", "", Intent::Read),
            ("HEAD", "/issues", "", Intent::List),
            ("GET", "/search/code", "Search code", Intent::List),
            ("GET", "/settings", "Get the settings", Intent::List),
            ("GET", "/rate_limit", "Get the rate limit", Intent::Read),
            ("PUT", "/issues/{id}", "Delete it", Intent::Update),
            ("PATCH", "/issues", "", Intent::Update),
            ("DELETE", "/issues/{id}", "Get it", Intent::Delete),
            ("POST", "/issues", "Create an issue", Intent::Create),
            ("POST", "/issues/search", "Search issues", Intent::List),
            ("POST", "/issues/{id}", "", Intent::Update),
            ("POST", "/issues/{id}/lock", "", Intent::Other),
            ("OPTIONS", "/issues", "Create", Intent::Other),
        ];
        for (method, path, description, expected) in cases {
            assert_eq!(intent(Some((method, path)), "t", description), expected, "{method} {path}");
        }
    }

    #[test]
    fn without_a_method_the_first_words_say_what_a_tool_does() {
        let cases = [
            ("t", "Deletes a branch.", Intent::Delete),
            ("t", "Bulk delete of branches.", Intent::Delete),
            ("t", "A very long way to delete.", Intent::Other),
            ("createIssue", "An issue.", Intent::Create),
            ("create_issue", "Lists issues.", Intent::List),
            ("zarnot", "", Intent::Other),
            ("", "", Intent::Other),
            ("t", "\u{FFFD}\u{0}", Intent::Other),
        ];
        for (name, description, expected) in cases {
            assert_eq!(intent(None, name, description), expected, "{name} {description}");
            assert_eq!(intent(Some(("", "/x")), name, description), expected, "{name} {description}");
        }
        assert_eq!(intent(None, "t", &"ä".repeat(10_000)), Intent::Other);
    }

    #[test]
    fn a_verb_in_any_form_has_its_intent_and_only_one() {
        for (verb, expected) in [
            ("creating", Some(Intent::Create)),
            ("deleted", Some(Intent::Delete)),
            ("lists", Some(Intent::List)),
            ("renames", Some(Intent::Update)),
            ("what", Some(Intent::Read)),
            ("zarnot", None),
            ("", None),
        ] {
            assert_eq!(Intent::of_verb(&stem(verb)), expected, "{verb}");
        }
        let mut all: Vec<_> =
            VERBS.iter().flat_map(|(_, verbs)| verbs.iter().map(|verb| stem(verb))).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "no verb stands in two lists");
    }
}
