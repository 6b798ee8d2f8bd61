//! What an operation is known by, and the names that it has.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::tool::name::{self, confusion_key};

/// What an operation is known by within its source, whatever stands around it in the document. They sort by path and
/// method: the order in which new ones are named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The path as written.
    pub path: Arc<str>,
    /// The method in capitals.
    pub method: Arc<str>,
    /// The operation's id.
    pub id: Option<Arc<str>>,
}

/// What an operation should be called.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameWish {
    /// By its id, else by method and path.
    #[default]
    Own,
    /// By a word that the document has for it. It counts as an id does: the namespace stands before it, it is made
    /// portable, and an operation that has a name keeps that.
    Word(String),
    /// Just so, namespace or not: the caller says it.
    Given(String),
}

/// An operation that is to be named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnnamedOperation {
    /// The operation.
    pub identity: Identity,
    /// What it should be called.
    pub wish: NameWish,
}

impl From<Identity> for UnnamedOperation {
    fn from(identity: Identity) -> Self {
        Self { identity, wish: NameWish::Own }
    }
}

impl Identity {
    /// From the document's word for it, its id, else from method and path, with the namespace before it. Where that is
    /// taken, a hash of method and path tells the two apart: never a number, which would depend on who came first.
    pub(in crate::registry) fn name(
        &self,
        word: Option<&str>,
        namespace: Option<&str>,
        taken: impl Fn(&str) -> bool,
    ) -> String {
        let place = format!("{} {}", self.method, self.path);
        let has_word = |id: &&str| id.contains(|c: char| c.is_ascii_alphanumeric());
        let word = word.filter(has_word).or(self.id.as_deref().filter(has_word)).unwrap_or(&place);
        let full =
            namespace.map_or_else(|| word.to_owned(), |space| format!("{space}_{}", name::portable(word)));
        name::distinct(&full, &place, taken)
    }
}

/// Where identities stand: a source in another namespace is another place, and its operations are named anew there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::registry) struct NameScope {
    pub source: String,
    pub namespace: Option<String>,
}

/// The names of one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::registry) struct OperationNames {
    /// The one that the ledger made.
    pub own: Option<String>,
    /// Those that callers gave it.
    pub given: BTreeSet<String>,
}

impl OperationNames {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.own.iter().chain(&self.given)
    }

    pub fn has_key(&self, key: &str) -> bool {
        self.all().any(|name| confusion_key(name) == key)
    }
}
