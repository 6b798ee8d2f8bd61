//! Result differences: what a change of an output schema means to a program that reads results.
//!
//! Results flow from the tool, and a reader may hold the old schema. The old schema must therefore accept each value
//! that the new one accepts. It is the comparison of arguments with the sides exchanged. Its messages are turned
//! around, so that they say what happened to the schema.
//!
//! Three rules differ. A removed property is breaking, although an object without it may still fit the old schema. An
//! added property is not, unless the old schema accepts no undeclared ones. Defaults and `readOnly` are annotations: no
//! default is filled into a result.

use super::difference_kind::{DifferenceKind, difference as d};
use crate::schema::Effect;

/// A property that the new schema declares, in an object that accepted it undeclared.
pub const PROPERTY_ADDED: DifferenceKind =
    DifferenceKind { code: "RESULT_PROPERTY_ADDED", effect: Effect::Wider, says: "a property was added" };
/// A property that the new schema does not declare any more.
pub const PROPERTY_REMOVED: DifferenceKind = DifferenceKind {
    code: "RESULT_PROPERTY_REMOVED",
    effect: Effect::Narrower,
    says: "a property was removed",
};
/// Another default.
pub const DEFAULT_CHANGED: DifferenceKind =
    DifferenceKind { code: "RESULT_DEFAULT_CHANGED", effect: Effect::Same, says: "the default changed" };
/// Another `readOnly`.
pub const READ_ONLY_CHANGED: DifferenceKind = DifferenceKind {
    code: "RESULT_READ_ONLY_CHANGED",
    effect: Effect::Same,
    says: "whether the value is read-only changed",
};

/// The kinds that are each other's opposite.
const OPPOSITES: &[(DifferenceKind, DifferenceKind)] = &[
    (d::TYPE_NARROWED, d::TYPE_WIDENED),
    (d::VALUE_REFUSED, d::VALUE_ALLOWED),
    (d::ENUM_ADDED, d::ENUM_REMOVED),
    (d::ENUM_VALUE_REMOVED, d::ENUM_VALUE_ADDED),
    (d::PROPERTY_REMOVED, d::PROPERTY_ADDED),
    (d::PROPERTY_REQUIRED, d::PROPERTY_OPTIONAL),
    (d::PROPERTY_DECLARED, d::PROPERTY_UNDECLARED),
    (d::ADDITIONAL_PROPERTIES_CLOSED, d::ADDITIONAL_PROPERTIES_OPENED),
    (d::DEPENDENT_REQUIRED_ADDED, d::DEPENDENT_REQUIRED_REMOVED),
    (d::MINIMUM_RAISED, d::MINIMUM_LOWERED),
    (d::MAXIMUM_LOWERED, d::MAXIMUM_RAISED),
    (d::MULTIPLE_OF_NARROWED, d::MULTIPLE_OF_WIDENED),
    (d::MIN_LENGTH_RAISED, d::MIN_LENGTH_LOWERED),
    (d::MAX_LENGTH_LOWERED, d::MAX_LENGTH_RAISED),
    (d::MIN_ITEMS_RAISED, d::MIN_ITEMS_LOWERED),
    (d::MAX_ITEMS_LOWERED, d::MAX_ITEMS_RAISED),
    (d::UNIQUE_ITEMS_ADDED, d::UNIQUE_ITEMS_REMOVED),
    (d::MIN_PROPERTIES_RAISED, d::MIN_PROPERTIES_LOWERED),
    (d::MAX_PROPERTIES_LOWERED, d::MAX_PROPERTIES_RAISED),
    (d::PATTERN_ADDED, d::PATTERN_REMOVED),
    (d::FORMAT_ADDED, d::FORMAT_REMOVED),
    (d::UNION_ADDED, d::UNION_REMOVED),
    (d::UNION_BRANCH_REMOVED, d::UNION_BRANCH_ADDED),
    (d::DEFAULT_ADDED, d::DEFAULT_REMOVED),
];

