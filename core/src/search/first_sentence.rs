//! First sentence of a description: what a hit shows of it.

use crate::unicode::strip_hidden;

/// The most characters of a sentence.
const MOST_CHARACTERS: usize = 200;

/// Returns the first sentence of a text on one line, without hidden and control characters. A longer one is cut.
pub fn first_sentence(text: &str) -> String {
    // Hidden characters are removed later: four times as many are more than a sentence has.
    let start: String = text.chars().take(4 * MOST_CHARACTERS).collect();
    let visible = strip_hidden(&start);
    let mut sentence = String::new();
    for word in
        visible.split(|one: char| one.is_whitespace() || one.is_control()).filter(|word| !word.is_empty())
    {
        if !sentence.is_empty() {
            sentence.push(' ');
        }
        sentence.push_str(word);
        if ends_sentence(word) || sentence.len() > 4 * MOST_CHARACTERS {
            break;
        }
    }
    if sentence.chars().count() > MOST_CHARACTERS {
        sentence = sentence.chars().take(MOST_CHARACTERS - 1).collect();
        sentence.push('…');
    }
    sentence
}

/// Whether a word ends its sentence. `e.g.` does not.
fn ends_sentence(word: &str) -> bool {
    let is_abbreviation = || word.strip_suffix('.').is_some_and(|start| start.contains('.'));
    word.ends_with(['.', '!', '?', '。']) && !is_abbreviation()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_cut_after_its_first_sentence() {
        let cases = [
            ("Closes a ticket. Needs an id.", "Closes a ticket."),
            ("Takes a unit, e.g. km.\nMore", "Takes a unit, e.g. km."),
            ("Two\n\tlines without an end", "Two lines without an end"),
            ("pay\u{200B}load\u{0}now\u{202E}.", "payload now."),
            ("Really? Yes.", "Really?"),
            ("Version 2.0 of it. More", "Version 2.0 of it."),
            ("作成します。 続き", "作成します。"),
            ("  \n ", ""),
            (".", "."),
            ("\u{200B}\u{202E}", ""),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(first_sentence(text), expected);
        }
    }

    #[test]
    fn a_long_sentence_has_two_hundred_characters() {
        let long = first_sentence(&"ä".repeat(10_000_000));
        assert_eq!((long.chars().count(), long.ends_with('…')), (MOST_CHARACTERS, true));
    }

    #[test]
    fn a_sentence_of_two_hundred_characters_is_whole() {
        for (count, is_cut) in [(MOST_CHARACTERS, false), (MOST_CHARACTERS + 1, true)] {
            let sentence = first_sentence(&"雪".repeat(count));
            assert_eq!((sentence.chars().count(), sentence.ends_with('…')), (MOST_CHARACTERS, is_cut));
        }
        let words = first_sentence(&"ab ".repeat(1_000));
        assert_eq!((words.chars().count(), words.ends_with('…')), (MOST_CHARACTERS, true));
    }
}
