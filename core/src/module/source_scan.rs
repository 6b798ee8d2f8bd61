//! Finds tokens that a syntax tree has no position for.

/// The start of the next token: behind white space and comments.
pub fn next_token(source: &str, at: u32) -> u32 {
    let mut at = at as usize;
    loop {
        let rest = &source[at..];
        let space =
            rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
        let rest = &rest[space..];
        let comment = if rest.starts_with("//") {
            rest.find(super::source_lines::is_line_end).unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            0
        };
        at += space + comment;
        if comment == 0 {
            return u32::try_from(at).unwrap_or(u32::MAX);
        }
    }
}

/// The length of the word that starts at a position.
pub fn word_length(source: &str, at: u32) -> u32 {
    let rest = &source[at as usize..];
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
    u32::try_from(end).unwrap_or(u32::MAX)
}

/// Whether a text starts at a position.
pub fn starts_with(source: &str, at: u32, text: &str) -> bool {
    source.get(at as usize..).is_some_and(|rest| rest.starts_with(text))
}
