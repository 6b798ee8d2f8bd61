//! From a name and some arguments to a result.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::context::{self, ContextFrom};
use crate::error::{Error, Problem, Result};
use crate::registry::{RegisteredTool, Snapshot};
use crate::tool::{CallContext, ToolCall};

/// A call that may go out.
#[derive(Debug)]
pub struct Prepared {
    /// The tool as it was when the call started; it stays that for this call, whatever the registry does.
    pub tool: Arc<RegisteredTool>,
    /// The call.
    pub call: ToolCall,
    /// Context keys that were among the arguments though the caller gave a context.
    pub spoofed: Vec<&'static str>,
}

/// Finds the tool, parts identity from arguments, fills defaults and judges the arguments.
pub fn prepare(
    snapshot: &Snapshot,
    name: &str,
    params: Value,
    given: Option<CallContext>,
    from: ContextFrom,
    timeout: Duration,
) -> Result<Prepared> {
    let tool = Arc::clone(snapshot.callable(name)?);
    let mut arguments = object(&tool, params)?;
    let (context, spoofed) = context::take(&tool, &mut arguments, given, from)?;
    context::require(&tool, &context)?;
    let (arguments, _) = judge(&tool, arguments)?;
    let call = ToolCall { tool: name.to_owned(), revision: snapshot.revision(), arguments, context, timeout };
    Ok(Prepared { tool, call, spoofed })
}

/// A whole call, from any thread.
pub async fn execute(
    snapshot: &Snapshot,
    name: &str,
    params: Value,
    given: Option<CallContext>,
    from: ContextFrom,
    timeout: Duration,
) -> Result<Value> {
    let Prepared { tool, call, .. } = prepare(snapshot, name, params, given, from, timeout)?;
    tool.executor.execute(call).await
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
