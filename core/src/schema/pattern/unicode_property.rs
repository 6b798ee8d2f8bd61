//! Unicode properties and POSIX classes, by the names of all dialects. Sources: ECMA-262, tables
//! "Non-binary Unicode property aliases", "Binary Unicode property aliases" and "Value aliases and
//! canonical values"; java.util.regex.Pattern, "POSIX character classes (US-ASCII only)"; PCRE2, "POSIX
//! character classes".

use super::pattern_tree::ClassItem;

/// Values of `General_Category`, which need no key, and binary properties.
const ALONE: &str = "C Cc Cf Cn Co Cs L LC Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So \
    Z Zl Zp Zs cntrl digit punct Other Cased_Letter Control Format Close_Punctuation Unassigned Private_Use Mark \
    Combining_Mark Connector_Punctuation Surrogate Currency_Symbol Dash_Punctuation Decimal_Number Enclosing_Mark \
    Final_Punctuation Initial_Punctuation Letter Letter_Number Line_Separator Lowercase_Letter Modifier_Letter \
    Other_Letter Titlecase_Letter Uppercase_Letter Math_Symbol Spacing_Mark Nonspacing_Mark Modifier_Symbol Number \
    Other_Number Open_Punctuation Other_Punctuation Other_Symbol Punctuation Paragraph_Separator Symbol Separator \
    Space_Separator ASCII_Hex_Digit AHex Alphabetic Alpha Any ASCII Assigned Bidi_Control Bidi_Mirrored Cased \
    Case_Ignorable Changes_When_Casefolded Changes_When_Casemapped Changes_When_Lowercased \
    Changes_When_NFKC_Casefolded Changes_When_Titlecased Changes_When_Uppercased Dash Default_Ignorable_Code_Point \
    Deprecated Diacritic Emoji Emoji_Component Emoji_Modifier Emoji_Modifier_Base Emoji_Presentation \
    Extended_Pictographic Extender Grapheme_Base Grapheme_Extend Hex_Digit Hex ID_Continue IDC ID_Start IDS Ideographic \
    Join_Control Logical_Order_Exception Lowercase Lower Math Noncharacter_Code_Point Pattern_Syntax \
    Pattern_White_Space Quotation_Mark Radical Regional_Indicator Sentence_Terminal Soft_Dotted Terminal_Punctuation \
    Unified_Ideograph Uppercase Upper Variation_Selector White_Space space XID_Continue XID_Start";

/// Scripts that other dialects write without `Script=`.
const SCRIPTS: &str = "Arabic Armenian Bengali Bopomofo Braille Canadian_Aboriginal Cherokee Common Coptic Cyrillic \
    Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew Hiragana Inherited Kannada Katakana Khmer Lao \
    Latin Malayalam Mongolian Myanmar Oriya Runic Sinhala Syriac Tagalog Tamil Telugu Thaana Thai Tibetan Yi";

/// Returns the ECMA-262 items of a property, and true if its spelling differs. Returns `None` for an
/// unknown property.
pub fn item(written: &str, negated: bool) -> Option<(Vec<ClassItem>, bool)> {
    let (name, negated, is_other) = match written.strip_prefix('^') {
        Some(name) => (name, !negated, true),
        None => (written, negated, false),
    };
    let property = |name: String, is_other| Some((vec![ClassItem::Property { name, negated }], is_other));
    if let Some((key, value)) = name.split_once('=') {
        let is_word = !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let is_known = match key {
            "General_Category" | "gc" => ALONE.split_whitespace().take(80).any(|known| known == value),
            // The engine that compiles the pattern knows all script names and codes.
            "Script" | "sc" | "Script_Extensions" | "scx" => {
                is_word && value.starts_with(|c: char| c.is_ascii_uppercase())
            }
            _ => false,
        };
        return is_known.then(|| property(name.to_owned(), is_other)).flatten();
    }
    if ALONE.split_whitespace().any(|known| known == name) {
        return property(name.to_owned(), is_other);
    }
    let bare = name.strip_prefix("Is").unwrap_or(name);
    if SCRIPTS.split_whitespace().any(|known| known == bare) {
        return property(format!("Script={bare}"), true);
    }
    if name == "L&" {
        return property("LC".to_owned(), true);
    }
    if name.starts_with("Is") && ALONE.split_whitespace().any(|known| known == bare) {
        return property(bare.to_owned(), true);
    }
    if name.eq_ignore_ascii_case("all") {
        return property("Any".to_owned(), true);
    }
    Some((posix(&name.to_ascii_lowercase(), negated)?, true))
}

/// Returns the characters of a POSIX class, ASCII only.
pub fn posix(name: &str, negated: bool) -> Option<Vec<ClassItem>> {
    let ranges: &[(char, char)] = match name {
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "digit" => &[('0', '9')],
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "upper" => &[('A', 'Z')],
        "lower" => &[('a', 'z')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "graph" => &[('!', '~')],
        "print" => &[(' ', '~')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        "ascii" => &[('\0', '\x7f')],
        _ => return None,
    };
    if !negated {
        return Some(ranges.iter().map(|(from, to)| ClassItem::Range(*from, *to)).collect());
    }
    let mut others = Vec::new();
    let mut next = 0_u8;
    for (from, to) in ranges {
        // All POSIX classes are ASCII.
        let (from, to) = (u8::try_from(*from).unwrap_or_default(), u8::try_from(*to).unwrap_or_default());
        if from > next {
            others.push(ClassItem::Range(char::from(next), char::from(from - 1)));
        }
        next = to + 1;
    }
    others.push(ClassItem::Range(char::from(next), char::MAX));
    Some(others)
}
