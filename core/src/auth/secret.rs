//! Secret: a string that is never printed by accident. Only this file uses the crate secrecy.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

/// A secret string. It has no `Debug`, no `Display` and no `Serialize`, so reading it takes an explicit call. Its
/// memory is wiped when the last clone is dropped.
#[derive(Clone)]
pub struct Secret(Arc<SecretString>);

impl Secret {
    /// Keeps a string secret.
    pub fn new(text: String) -> Self {
        Self(Arc::new(SecretString::from(text)))
    }

    /// The string, for the code that sends or redacts it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether both are clones of one secret. An equal string from elsewhere is another secret.
    pub fn is_clone_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}
