//! `JSONPath` (RFC 9535): parses a path within bounds. Only this file uses the crate `serde_json_path`.

pub use serde_json_path::{JsonPath, PathElement};

/// The longest `JSONPath`, in bytes.
const LONGEST_PATH: usize = 4096;
/// The deepest nesting of brackets in a `JSONPath`: each level doubles the time that the crate takes to parse it.
const DEEPEST_PATH: usize = 8;

/// Parses a `JSONPath`.
///
/// # Errors
/// What is wrong with the text, and at which position.
pub fn parse_json_path(text: &str) -> Result<JsonPath, String> {
    if text.len() > LONGEST_PATH || nesting(text) > DEEPEST_PATH {
        return Err(format!(
            "a JSONPath has at most {LONGEST_PATH} bytes and {DEEPEST_PATH} brackets in each other"
        ));
    }
    JsonPath::parse(text).map_err(|error| format!("is no JSONPath of RFC 9535: {error}"))
}

/// Whether a valid path selects one node at most: a singular query of RFC 9535, section 2.3.5.1. The grammar allows no
/// other in a comparison.
pub fn is_singular_path(path: &str) -> bool {
    JsonPath::parse(&format!("$[?{path} == 0]")).is_ok()
}

/// The nesting of brackets, those in quoted texts left out.
fn nesting(target: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut quote, mut is_escaped) = (None, false);
    for c in target.chars() {
        match (quote, c) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth = depth.saturating_sub(1),
            (Some(_) | None, _) => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_names_and_indexes_selects_one_node() {
        for (path, is_singular) in [
            ("$", true),
            ("$.a.b", true),
            ("$['a b'][0]", true),
            ("$[-1]", true),
            ("$.a[*]", false),
            ("$..a", false),
            ("$['a','b']", false),
            ("$[0:2]", false),
            ("$.a[?@.b]", false),
        ] {
            assert!(parse_json_path(path).is_ok(), "{path}");
            assert_eq!(is_singular_path(path), is_singular, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_is_told_with_its_position() {
        for (path, told) in [
            ("", "at position"),
            ("a.b", "at position"),
            ("$.a[", "at position"),
            ("$[[[[[[[[[0]]]]]]]]]", "at most 4096 bytes and 8 brackets"),
        ] {
            let reason = parse_json_path(path).expect_err(path);
            assert!(reason.contains(told), "{path}: {reason}");
        }
        assert!(parse_json_path(&format!("$.{}", "a".repeat(5_000))).is_err());
    }
}
