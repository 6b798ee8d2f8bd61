//! The door to secrecy: a text that nobody may read by accident.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

/// A credential. It has no `Debug`, no `Display` and no `Serialize`, so that whoever shows it must say so, and its memory
/// is wiped when the last of its owners lets go.
#[derive(Clone)]
pub struct Secret(Arc<SecretString>);

impl Secret {
    /// A text to keep.
    pub fn new(text: String) -> Self {
        Self(Arc::new(SecretString::from(text)))
    }

    /// The text, for the one place that sends it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether it is the very same one: not another one of the same text.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}
