//! Local names: the name of a server's tool in the registry, before its namespace.

use std::borrow::Cow;

use crate::tool::sha256::{hex, sha256};

/// The number of hex digits that stand for the rest of a name that is too long.
const HASH_DIGITS: usize = 8;

/// A name of `A-Za-z0-9_-`, at most `most` long: other characters become `_`, and the end of a longer name a hash of the
/// whole name. It depends on that name alone, so that it stays whatever else the server lists.
pub fn local_name(own: &str, most: usize) -> Cow<'_, str> {
    let is_portable = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !own.is_empty() && own.len() <= most && own.chars().all(is_portable) {
        return Cow::Borrowed(own);
    }
    let portable: String = own.chars().map(|c| if is_portable(c) { c } else { '_' }).collect();
    if !portable.is_empty() && portable.len() <= most {
        return Cow::Owned(portable);
    }
    let kept = portable.len().min(most.saturating_sub(HASH_DIGITS + 1));
    let mut name = format!("{}_{}", &portable[..kept], &hex(&sha256(own.as_bytes()))[..HASH_DIGITS]);
    name.truncate(most);
    Cow::Owned(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_name_is_portable_and_short_and_depends_on_the_own_name_alone() {
        for (own, local) in [
            ("repo_list-2", "repo_list-2"),
            ("repo.list", "repo_list"),
            ("größe", "gr__e"),
            ("😀", "_"),
            ("", "_e3b0c442"),
            ("a_name_that_is_too_long", "a_name__77812183"),
        ] {
            assert_eq!(local_name(own, 16), local, "{own}");
        }
        assert_eq!(local_name(&"a".repeat(16), 16), "a".repeat(16));
        assert_eq!(local_name(&"a".repeat(17), 16).len(), 16);
    }
}
