//! Argument translation: arguments that a model sent → arguments that fit the tool's own schema, and back for examples.
//!
//! Restores renamed properties, unwraps a root that is not an object, and drops nulls that stand for absent
//! properties. The tool's own schema is enough for it: nothing of a rendering is kept.

use serde_json::{Map, Value, json};

use crate::target::exchange::branch_matcher::{BranchMatcher, FOLLOWED};
use crate::target::exchange::null_omission;
use crate::target::rewrite::argument_names::ArgumentRenames;
use crate::target::rewrite::canonical::canonical_form;
use crate::target::rewrite::canonical::canonical_form::{CanonicalSchema, WRAP};
use crate::target::rewrite::rewrite_rules::{ArgumentNameRule, RewriteRules};
use crate::target::rewrite::unions::root_union;

/// Maximum number of schemas read for one value: unions within unions fan out.
const MAX_SCHEMAS: usize = 256;

/// Restores the arguments that a model sent. With `nulled`, optional properties were rendered as required with null
/// for absence: such a null is dropped, and a null that the schema accepts stays.
pub fn restore(schema: &Value, sent: Value, rules: &RewriteRules, nulled: bool) -> Value {
    match translate(schema, sent, rules, ArgumentDirection::FromModel { nulled }) {
        (Value::Object(mut map), true) => map.shift_remove(WRAP).unwrap_or_default(),
        (other, _) => other,
    }
}

/// Whether [`restore`] gives arguments back as they are, whatever they are.
pub fn restores_nothing(schema: &Value, rules: &RewriteRules) -> bool {
    !rules.nulls && root_without_renames(schema, rules).is_some()
}

/// Renames arguments as a model sees them, for examples that go out with a tool.
pub fn rename_for_model(schema: &Value, own: Value, rules: &RewriteRules) -> Value {
    match translate(schema, own, rules, ArgumentDirection::ToModel) {
        (arguments, true) => json!({WRAP: arguments}),
        (arguments, false) => arguments,
    }
}

/// The direction in which arguments are translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ArgumentDirection {
    /// To the model.
    ToModel,
    /// From the model. `nulled`: null may stand for absence.
    FromModel { nulled: bool },
}

/// Translates a value. Returns it with whether the schema is wrapped.
fn translate(
    schema: &Value,
    value: Value,
    rules: &RewriteRules,
    direction: ArgumentDirection,
) -> (Value, bool) {
    let nulled = direction == (ArgumentDirection::FromModel { nulled: true }) && has_null(&value);
    // Most schemas are canonical and most names allowed. Nothing is copied then.
    if let Some(root) = root_without_renames(schema, rules) {
        if !nulled {
            return (value, false);
        }
        if canonical_form::is_settled(root) {
            let none = Map::new();
            let definitions = definitions_of(root).unwrap_or(&none);
            let own = OwnSchema { root: schema, definitions, renames: &ArgumentRenames::new() };
            return (own.translate(value, rules, direction), false);
        }
    }
    let Ok(canonical) = CanonicalSchema::of(schema.clone()) else { return (value, false) };
    let renames = if rules.keys == ArgumentNameRule::Free {
        ArgumentRenames::new()
    } else {
        let mut flattened = canonical.clone();
        if !rules.root_unions {
            flattened = root_union::flatten(flattened);
        }
        rules.keys.renames(&flattened)
    };
    let CanonicalSchema { root, definitions, is_wrapped, .. } = canonical;
    if is_wrapped && direction == ArgumentDirection::ToModel {
        return (value, true);
    }
    let own = OwnSchema { root: &Value::Object(root), definitions: &definitions, renames: &renames };
    (own.translate(value, rules, direction), is_wrapped)
}

/// The root of a schema that is plainly an object, if the provider takes all its property names.
fn root_without_renames<'s>(schema: &'s Value, rules: &RewriteRules) -> Option<&'s Map<String, Value>> {
    let root = canonical_form::plain_root(schema)?;
    rules.keys.allows_all(root, definitions_of(root).unwrap_or(&Map::new())).then_some(root)
}

fn definitions_of(root: &Map<String, Value>) -> Option<&Map<String, Value>> {
    root.get("$defs").and_then(Value::as_object)
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.values().any(has_null),
        Value::Array(items) => items.iter().any(has_null),
        _ => false,
    }
}

