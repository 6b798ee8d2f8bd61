//! What a change means to those who call.

use serde::{Deserialize, Serialize};

use crate::schema::Effect;

/// What a change means to a model that calls the tool, from the mildest to the worst.
///
/// Words are above what only takes more: they steer a model, and whoever wants to look at changes wants to look at those.
/// Where calls go, and what they show there, is above words: no model sees it, and data go that way. A policy by class looks
/// at all classes of a change, not at the worst alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeClass {
    /// Nothing that anybody would see.
    #[default]
    None,
    /// More calls are taken, or there are more tools.
    Widening,
    /// Something is said in other words.
    Wording,
    /// Calls go elsewhere, or are written in another way; their arguments are the same.
    Endpoint,
    /// Callers must show something else.
    Auth,
    /// A call that was right may not be any more, or means something else.
    Breaking,
}

impl ChangeClass {
    /// All, from the mildest to the worst.
    pub const ALL: [Self; 6] =
        [Self::None, Self::Widening, Self::Wording, Self::Endpoint, Self::Auth, Self::Breaking];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Widening => "widening",
            Self::Wording => "wording",
            Self::Endpoint => "endpoint",
            Self::Auth => "auth",
            Self::Breaking => "breaking",
        }
    }
}

impl From<Effect> for ChangeClass {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Same => Self::Wording,
            Effect::Wider => Self::Widening,
            Effect::Narrower | Effect::Shift => Self::Breaking,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_written_as_its_word() {
        for class in ChangeClass::ALL {
            assert_eq!(serde_json::json!(class), class.as_str());
        }
        assert!(ChangeClass::ALL.is_sorted());
    }
}
