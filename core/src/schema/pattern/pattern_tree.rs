//! A regular expression as a tree: what is left of every dialect once its own spelling is gone.

/// A part of a regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternNode {
    /// A character.
    Text(char),
    /// Any character but the ends of lines.
    Dot,
    /// Any character at all.
    Any,
    /// One of several characters.
    Class(CharacterClass),
    /// The start of the text.
    Start,
    /// Its end.
    End,
    /// Its end, or the line feed that is its last character: `\Z` of Perl.
    EndOrLineFeed,
    /// The start of a line.
    LineStart,
    /// The end of a line.
    LineEnd,
    /// A word's start or end, or neither of them.
    Boundary {
        /// `\B`.
        negated: bool,
    },
    /// A group, whatever it is for.
    Group(GroupKind, Box<Self>),
    /// What a group matched, by its number.
    Reference(usize),
    /// The same by its name.
    NamedReference(String),
    /// A repetition.
    Repeat(Box<Repetition>),
    /// One part after the other.
    Sequence(Vec<Self>),
    /// One of several.
    Choice(Vec<Self>),
}

/// What a group is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// It keeps what it matched.
    Capture(Option<String>),
    /// Nothing else.
    Plain,
    /// It is not gone back into.
    Atomic,
    /// It looks around; the text is what begins it: `?=`, `?<!`.
    Look(&'static str),
}

/// A part that is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repetition {
    /// What is repeated.
    pub part: PatternNode,
    /// The least.
    pub least: u32,
    /// The most, where there is one.
    pub most: Option<u32>,
    /// Whether it takes as much as it can.
    pub greed: Greediness,
}

/// How much a repetition takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greediness {
    /// As much as it can.
    Greedy,
    /// As little as it can.
    Lazy,
    /// As much as it can, and it gives nothing back.
    Possessive,
}

/// A class of characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CharacterClass {
    /// Whether it takes all others.
    pub negated: bool,
    /// What it lists.
    pub items: Vec<ClassItem>,
}

/// What a class lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassItem {
    /// A character, or all from one to another.
    Range(char, char),
    /// `\d`, `\D`, `\s`, `\S`, `\w`, `\W` of ECMA-262, by their letter.
    Short(char),
    /// A property of Unicode: what stands in `\p{…}`.
    Property {
        /// The name.
        name: String,
        /// `\P`.
        negated: bool,
    },
}

impl CharacterClass {
    /// Whether it is known not to take a character.
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
