//! YAML text to [`Node`]s. The door to the YAML crate, of which only the event parser is used: what a plain scalar means
//! is decided here, by the core schema of YAML 1.2 (section 10.3.2), so that numbers keep their text and `NO` is a text.
//!
//! An alias costs no memory here, its value stands where its anchor stands; its values and its bytes are counted as if it
//! were written out, because whatever is made of the document may write it out.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput, Tag};

use crate::error::{Error, Result, excerpt};
use crate::json::{Builder, Entry, HashMap, Node, Number, Path, Spent};

/// Reads a YAML text of one document.
pub fn read<'a>(text: &'a str, builder: &mut Builder<'a>) -> Result<Node<'a>> {
    let mut reader = YamlReader {
        events: Parser::new_from_str(text),
        anchors: HashMap::default(),
        aliases: 0,
        at: None,
        keys: Vec::new(),
        depth: builder.bounds().depth,
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
                root = Some(reader.node(first, builder, 0, &whole)?);
            }
            _ => {}
        }
    }
    root.ok_or_else(|| reader.fault("there is no document", &whole))
}

/// An anchor's value, and what it takes.
type AnchoredValue<'a> = (Node<'a>, Spent);

struct YamlReader<'a> {
    events: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, AnchoredValue<'a>>,
    aliases: usize,
    at: Option<Marker>,
    /// Where the keys of the maps that are open stand.
    keys: Vec<Option<Marker>>,
    /// How deep the document may be.
    depth: usize,
}

impl<'a> YamlReader<'a> {
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

