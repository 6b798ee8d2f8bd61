//! Argument names: which property names a provider takes, and the names that replace the others.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use crate::target::rewrite::canonical::canonical_form::CanonicalSchema;
use crate::target::rewrite::rewrite_rules::ArgumentNameRule;
use crate::target::rewrite::schema_positions;
use crate::tool::fingerprint;

const MAX_LENGTH: usize = 64;

/// Own property name → name that the model sees, for properties that the provider does not take. A name has one
/// replacement in a tool, and no replacement is declared anywhere in the tool. The map alone is therefore enough to
/// rename back.
pub type ArgumentRenames = HashMap<String, String>;

impl ArgumentNameRule {
    /// Whether the provider takes a property name.
    pub fn allows(self, key: &str) -> bool {
        let fits = |extra: &str| {
            (1..=MAX_LENGTH).contains(&key.len())
                && key.bytes().all(|b| b.is_ascii_alphanumeric() || extra.contains(b as char))
        };
        match self {
            Self::Free => true,
            Self::TopLevel => fits("_.-"),
            Self::Everywhere => fits("_") && !key.starts_with(|c: char| c.is_ascii_digit()),
        }
    }

    /// The rule for properties one level down.
    pub const fn below(self) -> Self {
        match self {
            Self::Everywhere => Self::Everywhere,
            Self::Free | Self::TopLevel => Self::Free,
        }
    }

    /// Whether the provider takes every property name of a schema that is not a union.
    pub fn allows_all(self, root: &Map<String, Value>, definitions: &Map<String, Value>) -> bool {
        let (mut all, mut refused) = (BTreeSet::new(), Vec::new());
        self.collect(root, &mut all, &mut refused);
        for definition in definitions.values().filter_map(Value::as_object) {
            self.below().collect(definition, &mut all, &mut refused);
        }
        refused.is_empty()
    }

    /// Replacements for the property names of a schema that the provider does not take.
    pub fn renames(self, schema: &CanonicalSchema) -> ArgumentRenames {
        let mut renames = ArgumentRenames::new();
        if self == Self::Free {
            return renames;
        }
        let (mut all, mut refused) = (BTreeSet::new(), Vec::new());
        self.collect(&schema.root, &mut all, &mut refused);
        for definition in schema.definitions.values().filter_map(Value::as_object) {
            self.below().collect(definition, &mut all, &mut refused);
        }
        for key in refused.into_iter().filter(|key| !self.allows(key)) {
            if renames.contains_key(key) {
                continue;
            }
            let base = self.sanitize(key);
            let mut replacement = base.clone();
            let mut number = 2;
            while all.contains(replacement.as_str()) || renames.values().any(|other| *other == replacement) {
                let suffix = format!("_{number}");
                replacement = format!("{}{suffix}", &base[..base.len().min(MAX_LENGTH - suffix.len())]);
                number += 1;
            }
            renames.insert(key.to_owned(), replacement);
        }
        renames
    }

    fn collect<'s>(
        self,
        schema: &'s Map<String, Value>,
        all: &mut BTreeSet<&'s str>,
        refused: &mut Vec<&'s str>,
    ) {
        if self == Self::Free {
            return;
        }
        for (keyword, held) in schema {
            if let (true, Value::Object(properties)) = (keyword == "properties", held) {
                all.extend(properties.keys().map(String::as_str));
                refused.extend(properties.keys().map(String::as_str).filter(|key| !self.allows(key)));
            }
            let keys = if schema_positions::is_in_place(keyword) { self } else { self.below() };
            let visit = |_, value: &'s Value| {
                if let Value::Object(map) = value {
                    keys.collect(map, all, refused);
                }
                Ok::<_, ()>(())
            };
            schema_positions::visit_subschemas(keyword, held, visit).unwrap_or_default();
        }
    }

    fn sanitize(self, key: &str) -> String {
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
        if text.len() > MAX_LENGTH {
            text = format!("{}_{}", &text[..MAX_LENGTH - 9], fingerprint::short(key));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_made_of_what_the_provider_takes() {
        let schema = json!({
            "type": "object",
            "properties": {"filter[id]": {}, "filter_id": {}, "$schema": {}, "page.size": {}, "2fa": {}, "日本": {}}
        });
        let schema = CanonicalSchema::of(schema).expect("a schema");
        let replacement = |keys: ArgumentNameRule, key: &str| keys.renames(&schema).get(key).cloned();
        assert_eq!(ArgumentNameRule::Free.renames(&schema), ArgumentRenames::new());
        for (key, top, everywhere) in [
            ("filter[id]", Some("filter_id_2"), Some("filter_id_2")),
            ("$schema", Some("schema"), Some("schema")),
            ("page.size", None, Some("page_size")),
            ("2fa", None, Some("_2fa")),
            ("filter_id", None, None),
        ] {
            let is = (
                replacement(ArgumentNameRule::TopLevel, key),
                replacement(ArgumentNameRule::Everywhere, key),
            );
            assert_eq!((is.0.as_deref(), is.1.as_deref()), (top, everywhere), "{key}");
        }
        assert!(
            replacement(ArgumentNameRule::Everywhere, "日本")
                .is_some_and(|replacement| ArgumentNameRule::Everywhere.allows(&replacement))
        );
    }

    #[test]
    fn a_name_that_is_told_is_declared_nowhere_in_the_tool() {
        let schema = json!({"type": "object", "properties": {"a.b": {"properties": {"a_b": {}}}}});
        let schema = CanonicalSchema::of(schema).expect("a schema");
        assert_eq!(ArgumentNameRule::Everywhere.renames(&schema)["a.b"], "a_b_2");
    }
}
