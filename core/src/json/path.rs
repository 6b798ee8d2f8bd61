//! Where a walk stands, without a single allocation until somebody asks.

use super::pointer;

/// A place below other places: a JSON pointer that is only written out when a note or an error needs it.
#[derive(Clone, Copy, Debug)]
pub struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    token: PathToken<'p>,
}

#[derive(Clone, Copy, Debug)]
enum PathToken<'p> {
    /// A pointer that is already one.
    Pointer(&'p str),
    Key(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    /// The place that a pointer names.
    pub const fn at(pointer: &'p str) -> Self {
        Self { parent: None, token: PathToken::Pointer(pointer) }
    }

    /// The value under a key here.
    #[must_use]
    pub const fn key(&'p self, key: &'p str) -> Self {
        Self { parent: Some(self), token: PathToken::Key(key) }
    }

    /// The item at an index here.
    #[must_use]
    pub const fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), token: PathToken::Index(index) }
    }

    /// The JSON pointer of this place.
    pub fn pointer(&self) -> String {
        let above = self.parent.map(Path::pointer).unwrap_or_default();
        match self.token {
            PathToken::Pointer(place) => above + place,
            PathToken::Key(key) => pointer::push(&above, key),
            PathToken::Index(index) => format!("{above}/{index}"),
        }
    }
}
