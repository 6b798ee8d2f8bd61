//! Hidden characters: characters that a person does not see and a model reads.
//!
//! A definition or a response can carry a second text that no reviewer sees. Tags (U+E0000 to U+E007F)
//! spell ASCII, variation selectors encode bytes, and zero-width characters encode bits. Bidirectional
//! controls show a text in another order than it is read. Sources: Unicode 16,
//! `Default_Ignorable_Code_Point`; UTS #39, section 5; CVE-2021-42574 (bidirectional controls).
//!
//! Characters that writing needs are kept: a joiner between letters of joining scripts or between emoji,
//! one variation selector after a character with variants, and the flags of England, Scotland and Wales.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::invisible::is_never_seen;

/// What happens to hidden characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HiddenUnicode {
    /// They are kept and not reported.
    Keep,
    /// They are kept and reported with their number.
    #[default]
    Flag,
    /// They are removed and reported with their number.
    Strip,
}

impl HiddenUnicode {
    /// Applies the option to a string. Returns the number of hidden characters.
    pub fn apply(self, text: &mut String) -> usize {
        match self {
            Self::Keep => 0,
            Self::Flag => count_hidden(text),
            Self::Strip => {
                let Cow::Owned(seen) = strip_hidden(text) else { return 0 };
                let found = text.chars().count() - seen.chars().count();
                *text = seen;
                found
            }
        }
    }

    /// Applies the option to all strings and keys of a value. Returns the number of hidden characters.
    pub fn apply_to_value(self, value: &mut Value) -> usize {
        match value {
            _ if self == Self::Keep => 0,
            Value::String(text) => self.apply(text),
            Value::Array(items) => items.iter_mut().map(|item| self.apply_to_value(item)).sum(),
            Value::Object(members) => {
                let below: usize = members.values_mut().map(|member| self.apply_to_value(member)).sum();
                let in_keys: usize = members.keys().map(|key| count_hidden(key)).sum();
                if self == Self::Strip && in_keys > 0 {
                    let all = std::mem::take(members).into_iter();
                    *members = all
                        .map(|(key, value)| (strip_hidden(&key).into_owned(), value))
                        .collect::<Map<_, _>>();
                }
                below + in_keys
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
    }
}

/// Returns true if the character is hidden in some context.
pub const fn may_be_hidden(c: char) -> bool {
    is_never_seen(c) || is_joiner(c) || is_selector(c)
}

/// Returns the number of hidden characters of a string.
pub fn count_hidden(text: &str) -> usize {
    if text.is_ascii() {
        0
    } else {
        HiddenCharacterScan::of(text).filter(|(_, is_hidden)| *is_hidden).count()
    }
}

/// Removes hidden characters. Borrows if there are none.
pub fn strip_hidden(text: &str) -> Cow<'_, str> {
    if count_hidden(text) == 0 {
        return text.into();
    }
    HiddenCharacterScan::of(text)
        .filter(|(_, is_hidden)| !is_hidden)
        .map(|(c, _)| c)
        .collect::<String>()
        .into()
}

/// Returns true if a string or key of the value has hidden characters.
pub fn has_hidden(value: &Value) -> bool {
    match value {
        Value::String(text) => count_hidden(text) > 0,
        Value::Array(items) => items.iter().any(has_hidden),
        Value::Object(map) => map.iter().any(|(key, held)| count_hidden(key) > 0 || has_hidden(held)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Removes hidden characters from all strings and keys of a value.
pub fn strip_hidden_value(value: &Value) -> Value {
    let mut stripped = value.clone();
    HiddenUnicode::Strip.apply_to_value(&mut stripped);
    stripped
}

/// Iterates over the characters of a string, each with true if it is hidden there.
struct HiddenCharacterScan<'t> {
    rest: &'t str,
    /// The last visible character.
    seen: Option<char>,
    /// A joiner or variation selector that was kept after it.
    tail: Option<char>,
    /// Remaining bytes of a flag sequence.
    flag: usize,
}

impl<'t> HiddenCharacterScan<'t> {
    const fn of(text: &'t str) -> Self {
        Self { rest: text, seen: None, tail: None, flag: 0 }
    }

    fn is_hidden(&self, c: char) -> bool {
        match c {
            _ if self.flag > 0 => false,
            // A joiner combines emoji, or shapes letters.
            ZWNJ | ZWJ => {
                let next = self.rest.chars().next().filter(|next| !is_never_seen(*next));
                self.tail.is_some_and(is_joiner)
                    || ![self.seen, next].iter().all(|one| one.is_some_and(joins))
            }
            '\u{FE00}'..='\u{FE0F}' => self.tail.is_some() || !self.seen.is_some_and(has_variants),
            '\u{E0100}'..='\u{E01EF}' => self.tail.is_some() || !self.seen.is_some_and(is_ideograph),
            _ => is_never_seen(c),
        }
    }
}

impl Iterator for HiddenCharacterScan<'_> {
    type Item = (char, bool);

    fn next(&mut self) -> Option<Self::Item> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        let is_hidden = self.is_hidden(c);
        if self.flag > 0 {
            self.flag -= c.len_utf8();
        } else if c == '\u{1F3F4}' {
            self.flag = FLAGS.iter().find(|flag| self.rest.starts_with(**flag)).map_or(0, |flag| flag.len());
        }
        if !is_hidden {
            let is_tail = is_joiner(c) || is_selector(c);
            self.tail = is_tail.then_some(c);
            self.seen = if is_tail { self.seen } else { Some(c) };
        }
        Some((c, is_hidden))
    }
}

/// Tag sequences after U+1F3F4 that Unicode recommends (RGI): `gbeng`, `gbsct` and `gbwls`.
const FLAGS: [&str; 3] = [
    "\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
    "\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
    "\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
];

const ZWNJ: char = '\u{200C}';
const ZWJ: char = '\u{200D}';

const fn is_joiner(c: char) -> bool {
    matches!(c, ZWNJ | ZWJ)
}

const fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Returns true for letters of joining scripts, and emoji: a joiner may stand between them.
const fn joins(c: char) -> bool {
    matches!(c,
        '\u{0600}'..='\u{08FF}' // Arabic, Syriac, N'Ko, Mandaic
        | '\u{0900}'..='\u{0DFF}' // scripts of India and Sri Lanka
        | '\u{0E00}'..='\u{109F}' // Thai, Lao, Tibetan, Myanmar
        | '\u{1780}'..='\u{18AF}' // Khmer, Mongolian
        | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}'
    ) || is_emoji(c)
}

const fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

const fn has_variants(c: char) -> bool {
    // Keycaps (`#️⃣`), `©️`, punctuation, and scripts and ideographs with variants.
    matches!(c, '#' | '*' | '0'..='9' | '\u{A9}' | '\u{AE}' | '\u{2010}'..='\u{214F}' | '\u{1000}'..='\u{1CFF}')
        || is_emoji(c)
        || is_ideograph(c)
}

const fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nobody_sees_is_counted_and_stripped() {
        let tags: String = "ignore all".chars().filter_map(|c| char::from_u32(0xE0000 + c as u32)).collect();
        let bytes: String = (0..9).filter_map(|i| char::from_u32(0xE0100 + i)).collect();
        let few: String = (0..9).filter_map(|i| char::from_u32(0xFE00 + i)).collect();
        for (text, hidden, left) in [
            (format!("hello{tags}"), 10, "hello"),
            (format!("\u{1F600}{bytes}"), 9, "\u{1F600}"),
            (format!("\u{1F600}{few}"), 8, "\u{1F600}\u{FE00}"),
            (format!("a{few}"), 9, "a"),
            ("zero\u{200B}wi\u{2060}dth\u{FEFF}".to_owned(), 3, "zerowidth"),
            ("bits\u{200C}\u{200D}\u{200C}here".to_owned(), 3, "bitshere"),
            ("if (a)\u{202E} } \u{2066}{\u{2069}".to_owned(), 3, "if (a) } {"),
            ("\u{1F3F4}\u{E0061}\u{E007F}".to_owned(), 2, "\u{1F3F4}"),
            ("\u{200D}".to_owned(), 1, ""),
            ("so\u{AD}ft\u{180E}\u{2061}\u{206F}\u{1D173}\u{1D17A}".to_owned(), 6, "soft"),
        ] {
            assert_eq!(count_hidden(&text), hidden, "{text:?}");
            assert_eq!(strip_hidden(&text), left, "{text:?}");
        }
    }

    #[test]
    fn what_writing_needs_stays() {
        for text in [
            "plain ASCII, and äöü, 漢字, кириллица",
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", // a family
            "\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}",          // a flag of a selector, a joiner and a rainbow
            "\u{2764}\u{FE0F}\u{200D}\u{1F525} 1\u{FE0F}\u{20E3}",
            "\u{06A9}\u{062A}\u{0627}\u{0628}\u{200C}\u{0647}\u{0627}", // Persian
            "\u{0915}\u{094D}\u{200D}\u{0937}",                         // Devanagari
            "\u{8FBB}\u{E0100}",                                        // a variant of an ideograph
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}!",
        ] {
            assert_eq!(count_hidden(text), 0, "{text:?}");
            assert!(matches!(strip_hidden(text), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn a_value_is_treated_as_the_option_says() {
        let hidden = || json!({"a\u{200B}": ["x\u{200B}", {"b": "\u{FEFF}y"}], "c": 1});
        for (option, found, left) in [
            (HiddenUnicode::Keep, 0, hidden()),
            (HiddenUnicode::Flag, 3, hidden()),
            (HiddenUnicode::Strip, 3, json!({"a": ["x", {"b": "y"}], "c": 1})),
        ] {
            let mut value = hidden();
            assert_eq!(option.apply_to_value(&mut value), found, "{option:?}");
            assert_eq!(value, left, "{option:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_stripped_has_nothing_hidden_left(text in "(\\PC|[\u{200B}-\u{200F}\u{FE00}-\u{FE0F}\u{1F3F4}\u{1F600}a\u{E0020}-\u{E007F}\u{E0100}-\u{E0110}\u{8FBB}\u{0915}]){0,20}") {
            let stripped = strip_hidden(&text).into_owned();
            prop_assert_eq!(count_hidden(&stripped), 0, "{:?}", stripped);
            let mut again = text.clone();
            let found = HiddenUnicode::Strip.apply(&mut again);
            prop_assert_eq!(found, count_hidden(&text));
            prop_assert_eq!(again, stripped);
        }

        #[test]
        fn what_is_stripped_twice_is_what_is_stripped_once(text in "(\\PC|[\u{200B}-\u{200F}\u{FE00}-\u{FE0F}\u{1F3F4}\u{1F600}a\u{E0020}-\u{E007F}\u{E0100}-\u{E0110}\u{8FBB}\u{0915}]){0,20}") {
            let once = strip_hidden(&text).into_owned();
            let twice = strip_hidden(&once);
            prop_assert!(matches!(twice, Cow::Borrowed(_)), "{once:?}");
            prop_assert_eq!(&*twice, &once);
            prop_assert_eq!(matches!(strip_hidden(&text), Cow::Borrowed(_)), count_hidden(&text) == 0);
        }
    }
}
