//! Diagnostics and findings: what a rendering changed, and which rules a definition breaks.

use std::borrow::Cow;

use serde::Serialize;

use crate::json::Path;
use crate::schema::Effect;

/// One kind of change.
#[derive(Debug)]
pub struct RewriteChange {
    /// Stable code that programs branch on.
    pub code: &'static str,
    /// How the change affects the set of accepted values.
    pub effect: Effect,
    /// The message.
    pub says: &'static str,
}

macro_rules! changes {
    ($($name:ident $code:literal $effect:ident $says:literal;)+) => {
        $(#[doc = $says] pub const $name: RewriteChange = RewriteChange { code: $code, effect: Effect::$effect, says: $says };)+
    };
}

/// The table of changes. `Same` keeps the set of accepted values. `Wider` enlarges it; a call is still validated
/// against the tool's own schema. `Narrower` reduces it. `Shift` writes values in another form, which is undone when a
/// call comes back.
pub mod change {
    use super::{Effect, RewriteChange};

    changes! {
        ADDITIONAL_PROPERTIES_DROPPED "ADDITIONAL_PROPERTIES_DROPPED" Wider "the target has no keyword for undeclared properties; their schema is in the description";
        ALLOF_MERGED "ALLOF_MERGED" Same "allOf is merged into one schema";
        ALLOF_LOOSENED "ALLOF_LOOSENED" Wider "allOf is merged into one schema; undeclared properties that only one part forbids are allowed";
        ANNOTATION_DROPPED "ANNOTATION_DROPPED" Same "the keyword does not constrain values and is removed";
        ANNOTATION_TO_HINT "ANNOTATION_TO_HINT" Same "the keyword is moved to the description";
        ANYOF_INTERSECTED_WITH_TYPE "ANYOF_INTERSECTED_WITH_TYPE" Same "branches that the type beside anyOf forbids are removed";
        BOOLEAN_TO_MAP "BOOLEAN_TO_MAP" Same "the schema true or false is written as an object";
        CONST_TO_ENUM "CONST_TO_ENUM" Same "const is written as an enum of one value";
        CONSTS_FOLDED "CONSTS_FOLDED" Same "a union of constants is written as one enum";
        DEFAULT_TO_HINT "DEFAULT_TO_HINT" Same "the default is moved to the description";
        DIALECT_BOUNDS "DIALECT_BOUNDS" Same "exclusive bounds of draft-04 are written as numbers";
        DIALECT_DEFINITIONS "DIALECT_DEFINITIONS" Same "definitions is renamed to $defs";
        DIALECT_DEPENDENCIES "DIALECT_DEPENDENCIES" Same "dependencies is written as dependentRequired and dependentSchemas";
        DIALECT_TUPLE "DIALECT_TUPLE" Same "a list under items is renamed to prefixItems";
        DYNAMIC_REF_STATIC "DYNAMIC_REF_STATIC" Same "$dynamicRef is written as a $ref to its one anchor";
        ENUM_EMPTY_STRING_TO_HINT "ENUM_EMPTY_STRING_TO_HINT" Wider "the target takes no empty string in an enum; the values are in the description";
        ENUM_TO_HINT "ENUM_TO_HINT" Wider "the target takes only strings in an enum; the values are in the description";
        ENUM_TYPE_ADDED "ENUM_TYPE_ADDED" Same "the type that all values of the enum have is added";
        EXCLUSIVE_TO_INCLUSIVE "EXCLUSIVE_TO_INCLUSIVE" Same "an exclusive bound of integers is written as the next inclusive bound";
        FALSE_PROPERTY_DROPPED "FALSE_PROPERTY_DROPPED" Same "a property that takes no value is removed";
        FALSE_PROPERTY_WIDENED "FALSE_PROPERTY_DROPPED" Wider "a property that takes no value is removed from an open object";
        FORMAT_TO_HINT "FORMAT_TO_HINT" Wider "the target does not take the format; it is in the description";
        ITEMS_ADDED "ITEMS_ADDED" Same "items that take any value are added to the array schema";
        KEYWORD_TO_HINT "KEYWORD_TO_HINT" Wider "the target does not take the keyword; it is in the description";
        NULL_BRANCH_TO_NULLABLE "NULL_BRANCH_TO_NULLABLE" Same "the union branch for null is written as nullable";
        NULL_TYPE_WIDENED "NULL_TYPE_WIDENED" Wider "the target has no type for null alone; the schema takes other values too";
        OAS_NULLABLE "OAS_NULLABLE" Same "nullable is written as the type null";
        OAS_NULLABLE_ENUM "OAS_NULLABLE_ENUM" Wider "nullable adds null, which the enum does not list";
        OAS_NULLABLE_NO_TYPE "OAS_NULLABLE_NO_TYPE" Wider "nullable beside a union or a reference adds null";
        OBJECT_CLOSED "OBJECT_CLOSED" Narrower "strict mode takes no undeclared properties; additionalProperties is false";
        ONEOF_TO_ANYOF "ONEOF_TO_ANYOF" Same "oneOf is written as anyOf; no value matches two branches";
        ONEOF_WIDENED "ONEOF_TO_ANYOF" Wider "oneOf is written as anyOf; a value may match several branches";
        OPEN_OBJECT_CLOSED "OPEN_OBJECT_CLOSED" Narrower "the object allows undeclared properties and strict mode does not; additionalProperties is false";
        OPTIONAL_ALREADY_NULLABLE "OPTIONAL_ALREADY_NULLABLE" Shift "the optional property takes null and becomes required; a call cannot omit it";
        OPTIONAL_NULLED "OPTIONAL_NULLED" Shift "the optional property becomes required; null means that it is absent";
        OUTPUT_SCHEMA_OMITTED "OUTPUT_SCHEMA_OMITTED" Same "the target cannot write the output schema as results are; it is left out";
        OUTPUT_TYPE_ADDED "OUTPUT_TYPE_ADDED" Same "every result is an object; the type object is added to the output schema";
        PATTERN_LOOKAROUND "PATTERN_LOOKAROUND" Wider "the target takes no look-around; the pattern is in the description";
        PATTERN_NOT_PYTHON_RE "PATTERN_NOT_PYTHON_RE" Wider "Python's re cannot read the pattern; it is in the description";
        PATTERN_TO_HINT "PATTERN_TO_HINT" Wider "the target does not take the pattern; it is in the description";
        PROPERTY_RENAMED "PROPERTY_RENAMED" Shift "the target does not take the property name; calls are renamed back";
        RECURSION_UNROLLED "RECURSION_UNROLLED" Narrower "the recursive schema is written out to a bounded depth; deeper values are left out";
        REF_HOISTED "REF_HOISTED" Same "the target of a $ref is moved to $defs";
        REF_SIBLING_DROPPED "REF_SIBLING_DROPPED" Same "the target takes no keyword beside $ref; the keyword is removed";
        REF_SIBLINGS_WRAPPED "REF_SIBLINGS_WRAPPED" Same "the $ref is wrapped in anyOf, so that other keywords may stand beside it";
        REFS_INLINED "REFS_INLINED" Same "$ref is replaced with the schema that it refers to";
        REQUIRED_UNDECLARED_DROPPED "REQUIRED_UNDECLARED_DROPPED" Wider "a required property that is not declared is removed from required";
        ROOT_EMPTY "ROOT_EMPTY" Same "the schema is empty; it is written as an object without properties";
        ROOT_NULL_DROPPED "ROOT_NULL_DROPPED" Narrower "arguments are an object and never null; null is removed from the root";
        ROOT_REF_INLINED "ROOT_REF_INLINED" Same "the $ref of the root is replaced with the schema that it refers to";
        ROOT_TYPE_ADDED "ROOT_TYPE_ADDED" Narrower "arguments are an object; the type object is added to the root";
        ROOT_TYPE_SAID "ROOT_TYPE_ADDED" Same "every branch of the root is an object; the type object is added";
        ROOT_UNION_FLATTENED "ROOT_UNION_FLATTENED" Wider "the union at the root is written as one object with the properties of all branches";
        ROOT_UNION_NARROWED "ROOT_UNION_NARROWED" Narrower "a branch takes any other property; the schemas that other branches declare apply to it too";
        ROOT_WRAPPED "ROOT_WRAPPED" Shift "the root is not an object; its value is the property of one";
        SCHEMA_TO_JSON_TEXT "SCHEMA_TO_JSON_TEXT" Shift "the value has no type that the target takes; it is a string that holds JSON";
        SCHEMA_TO_JSON_TEXT_WIDENED "SCHEMA_TO_JSON_TEXT" Wider "the string takes any JSON value, whatever the schema says";
        STRICT_DOWNGRADED "STRICT_DOWNGRADED" Same "the tool is sent without strict mode";
        TUPLE_CLOSED "TUPLE_CLOSED" Narrower "the array takes no items beyond those of prefixItems";
        TUPLE_TO_ITEMS "TUPLE_TO_ITEMS" Wider "prefixItems is written as items; each item may match any of its schemas";
        TYPE_ARRAY_SPLIT "TYPE_ARRAY_SPLIT" Same "a list of types is written as anyOf, and null as nullable";
        TYPE_INFERRED "TYPE_INFERRED" Narrower "the type that the keywords apply to is added";
    }
}

/// One change that the rendering of a tool made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The code of the change, one of [`change`].
    pub code: &'static str,
    /// How the change affects the set of accepted values.
    pub effect: Effect,
    /// JSON pointer into the tool's schema.
    pub pointer: String,
    /// The message.
    pub message: Cow<'static, str>,
}

