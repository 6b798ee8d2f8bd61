//! Match of one tool: which words of a phrasing it has, and in which of its texts.

use super::search_query::Phrasing;
use super::word_split::for_each_word;
use crate::tool::ToolDefinition;

/// A tool that is searched.
#[derive(Clone, Copy, Debug)]
pub struct SearchedTool<'t> {
    /// Its definition.
    pub definition: &'t ToolDefinition,
    /// Its source.
    pub source: &'t str,
    /// The namespace of its name.
    pub namespace: Option<&'t str>,
    /// The name that providers are sent.
    pub wire_name: &'t str,
}

/// What a word counts in the name of a tool, in its title, category, tags and source, and in its description.
const IN_NAME: f64 = 3.0;
const IN_LABELS: f64 = 2.0;
const IN_DESCRIPTION: f64 = 1.0;

/// What a longer word with the same start counts, as a share of the word itself.
const AS_START: f64 = 0.5;

/// The shortest word that stands for longer ones, in bytes.
const SHORTEST_START: usize = 3;

/// How much of a description is read, in bytes. What stands behind says little about the tool.
const READ_BYTES: usize = 4_096;

/// What each word of a phrasing counts in a tool; 0 for one that the tool does not have.
pub(super) fn match_tool(phrasing: &Phrasing, tool: &SearchedTool<'_>) -> Vec<f64> {
    let mut counts = vec![0.0_f64; phrasing.words.len()];
    let mut read = |text: &str, weight: f64| {
        for_each_word(text, |found| {
            for (count, word) in counts.iter_mut().zip(&phrasing.words) {
                *count = count.max(weight * likeness(word, found));
            }
        });
    };
    let definition = tool.definition;
    read(&definition.name, IN_NAME);
    let labels =
        [definition.title.as_deref(), definition.category.as_deref(), Some(tool.source), tool.namespace];
    for label in labels.into_iter().flatten().chain(definition.tags.iter().map(String::as_str)) {
        read(label, IN_LABELS);
    }
    read(start_of(&definition.description), IN_DESCRIPTION);
    counts
}

/// Whether a phrasing is the name of a tool. Case does not count.
pub(super) fn is_name_of(phrasing: &Phrasing, tool: &SearchedTool<'_>) -> bool {
    let is_name =
        |name: &str| name.eq_ignore_ascii_case(&phrasing.name) || name.to_lowercase() == phrasing.name;
    !phrasing.name.is_empty() && (is_name(&tool.definition.name) || is_name(tool.wire_name))
}

/// How much a word of a tool is the word that is looked for: 1 for the same one or its plural, less for a longer one.
fn likeness(wanted: &str, found: &str) -> f64 {
    // Most words differ in their first byte.
    if wanted.as_bytes().first() != found.as_bytes().first() {
        0.0
    } else if singular(wanted) == singular(found) {
        1.0
    } else if singular(wanted).len() >= SHORTEST_START && found.starts_with(singular(wanted)) {
        AS_START
    } else {
        0.0
    }
}

/// A word without the `s` of an English plural.
fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(start) if start.len() >= SHORTEST_START && !start.ends_with('s') => start,
        _ => word,
    }
}

fn start_of(text: &str) -> &str {
    let mut end = text.len().min(READ_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_its_plural_and_the_start_of_longer_words() {
        let cases = [
            ("ticket", "ticket", 1.0),
            ("tickets", "ticket", 1.0),
            ("ticket", "tickets", 1.0),
            ("repo", "repository", AS_START),
            ("repository", "repo", 0.0),
            ("id", "identity", 0.0),
            ("class", "classes", AS_START),
            ("", "ticket", 0.0),
        ];
        for (wanted, found, expected) in cases {
            assert!((likeness(wanted, found) - expected).abs() < f64::EPSILON, "{wanted} {found}");
        }
    }
}
