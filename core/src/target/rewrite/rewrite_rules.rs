//! Rewrite rules: the table of one provider, strict or not, that says what each keyword of a schema becomes.

use serde_json::Value;

use crate::target::diagnostic::RewriteChange;

/// What happens to a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordFate {
    /// It goes out.
    Kept,
    /// It does not constrain values and is removed.
    Dropped,
    /// The provider does not take it; the model reads it in the description.
    Hinted,
}

/// Which property names a provider takes, and at which depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentNameRule {
    /// Any name.
    Free,
    /// `^[a-zA-Z0-9_.-]{1,64}$` for the properties of the root.
    TopLevel,
    /// `^[a-zA-Z_][a-zA-Z0-9_]{0,63}$` at every depth.
    Everywhere,
}

/// How `$ref` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceRule {
    /// Unchanged.
    Kept,
    /// Wrapped in an `anyOf` of one branch, where other keywords stand beside it.
    Wrapped,
    /// Alone: annotations beside it are removed.
    Alone,
    /// Inlined where other keywords stand beside it, unless it is recursive.
    InlinedBeside,
    /// Always inlined.
    Inlined,
}

/// How a recursive schema is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecursionRule {
    /// Unchanged.
    Kept,
    /// Not at all: the schema is refused.
    Refused,
    /// Written out to a bounded depth.
    Unrolled,
}

/// How `const` and `enum` are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumRule {
    /// Unchanged.
    Kept,
    /// As an enum with the type of its values.
    Enums,
    /// As an enum of strings that are not empty.
    Texts,
}

/// How undeclared properties are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectRule {
    /// Unchanged.
    Open,
    /// Forbidden, as in strict mode.
    Closed,
    /// Removed: the provider has no keyword for them.
    Unsupported,
}

/// Which schemas need a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeRule {
    /// None.
    Free,
    /// None, but each array schema needs `items`.
    Items,
    /// Every schema.
    Required,
    /// Every schema, with one type; null is `nullable`.
    Single,
}

/// How a schema without a type is written, where one is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UntypedRule {
    /// Not at all: the schema is refused.
    Refused,
    /// As a string that holds JSON.
    JsonText,
}

/// How names that are required and not declared are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndeclaredRule {
    /// Unchanged.
    Kept,
    /// Removed from `required`.
    Dropped,
    /// Not at all: the schema is refused.
    Refused,
}

/// How the root is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootRule {
    /// With its `allOf` and `$ref` merged into it, without `$schema`.
    Canonical,
    /// The same, with the `$schema` that it has.
    WithDialect,
    /// With the `$schema` that it has; an object keeps the `allOf` and `$ref` that stand beside its type.
    AsWritten,
}

/// How schemas are rewritten for one provider and mode.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a table of yes and no: each is one rule of a provider")]
pub struct RewriteRules {
    /// What becomes of a keyword of JSON Schema 2020-12, by its name and value.
    pub fate: fn(&str, &Value) -> KeywordFate,
    /// How the root is written.
    pub root: RootRule,
    /// Whether the root may be a union.
    pub root_unions: bool,
    /// Whether a property schema may be `true` or `false`.
    pub bool_arguments: bool,
    /// Which property names the provider takes.
    pub keys: ArgumentNameRule,
    /// How `$ref` is written.
    pub references: ReferenceRule,
    /// How a recursive schema is written.
    pub recursion: RecursionRule,
    /// Whether `oneOf` is written as `anyOf`.
    pub any_of: bool,
    /// Whether `allOf` is merged.
    pub merged: bool,
    /// The change that removes a pattern; `None` for a pattern that stays.
    pub pattern: fn(&str) -> Option<&'static RewriteChange>,
    /// Whether a format stays. The flag is true for schemas that are not numbers.
    pub format: fn(&str, bool) -> bool,
    /// How `const` and `enum` are written.
    pub values: EnumRule,
    /// Whether exclusive bounds of integers are written as inclusive bounds.
    pub inclusive: bool,
    /// Whether `prefixItems` is written as `items`.
    pub tuples_as_lists: bool,
    /// How undeclared properties are written.
    pub objects: ObjectRule,
    /// Whether optional properties are required and take null.
    pub nulls: bool,
    /// Which schemas need a type.
    pub types: TypeRule,
    /// How a schema without a type is written.
    pub untyped: UntypedRule,
    /// How names that are required and not declared are written.
    pub undeclared: UndeclaredRule,
}

impl RewriteRules {
    /// Keeps every schema unchanged. The table of each provider says where it differs.
    pub const ANY: Self = Self {
        fate: |_, _| KeywordFate::Kept,
        root: RootRule::Canonical,
        root_unions: true,
        bool_arguments: true,
        keys: ArgumentNameRule::Free,
        references: ReferenceRule::Kept,
        recursion: RecursionRule::Kept,
        any_of: false,
        merged: false,
        pattern: |_| None,
        format: |_, _| true,
        values: EnumRule::Kept,
        inclusive: false,
        tuples_as_lists: false,
        objects: ObjectRule::Open,
        nulls: false,
        types: TypeRule::Free,
        untyped: UntypedRule::Refused,
        undeclared: UndeclaredRule::Kept,
    };
}

/// Keeps the keywords of a list. Of the others, assertions are hinted and annotations dropped. `contentEncoding` and
/// `contentMediaType` are annotations in 2020-12, but a model needs them to encode bytes.
pub fn only(taken: &[&str], keyword: &str) -> KeywordFate {
    if taken.contains(&keyword) {
        KeywordFate::Kept
    } else if crate::schema::keywords::is_assertion(keyword)
        || matches!(keyword, "default" | "contentEncoding" | "contentMediaType")
    {
        KeywordFate::Hinted
    } else {
        KeywordFate::Dropped
    }
}
