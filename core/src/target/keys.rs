//! The names of arguments that a provider takes, and the way back.
//!
//! Which name an argument gets follows from the names beside it alone, so the way back needs no table: it is worked out
//! again from the tool's schema.

use serde_json::{Map, Value};

use super::rules::Keys;
use crate::tool::fingerprint;

const LONGEST: usize = 64;

impl Keys {
    fn takes(self, key: &str) -> bool {
        let fits = |extra: &str| {
            (1..=LONGEST).contains(&key.len())
                && key.bytes().all(|b| b.is_ascii_alphanumeric() || extra.contains(b as char))
        };
        match self {
            Self::Free => true,
            Self::TopLevel => fits("_.-"),
            Self::Everywhere => fits("_") && !key.starts_with(|c: char| c.is_ascii_digit()),
        }
    }

    fn made(self, key: &str) -> String {
        let mut text = String::with_capacity(key.len());
        for c in key.chars() {
            if c.is_ascii_alphanumeric() || (self == Self::TopLevel && ".-".contains(c)) {
                text.push(c);
            } else if !text.is_empty() && !text.ends_with('_') {
                text.push('_');
            }
        }
        let mut text = text.trim_end_matches('_').to_owned();
        if text.is_empty() {
            text = format!("arg_{}", fingerprint::short(key));
        }
        if self == Self::Everywhere && text.starts_with(|c: char| c.is_ascii_digit()) {
            text.insert(0, '_');
        }
        if text.len() > LONGEST {
            text = format!("{}_{}", &text[..LONGEST - 9], fingerprint::short(key));
        }
        text
    }

    /// What applies one level down.
    pub const fn below(self) -> Self {
        match self {
            Self::Everywhere => Self::Everywhere,
            Self::Free | Self::TopLevel => Self::Free,
        }
    }

    /// Own name and name told, for those of a schema's properties that the provider does not take as they are.
    pub fn renamed(self, properties: &Map<String, Value>) -> Vec<(&str, String)> {
        let mut renamed: Vec<(&str, String)> = Vec::new();
        for key in properties.keys().filter(|key| !self.takes(key)) {
            let base = self.made(key);
            let mut told = base.clone();
            let mut number = 2;
            while properties.contains_key(&told) || renamed.iter().any(|(_, other)| *other == told) {
                let suffix = format!("_{number}");
                told = format!("{}{suffix}", &base[..base.len().min(LONGEST - suffix.len())]);
                number += 1;
            }
            renamed.push((key, told));
        }
        renamed
    }
}

/// Arguments under the names of the tool's schema, from arguments under the names that a model was told.
pub fn restore(schema: &Value, sent: Map<String, Value>, keys: Keys) -> Map<String, Value> {
    if keys == Keys::Free {
        return sent;
    }
    match (Restorer { root: schema }).object(&[schema], sent, keys) {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

struct Restorer<'s> {
    root: &'s Value,
}

impl<'s> Restorer<'s> {
    fn value(&self, schemas: &[&'s Value], sent: Value, keys: Keys) -> Value {
        match sent {
            _ if schemas.is_empty() => sent,
            Value::Object(map) => self.object(schemas, map, keys),
            Value::Array(items) => {
                let below = self
                    .all(schemas)
                    .into_iter()
                    .filter_map(|schema| schema.get("items"))
                    .collect::<Vec<_>>();
                Value::Array(items.into_iter().map(|item| self.value(&below, item, keys)).collect())
            }
            other => other,
        }
    }

    fn object(&self, schemas: &[&'s Value], sent: Map<String, Value>, keys: Keys) -> Value {
        let schemas = self.all(schemas);
        let properties: Vec<_> =
            schemas.iter().filter_map(|schema| schema.get("properties")?.as_object()).collect();
        let renamed: Vec<_> = properties.iter().flat_map(|properties| keys.renamed(properties)).collect();
        let restored = sent.into_iter().map(|(key, value)| {
            let own =
                renamed.iter().find(|(_, told)| *told == key).map_or(key.as_str(), |(own, _)| own).to_owned();
            let below: Vec<_> = properties.iter().filter_map(|properties| properties.get(&own)).collect();
            let value = self.value(&below, value, keys.below());
            (own, value)
        });
        Value::Object(restored.collect())
    }

    /// The schemas with those they refer to or are made of: which branch a value was meant for is not known.
    fn all(&self, schemas: &[&'s Value]) -> Vec<&'s Value> {
        let mut all: Vec<&'s Value> = schemas.to_vec();
        let mut next = 0;
        while next < all.len() {
            let schema = all[next];
            let target = schema
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| self.root.pointer(reference.strip_prefix('#').unwrap_or(reference)));
            let branches = ["anyOf", "oneOf", "allOf"]
                .iter()
                .filter_map(|union| schema.get(*union)?.as_array())
                .flatten();
            for found in target.into_iter().chain(branches) {
                if !all.iter().any(|known| std::ptr::eq(*known, found)) {
                    all.push(found);
                }
            }
            next += 1;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(keys: Keys, properties: &Value) -> Vec<String> {
        keys.renamed(properties.as_object().expect("a map"))
            .into_iter()
            .map(|(own, told)| format!("{own} → {told}"))
            .collect()
    }

    #[test]
    fn names_are_made_of_what_the_provider_takes() {
        let properties =
            json!({"filter[id]": 1, "filter_id": 1, "$schema": 1, "page.size": 1, "2fa": 1, "日本": 1});
        assert_eq!(told(Keys::Free, &properties), Vec::<String>::new());
        assert_eq!(told(Keys::TopLevel, &properties)[..2], ["filter[id] → filter_id_2", "$schema → schema"]);
        assert_eq!(
            told(Keys::Everywhere, &properties)[..4],
            ["filter[id] → filter_id_2", "$schema → schema", "page.size → page_size", "2fa → _2fa"]
        );
    }

    #[test]
    fn arguments_find_their_names_again_through_lists_references_and_unions() {
        let schema = json!({
            "type": "object",
            "properties": {"a[b]": {"type": "array", "items": {"$ref": "#/$defs/N"}}, "u": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/N"}]}},
            "$defs": {"N": {"type": "object", "properties": {"x.y": {}, "next": {"$ref": "#/$defs/N"}}}}
        });
        let sent = json!({"a_b": [{"x_y": 1, "next": {"x_y": 2}}], "u": {"x_y": 3}, "other": {"x_y": 4}});
        let restored = restore(&schema, sent.as_object().expect("a map").clone(), Keys::Everywhere);
        assert_eq!(
            Value::Object(restored),
            json!({"a[b]": [{"x.y": 1, "next": {"x.y": 2}}], "u": {"x.y": 3}, "other": {"x_y": 4}})
        );
    }
}
