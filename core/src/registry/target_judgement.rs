//! The targets that somebody wants to know of: what they would refuse.

use serde::Serialize;
use serde_json::Value;

use super::RegisteredTool;
use crate::error::{Error, Result};
use crate::target::{TargetFinding, TargetForm};

/// Targets that a report speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportTargets(Vec<TargetForm>);

/// A tool that a target would refuse, or does not take in its strict mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetJudgement {
    /// The target.
    pub target: &'static str,
    /// The tool.
    pub name: String,
    /// Why.
    pub findings: Vec<TargetFinding>,
}

/// What an audience says of tools.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TargetJudgements {
    /// Tools that a target would refuse.
    pub quarantined: Vec<TargetJudgement>,
    /// Tools that a target does not take in its strict mode, where that was asked for.
    pub downgraded: Vec<TargetJudgement>,
}

impl ReportTargets {
    /// Reads a list of targets: names, or maps of `target` and the options of [`TargetForm::parse`].
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for what is none.
    pub fn parse(value: &Value) -> Result<Self> {
        let Value::Array(list) = value else { return Err(wrong("must be a list")) };
        let form = |value: &Value| match value {
            Value::String(name) => TargetForm::parse(name, &Value::Null),
            Value::Object(map) => {
                let mut options = map.clone();
                match options.shift_remove("target") {
                    Some(Value::String(name)) => TargetForm::parse(&name, &Value::Object(options)),
                    _ => Err(wrong("each says its target")),
                }
            }
            _ => Err(wrong("each is the name of a target, or a map with one")),
        };
        Ok(Self(list.iter().map(form).collect::<Result<_>>()?))
    }

    /// What it says of tools; nothing where nobody is in it. What the targets are given is made on the way, so that the
    /// first who asks for it does not wait.
    pub fn judge(&self, tools: &[&RegisteredTool]) -> Option<TargetJudgements> {
        let mut judgements = TargetJudgements::default();
        for form in &self.0 {
            for tool in tools {
                let rendered = tool.rendered(*form);
                let judged = |findings: &[TargetFinding]| TargetJudgement {
                    target: form.target.as_str(),
                    name: tool.name().to_owned(),
                    findings: findings.to_vec(),
                };
                if rendered.text.is_none() {
                    judgements.quarantined.push(judged(&rendered.findings));
                } else if !rendered.downgraded.is_empty() {
                    judgements.downgraded.push(judged(&rendered.downgraded));
                }
            }
        }
        (!self.0.is_empty()).then_some(judgements)
    }
}

fn wrong(reason: &str) -> Error {
    Error::InvalidOptions { option: "targets".to_owned(), reason: reason.to_owned() }
}
