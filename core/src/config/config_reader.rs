//! Reads a configuration file: bytes → types, with its variables filled in and its paths resolved.

use std::path::Path as FilePath;

use serde_json::{Value, json};

use super::config::Config;
use super::config_checks::check_config;
use super::config_source::{ConfigFormat, ConfigSource, EMPTY};
use super::config_text::ConfigTexts;
use super::disabled_parts::{DisabledPart, disable_parts, leave_out};
use super::filled_texts::{FilledSecrets, FilledValue, Filling};
use super::variables::Environment;
use crate::error::{ConfigProblem, Error, Result, excerpt, nearest};
use crate::json::{OptionFault, Path, pointer, read_option_file};

/// The most problems that are told at once.
const MOST_PROBLEMS: usize = 50;

/// What is wrong with a key whose value is missing.
const NO_VALUE: &str = "has no value: give one, or remove the key";

/// A configuration file as its reader gets it.
#[derive(Clone, Copy, Debug)]
pub struct ConfigInput<'i> {
    /// The bytes of the file.
    pub bytes: &'i [u8],
    /// Its syntax.
    pub format: ConfigFormat,
    /// Its name, for problems. Empty: an object of a program, which has no lines.
    pub file: &'i str,
    /// The folder at which its relative paths begin.
    pub folder: &'i FilePath,
}

/// A configuration that was read.
#[derive(Debug)]
pub struct ConfigFile {
    /// What it says, without the parts that are disabled.
    pub config: Config,
    /// Parts that lack a variable of the environment.
    pub disabled: Vec<DisabledPart>,
    /// Keys that are not read, such as those of other clients.
    pub warnings: Vec<ConfigProblem>,
    filled: FilledValue,
    secrets: FilledSecrets,
}

impl ConfigFile {
    /// Reads a configuration file. `environment` gives the values of variables.
    ///
    /// # Errors
    /// `CONFIG_INVALID` with all problems. No problem has the value of a variable.
    pub fn read(input: &ConfigInput<'_>, environment: &Environment<'_>) -> Result<Self> {
        let source = ConfigSource::read(input.bytes, input.format, input.file)
            .map_err(|problem| invalid_config(vec![problem]))?;
        let mut repeated = Vec::new();
        let mut value = source.root.to_value(&Path::at(""), &mut repeated);
        let twice = |(pointer, at): &(String, usize)| {
            source.problem_at(*at, pointer, "stands twice in its map: remove one of them".to_owned())
        };
        let mut problems: Vec<_> = repeated.iter().take(MOST_PROBLEMS).map(twice).collect();
        if value.is_null() {
            return Err(invalid_config(vec![source.problem("", format!("the file {EMPTY}"))]));
        }
        let mut warnings = Vec::new();
        let config =
            read_types(&mut value, &source, &mut warnings).map_err(|faults| problems.extend(faults)).ok();
        let Some(mut config) = config.filter(|_| problems.is_empty()) else {
            return Err(invalid_config(problems));
        };
        let mut faults = Vec::new();
        check_config(&config, &mut faults);
        let secrets = FilledSecrets::default();
        let folder = input.folder;
        let mut filling = Filling { folder, environment, value, missing: Vec::new(), faults, secrets };
        config.visit_texts(&Path::at(""), &mut |at, kind, text| filling.fill_text(at, kind, text));
        let Filling { mut value, missing, faults, secrets, .. } = filling;
        let faults = faults.into_iter().take(MOST_PROBLEMS);
        problems.extend(faults.map(|(pointer, message)| source.problem(&pointer, message)));
        let disabled = disable_parts(missing, &source, &mut problems);
        if !problems.is_empty() {
            return Err(invalid_config(problems));
        }
        leave_out(&disabled, &mut config, &mut value);
        Ok(Self { config, disabled, warnings, filled: FilledValue(value), secrets })
    }

