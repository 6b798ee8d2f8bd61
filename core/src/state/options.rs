//! The option `state`: the state file, and what happens to a broken one.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::audit::{OnBroken, file_options};
use crate::error::Result;

/// The option `state`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StateOptions {
    /// The file. It is created where it does not exist.
    pub path: PathBuf,
    /// What happens to a broken file: it is put aside, or the loader is not created. Default: the loader is not created.
    #[serde(default)]
    pub on_broken: OnBroken,
}

impl StateOptions {
    /// Parses the option; a text is the path.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown key or a wrong type.
    pub fn parse(value: &Value) -> Result<Self> {
        file_options("state", value, |options: &Self| &options.path)
    }
}
