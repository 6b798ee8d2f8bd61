//! Custom gates: functions of the caller that judge changes.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Decision, Objection, Proposal};
use crate::error::{Error, Failure, Result};
use crate::json::read_options;
use crate::tool::{Executor, ToolCall, ToolResult, Version};

/// The custom gates of a load. They are called together, once for each change: `{change}` gives a list of answers. A gate
/// that fails or times out holds the change.
#[derive(Clone, Debug)]
pub struct CustomGates {
    /// Executes the functions.
    pub executor: Arc<dyn Executor>,
    /// The timeout for all gates together.
    pub timeout: Duration,
}

/// The answers of custom gates to one change.
pub struct CustomGateAnswers {
    gates: Arc<dyn Executor>,
    change: Value,
    objections: Vec<Objection>,
}

/// The answer of one gate.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CustomGateAnswer {
    gate: String,
    decision: Decision,
    #[serde(default)]
    reason: String,
    tools: Option<Vec<String>>,
}

impl CustomGates {
    /// Asks the gates about a change, as `describe_change` writes it.
    pub async fn ask(&self, change: Value) -> Result<CustomGateAnswers> {
        let arguments = Map::from_iter([("change".to_owned(), change.clone())]);
        let call = ToolCall::own("gates", arguments, self.timeout);
        let objections = match self.executor.execute(call).await.map(ToolResult::into_value) {
            Ok(answers) => read_options::<Vec<CustomGateAnswer>>(&answers).map_or_else(
                |error| vec![failed_gate(&error.to_string())],
                |answers| answers.into_iter().flat_map(CustomGateAnswer::objections).collect(),
            ),
            Err(Error::ToolFailed { failure, .. }) => vec![failed_gate(&failure_text(&failure))],
            Err(Error::Timeout { timeout_ms, .. }) => {
                vec![failed_gate(&format!("did not answer within {timeout_ms} ms"))]
            }
            Err(other) => return Err(other),
        };
        Ok(CustomGateAnswers { gates: Arc::clone(&self.executor), change, objections })
    }
}

impl CustomGateAnswer {
    /// One objection for each tool, or one for the whole change.
    fn objections(self) -> Vec<Objection> {
        let Self { gate, decision, reason, tools } = self;
        let objection = |tool| Objection { gate: gate.clone(), decision, tool, reason: reason.clone() };
        match tools {
            None => vec![objection(None)],
            Some(tools) => tools.into_iter().map(|tool| objection(Some(tool))).collect(),
        }
    }
}

impl CustomGateAnswers {
    /// The objections, where the same gates were asked about the same change: the document may have changed meanwhile.
    pub fn objections_to(&self, gates: &CustomGates, change: &Value) -> Option<&[Objection]> {
        (Arc::ptr_eq(&self.gates, &gates.executor) && self.change == *change).then_some(&self.objections)
    }
}

fn failure_text(failure: &Failure) -> String {
    format!("{}: {}", failure.name, failure.message)
}

/// The objection of gates that failed. A change that no gate approved is held, not applied.
fn failed_gate(reason: &str) -> Objection {
    let (gate, reason) = ("custom".to_owned(), format!("the gate failed: {reason}"));
    Objection { gate, decision: Decision::Hold, tool: None, reason }
}

/// Writes a change for custom gates; `tools` are its changes, tool by tool.
pub fn describe_change(proposal: &Proposal<'_>, tools: &[Value]) -> Value {
    json!({
        "source": proposal.source,
        "isFirst": proposal.is_first,
        "from": proposal.from.map(Version::as_str),
        "to": proposal.to.map(Version::as_str),
        "toolsBefore": proposal.before,
        "class": proposal.changes.class,
        "tools": tools,
    })
}
