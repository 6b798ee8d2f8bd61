//! YAML text to [`Node`]s: anchors, aliases, merge keys and limits. Of the YAML crate only the event parser is used.
//!
//! An alias takes no memory: it is the value of its anchor. Its values and bytes count as if they were written out, because
//! whatever is made of the document may write them out.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput, Tag};

use super::yaml_scalar::{is_non_specific, resolve_scalar, unknown_tag};
use crate::error::{Error, Result, excerpt};
use crate::json::{DocumentSize, HashMap, Node, NodeBuilder, NodeEntry, Path};

/// Reads a YAML text of one document.
///
/// # Errors
/// `INVALID_SPEC` with line and column, `LIMIT_EXCEEDED`.
pub fn read<'a>(text: &'a str, builder: &mut NodeBuilder<'a>) -> Result<Node<'a>> {
    let mut reader = YamlReader {
        events: Parser::new_from_str(text),
        anchors: HashMap::default(),
        aliases: 0,
        at: None,
        keys: Vec::new(),
        depth: builder.bounds().depth,
        builder,
    };
    let (mut root, whole) = (None, Path::at(""));
    loop {
        match reader.next(&whole)? {
            Event::StreamEnd => break,
            Event::DocumentStart(_) if root.is_some() => {
                return Err(reader.fault("there is more than one document", &whole));
            }
            Event::DocumentStart(_) => {
                let first = reader.next(&whole)?;
                root = Some(reader.node(first, 0, &whole)?);
            }
            _ => {}
        }
    }
    root.ok_or_else(|| reader.fault("there is no document", &whole))
}

/// The value of an anchor, with the values and bytes that it counts.
type AnchoredValue<'a> = (Node<'a>, DocumentSize);

struct YamlReader<'b, 'a> {
    events: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, AnchoredValue<'a>>,
    aliases: usize,
    at: Option<Marker>,
    /// The positions of the keys of open maps.
    keys: Vec<Option<Marker>>,
    /// The depth limit.
    depth: usize,
    builder: &'b mut NodeBuilder<'a>,
}

