//! Words of a text, in lower case: letters and digits of any script, split at the capitals of identifiers as well.

use std::borrow::Cow;

use super::normal_form::normalize;

/// The most bytes of one word. What is longer is no word that a request has.
const LONGEST: usize = 64;

/// How a word follows the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum Joint {
    /// After a space or a separator, as `issue` in `create_issue`.
    Apart,
    /// Within one identifier, as `Hub` in `GitHub`.
    Within,
}

/// Calls `take` with each word of a text: `getHTTPUser_v2` has `get`, `http`, `user` and `v2`. Scripts without spaces give
/// pairs of neighbouring letters.
pub(in crate::search) fn for_each_word(text: &str, mut take: impl FnMut(&str, Joint)) {
    let text: Cow<'_, str> = normalize(text);
    let mut splitter = Splitter { word: String::new(), joint: Joint::Apart };
    let (mut before, mut rest) = (CharKind::default(), text.chars());
    while let Some(one) = rest.next() {
        // Most characters go on with a word in small letters, or end it: nothing else is to be judged.
        if before == CharKind::SMALL && (one.is_ascii_lowercase() || one.is_ascii_digit()) {
            splitter.word.push(one);
            continue;
        }
        let now = CharKind::of(one);
        let next = || rest.clone().next().unwrap_or(' ');
        // `it's`: what an apostrophe cuts off is no word.
        if before.is_alphanumeric && matches!(one, '\'' | '’') {
            if matches!(next(), 's' | 'S') {
                rest.next();
            }
            splitter.end(&mut take, Joint::Apart);
            before = CharKind::default();
            continue;
        }
        // `PRs` and `IDs` are plurals of abbreviations.
        let ends_plural = || next() == 's' && !rest.clone().nth(1).is_some_and(char::is_lowercase);
        let ends_abbreviation =
            before.is_uppercase && now.is_uppercase && next().is_lowercase() && !ends_plural();
        let starts_word = now.is_uppercase && before.is_alphanumeric && !before.is_uppercase;
        let changes_script = now.is_spaceless != before.is_spaceless;
        if !now.is_of_word {
            splitter.end(&mut take, Joint::Apart);
        } else if starts_word || ends_abbreviation || changes_script {
            let is_within = before.is_alphanumeric && !changes_script;
            splitter.end(&mut take, if is_within { Joint::Within } else { Joint::Apart });
        }
        if now.is_of_word {
            splitter.push(one);
        }
        before = now;
    }
    splitter.end(&mut take, Joint::Apart);
}

/// What splits of a character. Each is judged once.
#[expect(clippy::struct_excessive_bools, reason = "a character may be all of these")]
#[derive(Clone, Copy, Default, PartialEq)]
struct CharKind {
    is_alphanumeric: bool,
    is_uppercase: bool,
    is_spaceless: bool,
    is_of_word: bool,
}

impl CharKind {
    /// A small letter or a digit of ASCII.
    const SMALL: Self =
        Self { is_alphanumeric: true, is_uppercase: false, is_spaceless: false, is_of_word: true };

    fn of(one: char) -> Self {
        if one.is_ascii() {
            let is_alphanumeric = one.is_ascii_alphanumeric();
            return Self {
                is_alphanumeric,
                is_uppercase: one.is_ascii_uppercase(),
                is_spaceless: false,
                is_of_word: is_alphanumeric,
            };
        }
        Self {
            is_alphanumeric: one.is_alphanumeric(),
            is_uppercase: one.is_uppercase(),
            is_spaceless: is_spaceless(one),
            is_of_word: is_of_word(one),
        }
    }
}

struct Splitter {
    word: String,
    joint: Joint,
}

impl Splitter {
    fn push(&mut self, one: char) {
        if one.is_ascii() {
            self.word.push(one.to_ascii_lowercase());
        } else {
            self.word.extend(one.to_lowercase());
        }
    }

    /// Ends a word. `joint` is how the next one follows it.
    fn end(&mut self, take: &mut impl FnMut(&str, Joint), joint: Joint) {
        let first = self.word.chars().next();
        if first.is_some_and(is_spaceless) {
            self.take_pairs(take);
        } else if first.is_some() && self.word.len() <= LONGEST {
            take(&self.word, self.joint);
        }
        self.word.clear();
        self.joint = joint;
    }

    /// Gives each two neighbouring letters of a script without spaces; a single letter is a word.
    fn take_pairs(&self, take: &mut impl FnMut(&str, Joint)) {
        let starts: Vec<usize> = self.word.char_indices().map(|(start, _)| start).collect();
        let pairs = starts.len().saturating_sub(1).max(1);
        for (at, start) in starts.iter().enumerate().take(pairs) {
            let end = starts.get(at + 2).copied().unwrap_or(self.word.len());
            take(&self.word[*start..end], Joint::Apart);
        }
    }
}

/// Whether a script is written without spaces: Thai, Lao, Myanmar, Khmer, Kana and Han.
const fn is_spaceless(one: char) -> bool {
    matches!(one,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
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
        for_each_word(text, |word, joint| {
            let mark = if joint == Joint::Within { "+" } else { "" };
            found.push(format!("{mark}{word}"));
        });
        found
    }

    #[test]
    fn identifiers_are_split_at_their_capitals_and_separators() {
        let cases: [(&str, &[&str]); 16] = [
            ("getHTTPUser_v2", &["get", "+http", "+user", "v2"]),
            ("crm.lookup-customer", &["crm", "lookup", "customer"]),
            ("Creates an issue.", &["creates", "an", "issue"]),
            ("readCoreV1NamespacedPod", &["read", "+core", "+v1", "+namespaced", "+pod"]),
            ("open PRs", &["open", "prs"]),
            ("listIPsOfURLs", &["list", "+ips", "+of", "+urls"]),
            ("HTTPServer", &["http", "+server"]),
            ("APIsettings", &["ap", "+isettings"]),
            ("ÜBER größe", &["über", "größe"]),
            ("हिन्दी", &["हिन्दी"]),
            ("ﬁle ｇｅｔ", &["file", "get"]),
            ("the user's files", &["the", "user", "files"]),
            ("issues/create:GitHub", &["issues", "create", "git", "+hub"]),
            ("  .*+?()[]{}|\\^$ 🙂 \u{0}", &[]),
            ("'", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn scripts_without_spaces_give_pairs_of_letters() {
        let cases: [(&str, &[&str]); 4] = [
            ("請求書を作成", &["請求", "求書", "書を", "を作", "作成"]),
            ("鍵", &["鍵"]),
            ("API鍵", &["api", "鍵"]),
            ("ค้นหา", &["ค้", "้น", "นห", "หา"]),
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