    fn node(
        &mut self,
        event: Event<'a>,
        builder: &mut Builder<'a>,
        depth: usize,
        path: &Path<'_>,
    ) -> Result<Node<'a>> {
        let before = builder.spent();
        builder.spend(depth, 1)?;
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text = match text {
                    std::borrow::Cow::Borrowed(text) => text,
                    std::borrow::Cow::Owned(text) => builder.text(&text),
                };
                builder.spend_bytes(text.len())?;
                let node = resolve(text, style, tag.as_deref(), builder);
                (node.map_err(|reason| self.fault(&reason, path))?, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.plain_tag(tag.as_deref(), "seq", path)?;
                (self.sequence(builder, depth, path)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                self.plain_tag(tag.as_deref(), "map", path)?;
                (self.mapping(builder, depth, path)?, anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, builder, depth, path),
            _ => return Err(self.fault("a value is missing", path)),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, (node, builder.spent().since(before)));
        }
        Ok(node)
    }

    fn alias(
        &mut self,
        anchor: usize,
        builder: &mut Builder<'a>,
        depth: usize,
        path: &Path<'_>,
    ) -> Result<Node<'a>> {
        self.aliases += 1;
        if self.aliases > builder.bounds().aliases {
            return Err(Error::LimitExceeded { what: "number of aliases", limit: builder.bounds().aliases });
        }
        let known = self.anchors.get(&anchor).copied();
        let (node, size) = known.ok_or_else(|| self.fault("an alias stands in its own anchor", path))?;
        // One value was counted for the alias itself.
        builder.spend(depth, size.nodes.saturating_sub(1))?;
        builder.spend_bytes(size.bytes)?;
        Ok(node)
    }

    fn sequence(&mut self, builder: &mut Builder<'a>, depth: usize, path: &Path<'_>) -> Result<Node<'a>> {
        let mark = builder.mark();
        let mut index = 0;
        loop {
            match self.next(path)? {
                Event::SequenceEnd => return Ok(builder.list(mark)),
                event => {
                    let item = self.node(event, builder, depth + 1, &path.index(index))?;
                    builder.push_item(item);
                    index += 1;
                }
            }
        }
    }

    fn mapping(&mut self, builder: &mut Builder<'a>, depth: usize, path: &Path<'_>) -> Result<Node<'a>> {
        let (mark, first) = (builder.mark(), self.keys.len());
        let mut merged = Vec::new();
        loop {
            let (key, is_merge) = match self.next(path)? {
                Event::MappingEnd => break,
                Event::Scalar(text, style, anchor, _) => {
                    let is_merge = text == "<<" && style == ScalarStyle::Plain;
                    let text = match text {
                        std::borrow::Cow::Borrowed(text) => text,
                        std::borrow::Cow::Owned(text) => builder.text(&text),
                    };
                    builder.spend_bytes(text.len())?;
                    if anchor > 0 {
                        self.anchors
                            .insert(anchor, (Node::String(text), Spent { nodes: 1, bytes: text.len() }));
                    }
                    (text, is_merge)
                }
                Event::Alias(anchor) => match self.alias(anchor, builder, depth, path)? {
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
            let value = self.node(event, builder, depth + 1, &path.key(key))?;
            if is_merge {
                self.merge(value, &mut merged, builder, depth, path)?;
            } else {
                builder.push_entry(key, value);
            }
        }
        if !merged.is_empty() {
            let mut known = builder.keys(mark);
            for (key, value) in merged {
                if known.insert(key) {
                    builder.push_entry(key, value);
                }
            }
        }
        let object = builder.object(mark, path).map_err(|(position, key)| {
            self.at = self.keys.get(first + position).copied().flatten().or(self.at);
            let reason = format!("key \"{}\" stands twice in one map", excerpt(key));
            self.fault(&reason, &path.key(key))
        });
        self.keys.truncate(first);
        object
    }

    /// `<<: *base` and `<<: [*one, *two]`: members that the map itself does not have, the earlier first.
    fn merge(
        &self,
        value: Node<'a>,
        merged: &mut Vec<Entry<'a>>,
        builder: &mut Builder<'a>,
        depth: usize,
        path: &Path<'_>,
    ) -> Result<()> {
        let maps = match value {
            Node::Array(items) => items,
            ref one => std::slice::from_ref(one),
        };
        for map in maps {
            let Some(map) = map.as_object() else {
                let reason = format!("only maps can be merged, this is {}", map.kind());
                return Err(self.fault(&reason, &path.key("<<")));
            };
            builder.spend(depth, map.len())?;
            merged.extend(map.iter());
        }
        Ok(())
    }

    /// A list or a map may say that it is one, and nothing else.
    fn plain_tag(&self, tag: Option<&Tag>, own: &str, path: &Path<'_>) -> Result<()> {
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

/// Something that stands further left than the block it belongs to, by its place in characters.
#[derive(Clone, Copy, Debug)]
pub enum IndentationFault {
    /// The lines of a quoted scalar; the place is where it begins.
    Quoted(usize),
    /// What stands there, in brackets.
    Token(usize),
}

/// The first fault of a text, where it is that something stands too far left.
pub fn find_indentation_fault(text: &str) -> Option<IndentationFault> {
    let error = Parser::new_from_str(text).find_map(Result::err)?;
    let at = error.marker().index();
    match error.info() {
        "invalid indentation in quoted scalar" => Some(IndentationFault::Quoted(at)),
        "invalid indentation" | "invalid indentation in flow construct" => Some(IndentationFault::Token(at)),
        _ => None,
    }
}

fn unknown_tag(tag: &Tag) -> String {
    format!("the tag \"{tag}\" is none of YAML's core schema")
}

/// A lone `!`: the value is what it looks like without resolution.
fn is_non_specific(tag: &Tag) -> bool {
    tag.handle.is_empty() && tag.suffix == "!" || tag.handle == "!" && tag.suffix.is_empty()
}

/// What a scalar is. A quoted one is a text; a plain one is what the core schema says.
fn resolve<'a>(
    text: &'a str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    builder: &Builder<'a>,
) -> Result<Node<'a>, String> {
    match tag {
        None if style == ScalarStyle::Plain => Ok(plain(text, builder)),
        None => Ok(Node::String(text)),
        Some(tag) if is_non_specific(tag) => Ok(Node::String(text)),
        Some(tag) if tag.is_yaml_core_schema() => {
            let node = plain(text, builder);
            match (tag.suffix.as_str(), node) {
                ("str", _) => Ok(Node::String(text)),
                ("null", Node::Null) | ("bool", Node::Bool(_)) | ("int" | "float", Node::Number(_)) => {
                    Ok(node)
                }
                ("null" | "bool" | "int" | "float", _) => {
                    Err(format!("\"{}\" is no {}", text.chars().take(40).collect::<String>(), tag.suffix))
                }
                _ => Err(unknown_tag(tag)),
            }
        }
        Some(tag) => Err(unknown_tag(tag)),
    }
}

