//! First sentence of a description: what a hit shows of it.

use super::markup::strip_markup;
use crate::unicode::strip_hidden;

/// The most characters of a sentence.
const MOST_CHARACTERS: usize = 200;
/// How many characters of a text are read: markup and hidden characters are more than the sentence.
const MOST_READ: usize = 10 * MOST_CHARACTERS;

/// Returns the first sentence of a text on one line, without markup (HTML, Markdown), hidden and control characters. A blank
/// line ends it too: a title is a sentence. A longer one is cut.
pub fn first_sentence(text: &str) -> String {
    if let Some(line) = plain_line(text) {
        return sentence_of(line);
    }
    let start = &text[..text.char_indices().nth(MOST_READ).map_or(text.len(), |(end, _)| end)];
    // Once more after the markup: references stand for hidden characters too.
    let plain = strip_markup(&strip_hidden(start));
    sentence_of(&strip_hidden(&plain))
}

/// The first line of a text, where a blank line follows and it has no sign that may be markup: most descriptions begin with a
/// title, which need not be searched for markup.
fn plain_line(text: &str) -> Option<&str> {
    let mut lines = text.split('\n');
    let line = lines.next().filter(|line| line.len() <= MOST_READ)?;
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b" ,.;:'()/?!-".contains(byte);
    let starts_with_word = line.starts_with(|first: char| first.is_ascii_alphabetic());
    (starts_with_word && line.as_bytes().iter().all(is_plain) && lines.next().is_none_or(is_blank))
        .then_some(line)
}

