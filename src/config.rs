//! Configuration file: its bytes → the configuration as JSON, with variables filled in; places of problems in it.

use std::collections::HashMap;
use std::path::PathBuf;

use napi::Result;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use toolrack_core::config::{
    ConfigFile, ConfigFormat, ConfigInput, FilledText, fill_variables, required_variables,
};
use toolrack_core::error::Error;
use toolrack_core::json::read_options;

use crate::convert::{option_error, read, to_napi};
use crate::error::to_js;

/// What is known of a configuration file beside its bytes.
#[derive(Deserialize)]
struct FileOptions {
    format: FormatWord,
    file: String,
    folder: PathBuf,
}

impl FileOptions {
    fn input<'i>(&'i self, bytes: &'i [u8]) -> ConfigInput<'i> {
        let format = match self.format {
            FormatWord::Json => ConfigFormat::Json,
            FormatWord::Yaml => ConfigFormat::Yaml,
        };
        ConfigInput { bytes, format, file: &self.file, folder: &self.folder }
    }
}

/// What a configuration file is read with.
#[derive(Deserialize)]
struct ReadOptions {
    content: FileOptions,
    environment: HashMap<String, String>,
}

/// Problems of a configuration file whose places are looked up, each a JSON pointer and a message.
#[derive(Deserialize)]
struct PlaceOptions {
    content: FileOptions,
    problems: Vec<(String, String)>,
}

/// A text with variables, and the environment.
#[derive(Deserialize)]
struct VariableOptions {
    text: String,
    environment: HashMap<String, String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum FormatWord {
    Json,
    Yaml,
}

/// Reads a configuration file. `options` is JSON: `{ content: { format, file, folder }, environment }`. Returns JSON: `{ config,
/// disabled, warnings, secrets }`, which has the values of variables.
#[napi(catch_unwind)]
pub fn read_config(bytes: Uint8Array, options: String) -> Result<String> {
    let ReadOptions { content, environment } = known(&options)?;
    let file = to_napi(ConfigFile::read(&content.input(&bytes), &|name| environment.get(name).cloned()))?;
    to_text(&file.to_json_with_secrets())
}

/// Looks up the places of problems in a configuration file that was read. `options` is JSON: `{ content: { format, file,
/// folder }, problems: [[pointer, message]] }`. Returns JSON: the problems.
#[napi(catch_unwind)]
pub fn place_config_problems(bytes: Uint8Array, options: String) -> Result<String> {
    let PlaceOptions { content, problems } = known(&options)?;
    to_text(&to_napi(ConfigFile::place_problems(&content.input(&bytes), problems))?)
}

/// Fills in the variables of a text, as those of a configuration. `options` is JSON: `{ text, environment }`. Returns JSON:
/// `{ required }`, the names of variables without a default, with `{ filled, used: [[name, value]] }` or the name of a variable
/// that is `missing`; or `{ fault }`, what is wrong with a reference.
#[napi(catch_unwind)]
pub fn fill_text_variables(options: String) -> Result<String> {
    let VariableOptions { text, environment } = known(&options)?;
    let read = fill_variables(&text, &|name| environment.get(name).cloned())
        .and_then(|filled| Ok((filled, required_variables(&text)?)));
    to_text(&match read {
        Ok((FilledText::Filled { text: filled, used }, required)) => {
            json!({ "filled": filled, "used": used, "required": required })
        }
        Ok((FilledText::Missing(name), required)) => json!({ "missing": name, "required": required }),
        Err(fault) => json!({ "fault": fault }),
    })
}

/// Reads options that this package wrote itself.
fn known<T: DeserializeOwned>(options: &str) -> Result<T> {
    let value = read(Some(options), option_error("config"))?;
    read_options::<T>(&value).map_err(|fault| to_js(&option_error("config")(fault.to_string())))
}

fn to_text(value: &impl Serialize) -> Result<String> {
    to_napi(serde_json::to_string(value).map_err(|error| Error::Internal { reason: error.to_string() }))
}
