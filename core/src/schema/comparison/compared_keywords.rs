//! The tables: keyword → how old and new are compared → which difference.

use super::difference_kind::{DifferenceKind, difference as d};
use super::type_set::TypeSet;

/// A bound: keywords that together say how small or large something is.
pub struct BoundKeyword {
    /// The keyword, which takes its number itself.
    pub inclusive: &'static str,
    /// The keyword that does not.
    pub exclusive: Option<&'static str>,
    /// Whether it is the lower one.
    pub is_lower: bool,
    /// What it says something of.
    pub of: TypeSet,
    /// What a stricter one is.
    pub stricter: DifferenceKind,
    /// What a looser one is.
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

/// Source: JSON Schema 2020-12, Validation, sections 6.2 to 6.5.
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

/// Keywords of which only words depend.
pub const WORDS: [(&str, DifferenceKind); 6] = [
    ("title", d::TITLE_CHANGED),
    ("description", d::DESCRIPTION_CHANGED),
    ("examples", d::EXAMPLES_CHANGED),
    ("$comment", d::COMMENT_CHANGED),
    ("deprecated", d::DEPRECATED_CHANGED),
    ("writeOnly", d::WRITE_ONLY_CHANGED),
];

/// Keywords that are compared as one whole: where they differ, it cannot be told how.
pub const CONDITIONS: [(&[&str], TypeSet); 4] = [
    (&["not"], TypeSet::ALL),
    (&["if", "then", "else"], TypeSet::ALL),
    (&["dependentSchemas"], TypeSet::OBJECT),
    (&["contains", "minContains", "maxContains"], TypeSet::ARRAY),
];

/// What says how a text is to be read: another encoding is another value, whichever way it changes.
pub const CONTENT: [&str; 3] = ["contentEncoding", "contentMediaType", "contentSchema"];

/// What depends on everything beside it.
pub const UNEVALUATED: [&str; 2] = ["unevaluatedProperties", "unevaluatedItems"];

/// Keywords that another part of the comparison reads, or that say nothing of a value.
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

/// Formats that say something of how a value is shown or kept, and nothing of which values there are: a number of JSON
/// that a call can hold is one of 64 bits.
const HINTS: [&str; 4] = ["password", "float", "double", "int64"];

/// Formats each value of which is one of another format. Source: JSON Schema 2020-12, Validation, section 7.3, and the
/// OpenAPI Format Registry.
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

/// Whether a format says which values there are. One that nobody knows may.
pub fn is_format_of_values(format: &str) -> bool {
    !HINTS.contains(&format)
}

/// Whether every value of a format is one of another.
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
