//! The option `filter`: a function of the caller that decides which operations become tools.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::{Error, Failure, Result};
use crate::spec::OperationSite;
use crate::tool::{Executor, ToolCall, ToolResult};

/// A filter function. It is called once for each load with all operations that `include` and `exclude` leave:
/// `{operations: […]}` gives a list of as many booleans.
#[derive(Clone, Debug)]
pub struct FilterFunction {
    /// Executes the function.
    pub executor: Arc<dyn Executor>,
    /// The timeout for all operations together.
    pub timeout: Duration,
}

/// One operation as the function gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FilteredOperation {
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_id: Option<String>,
    method: String,
    path: String,
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    deprecated: bool,
}

/// The answers of a filter function, and the operations that they are about.
pub struct FilterAnswers {
    function: Arc<dyn Executor>,
    operations: Vec<FilteredOperation>,
    accepted: Vec<bool>,
}

impl FilteredOperation {
    /// Describes an operation.
    pub fn describe(site: &OperationSite<'_>) -> Self {
        Self {
            operation_id: site.id().map(ToOwned::to_owned),
            method: site.method.clone().into_owned(),
            path: site.path.to_owned(),
            tags: site.tags(),
            summary: site.operation.node.text("summary").map(ToOwned::to_owned),
            deprecated: site.is_deprecated(),
        }
    }
}

impl FilterFunction {
    /// Calls the function with all operations.
    ///
    /// # Errors
    /// `FILTER_FAILED` where it throws or does not give a boolean for each operation, `FILTER_TIMEOUT`.
    pub async fn ask(&self, operations: Vec<FilteredOperation>) -> Result<FilterAnswers> {
        let call = ToolCall::own(
            "filter",
            Map::from_iter([("operations".to_owned(), json!(operations))]),
            self.timeout,
        );
        let answers =
            self.executor.execute(call).await.map(ToolResult::into_value).map_err(|error| match error {
                Error::ToolFailed { failure, .. } => Error::FilterFailed { failure },
                Error::Timeout { timeout_ms, .. } => Error::FilterTimeout { timeout_ms },
                other => other,
            })?;
        let answers = answers.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut accepted = Vec::with_capacity(operations.len());
        for (i, operation) in operations.iter().enumerate() {
            let Some(Value::Bool(answer)) = answers.get(i) else {
                let (method, path) = (&operation.method, &operation.path);
                return Err(filter_failed(format!("gave no boolean for {method} {path}")));
            };
            accepted.push(*answer);
        }
        Ok(FilterAnswers { function: Arc::clone(&self.executor), operations, accepted })
    }
}

fn filter_failed(message: String) -> Error {
    let failure = Failure {
        name: "TypeError".to_owned(),
        message,
        code: None,
        for_model: false,
        stack: None,
        cause: None,
    };
    Error::FilterFailed { failure: Box::new(failure) }
}

impl FilterAnswers {
    /// The answers, where the same function was asked of the same operations: the document may have changed meanwhile.
    pub fn for_operations(
        &self,
        function: &FilterFunction,
        operations: &[FilteredOperation],
    ) -> Option<&[bool]> {
        let is_same = Arc::ptr_eq(&self.function, &function.executor) && self.operations == operations;
        is_same.then_some(&self.accepted)
    }
}
