//! A view request: who asks for tools, and which versions they ask for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::version_selector::VersionSelector;
use crate::error::{Error, Problem, Result};
use crate::json::pointer;
use crate::tool::CallContext;

/// The caller who asks for a view, and the versions that they ask for.
#[derive(Clone, Debug, Default)]
pub struct ViewRequest {
    /// The caller that routes choose for.
    pub context: CallContext,
    /// Versions by family. They take precedence over every route.
    pub versions: BTreeMap<String, VersionSelector>,
}

impl ViewRequest {
    /// Reads the map of versions by family; null asks for none.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` with every problem.
    pub fn parse(context: CallContext, versions: &Value) -> Result<Self> {
        let mut request = Self { context, versions: BTreeMap::new() };
        let mut problems = Vec::new();
        match versions {
            Value::Null => {}
            Value::Object(map) => {
                for (family, value) in map {
                    let selector =
                        value.as_str().and_then(|text| VersionSelector::parse("versions", text).ok());
                    if let Some(selector) = selector {
                        request.versions.insert(family.clone(), selector);
                    } else {
                        let message =
                            "must be a version label such as \"2\", or a version range such as \"^2\"";
                        problems.push(Problem::at(pointer::push("", family), message));
                    }
                }
            }
            _ => problems.push(Problem::at("", "must be a map of version labels or ranges by source")),
        }
        if problems.is_empty() { Ok(request) } else { Err(invalid_versions(problems)) }
    }
}

/// The error for versions that a caller asks for.
pub const fn invalid_versions(problems: Vec<Problem>) -> Error {
    Error::InvalidValue { option: "versions", problems }
}
