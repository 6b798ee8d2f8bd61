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
/// `Shift` gives an accepted value another meaning. `Wider` accepts more. `Same` accepts the same values.
pub mod difference {
    use super::{DifferenceKind, Effect};

    differences! {
        TYPE_CHANGED Narrower "no type that was taken is taken any more";
        TYPE_NARROWED Narrower "a type that was taken is not any more";
        TYPE_WIDENED Wider "another type is taken";
        VALUE_REFUSED Narrower "nothing is taken there any more";
        VALUE_ALLOWED Wider "something is taken where nothing was";
        ENUM_ADDED Narrower "only listed values are taken now";
        ENUM_REMOVED Wider "other values than the listed ones are taken";
        ENUM_VALUE_REMOVED Narrower "a value is not taken any more";
        ENUM_VALUE_ADDED Wider "another value is taken";
        PROPERTY_REMOVED Narrower "a property is gone";
        PROPERTY_REQUIRED Narrower "a property must be given now";
        PROPERTY_ADDED Wider "there is another property that may be given";
        PROPERTY_OPTIONAL Wider "a property may be left out now";
        PROPERTY_REQUIRED_FILLED Same "whether a property is required changed; its default is filled in either way";
        PROPERTY_DECLARED Same "a name of the map is a declared property now";
        PROPERTY_UNDECLARED Same "a property is a name of the map now";
        ADDITIONAL_PROPERTIES_CLOSED Narrower "undeclared properties are not taken any more";
        ADDITIONAL_PROPERTIES_OPENED Wider "undeclared properties are taken";
        PATTERN_PROPERTIES_CHANGED Narrower "it cannot be told what names of a pattern take now";
        PATTERN_PROPERTIES_REMOVED Wider "names of a pattern take anything now";
        DEPENDENT_REQUIRED_ADDED Narrower "one property makes another one required now";
        DEPENDENT_REQUIRED_REMOVED Wider "one property does not make another one required any more";
        MINIMUM_RAISED Narrower "smaller numbers are not taken any more";
        MINIMUM_LOWERED Wider "smaller numbers are taken";
        MAXIMUM_LOWERED Narrower "larger numbers are not taken any more";
        MAXIMUM_RAISED Wider "larger numbers are taken";
        MULTIPLE_OF_NARROWED Narrower "only multiples of another number are taken now";
        MULTIPLE_OF_WIDENED Wider "more than the multiples of the number are taken";
        MIN_LENGTH_RAISED Narrower "shorter texts are not taken any more";
        MIN_LENGTH_LOWERED Wider "shorter texts are taken";
        MAX_LENGTH_LOWERED Narrower "longer texts are not taken any more";
        MAX_LENGTH_RAISED Wider "longer texts are taken";
        MIN_ITEMS_RAISED Narrower "shorter lists are not taken any more";
        MIN_ITEMS_LOWERED Wider "shorter lists are taken";
        MAX_ITEMS_LOWERED Narrower "longer lists are not taken any more";
        MAX_ITEMS_RAISED Wider "longer lists are taken";
        UNIQUE_ITEMS_ADDED Narrower "an item may not stand twice any more";
        UNIQUE_ITEMS_REMOVED Wider "an item may stand twice";
        MIN_PROPERTIES_RAISED Narrower "maps with fewer members are not taken any more";
        MIN_PROPERTIES_LOWERED Wider "maps with fewer members are taken";
        MAX_PROPERTIES_LOWERED Narrower "maps with more members are not taken any more";
        MAX_PROPERTIES_RAISED Wider "maps with more members are taken";
        PATTERN_ADDED Narrower "texts must match a pattern now";
        PATTERN_CHANGED Narrower "texts must match another pattern";
        PATTERN_REMOVED Wider "texts need not match the pattern any more";
        FORMAT_ADDED Narrower "values are of a format now";
        FORMAT_CHANGED Narrower "values are of another format";
        FORMAT_WIDENED Wider "values are of a format that has the old one in it";
        FORMAT_REMOVED Wider "values are of no format any more";
        FORMAT_HINT_CHANGED Same "the format says something else, but nothing of which values are taken";
        CONTENT_CHANGED Shift "a text stands for something else, or is written in another way";
        UNION_ADDED Narrower "what was taken fits no single branch of the new union, as far as can be told";
        UNION_REMOVED Wider "values need not fit a branch any more";
        UNION_WIDENED Wider "the union takes more than what stood there, or what stands there more than the union";
        UNION_REWRITTEN Same "the same values are said with or without a union";
        UNION_BRANCH_REMOVED Narrower "a branch is gone, and no other takes its values";
        UNION_BRANCH_ADDED Wider "there is another branch";
        UNION_OVERLAP Narrower "it cannot be told that no value fits two branches of oneOf now";
        UNION_INCLUSIVE Wider "a value may fit several branches now";
        CONDITION_CHANGED Narrower "it cannot be told what the changed condition refuses";
        CONDITION_REMOVED Wider "a condition is gone";
        UNEVALUATED_CHANGED Narrower "it cannot be told which members count as evaluated now";
        READ_ONLY_ADDED Narrower "the value is only read now";
        READ_ONLY_REMOVED Wider "the value may be sent";
        WRITE_ONLY_CHANGED Same "whether the value comes back changed";
        DEFAULT_ADDED Same "what is assumed for a value that is left out is said now";
        DEFAULT_REMOVED Same "what is assumed for a value that is left out is not said any more";
        DEFAULT_CHANGED Shift "a call that leaves the value out says something else now";
        DEFAULT_REFUSED Narrower "the default that is filled in is refused";
        TITLE_CHANGED Same "the title is another";
        DESCRIPTION_CHANGED Same "the description is another";
        EXAMPLES_CHANGED Same "the examples are others";
        COMMENT_CHANGED Same "the comment is another";
        DEPRECATED_CHANGED Same "whether it should not be used any more changed";
        EXTENSION_CHANGED Same "an extension says something else";
        KEYWORD_UNKNOWN Narrower "a keyword changed that is not known";
        REFERENCE_UNKNOWN Narrower "a reference cannot be followed, so that it cannot be told what changed behind it";
        TOO_COMPLEX Narrower "the schemas are too large or too deep to tell";
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
        let shown = match change {
            (Value::Null, Value::Null) => String::new(),
            (Value::Null, new) => format!(": {}", comparable_value::shown(new)),
            (old, Value::Null) => format!(" (was {})", comparable_value::shown(old)),
            (old, new) => format!(": {}, was {}", comparable_value::shown(new), comparable_value::shown(old)),
        };
        Self {
            code: kind.code,
            effect: kind.effect,
            pointer: path.pointer(),
            message: format!("{}{shown}", kind.says),
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
