//! The table of what one provider takes.

/// What happens to a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes out.
    Kept,
    /// It says nothing of a value and is left out.
    Dropped,
    /// The provider does not take it; the model reads it in the description.
    Hinted,
}

/// Which names of arguments a provider takes, and how deep it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Any.
    Free,
    /// `^[a-zA-Z0-9_.-]{1,64}$` at the top.
    TopLevel,
    /// `^[a-zA-Z_][a-zA-Z0-9_]{0,63}$` everywhere.
    Everywhere,
}

/// What one provider takes.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a table of yes and no: each is one rule of a provider")]
pub struct Rules {
    /// What happens to a keyword of JSON Schema 2020-12.
    pub fate: fn(&str) -> Fate,
    /// Which names of arguments it takes.
    pub keys: Keys,
    /// Whether an array must say what its items are.
    pub items_required: bool,
    /// Whether `pattern` must be one that Python's `re` reads, without look-around.
    pub python_patterns: bool,
    /// Whether `const` is written as an `enum` of one with its type, and whole-number exclusive bounds as inclusive ones.
    pub enums_for_consts: bool,
    /// The only string format it takes; every one where that is `None`.
    pub only_format: Option<&'static str>,
    /// Whether nothing may stand beside a `$ref`.
    pub bare_references: bool,
}
