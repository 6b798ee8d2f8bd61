//! Where state is kept.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, Result};

/// What becomes of a file that cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OnBroken {
    /// There is no loader.
    #[default]
    Refuse,
    /// It gets another name, and everything begins anew.
    Ignore,
}

/// Where state is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StateOptions {
    /// The file. It is made where there is none.
    pub path: PathBuf,
    /// What becomes of a file that cannot be read.
    #[serde(default)]
    pub on_broken: OnBroken,
}

impl StateOptions {
    /// Reads the options; a text is the path.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for what is none.
    pub fn parse(value: &Value) -> Result<Self> {
        let wrong = |reason: String| Error::InvalidOptions { option: "state".to_owned(), reason };
        let options = match value {
            Value::String(path) => Self::at(path),
            other => Self::deserialize(other).map_err(|error| wrong(error.to_string()))?,
        };
        if options.path.as_os_str().is_empty() {
            return Err(wrong("path is empty".to_owned()));
        }
        Ok(options)
    }

    /// The defaults for a file.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), on_broken: OnBroken::default() }
    }
}
