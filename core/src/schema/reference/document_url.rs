//! URL normalization: one spelling for each document, so that it is read once.

use std::path::{Component, Path, PathBuf};

use url::Url;

/// Removes the fragment. For files also removes the query, redundant escapes and dot segments.
pub fn normalize_url(address: &Url) -> Url {
    let mut plain = address.clone();
    plain.set_fragment(None);
    if plain.scheme() == "file" {
        plain.set_query(None);
        // A path of another host stays, and the reader refuses it.
        let path = plain.to_file_path().ok();
        if let Some(same) = path.and_then(|path| Url::from_file_path(without_dots(&path)).ok()) {
            return same;
        }
    }
    plain
}

/// Removes dot segments that escapes hide from the URL parser: `a%2F..%2Fb`.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = plain.pop(),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_address() {
        for (address, expected) in [
            ("file:///a/b.yaml#/x", "file:///a/b.yaml"),
            ("file:///a//b.yaml?v=2", "file:///a/b.yaml"),
            ("file:///a/%62%2Eyaml", "file:///a/b.yaml"),
            ("file:///a/x%2f..%2Fb.yaml", "file:///a/b.yaml"),
            ("file:///../../a/./b.yaml", "file:///a/b.yaml"),
            ("file:///a/x%20%23y.yaml", "file:///a/x%20%23y.yaml"),
            ("file://evil.example/a/../b", "file://evil.example/b"),
            ("https://example.com//a?v=2#/x", "https://example.com//a?v=2"),
        ] {
            let plain = normalize_url(&Url::parse(address).expect(address));
            assert_eq!(plain.as_str(), expected);
            assert_eq!(normalize_url(&plain), plain);
        }
    }
}
