//! Tool names: which are valid, which are portable to every provider, which are confusable.

use std::borrow::Cow;

use super::fingerprint;
use crate::error::excerpt;

/// The longest valid name, in bytes.
pub const LONGEST: usize = 128;
/// The longest portable name, in bytes.
pub const PORTABLE: usize = 64;

/// The fault of a name; `None` for a valid one. A name has 1 to 128 of `A–Z a–z 0–9 _ . : / -`: what MCP allows
/// (SEP-986) and the separators of operation ids. Each target maps it to what its provider accepts, and back.
pub fn find_fault(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("tool name is empty".to_owned());
    }
    if name.len() > LONGEST {
        return Some(format!(
            "tool name \"{}…\" is longer than {LONGEST}",
            name.chars().take(32).collect::<String>()
        ));
    }
    let odd = name.chars().find(|c| !(c.is_ascii_alphanumeric() || "_.:/-".contains(*c)))?;
    let what = match odd {
        ' ' => "spaces".to_owned(),
        c if c.is_ascii_graphic() => format!("\"{c}\""),
        c => format!("the character U+{:04X}", u32::from(c)),
    };
    Some(format!("tool name \"{}\" may not contain {what}", name.escape_debug()))
}

/// A word that should be a name, truncated. A model may write megabytes; the `…` at the end is in no valid name.
pub fn truncate_name(word: &str) -> Cow<'_, str> {
    if word.len() > LONGEST { excerpt(word) } else { word.into() }
}

/// The key that confusable names share: models and providers confuse `-` and `_`, and models confuse upper and lower case.
/// Two names with one key cannot be registered together.
pub fn confusion_key(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte == b'-' || byte.is_ascii_uppercase()) {
        name.to_ascii_lowercase().replace('-', "_").into()
    } else {
        name.into()
    }
}

/// Whether every provider accepts a name unchanged: `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`.
pub fn is_portable(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= PORTABLE
        && bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(is_portable_byte)
}

const fn is_portable_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// The portable form of a name: `issues/create` becomes `issues_create`. Runs of other characters become one `_`, a leading
/// digit gets one in front, and a longer name keeps 55 characters and ends in a hash of the whole.
pub fn portable(name: &str) -> Cow<'_, str> {
    if is_portable(name) {
        return name.into();
    }
    let mut text = String::with_capacity(name.len() + 1);
    for c in name.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_').chars() {
        match c {
            c if c.is_ascii() && is_portable_byte(c as u8) => text.push(c),
            _ if text.ends_with('_') => {}
            _ => text.push('_'),
        }
    }
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        text.insert(0, '_');
    }
    if text.len() > PORTABLE { shorten(&text, name).into() } else { text.into() }
}

/// A name of 64 characters: the first 55 of `text`, and the hash of `whole`.
fn shorten(text: &str, whole: &str) -> String {
    const KEPT: usize = PORTABLE - 9;
    format!("{}_{}", &text[..KEPT], fingerprint::short(whole))
}

/// A portable name that is not taken. `apart` tells it from others of the same name, so that it is stable.
pub fn distinct(name: &str, apart: &str, taken: impl Fn(&str) -> bool) -> String {
    let name = portable(name);
    if !taken(&name) {
        return name.into_owned();
    }
    let mut salt = apart.to_owned();
    loop {
        let kept = name.len().min(PORTABLE - 9);
        let candidate = format!("{}_{}", &name[..kept], fingerprint::short(&salt));
        if !taken(&candidate) {
            return candidate;
        }
        salt.push('\'');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_judged_and_the_message_names_the_fault() {
        for good in ["a", "get_user", "repos/get", "crm.lookup", "a:b-c", "9", "constructor", "__proto__"] {
            assert_eq!(find_fault(good), None, "{good}");
        }
        assert_eq!(find_fault("a b").as_deref(), Some("tool name \"a b\" may not contain spaces"));
        assert_eq!(
            find_fault("a\u{200b}b").as_deref(),
            Some("tool name \"a\\u{200b}b\" may not contain the character U+200B")
        );
        assert!(
            find_fault("").is_some()
                && find_fault(&"x".repeat(129)).is_some()
                && find_fault("\u{430}").is_some()
        );
    }

    #[test]
    fn names_that_differ_by_case_or_by_dashes_alone_have_one_key() {
        for (name, other, are_alike) in [
            ("GetUser", "getuser", true),
            ("get-User", "GET_USER", true),
            ("get_user", "get_user", true),
            ("get_user", "getuser", false),
            ("get.user", "get_user", false),
            ("a", "b", false),
        ] {
            assert_eq!(confusion_key(name) == confusion_key(other), are_alike, "{name} {other}");
        }
    }

    #[test]
    fn portable_names_keep_their_words() {
        for (name, expected) in [
            ("get_user", "get_user"),
            ("issues/create", "issues_create"),
            ("Sequential Thinking", "Sequential_Thinking"),
            ("GET /users/{id}/repos", "GET_users_id_repos"),
            ("2fa.enable", "_2fa_enable"),
            ("日本", "_"),
        ] {
            assert_eq!(portable(name), expected);
        }
        assert_eq!(portable(&"a".repeat(65)), format!("{}_635361c4", "a".repeat(55)));
    }

    proptest! {
        #[test]
        fn every_name_becomes_portable_and_stays_so(name in ".{0,200}") {
            let once = portable(&name).into_owned();
            prop_assert!(is_portable(&once), "{once:?}");
            prop_assert_eq!(portable(&once).into_owned(), once);
        }

        #[test]
        fn a_distinct_name_is_portable_and_not_taken(name in "[a-z/]{1,80}", apart in ".{0,9}") {
            let first = portable(&name).into_owned();
            let second = distinct(&name, &apart, |candidate| candidate == first);
            prop_assert!(is_portable(&second) && second != first);
        }
    }
}
