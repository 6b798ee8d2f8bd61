//! Options of a module graph.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::path_aliases::PathAliases;
use crate::error::{Error, Result};

/// Options of a module graph.
#[derive(Clone, Debug)]
pub struct ModuleGraphOptions {
    /// Size limit of a file, in bytes.
    pub bytes: usize,
    /// The most modules of a reading.
    pub files: usize,
    /// Specifiers that lead elsewhere.
    pub(super) aliases: PathAliases,
}

impl Default for ModuleGraphOptions {
    fn default() -> Self {
        Self { bytes: 16 * 1024 * 1024, files: 10_000, aliases: PathAliases::default() }
    }
}

/// Options as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOptions {
    paths: Option<Map<String, Value>>,
    root: Option<PathBuf>,
    #[serde(default)]
    limits: WrittenLimits,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLimits {
    bytes: Option<usize>,
    files: Option<usize>,
}

impl ModuleGraphOptions {
    /// Parses `{ paths?, root?, limits?: { bytes?, files? } }`.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown option or a wrong value.
    pub fn parse(value: Value) -> Result<Self> {
        let invalid = |reason: String| Error::InvalidOptions { option: "modules".to_owned(), reason };
        let written: WrittenOptions =
            serde_json::from_value(value).map_err(|error| invalid(error.to_string()))?;
        let default = Self::default();
        let root = written.root.map_or_else(std::env::current_dir, Ok);
        let root = root.map_err(|error| invalid(format!("root: {error}")))?;
        Ok(Self {
            bytes: written.limits.bytes.unwrap_or(default.bytes),
            files: written.limits.files.unwrap_or(default.files),
            aliases: PathAliases::parse(written.paths.unwrap_or_default(), &root)?,
        })
    }
}
