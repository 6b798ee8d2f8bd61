//! First sentence of a description: what a hit shows of it.

use super::markup::strip_markup;
use crate::unicode::strip_hidden;

/// The most characters of a sentence.
const MOST_CHARACTERS: usize = 200;
/// How many characters of a text are read: markup and hidden characters are more than the sentence.
const MOST_READ: usize = 10 * MOST_CHARACTERS;

/// Returns the first sentence of a text on one line, without markup (HTML, Markdown), hidden and control characters. A longer
/// one is cut.
pub fn first_sentence(text: &str) -> String {
    let start = &text[..text.char_indices().nth(MOST_READ).map_or(text.len(), |(end, _)| end)];
    // Once more after the markup: references stand for hidden characters too.
    let plain = strip_markup(&strip_hidden(start));
    let visible = strip_hidden(&plain);
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
    use proptest::prelude::*;

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
                "Update a repository\n\n**Note**: To edit a repository's topics, use the [Replace all repository \
                 topics](https://docs.github.com/rest/repos/repos#replace-all-repository-topics) endpoint.",
                "Update a repository Note: To edit a repository's topics, use the Replace all repository topics endpoint.",
            ),
            (
                "Get an app\n\n> [!NOTE]\n> The `:app_slug` is just the URL-friendly name of your GitHub App. You can",
                "Get an app The :app_slug is just the URL-friendly name of your GitHub App.",
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
                "Search URL scans Search scans by hostname, and path.",
            ),
            (
                "Update multiple interconnects\n\nUse `?validate_only=true` as a query parameter (for example, `!`, `%`).",
                "Update multiple interconnects Use ?validate_only=true as a query parameter (for example, !, %).",
            ),
            // Kubernetes, Adyen, Box, Intercom.
            (
                "read log of the specified Pod, e.g. of `<container>`",
                "read log of the specified Pod, e.g. of <container>",
            ),
            (
                "Get a transaction\n\n>Versions 1 and 2 of the Transfers API are deprecated.",
                "Get a transaction Versions 1 and 2 of the Transfers API are deprecated.",
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
