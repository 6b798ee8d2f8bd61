//! Rust code as far as the house looks at it: without comments and texts, and the paths that it names.

use std::collections::BTreeSet;

/// The code without comments and without what stands in its texts.
pub fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let passed = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            comment(rest)
        } else if let Some(hashes) = raw_string(rest).filter(|_| !code.ends_with(is_word)) {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = rest.find('"').map_or(rest.len(), |quote| quote + 1);
            rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len())
        } else if c == '"' {
            quoted(rest, '"')
        } else if c == '\'' && is_char(rest) {
            quoted(rest, '\'')
        } else {
            code.push(c);
            c.len_utf8()
        };
        rest = &rest[passed..];
    }
    code
}

/// The length of a comment in which others may stand.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        match &text.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    text.len()
}

/// How many `#` stand around a raw text that starts here.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    after[hashes..].starts_with('"').then_some(hashes)
}

/// `'a'` and `'\n'` are characters, `'a` is a lifetime.
fn is_char(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    matches!((chars.next(), chars.next()), (Some('\\'), _) | (Some(_), Some('\'')))
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == quote && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where a path through `root` begins in the code: behind each `root::` that is no part of a longer path or word.
pub fn paths_from<'c>(code: &'c str, root: &str) -> Vec<&'c str> {
    let wanted = format!("{root}::");
    code.match_indices(&wanted)
        .filter(|(at, _)| !code[..*at].ends_with(|c: char| is_word(c) || c == ':'))
        .map(|(at, found)| &code[at + found.len()..])
        .collect()
}

/// Every path of the crate that the code names: `registry::Snapshot` for `crate::registry::Snapshot` and for
/// `use crate::{error, registry::{Filter, Snapshot}}`, one each.
pub fn imports(code: &str) -> BTreeSet<String> {
    let starts = [paths_from(code, "crate"), paths_from(code, "super::super")].concat();
    let mut found = BTreeSet::new();
    for start in starts {
        tree(start, "", &mut found);
    }
    found
}

/// Reads one tree of a `use`, and gives what stands behind it.
pub fn tree<'c>(code: &'c str, above: &str, found: &mut BTreeSet<String>) -> &'c str {
    let code = code.trim_start();
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = rest.trim_start().trim_start_matches(',').trim_start();
            if rest.is_empty() || rest.starts_with('}') {
                return rest.strip_prefix('}').unwrap_or(rest);
            }
            let before = rest.len();
            rest = tree(rest, above, found);
            if rest.len() == before {
                return rest;
            }
        }
    }
    let end = code.find(|c: char| !is_word(c) && c != '*').unwrap_or(code.len());
    let (name, rest) = code.split_at(end);
    let path = if above.is_empty() { name.to_owned() } else { format!("{above}::{name}") };
    if let Some(below) = rest.strip_prefix("::") {
        return tree(below, &path, found);
    }
    found.insert(path);
    // `a as b`
    rest.trim_start().strip_prefix("as ").map_or(rest, |own| own.trim_start_matches(is_word))
}

/// The code without the modules that only tests are built from.
pub fn without_tests(code: &str) -> String {
    let Some((before, test)) = code.split_once("#[cfg(test)]") else { return code.to_owned() };
    let mut depth = 0_usize;
    let end = test.char_indices().find(|(_, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (*c == '}' || *c == ';')
    });
    let after = end.map_or("", |(at, _)| &test[at + 1..]);
    format!("{before}{}", without_tests(after))
}

/// The paths of this repository that a document names in backticks, such as `core/src/lib.rs`.
pub fn paths_in_backticks(text: &str) -> impl Iterator<Item = &str> {
    const FOLDERS: [&str; 8] = ["core/", "src/", "js/", "bench/", "scripts/", "docs/", "__test__/", "bin/"];
    let is_pattern = |path: &&str| path.contains(['*', ' ']) || path.contains("NAME");
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(move |path| FOLDERS.iter().any(|folder| path.starts_with(folder)) && !is_pattern(path))
}
