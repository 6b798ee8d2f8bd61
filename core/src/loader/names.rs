//! Names that do not move: which operation has which name.

use std::collections::{HashMap, HashSet};

use crate::tool::name;

/// What an operation is known by, whatever stands around it in the document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The method in capitals.
    pub method: String,
    /// The path as written.
    pub path: String,
    /// The operation's id.
    pub id: Option<String>,
}

/// The names of one source's operations. An operation that was named once keeps its name through every reload.
#[derive(Clone, Debug, Default)]
pub struct Names {
    by_identity: HashMap<Identity, String>,
    keys: HashSet<String>,
}

impl Names {
    /// The name of an operation: from its id, else from method and path, with the namespace before it. Where another
    /// operation has that name, a hash of method and path tells the two apart.
    pub fn of(&mut self, identity: &Identity, namespace: Option<&str>) -> String {
        if let Some(name) = self.by_identity.get(identity) {
            return name.clone();
        }
        let place = format!("{} {}", identity.method, identity.path);
        let word = identity
            .id
            .as_deref()
            .filter(|id| id.contains(|c: char| c.is_ascii_alphanumeric()))
            .unwrap_or(&place);
        let full =
            namespace.map_or_else(|| word.to_owned(), |space| format!("{space}_{}", name::portable(word)));
        let name =
            name::distinct(&full, &place, |candidate| self.keys.contains(&*name::confusion_key(candidate)));
        self.keys.insert(name::confusion_key(&name).into_owned());
        self.by_identity.insert(identity.clone(), name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(method: &str, path: &str, id: Option<&str>) -> Identity {
        Identity { method: method.to_owned(), path: path.to_owned(), id: id.map(ToOwned::to_owned) }
    }

    #[test]
    fn names_come_from_the_id_or_else_from_method_and_path() {
        let mut names = Names::default();
        assert_eq!(names.of(&identity("GET", "/issues", Some("issues/list")), None), "issues_list");
        assert_eq!(names.of(&identity("GET", "/users/{id}", None), None), "GET_users_id");
        assert_eq!(names.of(&identity("GET", "/a", Some("***")), None), "GET_a");
        assert_eq!(names.of(&identity("GET", "/pets", Some("list")), Some("shop")), "shop_list");
    }

    #[test]
    fn two_operations_never_share_a_name_and_keep_theirs() {
        let mut names = Names::default();
        let first = identity("GET", "/a", Some("get-user"));
        let second = identity("GET", "/b", Some("get_user"));
        let told = names.of(&second, None);
        let other = names.of(&first, None);
        assert_eq!(told, "get_user");
        assert!(other.starts_with("get-user_"), "{other}");
        assert_eq!(names.of(&first, None), other);
        assert_eq!(names.of(&second, None), told);
    }
}
