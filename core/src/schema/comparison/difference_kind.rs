//! Kinds of schema differences, and a single difference.

use serde::Serialize;
use serde_json::Value;

use super::comparable_value;
use crate::json::Path;
use crate::schema::Effect;

/// Kind of a difference: code, effect and meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DifferenceKind {
    /// Stable code for programs.
    pub code: &'static str,
    /// Effect on the accepted values.
    pub effect: Effect,
    /// Meaning, for people.
    pub says: &'static str,
}

macro_rules! differences {
    ($($name:ident $effect:ident $says:literal;)+) => {
        $(
            #[doc = $says]
            pub const $name: DifferenceKind =
                DifferenceKind { code: stringify!($name), effect: Effect::$effect, says: $says };
        )+
        /// All kinds, in the order of the table.
        pub const ALL: &[DifferenceKind] = &[$($name),+];
    };
}

/// All kinds of differences, in one table. `Narrower` refuses a value that was accepted, or may do so.
/// `Shift` gives an accepted value another meaning, and is breaking too. `Wider` accepts more. `Same` accepts the same
/// values.
pub mod difference {
    use super::{DifferenceKind, Effect};

    differences! {
        TYPE_CHANGED Narrower "the type changed; no previous type is accepted";
        TYPE_NARROWED Narrower "a type is no longer accepted";
        TYPE_WIDENED Wider "another type is accepted";
        VALUE_REFUSED Narrower "no value is accepted any more";
        VALUE_ALLOWED Wider "values are accepted where none was";
        ENUM_ADDED Narrower "only listed values are accepted now";
        ENUM_REMOVED Wider "values outside of the list are accepted now";
        ENUM_VALUE_REMOVED Narrower "a listed value is no longer accepted";
        ENUM_VALUE_ADDED Wider "another listed value is accepted";
        PROPERTY_REMOVED Narrower "a property was removed";
        PROPERTY_REQUIRED Narrower "a property is required now";
        PROPERTY_ADDED Wider "an optional property was added";
        PROPERTY_OPTIONAL Wider "a property is optional now";
        PROPERTY_REQUIRED_FILLED Same "a property became required or optional; its default is filled in either way";
        PROPERTY_DECLARED Same "a property that was accepted undeclared is declared now";
        PROPERTY_UNDECLARED Same "a declared property is accepted undeclared now";
        ADDITIONAL_PROPERTIES_CLOSED Narrower "undeclared properties are no longer accepted";
        ADDITIONAL_PROPERTIES_OPENED Wider "undeclared properties are accepted now";
        PATTERN_PROPERTIES_CHANGED Narrower "the schema of properties that match a pattern changed; its effect is unknown";
        PATTERN_PROPERTIES_REMOVED Wider "properties that match a pattern accept any value now";
        DEPENDENT_REQUIRED_ADDED Narrower "a property makes another property required now";
        DEPENDENT_REQUIRED_REMOVED Wider "a property no longer makes another property required";
        MINIMUM_RAISED Narrower "smaller numbers are no longer accepted";
        MINIMUM_LOWERED Wider "smaller numbers are accepted now";
        MAXIMUM_LOWERED Narrower "larger numbers are no longer accepted";
        MAXIMUM_RAISED Wider "larger numbers are accepted now";
        MULTIPLE_OF_NARROWED Narrower "only multiples of another number are accepted now";
        MULTIPLE_OF_WIDENED Wider "more than the multiples of the previous number are accepted now";
        MIN_LENGTH_RAISED Narrower "shorter strings are no longer accepted";
        MIN_LENGTH_LOWERED Wider "shorter strings are accepted now";
        MAX_LENGTH_LOWERED Narrower "longer strings are no longer accepted";
        MAX_LENGTH_RAISED Wider "longer strings are accepted now";
        MIN_ITEMS_RAISED Narrower "shorter lists are no longer accepted";
        MIN_ITEMS_LOWERED Wider "shorter lists are accepted now";
        MAX_ITEMS_LOWERED Narrower "longer lists are no longer accepted";
        MAX_ITEMS_RAISED Wider "longer lists are accepted now";
        UNIQUE_ITEMS_ADDED Narrower "repeated items are no longer accepted";
        UNIQUE_ITEMS_REMOVED Wider "repeated items are accepted now";
        MIN_PROPERTIES_RAISED Narrower "maps with fewer properties are no longer accepted";
        MIN_PROPERTIES_LOWERED Wider "maps with fewer properties are accepted now";
        MAX_PROPERTIES_LOWERED Narrower "maps with more properties are no longer accepted";
        MAX_PROPERTIES_RAISED Wider "maps with more properties are accepted now";
        PATTERN_ADDED Narrower "strings must match a pattern now";
        PATTERN_CHANGED Narrower "strings must match another pattern";
        PATTERN_REMOVED Wider "strings need not match the pattern any more";
        FORMAT_ADDED Narrower "values must have a format now";
        FORMAT_CHANGED Narrower "values must have another format";
        FORMAT_WIDENED Wider "values may have a format that includes the previous one";
        FORMAT_REMOVED Wider "values need not have the format any more";
        FORMAT_HINT_CHANGED Same "the format changed, and the same values are accepted";
        CONTENT_CHANGED Shift "the content or the encoding of a string changed";
        UNION_ADDED Narrower "values must match a branch of a new union, and previous values may match none";
        UNION_REMOVED Wider "values need not match a branch of the union any more";
        UNION_WIDENED Wider "a union was added or removed, and more values are accepted";
        UNION_REWRITTEN Same "a union was added or removed, and the same values are accepted";
        UNION_BRANCH_REMOVED Narrower "a branch was removed, and no other branch accepts its values";
        UNION_BRANCH_ADDED Wider "a branch was added";
        UNION_OVERLAP Narrower "a value may match two branches of oneOf now, which refuses it";
        UNION_INCLUSIVE Wider "a value may match several branches now";
        CONDITION_CHANGED Narrower "a condition changed; its effect is unknown";
        CONDITION_REMOVED Wider "a condition was removed";
        UNEVALUATED_CHANGED Narrower "which members count as evaluated changed; the effect is unknown";
        READ_ONLY_ADDED Narrower "the value is read-only now";
        READ_ONLY_REMOVED Wider "the value is no longer read-only";
        WRITE_ONLY_CHANGED Same "whether the value is write-only changed";
        DEFAULT_ADDED Same "a default was added";
        DEFAULT_REMOVED Same "the default was removed";
        DEFAULT_CHANGED Shift "the default changed; a call without the value has another meaning";
        DEFAULT_REFUSED Narrower "the schema refuses its own default";
        TITLE_CHANGED Same "the title changed";
        DESCRIPTION_CHANGED Same "the description changed";
        EXAMPLES_CHANGED Same "the examples changed";
        COMMENT_CHANGED Same "the comment changed";
        DEPRECATED_CHANGED Same "whether the value is deprecated changed";
        EXTENSION_CHANGED Same "an extension changed";
        KEYWORD_UNKNOWN Narrower "an unknown keyword changed; its effect is unknown";
        REFERENCE_UNKNOWN Narrower "a reference cannot be followed; what changed behind it is unknown";
        TOO_COMPLEX Narrower "the schemas are too large or too deep to compare";
    }
}

/// One difference between two schemas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Stable code for programs, from [`difference`].
    pub code: &'static str,
    /// Effect on the accepted values.
    pub effect: Effect,
    /// JSON pointer into the schema.
    pub pointer: String,
    /// Message for people, with the old and the new value.
    pub message: String,
}

impl Difference {
    pub(super) fn new(kind: &DifferenceKind, path: &Path<'_>, change: (&Value, &Value)) -> Self {
        let display_value = match change {
            (Value::Null, Value::Null) => String::new(),
            (Value::Null, new) => format!(": {}", comparable_value::display_value(new)),
            (old, Value::Null) => format!(" (was {})", comparable_value::display_value(old)),
            (old, new) => format!(
                ": {}, was {}",
                comparable_value::display_value(new),
                comparable_value::display_value(old)
            ),
        };
        Self {
            code: kind.code,
            effect: kind.effect,
            pointer: path.pointer(),
            message: format!("{}{display_value}", kind.says),
        }
    }

    /// Returns true if an accepted value may be refused or get another meaning.
    pub fn is_breaking(&self) -> bool {
        matches!(self.effect, Effect::Narrower | Effect::Shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let codes: std::collections::HashSet<_> = difference::ALL.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), difference::ALL.len());
    }
}