/// The tool's own schema, settled, with the names that a model sees for its properties.
struct OwnSchema<'s> {
    root: &'s Value,
    definitions: &'s Map<String, Value>,
    renames: &'s ArgumentRenames,
}

impl OwnSchema<'_> {
    /// Renames the properties of a value, and drops nulls that stand for absent properties.
    fn translate(&self, value: Value, rules: &RewriteRules, direction: ArgumentDirection) -> Value {
        let Self { root, definitions, renames } = *self;
        let nulled = direction == (ArgumentDirection::FromModel { nulled: true });
        let mut value = value;
        if !renames.is_empty() {
            let reader = BranchMatcher::new(root, definitions, renames, nulled);
            let everywhere = rules.keys == ArgumentNameRule::Everywhere;
            value = ArgumentTranslator { reader, everywhere, back: direction != ArgumentDirection::ToModel }
                .value(&[root], value);
        }
        if nulled {
            let none = ArgumentRenames::new();
            let matcher = BranchMatcher::new(root, definitions, &none, nulled);
            value = null_omission::drop_absent(&matcher, root, value);
        }
        value
    }
}

struct ArgumentTranslator<'s> {
    reader: BranchMatcher<'s>,
    /// Whether names are replaced below the arguments too.
    everywhere: bool,
    back: bool,
}

