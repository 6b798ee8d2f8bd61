//! The option `gates`: a preset, and what differs from it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ChangeClassGate, Decision, DowngradeGate, Gate, LargeRemovalGate, PinGate, Proposal, Verdict};
use crate::error::{Error, Result};
use crate::json::{OptionFault, read_options};

/// The gates of a source, and the expiry of held changes.
#[derive(Clone, Debug, PartialEq)]
pub struct GatePolicy {
    /// Decisions by change class.
    pub by_class: ChangeClassGate,
    /// The gate of large removals.
    pub removal: LargeRemovalGate,
    /// The gate of version downgrades.
    pub downgrade: DowngradeGate,
    /// Pinned tools.
    pub pins: PinGate,
    /// The expiry of held changes. Default: they never expire.
    pub expiry: Option<Expiry>,
}

/// The expiry of held changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// How long a change is held, in ms.
    pub after_ms: u64,
    /// What happens when it expires.
    pub action: ExpiryAction,
}

/// What happens to a held change that expires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExpiryAction {
    /// It is rejected.
    #[default]
    Reject,
    /// It is approved.
    Approve,
}

impl GatePolicy {
    /// Applies every change, apart from large removals: a truncated document is held.
    pub const DEVELOPMENT: Self = Self {
        by_class: ChangeClassGate {
            widening: Decision::Apply,
            wording: Decision::Apply,
            endpoint: Decision::Apply,
            auth: Decision::Apply,
            breaking: Decision::Apply,
        },
        removal: LargeRemovalGate::DEFAULT,
        downgrade: DowngradeGate(Decision::Apply),
        pins: PinGate(BTreeMap::new()),
        expiry: None,
    };

    /// Refuses changes that break calls. Holds changes that steer a model or send data elsewhere.
    pub const PRODUCTION: Self = Self {
        by_class: ChangeClassGate {
            widening: Decision::Apply,
            wording: Decision::Hold,
            endpoint: Decision::Hold,
            auth: Decision::Hold,
            breaking: Decision::Refuse,
        },
        removal: LargeRemovalGate::DEFAULT,
        downgrade: DowngradeGate(Decision::Hold),
        pins: PinGate(BTreeMap::new()),
        expiry: None,
    };

    /// The objections of all gates to a change.
    pub fn judge(&self, proposal: &Proposal<'_>) -> Verdict {
        let gates: [&dyn Gate; 4] = [&self.by_class, &self.removal, &self.downgrade, &self.pins];
        proposal.collect_objections(gates)
    }

    /// Parses the name of a preset, or a map of what differs from one. `null` gives [`GatePolicy::DEVELOPMENT`].
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown word or key.
    pub fn parse(value: &Value) -> Result<Self> {
        let raw = match value {
            Value::Null => return Ok(Self::DEVELOPMENT),
            Value::String(_) => RawPolicy { preset: read(value, &[])?, ..RawPolicy::default() },
            Value::Object(_) => read(value, &CUSTOM)?,
            _ => {
                let reason = "must be the name of a preset (development or production), or a map";
                return Err(invalid_gates(reason.to_owned()));
            }
        };
        let base = match raw.preset {
            Preset::Development => Self::DEVELOPMENT,
            Preset::Production => Self::PRODUCTION,
        };
        let removal = removal_gate(raw.removal.as_ref(), base.removal)?;
        if raw.hold_ms.is_none() && raw.on_expiry.is_some() {
            let reason = "onExpiry needs holdMs, because a change that is held without it never expires";
            return Err(invalid_gates(reason.to_owned()));
        }
        let action = raw.on_expiry.unwrap_or_default();
        Ok(Self {
            by_class: ChangeClassGate {
                widening: raw.widening.unwrap_or(base.by_class.widening),
                wording: raw.wording.unwrap_or(base.by_class.wording),
                endpoint: raw.endpoint.unwrap_or(base.by_class.endpoint),
                auth: raw.auth.unwrap_or(base.by_class.auth),
                breaking: raw.breaking.unwrap_or(base.by_class.breaking),
            },
            removal,
            downgrade: raw.downgrade.map_or(base.downgrade, DowngradeGate),
            pins: PinGate(raw.pins),
            expiry: raw.hold_ms.map(|after_ms| Expiry { after_ms, action }),
        })
    }
}

