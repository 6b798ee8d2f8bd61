//! Where state is kept.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::audit::{OnBroken, file_options};
use crate::error::Result;

/// Where state is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StateOptions {
    /// The file. It is made where there is none.
    pub path: PathBuf,
    /// What becomes of a file that cannot be read: everything begins anew, or there is no loader.
    #[serde(default)]
    pub on_broken: OnBroken,
}

impl StateOptions {
    /// Reads the options; a text is the path.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for what is none.
    pub fn parse(value: &Value) -> Result<Self> {
        file_options("state", value, |options: &Self| &options.path)
    }
}
