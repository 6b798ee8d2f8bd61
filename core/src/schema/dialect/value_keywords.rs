//! Value keywords: types, bounds, examples, defaults and `nullable`.

use super::schema_dialect::Dialect;
use super::schema_walk::{KeywordSite, SchemaWalk, flag};
use crate::error::{Result, excerpt};
use crate::json::{Node, Number, Object, ObjectBuilder, Path, to_compact_text};
use crate::schema::keywords;
use crate::schema::note::kind;
use crate::schema::validation::is_plausible;

/// Maximum length of an example, in bytes of JSON.
const LONGEST_EXAMPLE: usize = 2_000;
/// Annotations that stay outside of a union with null.
const ANNOTATIONS: [&str; 5] = ["title", "description", "default", "examples", "deprecated"];

impl<'a> SchemaWalk<'_, '_, 'a> {
    /// Keeps the type names that JSON Schema defines.
    pub(in crate::schema) fn types(&mut self, held: Node<'a>, here: &Path<'_>) -> Option<Node<'a>> {
        let is_known =
            |name: &Node<'_>| name.as_str().is_some_and(|name| keywords::TYPE_NAMES.contains(&name));
        let given = match held {
            Node::String(_) if is_known(&held) => return Some(held),
            Node::Array(names) => names,
            _ => &[],
        };
        let mut known: Vec<Node<'a>> = Vec::with_capacity(given.len());
        for name in given.iter().filter(|name| is_known(name)) {
            if !known.contains(name) {
                known.push(*name);
            }
        }
        let texts = given.iter().filter(|name| name.as_str().is_some()).count();
        if known.len() < texts || texts == 0 {
            let shown = to_compact_text(held);
            self.note(
                kind::KEYWORD_DROPPED,
                here,
                format!("{} is not a type of JSON Schema", excerpt(&shown)),
            );
        }
        (!known.is_empty()).then(|| self.like(given, &known))
    }

    /// Notes a number beyond 64 bits. Removes an infinite one.
    pub(in crate::schema) fn exact(&mut self, held: Node<'a>, here: &Path<'_>) -> Option<Node<'a>> {
        let Some(number) = held.inexact_number() else { return Some(held) };
        let shown: String = number.as_str().chars().take(40).collect();
        if number.nearest().is_none() {
            let message = format!("{shown} is beyond the range of JSON numbers; the keyword is left out");
            self.note(kind::NUMBER_ROUNDED, here, message);
            return None;
        }
        self.note(kind::NUMBER_ROUNDED, here, format!("{shown} is rounded to 64 bits"));
        Some(held)
    }

    /// Converts a non-negative integer, also one written as `3.0`.
    pub(in crate::schema) fn count(
        &mut self,
        keyword: &str,
        number: Number<'a>,
        here: &Path<'_>,
    ) -> Option<Node<'a>> {
        let held = Node::Number(number);
        let Some((near, _)) = number.nearest() else { return self.refuse(keyword, held, here) };
        if near.is_u64() {
            return Some(held);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be whole and in range"
        )]
        let whole = |n: f64| (n >= 0.0 && n.fract() == 0.0 && n < 9e15).then_some(n as u64);
        match near.as_f64().and_then(whole) {
            Some(whole) => Some(Node::Number(Number::new(self.arena().text(&whole.to_string())))),
            None => self.refuse(keyword, held, here),
        }
    }

    pub(in crate::schema) fn examples(
        &mut self,
        items: &[Node<'a>],
        here: &Path<'_>,
        schema: &mut ObjectBuilder<'a>,
    ) {
        let is_kept = |item: &&Node<'a>| {
            item.inexact_number().is_none() && to_compact_text(**item).len() <= LONGEST_EXAMPLE
        };
        let kept: Vec<_> = items.iter().filter(is_kept).copied().collect();
        if kept.len() < items.len() {
            let message = "an example is too long or has a number beyond 64 bits; it is left out".to_owned();
            self.note(kind::EXAMPLE_DROPPED, here, message);
        }
        if !kept.is_empty() {
            schema.set_if_absent("examples", Node::list(&kept, self.arena()));
        }
    }

    /// Converts bytes to a string. As an argument they are base64.
    pub(in crate::schema) fn bytes(&mut self, here: &Path<'_>, schema: &mut ObjectBuilder<'a>) {
        schema.set_if_absent("type", Node::String("string"));
        if !schema.contains("contentMediaType") {
            schema.push("contentMediaType", Node::String("application/octet-stream"));
            self.note(kind::OAS_BINARY, here, "bytes are passed as a string");
        }
    }

    /// Converts keywords that restrict or show a single value.
    pub(in crate::schema) fn value_keyword(
        &mut self,
        at: &KeywordSite<'_, 'a>,
        schema: &mut ObjectBuilder<'a>,
    ) -> Result<()> {
        let here = at.path.key(at.keyword);
        match (at.keyword, at.held) {
            ("example", value) => self.examples(&[value], &here, schema),
            ("examples", Node::Array(items)) => self.examples(items, &here, schema),
            ("exclusiveMinimum", Node::Bool(true)) => self.exclusive_bound("minimum", at, schema),
            ("exclusiveMaximum", Node::Bool(true)) => self.exclusive_bound("maximum", at, schema),
            ("exclusiveMinimum" | "exclusiveMaximum", Node::Bool(false)) => {}
            ("minimum", Node::Number(_)) if flag(at.object, "exclusiveMinimum") => {}
            ("maximum", Node::Number(_)) if flag(at.object, "exclusiveMaximum") => {}
            ("type", Node::String("file")) | ("format", Node::String("binary")) => self.bytes(&here, schema),
            ("format", Node::String("byte")) => {
                schema.set_if_absent("contentEncoding", Node::String("base64"));
            }
            ("pattern", Node::String(pattern)) => match self.context.pattern(pattern) {
                Err(fault) => {
                    self.note(kind::PATTERN_DROPPED, &here, format!("\"{}\" {fault}", excerpt(pattern)));
                }
                // The node itself, so that the surrounding schema is not copied.
                Ok(same) if std::ptr::eq(same, pattern) => schema.set(at.keyword, at.held),
                Ok(text) => schema.set(at.keyword, Node::String(text)),
            },
            _ => return self.common_keyword(at, schema),
        }
        Ok(())
    }

    /// `minimum: 0, exclusiveMinimum: true` becomes `exclusiveMinimum: 0`.
    fn exclusive_bound(&mut self, bound: &str, at: &KeywordSite<'_, 'a>, schema: &mut ObjectBuilder<'a>) {
        if let Some(number @ Node::Number(_)) = at.object.get(bound)
            && let Some(value) = self.exact(number, &at.path.key(bound))
        {
            schema.set(at.keyword, value);
        }
    }

    /// `nullable: true` beside a type adds null. Beside a union, a reference or an enum OpenAPI 3.0 gives
    /// it no effect, but every author means null, so null is accepted.
    pub(in crate::schema) fn nullable(
        &mut self,
        object: &Object<'_>,
        path: &Path<'_>,
        schema: &mut ObjectBuilder<'a>,
    ) {
        if !flag(object, "nullable") {
            if !flag(object, "x-nullable") {
                return;
            }
            self.note(kind::OAS_X_NULLABLE, path, "the extension \"x-nullable\" adds null");
        } else if self.dialect() != Dialect::OpenApi30 {
            self.note(
                kind::OAS31_NULLABLE,
                path,
                "\"nullable\" adds null, although this dialect has no such keyword",
            );
        }
        let arena = self.arena();
        if let Some(Node::Array(values)) = schema.get("enum")
            && !values.contains(&Node::Null)
        {
            schema.set("enum", Node::list(&[values, &[Node::Null]].concat(), arena));
            self.note(kind::OAS_NULLABLE_ENUM, path, "\"nullable\" adds null, which the enum does not list");
        }
        let has_union = ["oneOf", "anyOf", "allOf", "$ref"].iter().any(|union| schema.contains(union));
        let null = Node::String("null");
        match schema.get("type") {
            Some(one @ Node::String(_)) => schema.set("type", Node::list(&[one, null], arena)),
            None if has_union => {
                let (outside, inside) =
                    std::mem::take(schema).partition(|keyword| ANNOTATIONS.contains(&keyword));
                *schema = outside;
                let branches = [inside.finish(arena), Node::map(&[("type", null)], arena)];
                schema.push("anyOf", Node::list(&branches, arena));
                self.note(kind::OAS_NULLABLE_NO_TYPE, path, "\"nullable\" adds null to the union");
            }
            _ => {}
        }
    }

    /// Removes a default that the schema refuses: it would fail each call that omits the property.
    pub(in crate::schema) fn default(&mut self, path: &Path<'_>, schema: &mut ObjectBuilder<'a>) {
        if schema.get("default").is_some_and(|default| !is_plausible(default, schema)) {
            schema.remove("default");
            let message = "the schema refuses its own default, which is left out";
            self.note(kind::DEFAULT_DROPPED, &path.key("default"), message);
        }
    }
}
