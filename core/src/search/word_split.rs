//! Words of a text, in lower case: letters and digits of any script, split at the capitals of identifiers as well.

/// The most bytes of one word. What is longer is no word that somebody searches by.
const LONGEST: usize = 64;

/// Calls `take` with each word of a text: `getHTTPUser_v2` has `get`, `http`, `user` and `v2`.
pub(super) fn for_each_word(text: &str, mut take: impl FnMut(&str)) {
    let mut word = String::new();
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(now) = rest.next() {
        let ends_abbreviation = before.is_uppercase()
            && now.is_uppercase()
            && rest.peek().is_some_and(|next| next.is_lowercase());
        let starts_word = now.is_uppercase() && before.is_alphanumeric() && !before.is_uppercase();
        if !is_of_word(now) || starts_word || ends_abbreviation {
            end_word(&mut word, &mut take);
        }
        if is_of_word(now) {
            word.extend(now.to_lowercase());
        }
        before = now;
    }
    end_word(&mut word, &mut take);
}

fn end_word(word: &mut String, take: &mut impl FnMut(&str)) {
    if !word.is_empty() && word.len() <= LONGEST {
        take(word);
    }
    word.clear();
}

/// Marks stand on the letters of a word, which no split may part: U+0300 and those of Indic scripts and Thai.
fn is_of_word(one: char) -> bool {
    one.is_alphanumeric()
        || matches!(one, '\u{300}'..='\u{36F}' | '\u{93A}'..='\u{94F}' | '\u{E31}' | '\u{E34}'..='\u{E4E}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for_each_word(text, |word| found.push(word.to_owned()));
        found
    }

    #[test]
    fn identifiers_are_split_at_their_capitals_and_separators() {
        let cases: [(&str, &[&str]); 8] = [
            ("getHTTPUser_v2", &["get", "http", "user", "v2"]),
            ("crm.lookup-customer", &["crm", "lookup", "customer"]),
            ("Creates an issue.", &["creates", "an", "issue"]),
            ("listOAuth2Tokens", &["list", "o", "auth2", "tokens"]),
            ("ÜBER größe", &["über", "größe"]),
            ("हिन्दी ค้นหา", &["हिन्दी", "ค้นหา"]),
            ("  .*+?()[]{}|\\^$ 🙂 \u{0}", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn a_run_of_letters_over_the_limit_is_no_word() {
        assert_eq!(words(&format!("{} end", "x".repeat(LONGEST + 1))), ["end"]);
    }
}