impl Default for GatePolicy {
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

/// Options of `gates` that a caller sets as functions.
const CUSTOM: [&str; 2] = ["custom", "timeoutMs"];

/// The option `gates` as it is written.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct RawPolicy {
    preset: Preset,
    widening: Option<Decision>,
    wording: Option<Decision>,
    endpoint: Option<Decision>,
    auth: Option<Decision>,
    breaking: Option<Decision>,
    removal: Option<Value>,
    downgrade: Option<Decision>,
    pins: BTreeMap<String, String>,
    hold_ms: Option<u64>,
    on_expiry: Option<ExpiryAction>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRemoval {
    share: Option<f64>,
    least: Option<usize>,
    decision: Option<Decision>,
}

/// Parses the key `removal`: a decision, or a map.
fn removal_gate(value: Option<&Value>, base: LargeRemovalGate) -> Result<LargeRemovalGate> {
    let gate = match value {
        None => base,
        Some(value @ Value::String(_)) => LargeRemovalGate { decision: read(value, &[])?, ..base },
        Some(value @ Value::Object(_)) => {
            let RawRemoval { share, least, decision } = read(value, &[])?;
            LargeRemovalGate {
                share: share.unwrap_or(base.share),
                least: least.unwrap_or(base.least),
                decision: decision.unwrap_or(base.decision),
            }
        }
        Some(_) => {
            let reason = "removal must be a decision, or a map of share, least and decision";
            return Err(invalid_gates(reason.to_owned()));
        }
    };
    if !(0.0..=1.0).contains(&gate.share) {
        let reason = format!("removal.share is {}, and must be between 0 and 1", gate.share);
        return Err(invalid_gates(reason));
    }
    Ok(gate)
}

fn invalid_gates(reason: String) -> Error {
    Error::InvalidOptions { option: "gates".to_owned(), reason }
}

fn read<T: DeserializeOwned>(value: &Value, further: &[&str]) -> Result<T> {
    let fault = |fault: OptionFault| fault.with_further_options("", further);
    read_options(value).map_err(|error| invalid_gates(fault(error).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use crate::review::ChangeClass;
    use serde_json::json;

    #[test]
    fn a_preset_gives_the_decisions_that_options_leave_out() {
        let policy = GatePolicy::parse(&json!({"preset": "production", "wording": "apply", "holdMs": 5}))
            .expect("valid");
        let wanted = [
            (ChangeClass::None, Decision::Apply),
            (ChangeClass::Widening, Decision::Apply),
            (ChangeClass::Wording, Decision::Apply),
            (ChangeClass::Endpoint, Decision::Hold),
            (ChangeClass::Auth, Decision::Hold),
            (ChangeClass::Breaking, Decision::Refuse),
        ];
        for (class, decision) in wanted {
            assert_eq!(policy.by_class.decision(class), decision, "{class:?}");
        }
        assert_eq!(policy.expiry, Some(Expiry { after_ms: 5, action: ExpiryAction::Reject }));
        assert_eq!(GatePolicy::parse(&json!("production")), Ok(GatePolicy::PRODUCTION));
        assert_eq!(GatePolicy::parse(&Value::Null), Ok(GatePolicy::default()));
    }

    #[test]
    fn an_invalid_policy_is_refused_with_the_reason() {
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
            let error = GatePolicy::parse(&value).expect_err(&value.to_string());
            assert_eq!(error.code(), ErrorCode::InvalidOptions);
            assert!(error.to_string().contains(reason), "{value}: {error}");
        }
    }
}
