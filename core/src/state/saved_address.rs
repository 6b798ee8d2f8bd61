//! A document's address in a state file: without the user and password of its source.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

/// An address as the state file has it. The user and password of the source are left out; a load of the source gives them
/// again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedAddress {
    #[serde(serialize_with = "write_url", deserialize_with = "read_url")]
    url: Url,
    /// Whether the source's user and password belong to it.
    #[serde(rename = "own", default, skip_serializing_if = "std::ops::Not::not")]
    has_source_user: bool,
}

impl SavedAddress {
    /// Removes the user and password from an address where they are those of the source.
    pub fn new(url: &Url, source: Option<&Url>) -> Self {
        let has_source_user =
            source.is_some_and(|source| user(source) != ("", None) && user(source) == user(url));
        let url = if has_source_user { without_user(url.clone()) } else { url.clone() };
        Self { url, has_source_user }
    }

    /// An address without user, password and query: references are relative to it, and do not need them.
    pub fn base(url: Url) -> Self {
        let mut url = without_user(url);
        url.set_query(None);
        Self { url, has_source_user: false }
    }

    /// The address, with the user and password of the source.
    pub fn restore(&self, source: Option<&Url>) -> Url {
        let mut url = self.url.clone();
        if let Some(source) = source.filter(|_| self.has_source_user) {
            let _ = url.set_username(source.username());
            let _ = url.set_password(source.password());
        }
        url
    }
}

fn without_user(mut url: Url) -> Url {
    // An address that cannot have a user, such as `file:///a`, has none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

fn user(url: &Url) -> (&str, Option<&str>) {
    (url.username(), url.password())
}

fn write_url<S: Serializer>(url: &Url, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(url.as_str())
}

fn read_url<'de, D: Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
    Url::parse(&String::deserialize(from)?).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_of_a_source_is_not_written_and_is_restored_with_the_source() {
        let url = |text: &str| Url::parse(text).expect("an address");
        let source = url("https://me:secret@example.com/a.yaml");
        for (text, has_source_user) in [
            ("https://me:secret@example.com/b.yaml", true),
            ("https://you:word@example.com/b.yaml", false),
            ("https://example.com/b.yaml", false),
        ] {
            let address = SavedAddress::new(&url(text), Some(&source));
            let written = serde_json::to_string(&address).expect("is JSON");
            assert!(!written.contains("secret"), "{written}");
            assert_eq!(address.has_source_user, has_source_user);
            assert_eq!(address.restore(Some(&source)), url(text));
        }
    }
}
