//! Keyword fates: each keyword of a schema stays, is dropped, or moves to the description, as the rules say.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{RewriteChange, change};
use crate::target::rewrite::rewrite_rules::{EnumRule, KeywordFate};
use crate::target::rewrite::rewriter::SchemaRewriter;
use crate::target::rewrite::{description_hints, schema_positions};

impl SchemaRewriter<'_> {
    /// Keeps, drops or hints each keyword of one schema.
    pub fn apply_keyword_fates(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let rules = self.rules;
        if rules.inclusive {
            self.make_bounds_inclusive(schema, path);
        }
        if rules.values != EnumRule::Kept {
            self.const_to_enum(schema, path);
        }
        let is_number = ["integer", "number"].iter().any(|kind| schema_positions::has_type(schema, kind));
        let mut gone: Vec<(String, Option<&'static RewriteChange>)> = Vec::new();
        for (keyword, held) in &*schema {
            let change = match ((rules.fate)(keyword, held), keyword.as_str(), held) {
                (KeywordFate::Dropped, ..) => Some(None),
                (KeywordFate::Hinted, "default", _) => Some(Some(&change::DEFAULT_TO_HINT)),
                (KeywordFate::Hinted, "contentEncoding" | "contentMediaType", _) => {
                    Some(Some(&change::ANNOTATION_TO_HINT))
                }
                (KeywordFate::Hinted, ..) => Some(Some(&change::KEYWORD_TO_HINT)),
                (KeywordFate::Kept, "pattern", Value::String(pattern)) => (rules.pattern)(pattern).map(Some),
                (KeywordFate::Kept, "patternProperties", Value::Object(map)) => {
                    map.keys().find_map(|pattern| (rules.pattern)(pattern)).map(Some)
                }
                (KeywordFate::Kept, "format", Value::String(format))
                    if !(rules.format)(format, !is_number) =>
                {
                    Some(Some(&change::FORMAT_TO_HINT))
                }
                _ => None,
            };
            if let Some(change) = change {
                gone.push((keyword.clone(), change));
            }
        }
        let mut said = Vec::new();
        for (keyword, change) in gone {
            let Some(held) = schema.shift_remove(&keyword) else { continue };
            match change {
                None => self.note(&change::ANNOTATION_DROPPED, &path.key(&keyword)),
                Some(change) => {
                    if change.code == change::DEFAULT_TO_HINT.code {
                        self.note(change, path);
                    } else {
                        self.note(change, &path.key(&keyword));
                    }
                    said.push((keyword, held));
                }
            }
        }
        description_hints::add_keywords(schema, &said);
    }

    /// Writes `exclusiveMinimum: 0` of integers as `minimum: 1`.
    fn make_bounds_inclusive(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let mut is_noted = false;
        for (exclusive, inclusive, step) in
            [("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)]
        {
            let bound =
                schema.get(exclusive).and_then(Value::as_i64).and_then(|bound| bound.checked_add(step));
            let Some(bound) = bound.filter(|_| schema_positions::types(schema).eq(["integer"])) else {
                continue;
            };
            schema.shift_remove(exclusive);
            let own = schema.get(inclusive).and_then(Value::as_f64);
            #[expect(
                clippy::cast_precision_loss,
                reason = "only compared: beyond 2^53 the two differ by less than a step"
            )]
            let is_tighter =
                own.is_none_or(|own| if step > 0 { own < bound as f64 } else { own > bound as f64 });
            if is_tighter {
                schema.insert(inclusive.to_owned(), json!(bound));
            }
            if !is_noted {
                self.note(&change::EXCLUSIVE_TO_INCLUSIVE, path);
            }
            is_noted = true;
        }
    }
}
