//! Rewrite rules: the table that says, for one provider and strict or not, what each keyword of a schema becomes.

use serde_json::Value;

use crate::target::diagnostic::RewriteChange;

/// What happens to a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordFate {
    /// It goes out.
    Kept,
    /// It says nothing of a value and is left out.
    Dropped,
    /// The target does not take it; the model reads it in the description.
    Hinted,
}

/// Which names of arguments a target takes, and how deep it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentNameRule {
    /// Any.
    Free,
    /// `^[a-zA-Z0-9_.-]{1,64}$` at the top.
    TopLevel,
    /// `^[a-zA-Z_][a-zA-Z0-9_]{0,63}$` everywhere.
    Everywhere,
}

/// How references are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceRule {
    /// As they are.
    Kept,
    /// As a union of one where something stands beside them.
    Wrapped,
    /// Alone: what stands beside them and says nothing of a value is left out.
    Bare,
    /// Written out where something stands beside them, unless they lead back to themselves.
    InlinedBeside,
    /// Written out, each.
    Inlined,
}

/// What becomes of a schema that contains itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecursionRule {
    /// It stays.
    Kept,
    /// It cannot be written.
    Refused,
    /// It is written out to a bounded depth.
    Unrolled,
}

/// How single values and lists of values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumRule {
    /// As they are.
    Kept,
    /// As enums with the type that their values have.
    Enums,
    /// As enums of texts alone, which are not empty.
    Texts,
}

/// What becomes of undeclared properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectRule {
    /// They may come where the schema lets them.
    Open,
    /// None may come: strict mode.
    Closed,
    /// The target has no word for them.
    Unsaid,
}

/// What becomes of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeRule {
    /// They need not be said.
    Free,
    /// Each list says what its items are, be it anything.
    Items,
    /// Every schema says a type.
    NullReadings,
    /// Every schema says one type; null is `nullable`.
    One,
}

/// What becomes of a schema that says no type, where the target wants one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UntypedRule {
    /// It cannot be written.
    Refused,
    /// Its value is written as a string that holds JSON.
    JsonText,
}

/// What becomes of names that are required and not declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndeclaredRule {
    /// They stay.
    Kept,
    /// They are left out.
    Dropped,
    /// The schema cannot be written.
    Refused,
}

/// How a schema is written for one target.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a table of yes and no: each is one rule of a provider")]
pub struct RewriteRules {
    /// What happens to a keyword of JSON Schema 2020-12 that holds this.
    pub fate: fn(&str, &Value) -> KeywordFate,
    /// Whether the root may be a union.
    pub root_unions: bool,
    /// Whether an argument may be `true` or `false` instead of a map.
    pub bool_arguments: bool,
    /// Which names of arguments it takes.
    pub keys: ArgumentNameRule,
    /// How references are written.
    pub references: ReferenceRule,
    /// What becomes of a schema that contains itself.
    pub recursion: RecursionRule,
    /// Whether `oneOf` is written as `anyOf`.
    pub any_of: bool,
    /// Whether the parts of `allOf` are merged.
    pub merged: bool,
    /// Why a pattern cannot go out.
    pub pattern: fn(&str) -> Option<&'static RewriteChange>,
    /// Whether a format goes out, for a schema of texts (`true`) or of anything else.
    pub format: fn(&str, bool) -> bool,
    /// How values are written.
    pub values: EnumRule,
    /// Whether exclusive bounds of whole numbers are written as inclusive ones.
    pub inclusive: bool,
    /// Whether lists of different items are written as lists of one kind.
    pub tuples_as_lists: bool,
    /// What becomes of undeclared properties.
    pub objects: ObjectRule,
    /// Whether optional properties are required and take null.
    pub nulls: bool,
    /// What becomes of types.
    pub types: TypeRule,
    /// What becomes of a schema that says no type.
    pub untyped: UntypedRule,
    /// What becomes of names that are required and not declared.
    pub undeclared: UndeclaredRule,
}

impl RewriteRules {
    /// Takes every schema as it is. Each target's table says where it differs.
    pub const ANY: Self = Self {
        fate: |_, _| KeywordFate::Kept,
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

/// Keeps the keywords of a list; of the others what says something of a value is hinted, the rest dropped. How bytes are
/// encoded says nothing of a value in 2020-12, and yet a model must know.
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
