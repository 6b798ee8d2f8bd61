//! What schemas hold under a keyword, as texts in an order of their own.

use serde_json::{Value, json};

use super::comparable_value;
use super::merged_schema::MergedSchema;

/// The items in an order of their own.
pub fn sorted<T: Ord + Clone>(items: &[T]) -> Vec<T> {
    let mut sorted = items.to_vec();
    sorted.sort_unstable();
    sorted
}

/// What the schemas hold under a keyword, in an order of its own.
pub fn texts(view: &MergedSchema<'_>, keyword: &'static str) -> Vec<String> {
    let mut texts: Vec<String> =
        view.held(keyword).filter(|held| **held != Value::Bool(false)).map(comparable_value::key).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// Texts as a message shows them.
pub fn brief<T: AsRef<str>>(texts: &[T]) -> Value {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    match texts {
        [] => Value::Null,
        [one] => read(one.as_ref()),
        more => more.iter().map(|text| read(text.as_ref())).collect(),
    }
}
