//! JSON reader: text to [`Node`]s. Only this file uses the crate jiter. Jiter returns the text of numbers;
//! `serde_json` does so only with an allocation for each number in the whole program.

use jiter::{Jiter, JiterError, JsonErrorType, Peek};

use super::{Node, NodeBuilder, Number, Path};
use crate::error::{Error, Result, excerpt};

/// Parses a JSON text. Fails with `Error::Syntax` and line, column and pointer, or with
/// `Error::LimitExceeded`.
pub fn read<'a>(text: &'a str, builder: &mut NodeBuilder<'a>) -> Result<Node<'a>> {
    let mut reader = JsonReader { text, keys: Vec::new(), tokens: Jiter::new(text.as_bytes()), builder };
    let root = Path::at("");
    let first = reader.tokens.peek().map_err(|error| reader.fault(&error, &root))?;
    let node = reader.node(first, 0, &root)?;
    reader.tokens.finish().map_err(|error| reader.fault(&error, &root))?;
    Ok(node)
}

struct JsonReader<'a, 'b> {
    text: &'a str,
    /// End offsets of the keys of all open objects, for the position of a duplicate key.
    keys: Vec<usize>,
    tokens: Jiter<'a>,
    builder: &'b mut NodeBuilder<'a>,
}

impl<'a> JsonReader<'a, '_> {
    fn node(&mut self, next: Peek, depth: usize, path: &Path<'_>) -> Result<Node<'a>> {
        self.builder.count_values(depth, 1)?;
        match next {
            Peek::String => match self.tokens.known_str() {
                Ok(text) => Ok(Node::String(own(self.text, text, self.builder))),
                Err(error) => Err(self.fault(&error, path)),
            },
            Peek::Array => self.array(depth, path),
            Peek::Object => self.object(depth, path),
            Peek::Null => {
                self.tokens.known_null().map(|()| Node::Null).map_err(|error| self.fault(&error, path))
            }
            Peek::True | Peek::False => {
                self.tokens.known_bool(next).map(Node::Bool).map_err(|error| self.fault(&error, path))
            }
            number => self.number(number, path),
        }
    }

    fn array(&mut self, depth: usize, path: &Path<'_>) -> Result<Node<'a>> {
        let mark = self.builder.mark();
        let mut next = self.tokens.known_array().map_err(|error| self.fault(&error, path))?;
        let mut index = 0;
        while let Some(peek) = next {
            let item = self.node(peek, depth + 1, &path.index(index))?;
            self.builder.push_item(item);
            index += 1;
            next = self.tokens.array_step().map_err(|error| self.fault(&error, path))?;
        }
        Ok(self.builder.list(mark))
    }

    fn object(&mut self, depth: usize, path: &Path<'_>) -> Result<Node<'a>> {
        let (mark, first) = (self.builder.mark(), self.keys.len());
        let mut key = match self.tokens.known_object() {
            Ok(key) => key.map(|key| own(self.text, key, self.builder)),
            Err(error) => return Err(self.fault(&error, path)),
        };
        while let Some(name) = key {
            self.keys.push(self.tokens.current_index());
            let peek = self.tokens.peek().map_err(|error| self.fault(&error, &path.key(name)))?;
            let value = self.node(peek, depth + 1, &path.key(name))?;
            self.builder.push_entry(name, value);
            key = match self.tokens.next_key() {
                Ok(key) => key.map(|key| own(self.text, key, self.builder)),
                Err(error) => return Err(self.fault(&error, path)),
            };
        }
        let object = self.builder.object(mark, path).map_err(|(position, key)| {
            let end = self.keys.get(first + position).copied().unwrap_or_default();
            // A colon and white space follow the key, so that the position lies two bytes before.
            let place = self.tokens.error_position(end.saturating_sub(2));
            Error::Syntax {
                format: "JSON",
                reason: format!("key \"{}\" occurs twice in one map; remove one of them", excerpt(key)),
                line: Some(place.line),
                column: Some(place.column),
                pointer: Some(path.key(key).pointer()),
            }
        });
        self.keys.truncate(first);
        object
    }

    fn number(&mut self, next: Peek, path: &Path<'_>) -> Result<Node<'a>> {
        match self.tokens.known_number_bytes(next) {
            // jiter returns digits, signs, points and exponents only, which are ASCII.
            Ok(digits) => {
                let digits = std::str::from_utf8(digits).unwrap_or("0");
                Ok(Node::Number(Number::new(own(self.text, digits, self.builder))))
            }
            Err(error) => Err(self.fault(&error, path)),
        }
    }

    fn fault(&self, error: &JiterError, path: &Path<'_>) -> Error {
        let place = self.tokens.error_position(error.index);
        let reason = match &error.error_type {
            jiter::JiterErrorType::JsonError(kind) => match kind {
                JsonErrorType::ExpectedSomeIdent => "expected true, false or null".to_owned(),
                other => other.to_string(),
            },
            jiter::JiterErrorType::WrongType { .. } => "expected a value".to_owned(),
        };
        Error::Syntax {
            format: "JSON",
            reason,
            line: Some(place.line),
            column: Some(place.column),
            pointer: Some(path.pointer()),
        }
    }
}

/// Returns the slice of the document that equals a parsed string. A string with escapes has no such slice
/// and is copied.
fn own<'a>(document: &'a str, text: &str, builder: &NodeBuilder<'a>) -> &'a str {
    let start = (text.as_ptr() as usize).wrapping_sub(document.as_ptr() as usize);
    match document.get(start..start.wrapping_add(text.len())) {
        Some(same) if start < document.len() => same,
        _ => builder.text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Arena, DocumentBounds, DuplicateKeyPolicy};

    fn read_value(text: &str, bounds: DocumentBounds) -> Result<serde_json::Value> {
        let arena = Arena::new();
        read(text, &mut NodeBuilder::new(&arena, bounds)).map(Node::to_value)
    }

    #[test]
    fn texts_without_escapes_are_borrowed() {
        let arena = Arena::new();
        let text = r#"{"plain": "text", "escaped": "a\nb", "n": -1.50e3}"#;
        let node = read(text, &mut NodeBuilder::new(&arena, DocumentBounds::SMALL)).expect("valid");
        let within = |part: &str| text.as_bytes().as_ptr_range().contains(&part.as_ptr());
        assert!(node.text("plain").is_some_and(|plain| plain == "text" && within(plain)));
        assert!(node.text("escaped").is_some_and(|escaped| escaped == "a\nb" && !within(escaped)));
        assert_eq!(node.get("n"), Some(Node::Number(Number::new("-1.50e3"))));
    }

    #[test]
    fn depth_and_number_of_values_are_bounded() {
        let tight = DocumentBounds { depth: 2, ..DocumentBounds::SMALL };
        assert_eq!(
            read_value("[[[0]]]", tight),
            Err(Error::LimitExceeded { what: "document depth", limit: 2 })
        );
        let few = DocumentBounds { nodes: 3, ..DocumentBounds::SMALL };
        assert!(matches!(read_value("[1, 2, 3]", few), Err(Error::LimitExceeded { limit: 3, .. })));
        assert!(read_value("[1, 2]", few).is_ok());
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_with_its_place() {
        match read_value("{\"x\": [0, {\"a/b\": 1,\n \"a/b\": 2}]}", DocumentBounds::SMALL) {
            Err(Error::Syntax { reason, line, pointer, .. }) => {
                assert_eq!(reason, "key \"a/b\" occurs twice in one map; remove one of them");
                assert_eq!((line, pointer.as_deref()), (Some(2), Some("/x/1/a~1b")));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn where_the_last_counts_a_key_that_stands_twice_is_told() {
        let arena = Arena::new();
        let mut builder = NodeBuilder::new(
            &arena,
            DocumentBounds { duplicates: DuplicateKeyPolicy::Last, ..DocumentBounds::SMALL },
        );
        let node = read(r#"{"x": {"a": 1, "b": 2, "a": 3}}"#, &mut builder).expect("valid");
        assert_eq!(node.to_value().to_string(), r#"{"x":{"a":3,"b":2}}"#);
        assert_eq!(builder.twice, [("/x".to_owned(), "a".to_owned())]);
    }

    #[test]
    fn what_is_no_json_is_told_with_line_and_column() {
        for (text, place) in [
            ("{\"a\": 1,\n  \"b\": }", (2, 8, "/b")),
            ("{\"a\":\n 1,,}", (2, 4, "")),
            ("{\"a\": \"\\ud800\"}", (1, 14, "/a")),
            ("[1, 2", (1, 5, "")),
            ("{} x", (1, 4, "")),
            ("{\"a\": nul}", (1, 10, "/a")),
            ("{\"a\": 01}", (1, 8, "/a")),
            ("{\"a\": NaN}", (1, 7, "/a")),
            ("{\"a\": [0, -Infinity]}", (1, 12, "/a/1")),
        ] {
            match read_value(text, DocumentBounds::SMALL) {
                Err(Error::Syntax {
                    line: Some(line), column: Some(column), pointer: Some(pointer), ..
                }) => {
                    assert_eq!((line, column, pointer.as_str()), place, "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
