//! Functions of the options `include` and `exclude`, which decide which operations become tools.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::{Error, Failure, Result};
use crate::spec::OperationSite;
use crate::tool::{Executor, ToolCall, ToolResult};

/// The function of `include` or `exclude`, or both in one. It is called once for each load with all operations that the
/// selections leave: `{operations: […]}` gives a list of as many booleans, true for each that becomes a tool. One that
/// stands for two functions may give `{option, failure}` instead: the option whose function failed, and its [`Failure`].
#[derive(Clone, Debug)]
pub struct SelectionFunction {
    /// The option that it stands in, as errors name it: `include`, `exclude`, `include and exclude`.
    pub option: String,
    /// Executes the function.
    pub executor: Arc<dyn Executor>,
    /// The timeout for all operations together.
    pub timeout: Duration,
}

/// The answer of a [`SelectionFunction`] that knows which option has failed.
#[derive(Deserialize)]
struct FailedOption {
    option: String,
    failure: Failure,
}

/// One operation as the function gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CandidateOperation {
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_id: Option<String>,
    method: String,
    path: String,
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    deprecated: bool,
}

/// The answers of a selection function, and the operations that they are about.
pub struct SelectionAnswers {
    function: Arc<dyn Executor>,
    operations: Vec<CandidateOperation>,
    accepted: Vec<bool>,
}

impl CandidateOperation {
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

impl SelectionFunction {
    /// Calls the function with all operations.
    ///
    /// # Errors
    /// `SelectionFailed` where it throws or does not give a boolean for each operation, `SelectionTimeout`.
    pub async fn ask(&self, operations: Vec<CandidateOperation>) -> Result<SelectionAnswers> {
        let call = ToolCall::own(
            &self.option,
            Map::from_iter([("operations".to_owned(), json!(operations))]),
            self.timeout,
        );
        let option = || self.option.clone();
        let answers =
            self.executor.execute(call).await.map(ToolResult::into_value).map_err(|error| match error {
                Error::ToolFailed { failure, .. } => Error::SelectionFailed { option: option(), failure },
                Error::Timeout { timeout_ms, .. } => Error::SelectionTimeout { option: option(), timeout_ms },
                other => other,
            })?;
        if let Ok(FailedOption { option, failure }) = FailedOption::deserialize(&answers) {
            return Err(Error::SelectionFailed { option, failure: Box::new(failure) });
        }
        let answers = answers.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut accepted = Vec::with_capacity(operations.len());
        for (i, operation) in operations.iter().enumerate() {
            let Some(Value::Bool(answer)) = answers.get(i) else {
                return Err(self.no_boolean(operation));
            };
            accepted.push(*answer);
        }
        Ok(SelectionAnswers { function: Arc::clone(&self.executor), operations, accepted })
    }

    fn no_boolean(&self, operation: &CandidateOperation) -> Error {
        let failure = Failure {
            name: "TypeError".to_owned(),
            message: format!("gave no boolean for {} {}", operation.method, operation.path),
            code: None,
            for_model: false,
            stack: None,
            cause: None,
        };
        Error::SelectionFailed { option: self.option.clone(), failure: Box::new(failure) }
    }
}

impl SelectionAnswers {
    /// The answers, where the same function was asked of the same operations: the document may have changed meanwhile.
    pub fn for_operations(
        &self,
        function: &SelectionFunction,
        operations: &[CandidateOperation],
    ) -> Option<&[bool]> {
        let is_same = Arc::ptr_eq(&self.function, &function.executor) && self.operations == operations;
        is_same.then_some(&self.accepted)
    }
}
