//! Marks that a line of Markdown begins with: headings, quotes, rules, code fences, definitions of links.

use super::link_target::definition_name;

/// What is known of a line by how it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LineMark {
    /// Nothing: text.
    None,
    /// Marks of so many bytes, before text or other marks.
    Marks(usize),
    /// The line has no text.
    Line,
    /// Code up to the line with this fence, or the end.
    Fence(&'static str),
}

/// Reads the beginning of a line, without its spaces.
pub(super) fn line_mark(line: &str) -> LineMark {
    if let Some(fence) = ["```", "~~~"].into_iter().find(|fence| is_fence(line, fence)) {
        return LineMark::Fence(fence);
    }
    if is_rule(line) || definition_name(line).is_some() {
        return LineMark::Line;
    }
    let marks = heading_length(line) + quote_length(line);
    if marks == 0 { LineMark::None } else { LineMark::Marks(marks) }
}

/// Whether a line begins or ends a code fence. One with further backticks is code within a line.
pub(super) fn is_fence(line: &str, fence: &str) -> bool {
    line.strip_prefix(fence).is_some_and(|rest| !rest.trim_start_matches('`').contains('`'))
}

/// Whether a line is a rule, or underlines a heading: `---`, `===`, `* * *`.
fn is_rule(line: &str) -> bool {
    let marks = || line.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let Some(mark @ (b'-' | b'=' | b'*' | b'_')) = marks().next() else { return false };
    marks().all(|byte| byte == mark) && marks().count() >= 3
}

/// The length of the marks of a heading. `# of items` counts.
fn heading_length(line: &str) -> usize {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let is_heading = (1..=6).contains(&level) && text.starts_with([' ', '\t']) && !text.starts_with(" of ");
    if is_heading { level + 1 } else { 0 }
}

/// The length of a mark of a quote. `>= 3` is none.
fn quote_length(line: &str) -> usize {
    let Some(text) = line.strip_prefix('>') else { return 0 };
    let is_text = |one: char| one.is_whitespace() || one.is_alphabetic() || one == '>';
    if !text.is_empty() && !text.starts_with(is_text) {
        return 0;
    }
    // The kind of a quote: `> [!NOTE]`.
    let kind = text.trim_start().strip_prefix("[!").and_then(|kind| kind.split_once(']'));
    let kind = kind.filter(|(kind, _)| kind.bytes().all(|byte| byte.is_ascii_uppercase()));
    kind.map_or(1, |(_, after)| line.len() - after.len())
}
