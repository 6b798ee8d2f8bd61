//! Where a walk stands, without a single allocation until somebody asks.

use super::pointer;

/// A place below other places: a JSON pointer that is only written out when a note or an error needs it.
#[derive(Clone, Copy, Debug)]
pub struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    token: Token<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Token<'p> {
    /// A pointer that is already one.
    Pointer(&'p str),
    Key(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    /// The place that a pointer names.
    pub const fn at(pointer: &'p str) -> Self {
        Self { parent: None, token: Token::Pointer(pointer) }
    }

    /// The value under a key here.
    #[must_use]
    pub const fn key(&'p self, key: &'p str) -> Self {
        Self { parent: Some(self), token: Token::Key(key) }
    }

    /// The item at an index here.
    #[must_use]
    pub const fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), token: Token::Index(index) }
    }

    /// The JSON pointer of this place.
    pub fn pointer(&self) -> String {
        let above = self.parent.map(Path::pointer).unwrap_or_default();
        match self.token {
            Token::Pointer(place) => above + place,
            Token::Key(key) => pointer::push(&above, key),
            Token::Index(index) => format!("{above}/{index}"),
        }
    }
}