/// The first sentence of a text without markup.
fn sentence_of(text: &str) -> String {
    let lines = text.lines().skip_while(|line| is_blank(line)).take_while(|line| !is_blank(line));
    let words = lines.flat_map(|line| line.split(is_space)).filter(|word| !word.is_empty());
    let mut sentence = String::new();
    for word in words {
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

fn is_space(one: char) -> bool {
    one.is_whitespace() || one.is_control()
}

fn is_blank(line: &str) -> bool {
    line.chars().all(is_space)
}

/// Whether a word ends its sentence. `e.g.` does not.
fn ends_sentence(word: &str) -> bool {
    let is_abbreviation = || word.strip_suffix('.').is_some_and(|start| start.contains('.'));
    word.ends_with(['.', '!', '?', '。']) && !is_abbreviation()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_description_is_cut_after_its_first_sentence() {
        let cases = [
            ("Closes a ticket. Needs an id.", "Closes a ticket."),
            ("Takes a unit, e.g. km.\nMore", "Takes a unit, e.g. km."),
            ("Two\n\tlines without an end", "Two lines without an end"),
            ("A title\n\nAnd its text.", "A title"),
            ("A title\r\n \r\nAnd its text.", "A title"),
            ("\n \n*A title*\n\t\nAnd its text.", "A title"),
            ("<!-- note -->\n\nA text.", "A text."),
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
    fn descriptions_of_real_apis_are_read_without_their_markup() {
        let cases = [
            // Stripe.
            ("<p>Retrieves the details of an account.</p>", "Retrieves the details of an account."),
            (
                "<p>With <a href=\"/docs/connect\">Connect</a>, you can delete accounts you manage.</p>\n\n<p>Accounts</p>",
                "With Connect, you can delete accounts you manage.",
            ),
            (
                "<p>Cancels a refund with a status of <code>requires_action</code>.</p>\n\n<p>Refunds</p>",
                "Cancels a refund with a status of requires_action.",
            ),
            (
                "<p>Retrieves the details of a Financial Connections <code>Session</code></p>",
                "Retrieves the details of a Financial Connections Session",
            ),
            ("POST /v1/application_fees/{id}/refund", "POST /v1/application_fees/{id}/refund"),
            // GitHub.
            (
                "**Note**: To edit a repository's topics, use the [Replace all repository \
                 topics](https://docs.github.com/rest/repos/repos#replace-all-repository-topics) endpoint.",
                "Note: To edit a repository's topics, use the Replace all repository topics endpoint.",
            ),
            (
                "> [!NOTE]\n> The `:app_slug` is just the URL-friendly name of your GitHub App. You can",
                "The :app_slug is just the URL-friendly name of your GitHub App.",
            ),
            (
                "> [!NOTE]\n> This endpoint is in public preview and is subject to change.\n\nReturns a list",
                "This endpoint is in public preview and is subject to change.",
            ),
            // Cloudflare.
            (
                "### Purge All Cached Content\nRemoves ALL files from Cloudflare's cache. All tiers can purge.",
                "Purge All Cached Content Removes ALL files from Cloudflare's cache.",
            ),
            (
                "Search URL scans\n\nSearch scans by hostname, and path. <br/> A successful scan",
                "Search URL scans",
            ),
            (
                "Use `?validate_only=true` as a query parameter (for example, `!`, `%`).",
                "Use ?validate_only=true as a query parameter (for example, !, %).",
            ),
            // Kubernetes, Adyen, Box, Intercom.
            (
                "read log of the specified Pod, e.g. of `<container>`",
                "read log of the specified Pod, e.g. of <container>",
            ),
            (
                ">Versions 1 and 2 of the Transfers API are deprecated.",
                "Versions 1 and 2 of the Transfers API are deprecated.",
            ),
            (
                "Formats [found on our community site][1].\n\n[1]: https://community.box.com/t5/a",
                "Formats found on our community site.",
            ),
            (
                "Making a DELETE request to `https://api.intercom.io/articles/<id>`.",
                "Making a DELETE request to https://api.intercom.io/articles/<id>.",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(first_sentence(text), expected);
        }
    }

    #[test]
    fn references_bring_in_no_hidden_and_no_control_characters() {
        let cases = [
            ("pay&#x202E;load&#8203;&#xE0041;", "payload"),
            ("one&#0;two&#10;three&#x7F;four&nbsp;five", "one\u{FFFD}two three four five"),
            ("&#x3C;b&#x3E;&lt;i&gt; &amp;lt;", "<b><i> &lt;"),
            ("<\u{200B}p>text</\u{200B}p>", "text"),
        ];
        for (text, expected) in cases {
            assert_eq!(first_sentence(text), expected);
        }
    }

    #[test]
    fn a_description_of_ten_megabytes_is_read_in_part() {
        let signs = [
            "<",
            "<a ",
            "<!--",
            "<time>",
            "&",
            "&#x",
            "[",
            "[](",
            "![a](b)",
            "![[",
            "]",
            "*",
            "*a ",
            "a*",
            "_a_",
            "`",
            "`` ` ",
            "\\",
            "://",
            "#",
            "# a\n",
            "> ",
            ">> ",
            "```\n",
            "[a]: /b\n",
            "[a][b]",
            "\u{202E}",
            "\n",
        ];
        for sign in signs {
            let sentence = first_sentence(&sign.repeat(10_000_000 / sign.len()));
            assert!(sentence.chars().count() <= MOST_CHARACTERS, "{sign}");
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

    proptest! {
        #[test]
        fn a_plain_line_is_what_is_left_of_it_without_its_markup(
            text in "[a-zA-Z0-9 ,.;:'()/?!-]{0,60}(\n( {0,2}\n)?[a-z=#\\[\\]-]{0,9})?",
        ) {
            let read = plain_line(&text).map(|_| first_sentence(&text));
            let stripped = sentence_of(&strip_markup(&text));
            prop_assert_eq!(read.unwrap_or_else(|| stripped.clone()), stripped);
        }

        #[test]
        fn a_sentence_of_any_text_is_one_visible_line(
            text in "([<>/!a-c \\[\\]()*_`#&;:=\"'\\\\~\n.-]|--|&#x20(2E|0B);|\
                </?(p|b|time|script)>|://|ä|\u{202E}|\u{0}){0,80}",
        ) {
            let sentence = first_sentence(&text);
            prop_assert!(sentence.chars().count() <= MOST_CHARACTERS);
            prop_assert_eq!(strip_hidden(&sentence), sentence.as_str());
            prop_assert!(!sentence.chars().any(char::is_control));
        }

        #[test]
        fn words_without_marks_are_kept(text in "[a-zA-Z0-9ä雪 ,;?(){}@$%+^|'\"-]{0,80}") {
            let words: Vec<_> = text.split_whitespace().collect();
            let kept = first_sentence(&text);
            prop_assert!(words.join(" ").starts_with(&kept));
        }
    }
}