impl<'s> ArgumentTranslator<'s> {
    fn value(&self, schemas: &[&'s Value], sent: Value) -> Value {
        match sent {
            _ if schemas.is_empty() => sent,
            Value::Object(map) => Value::Object(self.object(schemas, map)),
            Value::Array(items) => {
                let all = self.all(schemas, &Value::Array(items.clone()), true);
                let below = |index: usize| -> Vec<&'s Value> {
                    let of = |schema: &&'s Value| {
                        let first = schema.get("prefixItems").and_then(|items| items.get(index));
                        first.or_else(|| schema.get("items"))
                    };
                    all.iter().filter_map(of).collect()
                };
                let restored =
                    items.into_iter().enumerate().map(|(index, item)| self.value(&below(index), item));
                Value::Array(restored.collect())
            }
            other => other,
        }
    }

    fn object(&self, schemas: &[&'s Value], sent: Map<String, Value>) -> Map<String, Value> {
        let sent = Value::Object(sent);
        let fitting = self.all(schemas, &sent, true);
        let every = self.all(schemas, &sent, false);
        let Value::Object(sent) = sent else { return Map::new() };
        let declared = |among: &[&'s Value], name: &str| -> Vec<&'s Value> {
            among.iter().filter_map(|schema| schema.get("properties")?.get(name)).collect()
        };
        let is_told = self.everywhere || every.iter().any(|schema| std::ptr::eq(*schema, self.reader.root));
        let mut restored = Map::new();
        for (key, value) in sent {
            let own = self.reader.own_names.get(key.as_str()).copied().filter(|_| is_told && self.back);
            let own = own.filter(|own| !declared(&every, own).is_empty()).unwrap_or(&key).to_owned();
            let mut below = declared(&fitting, &own);
            if below.is_empty() {
                below = declared(&every, &own);
            }
            if below.is_empty() {
                below = fitting.iter().filter_map(|schema| schema.get("additionalProperties")).collect();
            }
            let value = self.value(&below, value);
            let renamed = self.reader.renames.get(&own);
            let renamed = renamed.filter(|_| is_told && !self.back && !declared(&every, &own).is_empty());
            restored.insert(renamed.cloned().unwrap_or(own), value);
        }
        restored
    }

    /// The schemas with their references and parts. Of a union: the matching branches, or all without a match. With
    /// `only_fitting` off: all branches, `if` and `not`.
    fn all(&self, schemas: &[&'s Value], sent: &Value, only_fitting: bool) -> Vec<&'s Value> {
        let mut all: Vec<&'s Value> = Vec::new();
        let mut waiting: Vec<&'s Value> = schemas.iter().rev().copied().collect();
        let parts: &[&str] =
            if only_fitting { &["allOf", "then", "else"] } else { &["allOf", "then", "else", "if", "not"] };
        while let Some(schema) = waiting.pop() {
            if all.len() >= MAX_SCHEMAS || all.iter().any(|known| std::ptr::eq(*known, schema)) {
                continue;
            }
            all.push(schema);
            waiting.extend(self.reader.target(schema));
            for parts in parts.iter().filter_map(|keyword| schema.get(*keyword)) {
                match parts {
                    Value::Array(parts) => waiting.extend(parts),
                    part => waiting.push(part),
                }
            }
            if let Some(Value::Object(dependent)) = schema.get("dependentSchemas") {
                waiting.extend(dependent.values());
            }
            for branches in ["anyOf", "oneOf"].iter().filter_map(|union| schema.get(*union)?.as_array()) {
                let fitting: Vec<_> =
                    branches.iter().filter(|branch| self.reader.fits(branch, sent, FOLLOWED)).collect();
                if only_fitting && !fitting.is_empty() {
                    waiting.extend(fitting);
                } else {
                    waiting.extend(branches);
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::provider::{gemini, openai};

    #[test]
    fn arguments_find_their_names_again_through_lists_references_and_unions() {
        let schema = json!({
            "type": "object",
            "properties": {"a[b]": {"type": "array", "items": {"$ref": "#/$defs/N"}}, "u": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/N"}]}},
            "$defs": {"N": {"type": "object", "properties": {"x.y": {}, "next": {"$ref": "#/$defs/N"}}}}
        });
        let sent = json!({"a_b": [{"x_y": 1, "next": {"x_y": 2}}], "u": {"x_y": 3}, "other": {"x_y": 4}});
        assert_eq!(
            restore(&schema, sent, &gemini::RULES, false),
            json!({"a[b]": [{"x.y": 1, "next": {"x.y": 2}}], "u": {"x.y": 3}, "other": {"x_y": 4}})
        );
    }

    #[test]
    fn where_nothing_is_restored_arguments_come_back_as_they_were_sent() {
        let named = json!({"type": "object", "properties": {"a.b": {"type": "string"}, "c": {}}});
        let joined = json!({"type": "object", "allOf": [{"properties": {"a": {}}}]});
        let rules = [
            ("any", &RewriteRules::ANY),
            ("openai", &openai::PLAIN),
            ("strict", &openai::STRICT_RULES),
            ("gemini", &gemini::RULES),
        ];
        let cases = [
            (
                json!({"type": "object", "properties": {"a": {"type": ["string", "null"]}}}),
                "any openai gemini",
            ),
            (named, "any openai"),
            (joined, ""),
            (json!({"type": "array", "items": {}}), ""),
            (json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}}), ""),
        ];
        for (schema, expected) in cases {
            for (name, rules) in rules {
                let is_expected = expected.split(' ').any(|one| one == name);
                assert_eq!(restores_nothing(&schema, rules), is_expected, "{name} {schema}");
                for sent in
                    [json!({"a": null, "a_b": 1, "value": [null]}), json!({}), json!({"a.b": {"c": null}})]
                {
                    let restored = restore(&schema, sent.clone(), rules, rules.nulls);
                    assert!(!is_expected || restored == sent, "{name} {schema}");
                }
            }
        }
    }

    #[test]
    fn a_null_that_stands_for_absence_goes_and_one_that_means_null_stays() {
        let schema = json!({
            "type": "object",
            "properties": {
                "must": {"type": "string"}, "may": {"type": "string"}, "null": {"type": ["string", "null"]},
                "list": {"type": "array", "items": {"type": ["object", "null"], "properties": {"x": {"type": "integer"}}}},
                "free": {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
            },
            "required": ["must"]
        });
        let sent = json!({"must": null, "may": null, "null": null, "list": [null, {"x": null}], "free": {"k": null}, "extra": null});
        assert_eq!(
            restore(&schema, sent, &openai::STRICT_RULES, true),
            json!({"must": null, "null": null, "list": [null, {}], "free": {"k": null}, "extra": null})
        );
    }

    #[test]
    fn nulls_of_other_branches_go() {
        let branch = |tag: &str, name: &str| json!({"type": "object", "properties": {"cmd": {"const": tag}, name: {"type": "string"}}, "required": ["cmd", name]});
        let schema = json!({"type": "object", "oneOf": [branch("create", "name"), branch("delete", "id")]});
        let sent = json!({"cmd": "delete", "name": null, "id": "3"});
        assert_eq!(restore(&schema, sent, &openai::STRICT_RULES, true), json!({"cmd": "delete", "id": "3"}));
    }
}
