//! Diagnostics and findings: what a rendering changed, and which rules a definition breaks.

use std::borrow::Cow;

use serde::Serialize;

use crate::json::Path;
use crate::schema::Effect;

/// One kind of change, as the table below lists them.
#[derive(Debug)]
pub struct RewriteChange {
    /// What programs branch on.
    pub code: &'static str,
    /// What the change does to the set of values that are taken.
    pub effect: Effect,
    /// What it means, for people.
    pub says: &'static str,
}

macro_rules! changes {
    ($($name:ident $code:literal $effect:ident $says:literal;)+) => {
        $(#[doc = $says] pub const $name: RewriteChange = RewriteChange { code: $code, effect: Effect::$effect, says: $says };)+
    };
}

/// Every kind of change, in one table. SAME takes the same values, WIDER more (the call is still judged by the tool's own
/// schema), NARROWER fewer, SHIFT writes them in another way and is undone when a call comes back.
pub mod change {
    use super::{Effect, RewriteChange};

    changes! {
        ADDITIONAL_PROPERTIES_DROPPED "ADDITIONAL_PROPERTIES_DROPPED" Wider "the target cannot say which other properties there may be";
        ALLOF_MERGED "ALLOF_MERGED" Same "the parts of allOf are one schema";
        ALLOF_LOOSENED "ALLOF_LOOSENED" Wider "the parts of allOf are one schema, without what only each for itself forbids";
        ANNOTATION_DROPPED "ANNOTATION_DROPPED" Same "the keyword says nothing of a value and is left out";
        ANNOTATION_TO_HINT "ANNOTATION_TO_HINT" Same "the keyword stands in the description";
        ANYOF_INTERSECTED_WITH_TYPE "ANYOF_INTERSECTED_WITH_TYPE" Same "branches that the type beside them forbids are left out";
        BOOLEAN_TO_MAP "BOOLEAN_TO_MAP" Same "the schema that is true or false is a map";
        CONST_TO_ENUM "CONST_TO_ENUM" Same "the one value is an enum";
        CONSTS_FOLDED "CONSTS_FOLDED" Same "a union of single values is one enum";
        DEFAULT_TO_HINT "DEFAULT_TO_HINT" Same "the default stands in the description";
        DIALECT_BOUNDS "DIALECT_BOUNDS" Same "exclusive bounds of draft-04 are numbers";
        DIALECT_DEFINITIONS "DIALECT_DEFINITIONS" Same "definitions are called $defs";
        DIALECT_DEPENDENCIES "DIALECT_DEPENDENCIES" Same "dependencies are dependentRequired and dependentSchemas";
        DIALECT_TUPLE "DIALECT_TUPLE" Same "a list under items is called prefixItems";
        DYNAMIC_REF_STATIC "DYNAMIC_REF_STATIC" Same "the dynamic reference leads to its one anchor";
        ENUM_EMPTY_STRING_TO_HINT "ENUM_EMPTY_STRING_TO_HINT" Wider "the target takes no empty text in an enum; the values stand in the description";
        ENUM_TO_HINT "ENUM_TO_HINT" Wider "the target takes only texts in an enum; the values stand in the description";
        ENUM_TYPE_ADDED "ENUM_TYPE_ADDED" Same "the type that all values of the enum have is said";
        EXCLUSIVE_TO_INCLUSIVE "EXCLUSIVE_TO_INCLUSIVE" Same "the exclusive bound of whole numbers is the next inclusive one";
        FALSE_PROPERTY_DROPPED "FALSE_PROPERTY_DROPPED" Same "a property that takes no value is left out";
        FALSE_PROPERTY_WIDENED "FALSE_PROPERTY_DROPPED" Wider "a property that takes no value is left out of an open object";
        FORMAT_TO_HINT "FORMAT_TO_HINT" Wider "the target does not take the format; it stands in the description";
        ITEMS_ADDED "ITEMS_ADDED" Same "the list says that it takes any items";
        KEYWORD_TO_HINT "KEYWORD_TO_HINT" Wider "the target does not take the keyword; it stands in the description";
        NULL_BRANCH_TO_NULLABLE "NULL_BRANCH_TO_NULLABLE" Same "the branch for null is nullable";
        NULL_TYPE_WIDENED "NULL_TYPE_WIDENED" Wider "the target has no type for null alone";
        OAS_NULLABLE "OAS_NULLABLE" Same "nullable is a type";
        OAS_NULLABLE_ENUM "OAS_NULLABLE_ENUM" Wider "null is taken though the enum does not list it";
        OAS_NULLABLE_NO_TYPE "OAS_NULLABLE_NO_TYPE" Wider "null is taken beside a union or a reference";
        OBJECT_CLOSED "OBJECT_CLOSED" Narrower "strict mode takes no undeclared properties";
        ONEOF_TO_ANYOF "ONEOF_TO_ANYOF" Same "no value fits two branches, so that anyOf says the same";
        ONEOF_WIDENED "ONEOF_TO_ANYOF" Wider "a value may fit several branches";
        OPEN_OBJECT_CLOSED "OPEN_OBJECT_CLOSED" Narrower "the object allows undeclared properties; strict mode does not";
        OPTIONAL_ALREADY_NULLABLE "OPTIONAL_ALREADY_NULLABLE" Shift "the property is optional and takes null: null stays null, absence cannot be said";
        OPTIONAL_NULLED "OPTIONAL_NULLED" Shift "the property is required, and null means that it is absent";
        PATTERN_LOOKAROUND "PATTERN_LOOKAROUND" Wider "the target takes no look-around; the pattern stands in the description";
        PATTERN_NOT_PYTHON_RE "PATTERN_NOT_PYTHON_RE" Wider "Python's re does not read the pattern; it stands in the description";
        PATTERN_TO_HINT "PATTERN_TO_HINT" Wider "the target does not take the pattern; it stands in the description";
        PROPERTY_RENAMED "PROPERTY_RENAMED" Shift "the target does not take the property's name";
        RECURSION_UNROLLED "RECURSION_UNROLLED" Narrower "the schema contains itself: it is written out to a bounded depth, and what goes deeper is left out";
        REF_HOISTED "REF_HOISTED" Same "what a reference leads to is a definition";
        REF_SIBLING_DROPPED "REF_SIBLING_DROPPED" Same "nothing may stand beside a reference";
        REF_SIBLINGS_WRAPPED "REF_SIBLINGS_WRAPPED" Same "the reference is a union of one, so that something may stand beside it";
        REFS_INLINED "REFS_INLINED" Same "what a reference leads to is written out";
        REQUIRED_UNDECLARED_DROPPED "REQUIRED_UNDECLARED_DROPPED" Wider "a property is required and not declared";
        ROOT_EMPTY "ROOT_EMPTY" Same "no schema is one without properties";
        ROOT_NULL_DROPPED "ROOT_NULL_DROPPED" Narrower "arguments are an object, never null";
        ROOT_REF_INLINED "ROOT_REF_INLINED" Same "the root is what its reference leads to";
        ROOT_TYPE_ADDED "ROOT_TYPE_ADDED" Narrower "arguments are an object";
        ROOT_TYPE_SAID "ROOT_TYPE_ADDED" Same "every branch is an object";
        ROOT_UNION_FLATTENED "ROOT_UNION_FLATTENED" Wider "the branches are one object with the properties of all; a name means the same in each of them";
        ROOT_UNION_NARROWED "ROOT_UNION_NARROWED" Narrower "a branch takes any other property, and another branch declares what it is";
        ROOT_WRAPPED "ROOT_WRAPPED" Shift "the value is the one property of an object";
        SCHEMA_TO_JSON_TEXT "SCHEMA_TO_JSON_TEXT" Shift "the value is a string that holds JSON";
        SCHEMA_TO_JSON_TEXT_WIDENED "SCHEMA_TO_JSON_TEXT" Wider "the string may hold any JSON, whatever the schema says of the value";
        STRICT_DOWNGRADED "STRICT_DOWNGRADED" Same "the tool is sent without strict mode";
        TUPLE_CLOSED "TUPLE_CLOSED" Narrower "no items are taken beyond those that are named";
        TUPLE_TO_ITEMS "TUPLE_TO_ITEMS" Wider "every item may be what any of them may be";
        TYPE_ARRAY_SPLIT "TYPE_ARRAY_SPLIT" Same "several types are a union, null is nullable";
        TYPE_INFERRED "TYPE_INFERRED" Narrower "the type that the keywords speak of is said";
    }
}

/// One change that the rendering of a tool made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// What kind of change: a code of [`change`].
    pub code: &'static str,
    /// What it does to the set of values that are taken.
    pub effect: Effect,
    /// Where, as a JSON pointer into the tool's schema.
    pub pointer: String,
    /// What it means, for people.
    pub message: Cow<'static, str>,
}

