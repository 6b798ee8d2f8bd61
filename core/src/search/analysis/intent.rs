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
