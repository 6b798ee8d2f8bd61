//! Targets of Markdown links, and addresses in a text.

/// The longest target with its title, in bytes.
const LONGEST_TARGET: usize = 1_000;

/// The length of the target that follows the text of a link: `(target "title")`, or `[name]` of a definition in the whole text.
pub(super) fn target_length(text: &str, whole: &str) -> Option<usize> {
    let text = &text[..text.floor_char_boundary(LONGEST_TARGET)];
    match text.as_bytes().first()? {
        b'(' => inline_target(&text[1..]).map(|length| length + 1),
        b'[' => {
            let end = text.find(']')?;
            has_definition(whole, &text[1..end]).then_some(end + 1)
        }
        _ => None,
    }
}

/// The length of a target up to its `)`, which may have pairs of parentheses itself.
fn inline_target(text: &str) -> Option<usize> {
    let spaces = text.len() - text.trim_start().len();
    let target = &text[spaces..];
    let length = if let Some(inner) = target.strip_prefix('<') {
        inner.find(['>', '\n']).filter(|at| inner[*at..].starts_with('>'))? + 2
    } else {
        let mut open = 0_usize;
        let is_end = |one: char| {
            match one {
                '(' => open += 1,
                ')' if open == 0 => return true,
                ')' => open -= 1,
                _ => {}
            }
            one.is_whitespace()
        };
        target.find(is_end)?
    };
    let after = target[length..].trim_start();
    let title = match after.chars().next()? {
        ')' => 0,
        quote @ ('"' | '\'') if after.len() < target.len() - length => after[1..].find(quote)? + 2,
        _ => return None,
    };
    let rest = after[title..].trim_start();
    rest.starts_with(')').then(|| text.len() - rest.len() + 1)
}

/// Whether a text has the definition of a link: a line `[name]: target`.
fn has_definition(whole: &str, name: &str) -> bool {
    !name.is_empty()
        && whole
            .lines()
            .any(|line| definition_name(line).is_some_and(|found| found.eq_ignore_ascii_case(name)))
}

/// The name that a line defines as that of a link target. A label of prose, as in `[note]: later`, is none.
pub(super) fn definition_name(line: &str) -> Option<&str> {
    let (name, target) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
    let target = target.trim_start();
    let is_target = target.contains("://") || target.starts_with(['/', '#', '.', '<']);
    (is_target && !name.contains(['[', ']'])).then_some(name)
}

/// The address in an autolink, `<https://example.com>`, that a text begins with.
pub(super) fn autolink(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('<')?;
    let inner = &inner[..inner.find(|one: char| one == '>' || one == '<' || one.is_whitespace())?];
    let (scheme, _) = inner.split_once("://")?;
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_scheme && text[inner.len() + 1..].starts_with('>')).then_some(inner)
}

/// The length of the rest of an address, from its `://` on. Signs at its end are of the sentence.
pub(super) fn address_length(text: &str) -> usize {
    let mut open = 0_usize;
    let is_end = |one: char| {
        match one {
            '(' => open += 1,
            ')' if open == 0 => return true,
            ')' => open -= 1,
            _ => {}
        }
        one.is_whitespace() || matches!(one, '<' | '>' | '"' | '`' | ']' | '|')
    };
    let address = &text[..text.find(is_end).unwrap_or(text.len())];
    address.trim_end_matches(['*', '_', '.', ',', ':', ';', '!', '?', '\'']).len()
}
