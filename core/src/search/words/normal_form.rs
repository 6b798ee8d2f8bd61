//! Normal form of a text: compatibility forms of one letter are one letter (NFKC). Only this file uses the crate
//! `icu_normalizer`.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizer;

/// A text in NFKC: `ﬁ` is `fi`, and full-width letters are those of a keyboard.
pub(in crate::search) fn normalize(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { ComposingNormalizer::new_nfkc().normalize(text) }
}

/// What the forms of a name share that differ by case, or by the spaces around them.
pub fn name_form(name: &str) -> String {
    let name = name.trim();
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    // Capitals first: `ß` and `ς` have no own ones, so that the lower case of `SS` and `Σ` is another letter.
    normalize(&normalize(name).to_uppercase()).to_lowercase()
}
