//! Configuration file: its bytes → the configuration as JSON, with variables filled in.

use std::collections::HashMap;
use std::path::PathBuf;

use napi::Result;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use serde::Deserialize;
use toolrack_core::config::{ConfigFile, ConfigFormat, ConfigInput};
use toolrack_core::error::Error;
use toolrack_core::json::read_options;

use crate::convert::{option_error, read, to_napi};
use crate::error::to_js;

/// What is known of a configuration file beside its bytes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOptions {
    format: FormatWord,
    file: String,
    folder: PathBuf,
    environment: HashMap<String, String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum FormatWord {
    Json,
    Yaml,
}

/// Reads a configuration file. `options` is JSON: `{ format, file, folder, environment }`. Returns JSON: `{ config, disabled,
/// warnings }`, which has the values of variables.
#[napi(catch_unwind)]
pub fn read_config(bytes: Uint8Array, options: String) -> Result<String> {
    let value = read(Some(&options), option_error("config"))?;
    let known = read_options::<FileOptions>(&value);
    let known = known.map_err(|fault| to_js(&option_error("config")(fault.to_string())))?;
    let format = match known.format {
        FormatWord::Json => ConfigFormat::Json,
        FormatWord::Yaml => ConfigFormat::Yaml,
    };
    let input = ConfigInput { bytes: &bytes, format, file: &known.file, folder: &known.folder };
    let file = to_napi(ConfigFile::read(&input, &|name| known.environment.get(name).cloned()))?;
    let json = serde_json::to_string(&file.to_json_with_secrets());
    to_napi(json.map_err(|error| Error::Internal { reason: error.to_string() }))
}
