//! Aliases of a tool: other words for what it does. Search indexes them, and no model sees them.

use std::collections::HashSet;

use serde_json::Value;

use crate::error::{Error, Problem, Result};
use crate::json::pointer;

/// The most aliases of one tool.
pub const MAX_ALIASES: usize = 64;
/// The longest alias, in characters.
pub const MAX_ALIAS_CHARACTERS: usize = 200;

/// Reads a list of aliases at a JSON pointer, each once. Gives those that are right, and all problems. A list over a limit
/// gives no aliases.
pub fn parse_aliases(value: &Value, at: &str) -> (Vec<String>, Vec<Problem>) {
    let Value::Array(items) = value else {
        return (Vec::new(), vec![Problem::at(at, "must be a list of strings")]);
    };
    if let Some(limit) = limit_of(items, at) {
        let message = format!("has a {} over the limit of {}: {}", limit.what, limit.limit, limit.advice);
        return (Vec::new(), vec![Problem::at(limit.pointer, message)]);
    }
    let (mut aliases, mut known, mut problems) =
        (Vec::with_capacity(items.len()), HashSet::new(), Vec::new());
    for (i, item) in items.iter().enumerate() {
        let message = match item.as_str() {
            Some(alias) if alias.trim().is_empty() => "is empty: give a text, or leave it out",
            Some(alias) => {
                if known.insert(alias) {
                    aliases.push(alias.to_owned());
                }
                continue;
            }
            None => "must be a string",
        };
        problems.push(Problem::at(pointer::push(at, &i.to_string()), message));
    }
    (aliases, problems)
}

/// Refuses a list of aliases that is too long, or that has one that is too long. `tool` is the name of the tool, as far as
/// it is known; wrong types are left to [`parse_aliases`].
///
/// # Errors
/// `LIMIT_EXCEEDED` with the pointer of the list or of the alias.
pub fn check_alias_limits(value: Option<&Value>, tool: &str, at: &str) -> Result<()> {
    let Some(AliasLimit { pointer, what, limit, advice }) =
        value.and_then(Value::as_array).and_then(|items| limit_of(items, at))
    else {
        return Ok(());
    };
    Err(Error::LimitExceededAt { tool: tool.into(), pointer: pointer.into(), what, limit, advice })
}

/// A list or an alias over a limit.
struct AliasLimit {
    pointer: String,
    what: &'static str,
    limit: usize,
    advice: &'static str,
}

fn limit_of(items: &[Value], at: &str) -> Option<AliasLimit> {
    if items.len() > MAX_ALIASES {
        let (pointer, what) = (at.to_owned(), "number of aliases");
        return Some(AliasLimit {
            pointer,
            what,
            limit: MAX_ALIASES,
            advice: "keep those that requests say",
        });
    }
    let is_long = |alias: &str| alias.chars().nth(MAX_ALIAS_CHARACTERS).is_some();
    let index = items.iter().position(|item| item.as_str().is_some_and(is_long))?;
    let (pointer, what) = (pointer::push(at, &index.to_string()), "number of characters of an alias");
    Some(AliasLimit { pointer, what, limit: MAX_ALIAS_CHARACTERS, advice: "write a shorter one, or several" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(value: &Value) -> Vec<String> {
        parse_aliases(value, "/aliases").1.into_iter().map(|problem| problem.pointer).collect()
    }

    #[test]
    fn aliases_are_read_once_each_and_every_wrong_one_is_told() {
        let value = json!(["close", "end it", "close", "", " ", 5, null]);
        assert_eq!(parse_aliases(&value, "/aliases").0, ["close", "end it"]);
        assert_eq!(places(&value), ["/aliases/3", "/aliases/4", "/aliases/5", "/aliases/6"]);
        assert_eq!(places(&json!("close")), ["/aliases"]);
        assert_eq!(places(&json!({"0": "close"})), ["/aliases"]);
    }

    #[test]
    fn a_list_and_an_alias_have_a_limit() {
        let long = |count: usize| "ä".repeat(count);
        let many = |count: usize| (0..count).map(|i| i.to_string()).collect::<Vec<_>>();
        for (value, expected) in [
            (json!(many(MAX_ALIASES)), None),
            (json!(many(MAX_ALIASES + 1)), Some(("/aliases", MAX_ALIASES))),
            (json!(vec!["same"; 10_000]), Some(("/aliases", MAX_ALIASES))),
            (json!([long(MAX_ALIAS_CHARACTERS)]), None),
            (json!(["a", long(MAX_ALIAS_CHARACTERS + 1)]), Some(("/aliases/1", MAX_ALIAS_CHARACTERS))),
        ] {
            let told = match check_alias_limits(Some(&value), "a", "/aliases") {
                Ok(()) => None,
                Err(Error::LimitExceededAt { pointer, limit, .. }) => Some((pointer.to_string(), limit)),
                Err(other) => panic!("{other}"),
            };
            assert_eq!(told.as_ref().map(|(pointer, limit)| (pointer.as_str(), *limit)), expected);
            let (aliases, problems) = parse_aliases(&value, "/aliases");
            assert_eq!((aliases.is_empty(), problems.len()), (told.is_some(), usize::from(told.is_some())));
        }
    }
}
