//! JSON pointers (RFC 6901).

use std::borrow::Cow;

/// Appends an unescaped token to a pointer.
pub fn push(base: &str, token: &str) -> String {
    let mut pointer = String::with_capacity(base.len() + token.len() + 1);
    pointer.push_str(base);
    pointer.push('/');
    pointer.push_str(&escape(token));
    pointer
}

/// Escapes a token: `~` becomes `~0`, `/` becomes `~1`.
pub fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) { token.replace('~', "~0").replace('/', "~1").into() } else { token.into() }
}

/// Iterates over the unescaped tokens of a pointer. The empty pointer has none.
pub fn tokens(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(|token| {
        if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_survives_its_own_escapes() {
        let pointer = push(&push("", "a/b"), "m~n");
        assert_eq!(pointer, "/a~1b/m~0n");
        assert_eq!(tokens(&pointer).collect::<Vec<_>>(), ["a/b", "m~n"]);
        assert_eq!(tokens("").count(), 0);
    }

    #[test]
    fn an_escaped_tilde_is_not_unescaped_twice() {
        assert_eq!(tokens("/~01").collect::<Vec<_>>(), ["~1"]);
    }
}
