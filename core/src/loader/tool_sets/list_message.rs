//! List message: the answer of an MCP server to `tools/list` → where its tools are in the text. They are not read here.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A page of a list, by its place in the text of its message.
#[derive(Debug, PartialEq)]
pub struct ListMessage {
    /// The id of the request: a text or a number.
    pub id: Value,
    /// Where the first tool begins in the text, in bytes.
    pub start: usize,
    /// Where the last tool ends.
    pub end: usize,
    /// The number of tools.
    pub count: usize,
    /// The cursor of the next page, whatever it is.
    pub next_cursor: Option<Value>,
    /// How long the page is fresh, whatever it says.
    pub ttl_ms: Option<Value>,
}

#[derive(Deserialize)]
struct ListAnswer<'m> {
    #[serde(borrow)]
    jsonrpc: Cow<'m, str>,
    id: Value,
    method: Option<&'m RawValue>,
    error: Option<&'m RawValue>,
    #[serde(borrow)]
    result: ListPage<'m>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListPage<'m> {
    #[serde(borrow)]
    tools: Vec<&'m RawValue>,
    next_cursor: Option<Value>,
    ttl_ms: Option<Value>,
}

impl ListMessage {
    /// Finds the tools of a message. Nothing for a text that is anything else than a plain answer with a list, or has more
    /// than `depth` levels: who asked reads it value by value then.
    pub fn find(text: &str, depth: usize) -> Option<Self> {
        // Half a surrogate pair is text in JavaScript, and none in Rust.
        if is_deep(text, depth) || has_surrogate_escape(text) {
            return None;
        }
        let ListAnswer { jsonrpc, id, method, error, result } = serde_json::from_str(text).ok()?;
        if jsonrpc != "2.0" || method.is_some() || error.is_some() || !(id.is_string() || id.is_i64()) {
            return None;
        }
        let ListPage { tools, next_cursor, ttl_ms } = result;
        let at = |item: &str| item.as_ptr().addr() - text.as_ptr().addr();
        let start = tools.first().map_or(0, |first| at(first.get()));
        let end = tools.last().map_or(0, |last| at(last.get()) + last.get().len());
        Some(Self { id, start, end, count: tools.len(), next_cursor, ttl_ms })
    }
}

/// Whether a text of JSON is nested deeper than a limit.
fn is_deep(text: &str, limit: usize) -> bool {
    let (mut depth, mut is_string, mut is_escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        if is_string {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => is_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => is_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

fn has_surrogate_escape(text: &str) -> bool {
    let escapes = text.match_indices("\\u");
    escapes.into_iter().any(|(at, _)| {
        let digits = text.as_bytes().get(at + 2..at + 4);
        matches!(digits, Some([b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_plain_answer_says_where_its_tools_are() {
        let text =
            r#"{"jsonrpc":"2.0","id":7,"result":{"ttlMs":5,"tools":[ {"name":"ä"}, 3 ],"nextCursor":"c"}}"#;
        let found = ListMessage::find(text, 4).expect("a list");
        assert_eq!(&text[found.start..found.end], r#"{"name":"ä"}, 3"#);
        assert_eq!((found.id, found.count, found.next_cursor), (json!(7), 2, Some(json!("c"))));
        assert_eq!(found.ttl_ms, Some(json!(5)));
        let empty =
            ListMessage::find(r#"{"id":"a","result":{"tools":[]},"jsonrpc":"2.0"}"#, 4).expect("a list");
        assert_eq!((empty.start, empty.end, empty.count), (0, 0, 0));
    }

    #[test]
    fn any_other_text_is_left_to_who_asked() {
        for text in [
            "",
            "[]",
            "{",
            r#"{"jsonrpc":"2.0","id":7,"result":{"tools":[]}"#,
            r#"{"jsonrpc":"1.0","id":7,"result":{"tools":[]}}"#,
            r#"{"jsonrpc":"2.0","id":null,"result":{"tools":[]}}"#,
            r#"{"jsonrpc":"2.0","id":1.5,"result":{"tools":[]}}"#,
            r#"{"jsonrpc":"2.0","result":{"tools":[]}}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":{"tools":{}}}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":{"tools":[]},"error":{"code":1}}"#,
            r#"{"jsonrpc":"2.0","id":7,"method":"a","result":{"tools":[]}}"#,
            r#"{"jsonrpc":"2.0","id":7,"id":8,"result":{"tools":[]}}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"\ud800"}]}}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":{"tools":[[[[]]]]}}"#,
        ] {
            assert_eq!(ListMessage::find(text, 5), None, "{text}");
        }
    }
}
