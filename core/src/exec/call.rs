//! From a name and some arguments to a result.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::audit::CallRecord;
use super::context::{self, ContextFrom};
use crate::error::{Error, Problem, Result};
use crate::registry::{RegisteredTool, Snapshot};
use crate::tool::{CallContext, ToolCall};

/// Finds the tool, parts identity from arguments, fills defaults and judges the arguments; the record of the call, where it has
/// one, is told who calls with what.
fn prepare(
    snapshot: &Snapshot,
    name: &str,
    params: Value,
    given: Option<CallContext>,
    from: ContextFrom,
    timeout: Duration,
    record: Option<&mut CallRecord>,
) -> Result<(Arc<RegisteredTool>, ToolCall)> {
    let tool = Arc::clone(snapshot.callable(name)?);
    let mut arguments = object(&tool, params)?;
    let (context, _) = context::take(&tool, &mut arguments, given, from)?;
    if let Some(record) = record {
        record.made_by(&context);
        record.made_with(&arguments);
    }
    context::require(&tool, &context)?;
    let (arguments, _) = judge(&tool, arguments)?;
    let (tool_name, revision) = (name.to_owned(), snapshot.revision());
    let call = ToolCall { id: None, tool: tool_name, revision, arguments, context, timeout };
    Ok((tool, call))
}

/// A whole call, from any thread, which is written down where calls are.
pub async fn execute(
    snapshot: &Snapshot,
    name: &str,
    params: Value,
    given: Option<CallContext>,
    from: ContextFrom,
    timeout: Duration,
) -> Result<Value> {
    let Some((mut record, id)) = CallRecord::begin_here(snapshot, name) else {
        let (tool, call) = prepare(snapshot, name, params, given, from, timeout, None)?;
        return tool.executor.execute(call).await;
    };
    let outcome = match prepare(snapshot, name, params, given, from, timeout, Some(&mut record)) {
        Ok((tool, call)) => tool.executor.execute(ToolCall { id: Some(id), ..call }).await,
        Err(error) => Err(error),
    };
    record.end(outcome.as_ref().err().map(|error| error.code().as_str()));
    outcome
}

/// The arguments with their defaults, and whether there were any to fill; or all that is wrong with them.
pub fn judge(tool: &RegisteredTool, arguments: Map<String, Value>) -> Result<(Map<String, Value>, bool)> {
    let schema = &tool.definition.input_schema;
    let mut value = Value::Object(arguments);
    let filled = schema.fill_defaults(&mut value);
    let problems = schema.problems(&value);
    match value {
        Value::Object(arguments) if problems.is_empty() => Ok((arguments, filled)),
        _ => Err(Error::InvalidParams { tool: tool.name().to_owned(), problems }),
    }
}

/// Arguments as the map they must be; nothing at all is a map without members.
pub fn object(tool: &RegisteredTool, params: Value) -> Result<Map<String, Value>> {
    match params {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        other => {
            let mut problem = Problem::at("", "arguments are a map");
            problem.got = Some(other.to_string().chars().take(80).collect());
            Err(Error::InvalidParams { tool: tool.name().to_owned(), problems: vec![problem] })
        }
    }
}
