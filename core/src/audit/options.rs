//! How a log is kept.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::{Error, Result};

/// When records are put on the disk for sure. Whatever is chosen, a record is with the system once it is written: the end
/// of the process, even a sudden one, takes none away. This is about the end of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Durability {
    /// When the system likes: within half a minute, mostly.
    None,
    /// A second after it was written at the latest, by a thread of its own.
    #[default]
    Interval,
    /// Before anything goes on: a change or a call waits for the disk.
    Each,
}

/// What becomes of a file that is not what was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OnBroken {
    /// It is not continued: an error says what is wrong.
    #[default]
    Refuse,
    /// It is put aside under another name, and a new one begins.
    Begin,
}

/// How a log is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditOptions {
    /// The file. It is made where there is none, and continued where there is one.
    pub path: PathBuf,
    /// Whether calls are recorded too.
    #[serde(default)]
    pub calls: bool,
    /// When records are put on the disk for sure.
    #[serde(default)]
    pub sync: Durability,
    /// What becomes of a file that does not verify.
    #[serde(default)]
    pub on_broken: OnBroken,
}

impl AuditOptions {
    /// Reads the options; a text is the path.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for what is none.
    pub fn parse(value: &Value) -> Result<Self> {
        file_options("audit", value, |options: &Self| &options.path)
    }

    /// The defaults for a file.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), calls: false, sync: Durability::default(), on_broken: OnBroken::default() }
    }
}

/// Reads the options of a file that is kept: a text is its path, a map has it with the rest.
///
/// # Errors
/// `INVALID_OPTIONS` for what is none, and for a path without a name in it.
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
    let options = serde_json::from_value(map).map_err(|error| wrong(error.to_string()))?;
    if path(&options).as_os_str().is_empty() {
        return Err(wrong("path is empty".to_owned()));
    }
    Ok(options)
}
