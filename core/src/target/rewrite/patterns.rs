//! Patterns: which regular expressions a provider reads: Python's `re`, or a grammar of strict mode.

use crate::target::diagnostic::{RewriteChange, change};

/// Whether a pattern has look-around: `(?=`, `(?!`, `(?<=`, `(?<!`.
pub fn has_lookaround(pattern: &str) -> bool {
    matches_outside_classes(pattern, |rest| {
        ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|group| rest.starts_with(group))
    })
}

/// Whether Python's `re` reads a pattern of ECMA-262. It has no `\p{…}`, `\c`, `\k<…>` or `\u{…}`, refuses unknown
/// escapes of letters, and writes named groups as `(?P<…>`. Source: Python Library Reference, "re".
pub fn is_python_re(pattern: &str) -> bool {
    let known = "AbBdDsSwWZafnrtvxuU0123456789";
    let escape = |rest: &str| {
        let letter = rest.strip_prefix('\\').and_then(|after| after.chars().next());
        letter.is_some_and(|c| c.is_ascii_alphabetic() && !known.contains(c)) || rest.starts_with("\\u{")
    };
    let group =
        |rest: &str| rest.starts_with("(?<") && !rest.starts_with("(?<=") && !rest.starts_with("(?<!");
    !matches_anywhere(pattern, escape) && !matches_outside_classes(pattern, group) && is_balanced(pattern)
}

/// Whether a grammar expresses a pattern: no look-around, back reference, word boundary, property class or large
/// count.
pub fn is_grammar_pattern(pattern: &str) -> bool {
    let odd = |rest: &str| {
        let escaped = rest.strip_prefix('\\').and_then(|after| after.chars().next());
        escaped.is_some_and(|c| "bBpPkuc123456789".contains(c))
    };
    let counts = |rest: &str| {
        let count = rest.strip_prefix('{').and_then(|after| after.split_once('}')).map(|(count, _)| count);
        count.is_some_and(|count| {
            count.split(',').any(|number| number.parse().is_ok_and(|n: u32| n > MAX_COUNT))
        })
    };
    !has_lookaround(pattern)
        && is_python_re(pattern)
        && !matches_anywhere(pattern, odd)
        && !matches_outside_classes(pattern, counts)
}

/// Maximum count of a repetition in a grammar. The guide refuses "big `{n,m}`" and gives no number; 100 states for one
/// character class compile.
const MAX_COUNT: u32 = 100;

/// Why OpenAI does not take a pattern.
/// Source: litellm 1.109.1 `drop_non_python_regex_patterns` (Python `re.compile` on every pattern), @ai-sdk/openai
/// 4.0.118 (look-around). 2026-11.
pub fn openai_change(pattern: &str) -> Option<&'static RewriteChange> {
    if has_lookaround(pattern) {
        Some(&change::PATTERN_LOOKAROUND)
    } else if is_python_re(pattern) {
        None
    } else {
        Some(&change::PATTERN_NOT_PYTHON_RE)
    }
}

/// Why a grammar does not take a pattern.
pub fn grammar_change(pattern: &str) -> Option<&'static RewriteChange> {
    (!is_grammar_pattern(pattern)).then_some(&change::PATTERN_TO_HINT)
}

/// Whether something matches at a position of a pattern. The second half of an escape is no position.
fn matches_anywhere(pattern: &str, found: impl Fn(&str) -> bool) -> bool {
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if found(rest) {
            return true;
        }
        let mut passed = c.len_utf8();
        if c == '\\' {
            passed += rest[1..].chars().next().map_or(0, char::len_utf8);
        }
        rest = &rest[passed..];
    }
    false
}

/// The same, outside of character classes.
fn matches_outside_classes(pattern: &str, found: impl Fn(&str) -> bool) -> bool {
    let in_class = std::cell::Cell::new(false);
    matches_anywhere(pattern, |rest| {
        match rest.as_bytes().first() {
            Some(b'[') => in_class.set(true),
            Some(b']') => in_class.set(false),
            _ => {}
        }
        !in_class.get() && found(rest)
    })
}

/// Whether groups and classes are closed.
fn is_balanced(pattern: &str) -> bool {
    let (depth, in_class) = (std::cell::Cell::new(0_i32), std::cell::Cell::new(false));
    let broken = matches_anywhere(pattern, |rest| {
        match rest.as_bytes().first() {
            Some(b'[') => in_class.set(true),
            Some(b']') => in_class.set(false),
            Some(b'(') if !in_class.get() => depth.set(depth.get() + 1),
            Some(b')') if !in_class.get() => depth.set(depth.get() - 1),
            _ => {}
        }
        depth.get() < 0
    });
    !broken && depth.get() == 0 && !in_class.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_their_engines_read_them() {
        for (pattern, python, around, simple) in [
            ("^@[a-z]+$", true, false, true),
            (r"^(?!root).*$", true, true, false),
            (r"[(?=]", true, false, true),
            (r"\(?=x", true, false, true),
            (r"^\p{L}+$", false, false, false),
            (r"^\\p$", true, false, true),
            (r"(?<year>\d{4})", false, false, false),
            (r"(?P<year>\d{4})", true, false, true),
            (r"\bword\b", true, false, false),
            (r"(a)\1", true, false, false),
            (r"a{2,1000}", true, false, false),
            (r"a{2,10}", true, false, true),
            (r"\u00e9", true, false, false),
            (r"((a)", false, false, false),
            (r"[a-z", false, false, false),
            (r"\z", false, false, false),
        ] {
            assert_eq!(
                (is_python_re(pattern), has_lookaround(pattern), is_grammar_pattern(pattern)),
                (python, around, simple),
                "{pattern}"
            );
        }
    }
}
