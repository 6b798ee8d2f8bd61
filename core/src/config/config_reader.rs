//! Reads a configuration file: bytes → types, with its variables filled in and its paths resolved.

use std::path::{Path as FilePath, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};

use super::config::Config;
use super::config_checks::check_config;
use super::config_source::{ConfigFormat, ConfigSource, EMPTY};
use super::config_text::{ConfigText, ConfigTexts, TextKind};
use super::variables::{Environment, FilledText, fill_variables};
use crate::error::{ConfigProblem, Error, Result, excerpt, nearest};
use crate::json::{HashSet, OptionFault, Path, pointer, read_option_file};

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
}

/// A part of a configuration that is left out: a source or the server, because a variable is not set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisabledPart {
    /// The JSON pointer of the part: `/documents/crm`.
    pub part: String,
    /// The variable.
    pub variable: String,
    /// The place of its reference.
    #[serde(flatten)]
    pub problem: ConfigProblem,
}

/// The values of a file with variables filled in. They are not printed.
struct FilledValue(Value);

impl std::fmt::Debug for FilledValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FilledValue(..)")
    }
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
        let mut filling = Filling { folder: input.folder, environment, value, missing: Vec::new(), faults };
        config.visit_texts(&Path::at(""), &mut |at, kind, text| filling.fill_text(at, kind, text));
        let Filling { mut value, missing, faults, .. } = filling;
        let faults = faults.into_iter().take(MOST_PROBLEMS);
        problems.extend(faults.map(|(pointer, message)| source.problem(&pointer, message)));
        let disabled = disable_parts(missing, &source, &mut problems);
        if !problems.is_empty() {
            return Err(invalid_config(problems));
        }
        leave_out(&disabled, &mut config, &mut value);
        Ok(Self { config, disabled, warnings, filled: FilledValue(value) })
    }

    /// The configuration as JSON, with the values of variables: for the program that carries it out, never for people.
    pub fn to_json_with_secrets(&self) -> Value {
        json!({ "config": &self.filled.0, "disabled": &self.disabled, "warnings": &self.warnings })
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

/// The parts that lack a variable. Where no part can be left out, that is a problem of the whole file.
fn disable_parts(
    missing: Vec<(String, String)>,
    source: &ConfigSource<'_>,
    problems: &mut Vec<ConfigProblem>,
) -> Vec<DisabledPart> {
    let mut disabled = Vec::new();
    for (pointer, variable) in missing {
        let problem = source.problem(&pointer, format!("the environment has no variable {variable}"));
        match part_of(&pointer) {
            Some(part) => disabled.push(DisabledPart { part, variable, problem }),
            None => problems.push(problem),
        }
    }
    disabled
}

/// The part that is left out where a variable of one of its texts is not set: a source, or the server. The registry and
/// the loader have no such part: without its audit log or state file, a registry would do less than its user asked for.
fn part_of(at: &str) -> Option<String> {
    let mut tokens = pointer::tokens(at);
    let first = tokens.next()?;
    match &*first {
        "serve" => Some("/serve".to_owned()),
        "documents" | "modules" | "mcpServers" | "tools" => {
            Some(pointer::push(&pointer::push("", &first), &tokens.next()?))
        }
        _ => None,
    }
}

/// Takes the disabled parts out of a configuration, as types and as values.
fn leave_out(disabled: &[DisabledPart], config: &mut Config, value: &mut Value) {
    if disabled.is_empty() {
        return;
    }
    let parts: HashSet<&str> = disabled.iter().map(|part| part.part.as_str()).collect();
    let is_kept = |at: Path<'_>| !parts.contains(at.pointer().as_str());
    let root = Path::at("");
    let (documents, servers) = (root.key("documents"), root.key("mcpServers"));
    let (modules, tools) = (root.key("modules"), root.key("tools"));
    config.documents.0.retain(|(name, _)| is_kept(documents.key(name)));
    config.mcp_servers.0.retain(|(name, _)| is_kept(servers.key(name)));
    let mut index = 0..;
    config.modules.retain(|_| index.next().is_none_or(|index| is_kept(modules.index(index))));
    let mut index = 0..;
    config.tools.retain(|_| index.next().is_none_or(|index| is_kept(tools.index(index))));
    config.serve.take_if(|_| !is_kept(root.key("serve")));
    for part in parts {
        if let Some(place) = value.pointer_mut(part) {
            *place = Value::Null;
        }
    }
    // No part is `null` but those that were left out: the types refuse it.
    let Value::Object(map) = value else { return };
    for (_, parts) in map.iter_mut() {
        match parts {
            Value::Object(parts) => parts.retain(|_, part| !part.is_null()),
            Value::Array(parts) => parts.retain(|part| !part.is_null()),
            _ => {}
        }
    }
    map.retain(|_, parts| !parts.is_null());
}

/// Fills in the variables of all texts, in the types and in the values.
struct Filling<'f> {
    folder: &'f FilePath,
    environment: &'f Environment<'f>,
    value: Value,
    /// Variables that are not set, with the pointers of their texts.
    missing: Vec<(String, String)>,
    /// What is wrong with a text, with its pointer.
    faults: Vec<(String, String)>,
}

impl Filling<'_> {
    fn fill_text(&mut self, at: &Path<'_>, kind: TextKind, text: &mut ConfigText) {
        let filled = match fill_variables(text.expose(), self.environment) {
            Ok(FilledText::Filled(filled)) => filled,
            Ok(FilledText::Missing(variable)) => return self.missing.push((at.pointer(), variable)),
            Err(message) => return self.faults.push((at.pointer(), message)),
        };
        let filled = match kind {
            TextKind::Plain => filled,
            _ if filled.trim().is_empty() => {
                return self.faults.push((at.pointer(), "must not be empty".to_owned()));
            }
            TextKind::Location if filled.contains('\n') || filled.trim_start().starts_with('{') => {
                let message = "must be a path or a URL, not the text of a document".to_owned();
                return self.faults.push((at.pointer(), message));
            }
            TextKind::Location if is_address(&filled) => filled,
            TextKind::Module if !filled.starts_with('.') => filled,
            TextKind::Location | TextKind::Module => self.resolve_path(&filled),
        };
        if filled == text.expose() {
            return;
        }
        let pointer = at.pointer();
        if let Some(place) = self.value.pointer_mut(&pointer) {
            *place = Value::String(filled.clone());
        }
        *text = ConfigText::new(filled);
    }

    /// A path that begins at the folder of the file, without `.` between its parts.
    fn resolve_path(&self, path: &str) -> String {
        let path: PathBuf = self.folder.join(path).components().collect();
        path.to_string_lossy().into_owned()
    }
}

/// Whether a location is an address rather than a path. One letter and a colon are a drive of Windows.
fn is_address(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let is_scheme = scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_scheme && (rest.starts_with("//") || scheme.eq_ignore_ascii_case("file"))
    })
}
