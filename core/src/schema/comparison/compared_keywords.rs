//! Comparison tables: keyword, how old and new are compared, and which difference results.

use super::difference_kind::{DifferenceKind, difference as d};
use super::type_set::TypeSet;

/// A bound: the keywords that together limit a size or a number.
pub struct BoundKeyword {
    /// Keyword of the inclusive bound.
    pub inclusive: &'static str,
    /// Keyword of the exclusive bound.
    pub exclusive: Option<&'static str>,
    /// True for a lower bound.
    pub is_lower: bool,
    /// Types that the bound restricts.
    pub of: TypeSet,
    /// Difference when the bound becomes stricter.
    pub stricter: DifferenceKind,
    /// Difference when the bound becomes looser.
    pub looser: DifferenceKind,
}

const fn lower(
    keyword: &'static str,
    of: TypeSet,
    raised: DifferenceKind,
    lowered: DifferenceKind,
) -> BoundKeyword {
    BoundKeyword {
        inclusive: keyword,
        exclusive: None,
        is_lower: true,
        of,
        stricter: raised,
        looser: lowered,
    }
}

const fn upper(
    keyword: &'static str,
    of: TypeSet,
    lowered: DifferenceKind,
    raised: DifferenceKind,
) -> BoundKeyword {
    BoundKeyword {
        inclusive: keyword,
        exclusive: None,
        is_lower: false,
        of,
        stricter: lowered,
        looser: raised,
    }
}

/// All bounds. Source: JSON Schema 2020-12, Validation, sections 6.2 to 6.5.
pub const BOUNDS: [BoundKeyword; 8] = [
    BoundKeyword {
        exclusive: Some("exclusiveMinimum"),
        ..lower("minimum", TypeSet::NUMBER, d::MINIMUM_RAISED, d::MINIMUM_LOWERED)
    },
    BoundKeyword {
        exclusive: Some("exclusiveMaximum"),
        ..upper("maximum", TypeSet::NUMBER, d::MAXIMUM_LOWERED, d::MAXIMUM_RAISED)
    },
    lower("minLength", TypeSet::STRING, d::MIN_LENGTH_RAISED, d::MIN_LENGTH_LOWERED),
    upper("maxLength", TypeSet::STRING, d::MAX_LENGTH_LOWERED, d::MAX_LENGTH_RAISED),
    lower("minItems", TypeSet::ARRAY, d::MIN_ITEMS_RAISED, d::MIN_ITEMS_LOWERED),
    upper("maxItems", TypeSet::ARRAY, d::MAX_ITEMS_LOWERED, d::MAX_ITEMS_RAISED),
    lower("minProperties", TypeSet::OBJECT, d::MIN_PROPERTIES_RAISED, d::MIN_PROPERTIES_LOWERED),
    upper("maxProperties", TypeSet::OBJECT, d::MAX_PROPERTIES_LOWERED, d::MAX_PROPERTIES_RAISED),
];

/// A boolean keyword whose appearance and disappearance have different effects.
pub struct FlagKeyword {
    /// The keyword.
    pub keyword: &'static str,
    /// Difference when it becomes true.
    pub added: DifferenceKind,
    /// Difference when it is true no more.
    pub removed: DifferenceKind,
}

/// `readOnly`.
pub const READ_ONLY: FlagKeyword =
    FlagKeyword { keyword: "readOnly", added: d::READ_ONLY_ADDED, removed: d::READ_ONLY_REMOVED };

/// `uniqueItems`.
pub const UNIQUE_ITEMS: FlagKeyword =
    FlagKeyword { keyword: "uniqueItems", added: d::UNIQUE_ITEMS_ADDED, removed: d::UNIQUE_ITEMS_REMOVED };

/// Annotations that affect no value.
pub const WORDS: [(&str, DifferenceKind); 6] = [
    ("title", d::TITLE_CHANGED),
    ("description", d::DESCRIPTION_CHANGED),
    ("examples", d::EXAMPLES_CHANGED),
    ("$comment", d::COMMENT_CHANGED),
    ("deprecated", d::DEPRECATED_CHANGED),
    ("writeOnly", d::WRITE_ONLY_CHANGED),
];

/// Keywords that are compared as a whole. If they differ, the effect is unknown and counts as narrower.
pub const CONDITIONS: [(&[&str], TypeSet); 4] = [
    (&["not"], TypeSet::ALL),
    (&["if", "then", "else"], TypeSet::ALL),
    (&["dependentSchemas"], TypeSet::OBJECT),
    (&["contains", "minContains", "maxContains"], TypeSet::ARRAY),
];

/// Content keywords. Another encoding means another value, so that each change is a shift.
pub const CONTENT: [&str; 3] = ["contentEncoding", "contentMediaType", "contentSchema"];

/// Keywords whose effect depends on all others in the schema.
pub const UNEVALUATED: [&str; 2] = ["unevaluatedProperties", "unevaluatedItems"];

/// Keywords that other files of the comparison read, and those that affect no value.
pub const READ_ELSEWHERE: [&str; 24] = [
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "dependentRequired",
    "items",
    "prefixItems",
    "uniqueItems",
    "multipleOf",
    "pattern",
    "format",
    "default",
    "readOnly",
    "allOf",
    "anyOf",
    "oneOf",
    "$ref",
    "$defs",
    "definitions",
    "$schema",
];

/// Formats that describe display or storage and restrict no values: JSON numbers of a call have 64 bits.
const HINTS: [&str; 4] = ["password", "float", "double", "int64"];

/// Formats that are subsets of others. Sources: JSON Schema 2020-12, Validation, section 7.3; OpenAPI
/// Format Registry.
const WITHIN: [(&str, &str); 9] = [
    ("int8", "int16"),
    ("int16", "int32"),
    ("uint8", "int16"),
    ("email", "idn-email"),
    ("hostname", "idn-hostname"),
    ("uri", "iri"),
    ("uri", "uri-reference"),
    ("iri", "iri-reference"),
    ("uri-reference", "iri-reference"),
];

/// Returns true if a format restricts values. An unknown format may.
pub fn is_format_of_values(format: &str) -> bool {
    !HINTS.contains(&format)
}

/// Returns true if each value of one format is a value of the other.
pub fn is_format_within(one: &str, other: &str) -> bool {
    one == other
        || WITHIN
            .iter()
            .any(|(inner, outer)| *inner == one && (*outer == other || is_format_within(outer, other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::keywords;

    #[test]
    fn every_keyword_is_in_a_table() {
        let bounds = BOUNDS.iter().flat_map(|bound| [Some(bound.inclusive), bound.exclusive]).flatten();
        let all: Vec<&str> = bounds
            .chain(WORDS.iter().map(|(word, _)| *word))
            .chain(CONDITIONS.iter().flat_map(|(words, _)| words.iter().copied()))
            .chain(CONTENT)
            .chain(UNEVALUATED)
            .chain(READ_ELSEWHERE)
            .collect();
        let lacking: Vec<_> = keywords::keyword_names().filter(|name| !all.contains(name)).collect();
        assert_eq!(lacking, [""; 0]);
    }

    #[test]
    fn a_format_lies_within_others_by_way_of_others() {
        assert!(is_format_within("uri", "iri-reference") && is_format_within("uint8", "int32"));
        assert!(!is_format_within("iri", "uri"));
    }
}
