//! Normal form of a text: compatibility forms of one letter are one letter (NFKC). Only this file uses the crate
//! `icu_normalizer`.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizer;

/// A text in NFKC: `ﬁ` is `fi`, and full-width letters are those of a keyboard.
pub(in crate::search) fn normalize(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { ComposingNormalizer::new_nfkc().normalize(text) }
}
