//! Search query: a request in one phrasing or several.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::search::stop_words::is_stop_word;
use crate::search::words::for_each_word;

/// The most phrasings of a query.
const MOST_PHRASINGS: usize = 5;
/// The most characters of a phrasing.
const MOST_CHARACTERS: usize = 500;
/// The most words of a phrasing that count.
const MOST_WORDS: usize = 64;

/// A request for tools, in words.
#[derive(Clone, Debug)]
pub struct SearchQuery {
    /// Its phrasings, as they are written.
    pub texts: Vec<String>,
    pub(in crate::search) phrasings: Vec<Phrasing>,
}

/// One phrasing of a query.
#[derive(Clone, Debug)]
pub struct Phrasing {
    /// The phrasing as it is written: a tool of that name comes first.
    pub(in crate::search) text: String,
    pub(in crate::search) words: Vec<QueryWord>,
}

/// A word of a phrasing.
#[derive(Clone, Debug)]
pub(in crate::search) struct QueryWord {
    /// In lower case.
    pub text: String,
    pub is_stop_word: bool,
}

impl SearchQuery {
    /// Reads a query: a text, or a list of texts.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for another value, `LIMIT_EXCEEDED` for too many phrasings, or one that is too long.
    pub fn parse(value: &Value) -> Result<Self> {
        let texts: Vec<&str> = match value {
            Value::String(text) => vec![text],
            Value::Array(list) => {
                list.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(not_text)?
            }
            _ => return Err(not_text()),
        };
        if texts.len() > MOST_PHRASINGS {
            return Err(Error::LimitExceeded {
                what: "number of phrasings of a query",
                limit: MOST_PHRASINGS,
            });
        }
        // The length in bytes is known without a walk.
        let is_long = |text: &&str| text.len() > MOST_CHARACTERS && text.chars().count() > MOST_CHARACTERS;
        if texts.iter().any(is_long) {
            let what = "number of characters of a query";
            return Err(Error::LimitExceeded { what, limit: MOST_CHARACTERS });
        }
        let phrasings = texts.iter().map(|text| Phrasing::read(text)).collect();
        Ok(Self { texts: texts.into_iter().map(ToOwned::to_owned).collect(), phrasings })
    }
}

impl Phrasing {
    fn read(text: &str) -> Self {
        let mut words = Vec::new();
        for_each_word(text, |word, _| {
            if words.len() < MOST_WORDS {
                words.push(QueryWord { text: word.to_owned(), is_stop_word: is_stop_word(word) });
            }
        });
        Self { text: text.to_owned(), words }
    }
}

fn not_text() -> Error {
    let reason = "must be a text, or a list of texts: phrasings of one need".to_owned();
    Error::InvalidOptions { option: "query".to_owned(), reason }
}