impl<'a> YamlReader<'_, 'a> {
    fn next(&mut self, path: &Path<'_>) -> Result<Event<'a>> {
        match self.events.next() {
            Some(Ok((event, span))) => {
                self.at = Some(span.start);
                Ok(event)
            }
            // The scanner reads brackets ahead, and counts to 255.
            Some(Err(error)) if error.info() == "recursion limit exceeded" => {
                Err(Error::LimitExceeded { what: "document depth", limit: self.depth })
            }
            Some(Err(error)) => Err(scan_fault(&error, path)),
            None => Ok(Event::StreamEnd),
        }
    }

    fn fault(&self, reason: &str, path: &Path<'_>) -> Error {
        Error::Syntax {
            format: "YAML",
            reason: reason.to_owned(),
            line: self.at.map(|at| at.line()),
            column: self.at.map(|at| at.col() + 1),
            pointer: Some(path.pointer()),
        }
    }

    fn node(&mut self, event: Event<'a>, depth: usize, path: &Path<'_>) -> Result<Node<'a>> {
        let before = self.builder.counted_size();
        self.builder.count_values(depth, 1)?;
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text = match text {
                    std::borrow::Cow::Borrowed(text) => text,
                    std::borrow::Cow::Owned(text) => self.builder.text(&text),
                };
                self.builder.count_bytes(text.len())?;
                let node = resolve_scalar(text, style, tag.as_deref(), self.builder);
                (node.map_err(|reason| self.fault(&reason, path))?, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", path)?;
                (self.sequence(depth, path)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", path)?;
                (self.mapping(depth, path)?, anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, depth, path),
            _ => return Err(self.fault("a value is missing", path)),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, (node, self.builder.counted_size().since(before)));
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, depth: usize, path: &Path<'_>) -> Result<Node<'a>> {
        self.aliases += 1;
        if self.aliases > self.builder.bounds().aliases {
            return Err(Error::LimitExceeded {
                what: "number of aliases",
                limit: self.builder.bounds().aliases,
            });
        }
        let known = self.anchors.get(&anchor).copied();
        let (node, size) = known.ok_or_else(|| self.fault("an alias stands in its own anchor", path))?;
        // One value was counted for the alias itself.
        self.builder.count_values(depth, size.nodes.saturating_sub(1))?;
        self.builder.count_bytes(size.bytes)?;
        Ok(node)
    }

    fn sequence(&mut self, depth: usize, path: &Path<'_>) -> Result<Node<'a>> {
        let mark = self.builder.mark();
        let mut index = 0;
        loop {
            match self.next(path)? {
                Event::SequenceEnd => return Ok(self.builder.list(mark)),
                event => {
                    let item = self.node(event, depth + 1, &path.index(index))?;
                    self.builder.push_item(item);
                    index += 1;
                }
            }
        }
    }

    fn mapping(&mut self, depth: usize, path: &Path<'_>) -> Result<Node<'a>> {
        let (mark, first) = (self.builder.mark(), self.keys.len());
        let mut merged = Vec::new();
        loop {
            let (key, is_merge) = match self.next(path)? {
                Event::MappingEnd => break,
                Event::Scalar(text, style, anchor, _) => {
                    let is_merge = text == "<<" && style == ScalarStyle::Plain;
                    let text = match text {
                        std::borrow::Cow::Borrowed(text) => text,
                        std::borrow::Cow::Owned(text) => self.builder.text(&text),
                    };
                    self.builder.count_bytes(text.len())?;
                    if anchor > 0 {
                        self.anchors.insert(
                            anchor,
                            (Node::String(text), DocumentSize { nodes: 1, bytes: text.len() }),
                        );
                    }
                    (text, is_merge)
                }
                Event::Alias(anchor) => match self.alias(anchor, depth, path)? {
                    Node::String(text) => (text, false),
                    other => {
                        let reason = format!("a key cannot be {}", other.kind());
                        return Err(self.fault(&reason, path));
                    }
                },
                _ => return Err(self.fault("a key must be a scalar", path)),
            };
            if !is_merge {
                self.keys.push(self.at);
            }
            let event = self.next(&path.key(key))?;
            let value = self.node(event, depth + 1, &path.key(key))?;
            if is_merge {
                merged.extend(self.merged_entries(value, depth, path)?);
            } else {
                self.builder.push_entry(key, value);
            }
        }
        if !merged.is_empty() {
            let mut known = self.builder.keys(mark);
            for (key, value) in merged {
                if known.insert(key) {
                    self.builder.push_entry(key, value);
                }
            }
        }
        let object = self.builder.object(mark, path).map_err(|(position, key)| {
            self.at = self.keys.get(first + position).copied().flatten().or(self.at);
            let reason = format!("key \"{}\" occurs twice in one map; remove one of them", excerpt(key));
            self.fault(&reason, &path.key(key))
        });
        self.keys.truncate(first);
        object
    }

    /// Merge key, `<<: *base` or `<<: [*one, *two]`: the members of the merged maps, earlier maps first.
    fn merged_entries(
        &mut self,
        value: Node<'a>,
        depth: usize,
        path: &Path<'_>,
    ) -> Result<Vec<NodeEntry<'a>>> {
        let maps = match value {
            Node::Array(items) => items,
            ref one => std::slice::from_ref(one),
        };
        let mut merged = Vec::new();
        for map in maps {
            let Some(map) = map.as_object() else {
                let reason = format!("only maps can be merged, this is {}", map.kind());
                return Err(self.fault(&reason, &path.key("<<")));
            };
            self.builder.count_values(depth, map.len())?;
            merged.extend(map.iter());
        }
        Ok(merged)
    }

    /// Refuses a tag of a list or map other than its own.
    fn check_tag(&self, tag: Option<&Tag>, own: &str, path: &Path<'_>) -> Result<()> {
        match tag {
            Some(tag) if !(is_non_specific(tag) || tag.is_yaml_core_schema() && tag.suffix == own) => {
                Err(self.fault(&unknown_tag(tag), path))
            }
            _ => Ok(()),
        }
    }
}

fn scan_fault(error: &ScanError, path: &Path<'_>) -> Error {
    let place = error.marker();
    Error::Syntax {
        format: "YAML",
        reason: error.info().to_owned(),
        line: Some(place.line()),
        column: Some(place.col() + 1),
        pointer: Some(path.pointer()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Arena, DocumentBounds, DuplicateKeyPolicy, Number};

    const BOUNDS: DocumentBounds = DocumentBounds {
        depth: 20,
        nodes: 10_000,
        bytes: 100_000,
        aliases: 1_000,
        duplicates: DuplicateKeyPolicy::Refuse,
    };

    fn as_json(text: &str) -> String {
        let arena = Arena::new();
        match read(text, &mut NodeBuilder::new(&arena, BOUNDS)) {
            Ok(node) => node.to_value().to_string(),
            Err(Error::Syntax { reason, line, column, pointer, .. }) => {
                let place = |number: Option<usize>| number.unwrap_or_default();
                format!("{reason} ({}:{} {})", place(line), place(column), pointer.unwrap_or_default())
            }
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn plain_scalars_are_what_the_core_schema_says() {
        for (text, expected) in [
            ("02894", "2894"),
            ("+12", "12"),
            ("-0", "-0.0"),
            ("0o14", "12"),
            ("014", "14"),
            ("0xFF", "255"),
            ("1_000", "\"1_000\""),
            ("NO", "\"NO\""),
            ("Y", "\"Y\""),
            ("on", "\"on\""),
            ("12:30:45", "\"12:30:45\""),
            ("2001-12-14", "\"2001-12-14\""),
            ("3.0.0", "\"3.0.0\""),
            ("3.1", "3.1"),
            ("1.", "1.0"),
            (".5", "0.5"),
            ("1e3", "1000.0"),
            ("1e", "\"1e\""),
            (".", "\".\""),
            ("-", "[null]"),
            ("--", "\"--\""),
            ("0b1", "\"0b1\""),
            ("~", "null"),
            ("NULL", "null"),
            ("nUll", "\"nUll\""),
            ("True", "true"),
            ("'1'", "\"1\""),
            ("!!str 1", "\"1\""),
            ("! 1", "\"1\""),
            ("!!int '1'", "1"),
            (".inf", "null"),
            ("=", "\"=\""),
        ] {
            assert_eq!(as_json(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_of_any_size_keeps_its_text() {
        let arena = Arena::new();
        let text = "a: 123456789012345678901234567890\nb: +1e400\n";
        let root = read(text, &mut NodeBuilder::new(&arena, BOUNDS)).expect("valid");
        let number = |text| Some(Node::Number(Number::new(text)));
        assert_eq!(root.get("a"), number("123456789012345678901234567890"));
        assert_eq!(root.get("b"), number("1e400"));
    }

    #[test]
    fn keys_are_as_they_are_written() {
        assert_eq!(
            as_json("200: a\nnull: b\ntrue: c\n1.0: d\n"),
            r#"{"200":"a","null":"b","true":"c","1.0":"d"}"#
        );
    }

    #[test]
    fn anchors_aliases_and_merge_keys_are_followed() {
        assert_eq!(
            as_json("base: &b {x: 1, y: 0}\nuse:\n  <<: *b\n  y: 2\nagain: *b\n"),
            r#"{"base":{"x":1,"y":0},"use":{"y":2,"x":1},"again":{"x":1,"y":0}}"#
        );
        assert_eq!(
            as_json("a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc:\n  <<: [*a, *b]\n"),
            r#"{"a":{"x":1},"b":{"x":2,"z":3},"c":{"x":1,"z":3}}"#
        );
        assert_eq!(as_json("a: {'<<': 1}"), r#"{"a":{"<<":1}}"#);
    }

    #[test]
    fn what_is_no_document_is_told_with_its_place() {
        for (text, expected) in [
            (
                "a: 1\nb:\n  c: 1\n  c: 2\n",
                "key \"c\" occurs twice in one map; remove one of them (4:3 /b/c)",
            ),
            ("a: 1\n---\nb: 2\n", "there is more than one document (2:1 )"),
            ("a: &x [*x]\n", "an alias stands in its own anchor (1:8 /a/0)"),
            (
                "a: !!binary aGk=\n",
                "the tag \"tag:yaml.org,2002:!binary\" is none of YAML's core schema (1:4 /a)",
            ),
            ("a: !custom {b: 1}\n", "the tag \"!custom\" is none of YAML's core schema (1:4 /a)"),
            ("a: !!int x\n", "\"x\" is no int (1:4 /a)"),
            ("? [a]\n: 1\n", "a key must be a scalar (1:3 )"),
            ("a:\n  <<: 1\n", "only maps can be merged, this is a number (2:7 /a/<<)"),
        ] {
            assert_eq!(as_json(text), expected, "{text}");
        }
        for text in ["a: [1\nb: }\n", "\ta: 1\n", "a: b: c\n", "a: *nothing\n", "\"a", "%YAML x\n---\n"] {
            assert!(as_json(text).contains(':'), "{text}: {}", as_json(text));
        }
    }
}
