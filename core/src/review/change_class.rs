//! Change classes: what a change means to a model that calls the tool, from `none` to `breaking`.

use serde::{Deserialize, Serialize};

use crate::schema::Effect;

/// The class of a change, from the mildest to the worst.
///
/// `wording` ranks above `widening`: texts steer a model, and a policy that reviews anything reviews texts. `endpoint` and
/// `auth` rank above `wording`: no model sees them, and arguments and credentials go where they say. A policy by class looks
/// at all classes of a change, not at the worst alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeClass {
    /// No model and no caller sees a difference.
    #[default]
    None,
    /// More calls are accepted, or there are more tools.
    Widening,
    /// A text or an annotation changed.
    Wording,
    /// Calls go to another address, or are serialized in another way; their arguments are the same.
    Endpoint,
    /// Calls need another credential, or an identified user.
    Auth,
    /// A call that was valid may not be valid any more, or has another meaning.
    Breaking,
}

impl ChangeClass {
    /// All classes, from the mildest to the worst.
    pub const ALL: [Self; 6] =
        [Self::None, Self::Widening, Self::Wording, Self::Endpoint, Self::Auth, Self::Breaking];

    /// The class as options and reports write it.
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
    fn classes_are_ordered_and_serialized_by_name() {
        for class in ChangeClass::ALL {
            assert_eq!(serde_json::json!(class), class.as_str());
        }
        assert!(ChangeClass::ALL.is_sorted());
    }
}
