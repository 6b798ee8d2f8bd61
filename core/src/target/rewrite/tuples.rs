//! Tuples: `prefixItems` becomes `items`, for a provider without tuples.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::change;
use crate::target::rewrite::description_hints;
use crate::target::rewrite::rewrite_rules::KeywordFate;
use crate::target::rewrite::rewriter::SchemaRewriter;

impl SchemaRewriter<'_> {
    /// Writes `prefixItems` as `items` that match any of its schemas. The rules decide about the bounds of the length.
    pub fn tuple_to_items(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let Some(Value::Array(items)) = schema.shift_remove("prefixItems") else { return };
        self.note(&change::TUPLE_TO_ITEMS, path);
        let rest = schema.shift_remove("items");
        let most = schema.get("maxItems").and_then(Value::as_u64).unwrap_or(u64::MAX);
        let mut kinds: Vec<Value> = Vec::new();
        let is_open = !matches!(rest, Some(Value::Object(_)));
        for item in items.iter().cloned().chain(rest.clone().filter(Value::is_object)) {
            if !kinds.contains(&item) {
                kinds.push(item);
            }
        }
        let length = items.len() as u64;
        if is_open && length < most {
            if rest != Some(Value::Bool(false)) {
                self.note(&change::TUPLE_CLOSED, path);
            }
            schema.insert("maxItems".to_owned(), json!(length));
        }
        let kind = if kinds.len() == 1 { kinds.remove(0) } else { json!({"anyOf": kinds}) };
        schema.insert("items".to_owned(), kind);
        for bound in ["minItems", "maxItems"] {
            let Some(held) = schema.get(bound) else { continue };
            if (self.rules.fate)(bound, held) != KeywordFate::Kept {
                let said = [(bound.to_owned(), held.clone())];
                schema.shift_remove(bound);
                self.note(&change::KEYWORD_TO_HINT, &path.key(bound));
                description_hints::add_keywords(schema, &said);
            }
        }
    }
}
