//! What messages show of the data under them.

use std::borrow::Cow;

use super::{GateRefusal, Problem};

/// What a message shows of a text that a document may have made as long as it likes.
pub fn excerpt(text: &str) -> Cow<'_, str> {
    shortened(text, 120)
}

/// What a message shows of a pointer, which its data has whole.
pub fn place(pointer: &str) -> Cow<'_, str> {
    shortened(pointer, 500)
}

fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// A text, or as much of its beginning as whole characters fill of so many bytes.
pub fn at_most(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A tool by its name, or what to call one that has none.
pub fn quoted(name: &str) -> String {
    if name.is_empty() { "without a name".to_owned() } else { format!("\"{name}\"") }
}

/// What stands behind a message that says what happened, and not why.
pub fn because(reason: Option<&str>) -> String {
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// Problems with their places.
pub fn listed(problems: &[Problem]) -> String {
    first_few(problems, |problem| match problem.pointer.as_str() {
        "" => problem.message.clone(),
        pointer => format!("{pointer} {}", problem.message),
    })
}

/// What was said against a change.
pub fn refused(refusals: &[GateRefusal]) -> String {
    first_few(refusals, |refusal| match &refusal.tool {
        None => refusal.reason.clone(),
        Some(tool) => format!("\"{tool}\" {}", refusal.reason),
    })
}

/// The versions that there are.
pub fn versions(kept: &[String]) -> String {
    if kept.is_empty() { String::new() } else { format!(": there are {}", kept.join(", ")) }
}

/// The first few in one line; the data holds them all.
fn first_few<T>(all: &[T], text: impl Fn(&T) -> String) -> String {
    const SHOWN: usize = 5;
    let mut parts: Vec<String> = all.iter().take(SHOWN).map(text).collect();
    if all.len() > SHOWN {
        parts.push(format!("and {} more", all.len() - SHOWN));
    }
    parts.join("; ")
}

/// Names that may have been meant.
pub fn suggestion(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!(", nearest: {}", names.join(", ")),
    }
}

/// ` of "name"`, where there is a name.
pub fn of_tool(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" of \"{}\"", excerpt(name).escape_debug()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        for (text, bytes, expected) in [
            ("", 0, ""),
            ("", 9, ""),
            ("abc", 3, "abc"),
            ("abc", 2, "ab"),
            ("a😀b", 4, "a"),
            ("a😀b", 5, "a😀"),
            ("😀", 3, ""),
        ] {
            assert_eq!(at_most(text, bytes), expected, "{text} at {bytes}");
        }
    }
}
