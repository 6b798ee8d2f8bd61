//! Options of the audit log.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::json::read_options;

/// When records are synced to the disk. A written record survives the end of the process in any case; a synced one
/// survives the end of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Durability {
    /// When the system syncs: mostly within half a minute.
    None,
    /// At most a second after a record, by a thread of its own.
    #[default]
    Interval,
    /// Before the change or call continues.
    Each,
}

/// What happens to a file that does not verify.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OnBroken {
    /// The open fails with `AUDIT_BROKEN`.
    #[default]
    Refuse,
    /// The file is renamed, and a new one begins.
    Begin,
}

/// Options of the audit log.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditOptions {
    /// The file. It is created or continued.
    pub path: PathBuf,
    /// Whether calls are recorded too.
    #[serde(default)]
    pub calls: bool,
    /// When records are synced.
    #[serde(default)]
    pub sync: Durability,
    /// What happens to a file that does not verify.
    #[serde(default)]
    pub on_broken: OnBroken,
}

impl AuditOptions {
    /// Parses the options. A text is the path.
    ///
    /// # Errors
    /// `INVALID_OPTIONS`.
    pub fn parse(value: &Value) -> Result<Self> {
        file_options("audit", value, |options: &Self| &options.path)
    }

    /// The defaults for a file.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), calls: false, sync: Durability::default(), on_broken: OnBroken::default() }
    }
}

/// Parses the options of a file: a text is its path, a map has the path among others.
///
/// # Errors
/// `INVALID_OPTIONS`, for an empty path too.
pub fn file_options<T: DeserializeOwned>(
    option: &str,
    value: &Value,
    path: impl Fn(&T) -> &Path,
) -> Result<T> {
    let wrong = |reason: String| Error::InvalidOptions { option: option.to_owned(), reason };
    let map = match value {
        Value::String(path) => json!({"path": path}),
        Value::Object(_) => value.clone(),
        _ => return Err(wrong("must be a path, or a map that has one".to_owned())),
    };
    let options = read_options(&map).map_err(|error| wrong(error.to_string()))?;
    if path(&options).as_os_str().is_empty() {
        return Err(wrong("path is empty".to_owned()));
    }
    Ok(options)
}