/// The core schema's table of plain scalars.
fn plain<'a>(text: &'a str, builder: &Builder<'a>) -> Node<'a> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Node::Null,
        "true" | "True" | "TRUE" => return Node::Bool(true),
        "false" | "False" | "FALSE" => return Node::Bool(false),
        _ => {}
    }
    let starts_like_a_number =
        text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-' || c == '.');
    match starts_like_a_number.then(|| number(text)).flatten() {
        Some(written) if written == text => Node::Number(Number::new(text)),
        Some(written) => Node::Number(Number::new(builder.text(&written))),
        None => Node::String(text),
    }
}

/// A number of the core schema as JSON writes it. What JSON has no number for, `.inf` and `.nan`, is written so that it
/// is not finite, and is left out and told wherever it would count.
fn number(text: &str) -> Option<String> {
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if [".inf", ".Inf", ".INF"].contains(&rest) {
        return Some(format!("{sign}1e999"));
    }
    if [".nan", ".NaN", ".NAN"].contains(&text) {
        return Some("1e999".to_owned());
    }
    let (mantissa, power) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let power_is_fine = power.is_none_or(|power| {
        let power = power.strip_prefix(['+', '-']).unwrap_or(power);
        !power.is_empty() && digits(power)
    });
    let has_digits = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    if !digits(whole) || !fraction.is_none_or(digits) || !power_is_fine || !has_digits {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    let mut written = format!("{sign}{whole}");
    if let Some(fraction) = fraction {
        written.push('.');
        written.push_str(if fraction.is_empty() { "0" } else { fraction });
    }
    if let Some(power) = power {
        written.push('e');
        written.push_str(power);
    }
    Some(written)
}

/// Digits of another base. More than 128 bits are a text: nobody writes such a number so.
fn radix(digits: &str, base: u32) -> Option<String> {
    let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base));
    plain.then(|| u128::from_str_radix(digits, base).ok()).flatten().map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Arena, Bounds, Duplicates};

    const BOUNDS: Bounds =
        Bounds { depth: 20, nodes: 10_000, bytes: 100_000, aliases: 1_000, duplicates: Duplicates::Refuse };

    fn told(text: &str) -> String {
        let arena = Arena::new();
        match read(text, &mut Builder::new(&arena, BOUNDS)) {
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
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_of_any_size_keeps_its_text() {
        let arena = Arena::new();
        let text = "a: 123456789012345678901234567890\nb: +1e400\n";
        let root = read(text, &mut Builder::new(&arena, BOUNDS)).expect("valid");
        let number = |text| Some(Node::Number(Number::new(text)));
        assert_eq!(root.get("a"), number("123456789012345678901234567890"));
        assert_eq!(root.get("b"), number("1e400"));
    }

    #[test]
    fn keys_are_as_they_are_written() {
        assert_eq!(
            told("200: a\nnull: b\ntrue: c\n1.0: d\n"),
            r#"{"200":"a","null":"b","true":"c","1.0":"d"}"#
        );
    }

    #[test]
    fn anchors_aliases_and_merge_keys_are_followed() {
        assert_eq!(
            told("base: &b {x: 1, y: 0}\nuse:\n  <<: *b\n  y: 2\nagain: *b\n"),
            r#"{"base":{"x":1,"y":0},"use":{"y":2,"x":1},"again":{"x":1,"y":0}}"#
        );
        assert_eq!(
            told("a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc:\n  <<: [*a, *b]\n"),
            r#"{"a":{"x":1},"b":{"x":2,"z":3},"c":{"x":1,"z":3}}"#
        );
        assert_eq!(told("a: {'<<': 1}"), r#"{"a":{"<<":1}}"#);
    }

    #[test]
    fn what_is_no_document_is_told_with_its_place() {
        for (text, expected) in [
            ("a: 1\nb:\n  c: 1\n  c: 2\n", "key \"c\" stands twice in one map (4:3 /b/c)"),
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
            assert_eq!(told(text), expected, "{text}");
        }
        for text in ["a: [1\nb: }\n", "\ta: 1\n", "a: b: c\n", "a: *nothing\n", "\"a", "%YAML x\n---\n"] {
            assert!(told(text).contains(':'), "{text}: {}", told(text));
        }
    }
}