    /// Problems that were found after a file was read, by what takes its options: each with the place of its JSON pointer,
    /// or of what is nearest above it.
    ///
    /// # Errors
    /// `CONFIG_INVALID`, for a text that has no values.
    pub fn place_problems(
        input: &ConfigInput<'_>,
        problems: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Vec<ConfigProblem>> {
        let source = ConfigSource::read(input.bytes, input.format, input.file)
            .map_err(|problem| invalid_config(vec![problem]))?;
        Ok(problems.into_iter().map(|(pointer, message)| source.problem(&pointer, message)).collect())
    }

    /// The configuration as JSON, with the values of variables: for the program that carries it out, never for people.
    /// `secrets` has what is written for people in place of each text that has a value: `["${TOKEN}", "the value"]`.
    pub fn to_json_with_secrets(&self) -> Value {
        json!({
            "config": &self.filled.0,
            "disabled": &self.disabled,
            "warnings": &self.warnings,
            "secrets": &self.secrets.0,
        })
    }
}

/// Reads the types, and tells all that does not fit them. Keys that other clients have in their `mcpServers` are taken out
/// of the value, and become warnings.
fn read_types(
    value: &mut Value,
    source: &ConfigSource<'_>,
    warnings: &mut Vec<ConfigProblem>,
) -> Result<Config, Vec<ConfigProblem>> {
    let mut read = read_option_file::<Config>(value, MOST_PROBLEMS);
    let foreign = read.as_ref().err().and_then(|faults| faults.iter().find_map(keys_of_server));
    if let Some(known) = foreign {
        *warnings = take_foreign_keys(value, known, source);
        read = read_option_file(value, MOST_PROBLEMS);
    }
    read.map_err(|faults| faults.iter().map(|fault| describe_fault(fault, value, source)).collect())
}

/// The keys of a server of `mcpServers`, where a fault is a key that toolrack has not.
fn keys_of_server(fault: &OptionFault) -> Option<&'static [&'static str]> {
    let at = fault.pointer();
    let tokens: Vec<_> = pointer::tokens(&at).collect();
    let is_server = tokens.len() == 2 && tokens[0] == "mcpServers";
    fault.unknown_option().filter(|_| is_server).map(|(_, known)| known)
}

/// Takes the keys that are not known out of all servers of `mcpServers`.
fn take_foreign_keys(value: &mut Value, known: &[&str], source: &ConfigSource<'_>) -> Vec<ConfigProblem> {
    let mut warnings = Vec::new();
    let servers = value.get_mut("mcpServers").and_then(Value::as_object_mut);
    for (name, server) in servers.into_iter().flatten() {
        let at = pointer::push("/mcpServers", name);
        let Value::Object(server) = server else { continue };
        server.retain(|key, _| {
            let is_known = known.contains(&key.as_str());
            if !is_known && warnings.len() < MOST_PROBLEMS {
                let message = format!("{}; it is ignored", describe_unknown_key(key, known));
                warnings.push(source.problem(&pointer::push(&at, key), message));
            }
            is_known
        });
    }
    warnings
}

fn describe_fault(fault: &OptionFault, value: &Value, source: &ConfigSource<'_>) -> ConfigProblem {
    let at = fault.pointer();
    match fault.unknown_option() {
        Some((key, known)) => source.problem(&pointer::push(&at, key), describe_unknown_key(key, known)),
        None if at.is_empty() => source.problem("", format!("the file {}", fault.message())),
        // Somebody began to write it.
        None if value.pointer(&at).is_some_and(Value::is_null) => source.problem(&at, NO_VALUE.to_owned()),
        None => source.problem(&at, fault.message().to_owned()),
    }
}

fn describe_unknown_key(key: &str, known: &[&str]) -> String {
    let shown = excerpt(key);
    let shown = shown.escape_debug();
    match nearest(key, known.iter().copied()).first() {
        Some(near) => format!("unknown key \"{shown}\": did you mean \"{near}\"?"),
        None => format!("unknown key \"{shown}\": there are {}", known.join(", ")),
    }
}

fn invalid_config(mut problems: Vec<ConfigProblem>) -> Error {
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.truncate(MOST_PROBLEMS);
    Error::InvalidConfig { problems }
}