impl Diagnostic {
    /// Creates the diagnostic of a change at a path.
    pub fn new(change: &RewriteChange, path: &Path<'_>) -> Self {
        Self {
            code: change.code,
            effect: change.effect,
            pointer: path.pointer(),
            message: Cow::Borrowed(change.says),
        }
    }
}

/// How severe a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// The target takes it; its publisher advises against it.
    Advised,
    /// Some users were refused for it, others not. The tool is sent and the finding reported.
    Disputed,
    /// The target refuses the whole request for it.
    Refused,
}

/// One rule that a definition breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetFinding {
    /// Stable code that programs branch on.
    pub code: Cow<'static, str>,
    /// How severe it is.
    pub weight: Weight,
    /// JSON pointer: into the schema if the schema breaks the rule, otherwise into the definition.
    pub pointer: String,
    /// The message: what is wrong and what to do.
    pub message: Cow<'static, str>,
    /// The source of the rule, with its date.
    pub source: Cow<'static, str>,
}

macro_rules! refusals {
    ($($name:ident $says:literal;)+) => {
        $(#[doc = $says] pub const $name: (&str, &str) = (stringify!($name), $says);)+
    };
}

/// The table of refusals: why a schema cannot be rewritten for a target. They are found while rewriting, before there
/// is a definition to check.
pub mod refusal {
    refusals! {
        ALLOF_UNMERGEABLE "the parts of allOf contradict each other or cannot be merged; write them as one schema";
        LIMIT_DEPTH "the schema is nested too deep; use at most 200 levels";
        LIMIT_NODES "the schema is too large once its references are written out; remove references or properties";
        OPEN_MAP "strict mode has no form for an object with arbitrary property names; declare the properties, or send the tool without strict mode";
        REF_DANGLING "a $ref has no target; add the definition";
        REF_EXTERNAL "a $ref leads out of the schema; move its target into $defs";
        REF_NESTED_ID "a $ref is below a nested $id; remove the $id";
        REF_RECURSIVE "the target takes no recursive schema; write it out to a fixed depth";
        REQUIRED_UNDECLARED "a required property is not declared; add it to properties or remove it from required";
        UNTYPED_SCHEMA "the target needs a type for every schema; add one";
    }
}

/// The source of refusals that are found while rewriting.
const PIPELINE: &str = "toolrack: what cannot be written without saying something else, 2026-11";

impl TargetFinding {
    /// Creates the finding of a schema that cannot be rewritten.
    pub fn refused((code, says): (&'static str, &'static str), path: &Path<'_>) -> Self {
        Self {
            code: Cow::Borrowed(code),
            weight: Weight::Refused,
            pointer: path.pointer(),
            message: Cow::Borrowed(says),
            source: Cow::Borrowed(PIPELINE),
        }
    }

    /// Adds a detail to the message.
    #[must_use]
    pub fn of(mut self, what: &str) -> Self {
        self.message = Cow::Owned(format!("{}: {what}", self.message));
        self
    }
}
