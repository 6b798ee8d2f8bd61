//! Syntax tree of a regular expression, independent of its dialect.

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternNode {
    /// A literal character.
    Text(char),
    /// Any character except line terminators.
    Dot,
    /// Any character.
    Any,
    /// A character class.
    Class(CharacterClass),
    /// Start of the text.
    Start,
    /// End of the text.
    End,
    /// End of the text, or before a final line feed: `\Z` in Perl.
    EndOrLineFeed,
    /// Start of a line.
    LineStart,
    /// End of a line.
    LineEnd,
    /// Word boundary.
    Boundary {
        /// True for `\B`.
        negated: bool,
    },
    /// A group.
    Group(GroupKind, Box<Self>),
    /// Back reference by number.
    Reference(usize),
    /// Back reference by name.
    NamedReference(String),
    /// A quantified node.
    Repeat(Box<Repetition>),
    /// Concatenation.
    Sequence(Vec<Self>),
    /// Alternatives.
    Choice(Vec<Self>),
}

/// Kind of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// Capturing, with an optional name.
    Capture(Option<String>),
    /// Non-capturing.
    Plain,
    /// Atomic: never backtracked into.
    Atomic,
    /// Lookaround, with its prefix: `?=`, `?<!`.
    Look(&'static str),
}

/// A quantified node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repetition {
    /// The operand.
    pub part: PatternNode,
    /// Minimum count.
    pub least: u32,
    /// Maximum count, if any.
    pub most: Option<u32>,
    /// Greedy, lazy or possessive.
    pub greed: Greediness,
}

/// Backtracking behaviour of a quantifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greediness {
    /// As many as possible.
    Greedy,
    /// As few as possible.
    Lazy,
    /// As many as possible, without backtracking.
    Possessive,
}

/// A character class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CharacterClass {
    /// True for a negated class.
    pub negated: bool,
    /// Items of the class.
    pub items: Vec<ClassItem>,
}

/// An item of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassItem {
    /// A range of characters, inclusive.
    Range(char, char),
    /// `\d`, `\D`, `\s`, `\S`, `\w`, `\W` of ECMA-262, by letter.
    Short(char),
    /// A Unicode property, `\p{…}`.
    Property {
        /// Its name.
        name: String,
        /// True for `\P`.
        negated: bool,
    },
}

impl CharacterClass {
    /// Returns true if the class certainly does not match a character.
    pub fn excludes(&self, wanted: char) -> bool {
        let takes = |item: &ClassItem| match item {
            ClassItem::Range(from, to) => Some((*from..=*to).contains(&wanted)),
            ClassItem::Short('d') => Some(wanted.is_ascii_digit()),
            ClassItem::Short('w') => Some(wanted.is_ascii_alphanumeric() || wanted == '_'),
            ClassItem::Short(_) | ClassItem::Property { .. } => None,
        };
        !self.negated && self.items.iter().all(|item| takes(item) == Some(false))
    }
}
