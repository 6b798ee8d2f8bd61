//! OAuth scopes of a tool: what the caller of a server needs to see the tool and to call it.

use serde_json::Value;

use crate::error::Problem;
use crate::json::pointer;

/// Reads a list of scopes at a JSON pointer, each once. Gives those that are right, and all problems.
pub fn parse_scopes(value: &Value, at: &str) -> (Vec<String>, Vec<Problem>) {
    let Value::Array(items) = value else {
        return (Vec::new(), vec![Problem::at(at, "must be a list of strings")]);
    };
    let (mut scopes, mut problems) = (Vec::new(), Vec::new());
    for (i, item) in items.iter().enumerate() {
        match item.as_str() {
            Some(scope) if scopes.iter().any(|known| known == scope) => {}
            Some(scope) if is_scope(scope) => scopes.push(scope.to_owned()),
            _ => {
                let message = "must be an OAuth scope: visible ASCII without spaces, \" and \\";
                problems.push(Problem::at(pointer::push(at, &i.to_string()), message));
            }
        }
    }
    (scopes, problems)
}

/// Adds the scopes that all tools of a source need to those of one tool.
pub fn joined_scopes(mut own: Vec<String>, for_all: &[String]) -> Vec<String> {
    for scope in for_all {
        if !own.contains(scope) {
            own.push(scope.clone());
        }
    }
    own
}

/// Source: RFC 6749, section 3.3.
fn is_scope(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    !text.is_empty() && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scopes_are_read_once_each_and_every_wrong_one_is_told() {
        let (scopes, problems) = parse_scopes(&json!(["a", "b:c", "a", "", "d e", "\"", "é", 5]), "/scopes");
        assert_eq!(scopes, ["a", "b:c"]);
        let places: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(places, ["/scopes/3", "/scopes/4", "/scopes/5", "/scopes/6", "/scopes/7"]);
        assert_eq!(parse_scopes(&json!("a"), "/scopes").1.len(), 1);
    }
}
