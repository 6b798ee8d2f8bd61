//! Sorted texts of keyword values, for comparison and for messages.

use serde_json::{Value, json};

use super::comparable_value;
use super::merged_schema::MergedSchema;

/// Returns a sorted copy.
pub fn sorted<T: Ord + Clone>(items: &[T]) -> Vec<T> {
    let mut sorted = items.to_vec();
    sorted.sort_unstable();
    sorted
}

/// Returns the distinct values of a keyword in all merged nodes, as sorted texts.
pub fn texts(view: &MergedSchema<'_>, keyword: &'static str) -> Vec<String> {
    let mut texts: Vec<String> =
        view.held(keyword).filter(|held| **held != Value::Bool(false)).map(comparable_value::key).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// Returns texts as one JSON value for a message.
pub fn brief<T: AsRef<str>>(texts: &[T]) -> Value {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    match texts {
        [] => Value::Null,
        [one] => read(one.as_ref()),
        more => more.iter().map(|text| read(text.as_ref())).collect(),
    }
}