/// What a kind says where the sides are exchanged. A kind without an opposite says that something changed.
pub fn opposite_message(kind: &DifferenceKind) -> &'static str {
    OPPOSITES
        .iter()
        .find_map(|(one, other)| match kind.code {
            code if code == one.code => Some(other.says),
            code if code == other.code => Some(one.says),
            _ => None,
        })
        .unwrap_or(kind.says)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::schema::{Difference, Schema, result_differences};

    /// The schema before and after a change, the effect on who reads results, and a part of the message.
    const CHANGES: &[(&str, &str, Effect, &str)] = &[
        (TEXT, r#"{"type": ["string", "null"]}"#, Effect::Narrower, "another type is accepted: "),
        (r#"{"type": ["string", "null"]}"#, TEXT, Effect::Wider, "a type is no longer accepted"),
        (TEXT, r#"{"type": "number"}"#, Effect::Narrower, "the type changed"),
        (r#"{"enum": ["a"]}"#, r#"{"enum": ["a", "b"]}"#, Effect::Narrower, "another listed value"),
        (r#"{"enum": ["a", "b"]}"#, r#"{"enum": ["a"]}"#, Effect::Wider, "a listed value is no longer"),
        (REQUIRED, OPTIONAL, Effect::Narrower, "a property is optional now"),
        (OPTIONAL, REQUIRED, Effect::Wider, "a property is required now"),
        (REQUIRED, EMPTY, Effect::Narrower, "a property was removed"),
        (OPTIONAL, EMPTY, Effect::Narrower, "a property was removed"),
        (EMPTY, REQUIRED, Effect::Wider, "a property was added"),
        (CLOSED_EMPTY, CLOSED, Effect::Narrower, "property was added"),
        (CLOSED, CLOSED_EMPTY, Effect::Narrower, "a property was removed"),
        (
            r#"{"maxLength": 5}"#,
            r#"{"maxLength": 9}"#,
            Effect::Narrower,
            "longer strings are accepted now: 9, was 5",
        ),
        (
            r#"{"maxLength": 9}"#,
            r#"{"maxLength": 5}"#,
            Effect::Wider,
            "longer strings are no longer accepted: 5, was 9",
        ),
        (r#"{"title": "a"}"#, r#"{"title": "b"}"#, Effect::Same, "the title changed: \"b\", was \"a\""),
        (r#"{"default": "a"}"#, r#"{"default": "b"}"#, Effect::Same, "the default changed: \"b\", was \"a\""),
        ("{}", r#"{"readOnly": true}"#, Effect::Same, "whether the value is read-only changed"),
        (r#"{"not": {"type": "string"}}"#, r#"{"not": {"type": "null"}}"#, Effect::Narrower, "condition"),
    ];
    const TEXT: &str = r#"{"type": "string"}"#;
    const REQUIRED: &str =
        r#"{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}"#;
    const OPTIONAL: &str = r#"{"type": "object", "properties": {"a": {"type": "string"}}, "required": []}"#;
    const EMPTY: &str = r#"{"type": "object", "properties": {}, "required": []}"#;
    const CLOSED: &str = r#"{"properties": {"a": {"type": "string"}}, "additionalProperties": false}"#;
    const CLOSED_EMPTY: &str = r#"{"properties": {}, "additionalProperties": false}"#;

    #[test]
    fn each_change_of_an_output_schema_has_its_effect_and_says_what_happened() {
        let schema = |text: &str| Schema::new(&serde_json::from_str::<Value>(text).expect("JSON"));
        let mut wrong = Vec::new();
        for (old, new, effect, message) in CHANGES {
            let found = result_differences(&schema(old), &schema(new));
            let is_so = |one: &Difference| one.effect == *effect && one.message.contains(message);
            if !matches!(&found[..], [one] if is_so(one)) {
                wrong.push(format!("{old} {new}: {found:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_a_schema_does_not_change_is_no_difference() {
        let schema = json!({"properties": {"a": {"default": 1}, "b": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "null"}}});
        let renamed = json!({"$defs": {"y": {"type": "null"}}, "properties": {"b": {"$ref": "#/$defs/y"}, "a": {"default": 1}}});
        assert_eq!(result_differences(&Schema::new(&schema), &Schema::new(&renamed)), []);
    }
}
