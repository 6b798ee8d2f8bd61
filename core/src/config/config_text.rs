//! Texts of a configuration in which variables of the environment are filled in. They may be secrets.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use crate::auth::Secret;
use crate::json::Path;

/// A text that may be a secret, such as a header. It is not printed, also before its variables are filled in: a secret
/// may be written in the file itself.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigText(Secret);

/// A path of a file or folder, or an address. A relative path begins at the folder of the configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigLocation(pub ConfigText);

/// A path of a module, or the name of a package. A relative path begins with `./` or `../`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleLocation(pub ConfigText);

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// Any text.
    Plain,
    /// A path or an address.
    Location,
    /// A path of a module, or the name of a package.
    Module,
}

/// What is done with each text of a configuration.
pub type TextVisitor<'v> = dyn FnMut(&Path<'_>, TextKind, &mut ConfigText) + 'v;

/// A part of a configuration that has texts with variables.
pub trait ConfigTexts {
    /// Visits each text with its place.
    fn visit_texts(&mut self, at: &Path<'_>, visit: &mut TextVisitor<'_>);
}

impl ConfigText {
    /// Makes a text.
    pub fn new(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// The text, for the code that uses it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for ConfigText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfigText(..)")
    }
}

impl<'de> Deserialize<'de> for ConfigText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextValue)
    }
}

impl<'de> Deserialize<'de> for ConfigLocation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ConfigText::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for ModuleLocation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ConfigText::deserialize(deserializer).map(Self)
    }
}

/// Reads a text. The faults have no value: a number may be a password without quotes.
struct TextValue;

impl Visitor<'_> for TextValue {
    type Value = ConfigText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<ConfigText, E> {
        Ok(ConfigText::new(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<ConfigText, E> {
        Err(E::custom("must be a string: put it in quotes"))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<ConfigText, E> {
        self.visit_bool(true)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<ConfigText, E> {
        self.visit_bool(true)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<ConfigText, E> {
        self.visit_bool(true)
    }
}

impl ConfigTexts for ConfigText {
    fn visit_texts(&mut self, at: &Path<'_>, visit: &mut TextVisitor<'_>) {
        visit(at, TextKind::Plain, self);
    }
}

impl ConfigTexts for ConfigLocation {
    fn visit_texts(&mut self, at: &Path<'_>, visit: &mut TextVisitor<'_>) {
        visit(at, TextKind::Location, &mut self.0);
    }
}

impl ConfigTexts for ModuleLocation {
    fn visit_texts(&mut self, at: &Path<'_>, visit: &mut TextVisitor<'_>) {
        visit(at, TextKind::Module, &mut self.0);
    }
}

impl<T: ConfigTexts> ConfigTexts for Option<T> {
    fn visit_texts(&mut self, at: &Path<'_>, visit: &mut TextVisitor<'_>) {
        if let Some(part) = self {
            part.visit_texts(at, visit);
        }
    }
}

impl<T: ConfigTexts> ConfigTexts for Vec<T> {
    fn visit_texts(&mut self, at: &Path<'_>, visit: &mut TextVisitor<'_>) {
        for (index, part) in self.iter_mut().enumerate() {
            part.visit_texts(&at.index(index), visit);
        }
    }
}

/// Implements [`ConfigTexts`] by the members that have texts, each with its key.
macro_rules! config_texts {
    ($part:ty { $($member:ident: $key:literal),+ $(,)? }) => {
        impl $crate::config::config_text::ConfigTexts for $part {
            fn visit_texts(
                &mut self,
                at: &$crate::json::Path<'_>,
                visit: &mut $crate::config::config_text::TextVisitor<'_>,
            ) {
                $(self.$member.visit_texts(&at.key($key), visit);)+
            }
        }
    };
}
pub(super) use config_texts;