impl Diagnostic {
    /// A change at a place.
    pub fn new(change: &RewriteChange, path: &Path<'_>) -> Self {
        Self {
            code: change.code,
            effect: change.effect,
            pointer: path.pointer(),
            message: Cow::Borrowed(change.says),
        }
    }
}

/// What a finding leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// The target takes it; its publisher advises otherwise.
    Advised,
    /// Somebody was refused for it, others were not: it is told and sent.
    Disputed,
    /// The target refuses the whole request for it.
    Refused,
}

/// One rule that a definition breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetFinding {
    /// What programs branch on.
    pub code: Cow<'static, str>,
    /// What it leads to.
    pub weight: Weight,
    /// Where, as a JSON pointer: into the schema for what is wrong with a schema, into the definition otherwise.
    pub pointer: String,
    /// What is wrong, for people.
    pub message: Cow<'static, str>,
    /// Who says so, and when.
    pub source: Cow<'static, str>,
}

macro_rules! refusals {
    ($($name:ident $says:literal;)+) => {
        $(#[doc = $says] pub const $name: (&str, &str) = (stringify!($name), $says);)+
    };
}

/// Why a schema cannot be written for a target at all, in one table: code and meaning. Found while rewriting, before there
/// is an output that could be checked.
pub mod refusal {
    refusals! {
        ALLOF_UNMERGEABLE "the parts of allOf contradict each other or cannot be said as one schema";
        LIMIT_DEPTH "the schema is nested too deep";
        LIMIT_NODES "the schema is too large once its references are written out";
        OPEN_MAP "strict mode cannot say a map of names that are not known";
        REF_DANGLING "a reference leads nowhere";
        REF_EXTERNAL "a reference leads out of the schema";
        REF_NESTED_ID "a reference stands below an $id of its own";
        REF_RECURSIVE "the target takes no schema that contains itself";
        REQUIRED_UNDECLARED "a property is required and not declared";
        UNTYPED_SCHEMA "the target wants every schema to say a type";
    }
}

/// The source of refusals: steps 2 to 10 of the pipeline.
const PIPELINE: &str = "toolrack: what cannot be written without saying something else, 2026-11";

impl TargetFinding {
    /// A schema that cannot be rewritten.
    pub fn refused((code, says): (&'static str, &'static str), path: &Path<'_>) -> Self {
        Self {
            code: Cow::Borrowed(code),
            weight: Weight::Refused,
            pointer: path.pointer(),
            message: Cow::Borrowed(says),
            source: Cow::Borrowed(PIPELINE),
        }
    }

    /// The same with more to say.
    #[must_use]
    pub fn of(mut self, what: &str) -> Self {
        self.message = Cow::Owned(format!("{}: {what}", self.message));
        self
    }
}
