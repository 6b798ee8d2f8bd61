//! Position of a traversal in a document. It allocates nothing until its JSON pointer is asked for.

use super::pointer;

/// A lazy JSON pointer: a linked list of tokens on the stack. It is written out for notes and errors only.
#[derive(Clone, Copy, Debug)]
pub struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    token: PathToken<'p>,
}

#[derive(Clone, Copy, Debug)]
enum PathToken<'p> {
    /// A pointer that is already written out.
    Pointer(&'p str),
    Key(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    /// Starts a path at a JSON pointer.
    pub const fn at(pointer: &'p str) -> Self {
        Self { parent: None, token: PathToken::Pointer(pointer) }
    }

    /// Returns the path of a member.
    #[must_use]
    pub const fn key(&'p self, key: &'p str) -> Self {
        Self { parent: Some(self), token: PathToken::Key(key) }
    }

    /// Returns the path of an item.
    #[must_use]
    pub const fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), token: PathToken::Index(index) }
    }

    /// Returns the JSON pointer of this path.
    pub fn pointer(&self) -> String {
        let above = self.parent.map(Path::pointer).unwrap_or_default();
        match self.token {
            PathToken::Pointer(place) => above + place,
            PathToken::Key(key) => pointer::push(&above, key),
            PathToken::Index(index) => format!("{above}/{index}"),
        }
    }
}
