//! Which gates a source's changes pass.

use serde::Deserialize;
use serde_json::Value;

use super::{ByClass, Decision, Downgrade, Gate, LargeRemoval, Pins, Proposal, Verdict};
use crate::error::{Error, Result};

/// Which gates a source's changes pass, and how long one that is held waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// By class.
    pub by_class: ByClass,
    /// Where much would go at once.
    pub removal: LargeRemoval,
    /// Where the version would go down.
    pub downgrade: Downgrade,
    /// Tools and the hashes that they may have.
    pub pins: Pins,
    /// How long a held change waits, and what becomes of it then.
    pub expiry: Option<Expiry>,
}

/// The end of a held change that nobody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// In ms.
    pub after: u64,
    /// What becomes of it.
    pub then: Settled,
}

/// What becomes of a held change that nobody answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Settled {
    /// It does not enter.
    #[default]
    Reject,
    /// It enters.
    Approve,
}

impl Policy {
    /// Everything enters, but what looks like a document that is half written.
    pub const DEVELOPMENT: Self = Self {
        by_class: ByClass {
            widening: Decision::Apply,
            wording: Decision::Apply,
            endpoint: Decision::Apply,
            auth: Decision::Apply,
            breaking: Decision::Apply,
        },
        removal: LargeRemoval::HALF_WRITTEN,
        downgrade: Downgrade(Decision::Apply),
        pins: Pins(std::collections::BTreeMap::new()),
        expiry: None,
    };

    /// Nothing that breaks a call enters, and nothing that steers a model or sends data elsewhere before somebody looked.
    pub const PRODUCTION: Self = Self {
        by_class: ByClass {
            widening: Decision::Apply,
            wording: Decision::Hold,
            endpoint: Decision::Hold,
            auth: Decision::Hold,
            breaking: Decision::Refuse,
        },
        removal: LargeRemoval::HALF_WRITTEN,
        downgrade: Downgrade(Decision::Hold),
        pins: Pins(std::collections::BTreeMap::new()),
        expiry: None,
    };

    /// What the gates say of a change.
    pub fn judge(&self, proposal: &Proposal<'_>) -> Verdict {
        let gates: [&dyn Gate; 4] = [&self.by_class, &self.removal, &self.downgrade, &self.pins];
        proposal.judged(gates)
    }

    /// Reads the name of a preset, or a map of what differs from one. Null is [`Policy::DEVELOPMENT`].
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for a word or a key that there is none of.
    pub fn parse(value: &Value) -> Result<Self> {
        let wrong = |reason: String| Error::InvalidOptions { option: "gates".to_owned(), reason };
        let given = match value {
            Value::Null => return Ok(Self::DEVELOPMENT),
            Value::String(_) => Given { preset: read(value, wrong)?, ..Given::default() },
            Value::Object(_) => read(value, wrong)?,
            _ => return Err(wrong("must be the name of a preset, or a map".to_owned())),
        };
        let Given { preset, widening, wording, endpoint, auth, breaking, removal, downgrade, pins, .. } =
            given;
        let base = match preset {
            Preset::Development => Self::DEVELOPMENT,
            Preset::Production => Self::PRODUCTION,
        };
        let of = &base.by_class;
        let removal = match removal {
            None => base.removal,
            Some(value @ Value::String(_)) => LargeRemoval { decision: read(&value, wrong)?, ..base.removal },
            Some(value @ Value::Object(_)) => {
                let GivenRemoval { share, least, decision } = read(&value, wrong)?;
                LargeRemoval {
                    share: share.unwrap_or(base.removal.share),
                    least: least.unwrap_or(base.removal.least),
                    decision: decision.unwrap_or(base.removal.decision),
                }
            }
            Some(_) => {
                return Err(wrong(
                    "removal must be a decision, or a map of share, least and decision".to_owned(),
                ));
            }
        };
        if !(0.0..=1.0).contains(&removal.share) {
            return Err(wrong(format!("removal.share {} is not between 0 and 1", removal.share)));
        }
        if given.hold_ms.is_none() && given.on_expiry.is_some() {
            return Err(wrong(
                "onExpiry without holdMs: a change that waits for ever does not expire".to_owned(),
            ));
        }
        Ok(Self {
            by_class: ByClass {
                widening: widening.unwrap_or(of.widening),
                wording: wording.unwrap_or(of.wording),
                endpoint: endpoint.unwrap_or(of.endpoint),
                auth: auth.unwrap_or(of.auth),
                breaking: breaking.unwrap_or(of.breaking),
            },
            removal,
            downgrade: downgrade.map_or(base.downgrade, Downgrade),
            pins: Pins(pins),
            expiry: given.hold_ms.map(|after| Expiry { after, then: given.on_expiry.unwrap_or_default() }),
        })
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::DEVELOPMENT
    }
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Preset {
    #[default]
    Development,
    Production,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Given {
    preset: Preset,
    widening: Option<Decision>,
    wording: Option<Decision>,
    endpoint: Option<Decision>,
    auth: Option<Decision>,
    breaking: Option<Decision>,
    removal: Option<Value>,
    downgrade: Option<Decision>,
    pins: std::collections::BTreeMap<String, String>,
    hold_ms: Option<u64>,
    on_expiry: Option<Settled>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenRemoval {
    share: Option<f64>,
    least: Option<usize>,
    decision: Option<Decision>,
}

fn read<T: serde::de::DeserializeOwned>(value: &Value, wrong: impl FnOnce(String) -> Error) -> Result<T> {
    T::deserialize(value).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use crate::review::ChangeClass;
    use serde_json::json;

    #[test]
    fn a_preset_is_what_nothing_else_is_said_of() {
        let policy =
            Policy::parse(&json!({"preset": "production", "wording": "apply", "holdMs": 5})).expect("valid");
        let wanted = [
            (ChangeClass::None, Decision::Apply),
            (ChangeClass::Widening, Decision::Apply),
            (ChangeClass::Wording, Decision::Apply),
            (ChangeClass::Endpoint, Decision::Hold),
            (ChangeClass::Auth, Decision::Hold),
            (ChangeClass::Breaking, Decision::Refuse),
        ];
        for (class, decision) in wanted {
            assert_eq!(policy.by_class.of(class), decision, "{class:?}");
        }
        assert_eq!(policy.expiry, Some(Expiry { after: 5, then: Settled::Reject }));
        assert_eq!(Policy::parse(&json!("production")), Ok(Policy::PRODUCTION));
        assert_eq!(Policy::parse(&Value::Null), Ok(Policy::default()));
    }

    #[test]
    fn what_is_no_policy_is_refused_with_the_reason() {
        for (value, reason) in [
            (json!("staging"), "staging"),
            (json!({"braking": "hold"}), "braking"),
            (json!({"breaking": "stop"}), "stop"),
            (json!({"removal": {"share": 3}}), "between 0 and 1"),
            (json!({"removal": true}), "removal must be"),
            (json!({"removal": [0.5, 1]}), "removal must be"),
            (json!({"removal": {"most": 1}}), "most"),
            (json!({"onExpiry": "approve"}), "holdMs"),
            (json!({"holdMs": -1}), "-1"),
            (json!({"pins": {"a": 1}}), "string"),
            (json!([]), "a preset"),
            (json!(true), "a preset"),
        ] {
            let error = Policy::parse(&value).expect_err(&value.to_string());
            assert_eq!(error.code(), ErrorCode::InvalidOptions);
            assert!(error.to_string().contains(reason), "{value}: {error}");
        }
    }
}
