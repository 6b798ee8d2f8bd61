//! Where the values of a document live: in one place, freed all at once. The door to bumpalo.

use bumpalo::Bump;

/// The memory of one or several documents. A document of 13 MB is 400,000 values; freeing them one by one takes as long
/// as reading half of it, and leaves holes between what is kept.
#[derive(Debug, Default)]
pub struct Arena(Bump);

impl Arena {
    /// An arena with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a copy of a text.
    pub fn text(&self, text: &str) -> &str {
        self.0.alloc_str(text)
    }

    /// Keeps a value.
    pub fn keep<T: Copy>(&self, value: T) -> &T {
        self.0.alloc(value)
    }

    /// Keeps a list of values.
    pub fn list<T: Copy>(&self, items: &[T]) -> &[T] {
        self.0.alloc_slice_copy(items)
    }
}
