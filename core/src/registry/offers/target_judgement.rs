//! Target judgements: which tools a target would refuse, or does not accept in its strict mode.

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::registry::RegisteredTool;
use crate::target::{TargetFinding, TargetForm};

/// The targets that a report checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportTargets(Vec<TargetForm>);

/// A tool that a target would refuse, or does not accept in its strict mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetJudgement {
    /// The target.
    pub target: &'static str,
    /// The tool's name.
    pub name: String,
    /// The reasons.
    pub findings: Vec<TargetFinding>,
}

/// What the targets of a report refuse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TargetJudgements {
    /// Tools that a target would refuse.
    pub quarantined: Vec<TargetJudgement>,
    /// Tools that a target does not accept in strict mode, if strict mode was asked for.
    pub downgraded: Vec<TargetJudgement>,
}

impl ReportTargets {
    /// Reads a list of targets: names, or objects with `target` and the options of [`TargetForm::parse`].
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an entry of another form, an unknown target or an unknown option.
    pub fn parse(value: &Value) -> Result<Self> {
        let Value::Array(list) = value else {
            return Err(invalid_targets("must be a list of target names, or of maps with \"target\""));
        };
        let form = |value: &Value| match value {
            Value::String(name) => TargetForm::parse(name, &Value::Null),
            Value::Object(map) => {
                let mut options = map.clone();
                match options.shift_remove("target") {
                    Some(Value::String(name)) => TargetForm::parse(&name, &Value::Object(options)),
                    _ => Err(invalid_targets("each map needs \"target\", the name of a target")),
                }
            }
            _ => Err(invalid_targets("each entry must be the name of a target, or a map with \"target\"")),
        };
        Ok(Self(list.iter().map(form).collect::<Result<_>>()?))
    }

    /// Judges tools for each target; `None` without targets. The definitions are rendered and cached, so that the first
    /// request need not wait for them.
    pub fn judge(&self, tools: &[&RegisteredTool]) -> Option<TargetJudgements> {
        let mut judgements = TargetJudgements::default();
        for form in &self.0 {
            for tool in tools {
                let rendered = tool.rendered(*form);
                let judgement = |findings: &[TargetFinding]| TargetJudgement {
                    target: form.target.as_str(),
                    name: tool.name().to_owned(),
                    findings: findings.to_vec(),
                };
                if rendered.text.is_none() {
                    judgements.quarantined.push(judgement(&rendered.findings));
                } else if !rendered.downgraded.is_empty() {
                    judgements.downgraded.push(judgement(&rendered.downgraded));
                }
            }
        }
        (!self.0.is_empty()).then_some(judgements)
    }
}

fn invalid_targets(reason: &str) -> Error {
    Error::InvalidOptions { option: "targets".to_owned(), reason: reason.to_owned() }
}
