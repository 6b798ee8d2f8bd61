//! Repairs the indentation of YAML: flow text that is indented less than its block.
//!
//! YAML wants the lines of quoted and bracketed text indented deeper than the block around them (1.2.2, section 6.3).
//! libyaml and most later parsers do not enforce this, so published documents, such as Docker's, break the rule. Examples
//! are a pasted certificate and a bracket that closes at the margin. Indentation has no meaning inside flow text, so these
//! lines are indented and the text is parsed again.

use saphyr_parser::Parser;

/// Spaces that move a line deeper than its block, in most documents at once.
const INDENT: usize = 40;
/// The most bytes that are scanned again: each fault is found by a scan up to it.
const MOST_SCANNED: usize = 32 << 20;

/// The text with its flow text indented. `None` where there is no such fault, or too many.
pub fn repair_indentation(text: &str) -> Option<String> {
    let longest = 2 * text.len() + (1 << 16);
    let (mut mended, mut scanned) = (None::<String>, 0);
    while let Some(misfit) = find_indentation_fault(mended.as_deref().unwrap_or(text)) {
        let text = mended.as_deref().unwrap_or(text);
        let (IndentationFault::Quoted(at) | IndentationFault::Token(at)) = misfit;
        let start = text.char_indices().nth(at).map(|(start, _)| start)?;
        let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
        scanned += start;
        let moved = match misfit {
            IndentationFault::Quoted(_) => indent_quoted(text, start, text[line..start].chars().count())?,
            IndentationFault::Token(_) => [&text[..line], &" ".repeat(INDENT), &text[line..]].concat(),
        };
        if scanned > MOST_SCANNED || moved.len() > longest {
            return None;
        }
        mended = Some(moved);
    }
    mended
}

/// Flow text that is indented less than its block, by its position in characters.
#[derive(Clone, Copy, Debug)]
enum IndentationFault {
    /// The lines of a quoted scalar that begins there.
    Quoted(usize),
    /// A token there, within brackets.
    Token(usize),
}

/// The first syntax fault of a text, where it is one of indentation.
fn find_indentation_fault(text: &str) -> Option<IndentationFault> {
    let error = Parser::new_from_str(text).find_map(Result::err)?;
    let at = error.marker().index();
    match error.info() {
        "invalid indentation in quoted scalar" => Some(IndentationFault::Quoted(at)),
        "invalid indentation" | "invalid indentation in flow construct" => Some(IndentationFault::Token(at)),
        _ => None,
    }
}

/// The text with the later lines of one quoted scalar indented by so many columns.
fn indent_quoted(text: &str, start: usize, columns: usize) -> Option<String> {
    let end = start + 1 + quoted_length(&text[start..])?;
    let mut lines = text[start..end].split('\n');
    let mut moved = text[..start].to_owned();
    moved.push_str(lines.next()?);
    let indent = " ".repeat(columns);
    for line in lines {
        let is_mark = ["---", "..."].iter().any(|mark| {
            line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
        });
        // That ends a document, wherever it stands; to hide it would make two of them one.
        if is_mark || moved.len() > 2 * text.len() + (1 << 16) {
            return None;
        }
        moved.push('\n');
        moved.push_str(&indent);
        moved.push_str(line);
    }
    moved.push_str(&text[end..]);
    Some(moved)
}

/// The length of a quoted scalar, in bytes, without its closing quote.
fn quoted_length(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    let mut rest = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = rest.next() {
        match (quote, c) {
            ('"', '\\') => drop(rest.next()),
            // Two of them are one that does not end the text.
            ('\'', '\'') if rest.peek().is_some_and(|(_, next)| *next == '\'') => drop(rest.next()),
            (_, c) if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{ParseLimits, parse_document};
    use serde_json::{Value, json};

    fn read(text: &str) -> Option<Value> {
        let arena = crate::json::Arena::new();
        parse_document(text, &ParseLimits::default(), &arena).ok().map(|parsed| parsed.root.to_value())
    }

    #[test]
    fn flow_text_may_stand_further_left_than_its_block() {
        for (text, expected) in [
            ("a:\n  b:\n    c: \"x\n y\n\n z\"\n    d: 1\n", json!({"a": {"b": {"c": "x y\nz", "d": 1}}})),
            ("a:\n  b: 'it''s\nso'\n  c: \"\\\"x\\\n\\\\\"\n", json!({"a": {"b": "it's so", "c": "\"x\\"}})),
            (
                "a:\n    b: {\n  x: [1,\n2],\n  y: 2\n  }\n    c: 3\n",
                json!({"a": {"b": {"x": [1, 2], "y": 2}, "c": 3}}),
            ),
            (
                "a:\n  - - b: \"é\nf\"\n      g: [\n\"h\n i\"\n]\n",
                json!({"a": [[{"b": "é f", "g": ["h i"]}]]}),
            ),
            ("a:\n  b: \"-----BEGIN\nMII\n-----END\"\n", json!({"a": {"b": "-----BEGIN MII -----END"}})),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_otherwise_stays_wrong() {
        for text in [
            "a:\n  b: \"x\n---\n y\"\n",
            "a:\n  b: \"x\n y\n",
            "a:\n  b: [1\nc: 2\n",
            "a:\n   b: 1\n  c: 2\n",
            "a: {\n",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn text_without_end_of_faults_is_given_up() {
        assert_eq!(repair_indentation(&format!("a:\n  b:\n{}", "    - [\n]\n".repeat(20_000))), None);
        let far = format!("a:\n  {}\"{}\"\n", "- ".repeat(500), "x\n".repeat(1 << 16));
        assert_eq!(repair_indentation(&far), None);
    }
}
