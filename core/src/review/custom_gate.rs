//! Gates of the caller's own.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Decision, Objection, Proposal};
use crate::error::{Error, Failure, Result};
use crate::tool::{Executor, ToolCall, ToolResult, Version};

/// Functions of the caller's that judge changes. They are called together, once for each change: `{change}` gives a list
/// of what each says. One that fails or takes too long holds the change.
#[derive(Clone, Debug)]
pub struct Jury {
    /// Carries the call out.
    pub executor: Arc<dyn Executor>,
    /// How long all of them may take.
    pub timeout: Duration,
}

/// What they said of a change.
pub struct Opinions {
    by: Arc<dyn Executor>,
    change: Value,
    objections: Vec<Objection>,
}

/// What one of them says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Opinion {
    gate: String,
    decision: Decision,
    #[serde(default)]
    reason: String,
    tools: Option<Vec<String>>,
}

impl Jury {
    /// Asks of a change.
    pub async fn ask(&self, change: Value) -> Result<Opinions> {
        let call =
            ToolCall::own("gates", Map::from_iter([("change".to_owned(), change.clone())]), self.timeout);
        let objections = match self.executor.execute(call).await.map(ToolResult::into_value) {
            Ok(said) => Vec::<Opinion>::deserialize(&said).map_or_else(
                |error| vec![failed(&error.to_string())],
                |opinions| opinions.into_iter().flat_map(Opinion::objections).collect(),
            ),
            Err(Error::ToolFailed { failure, .. }) => vec![failed(&message(&failure))],
            Err(Error::Timeout { timeout_ms, .. }) => {
                vec![failed(&format!("did not answer within {timeout_ms} ms"))]
            }
            Err(other) => return Err(other),
        };
        Ok(Opinions { by: Arc::clone(&self.executor), change, objections })
    }
}

impl Opinion {
    /// One for each tool, or one for all.
    fn objections(self) -> Vec<Objection> {
        let Self { gate, decision, reason, tools } = self;
        let objection = |tool| Objection { gate: gate.clone(), decision, tool, reason: reason.clone() };
        match tools {
            None => vec![objection(None)],
            Some(tools) => tools.into_iter().map(|tool| objection(Some(tool))).collect(),
        }
    }
}

impl Opinions {
    /// What was said of this change, where it was asked for by these functions.
    pub fn of(&self, jury: &Jury, change: &Value) -> Option<&[Objection]> {
        (Arc::ptr_eq(&self.by, &jury.executor) && self.change == *change).then_some(&self.objections)
    }
}

fn message(failure: &Failure) -> String {
    format!("{}: {}", failure.name, failure.message)
}

/// Who cannot say that a change is good has not said it.
fn failed(reason: &str) -> Objection {
    let (gate, reason) = ("custom".to_owned(), format!("the gate failed: {reason}"));
    Objection { gate, decision: Decision::Hold, tool: None, reason }
}

/// A change as they are told of it; `tools` is what it changes, tool by tool.
pub fn asked(proposal: &Proposal<'_>, tools: &[Value]) -> Value {
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
