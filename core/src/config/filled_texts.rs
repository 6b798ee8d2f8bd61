//! Filled texts of a configuration: variables of the environment and paths, and which texts people may not see.

use std::path::{Path as FilePath, PathBuf};

use serde_json::Value;

use super::config_text::{ConfigText, TextKind};
use super::variables::{Environment, FilledText, fill_variables};
use crate::json::Path;

/// The values of a file with variables filled in. They are not printed.
pub struct FilledValue(pub Value);

impl std::fmt::Debug for FilledValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FilledValue(..)")
    }
}

/// What is written for people in place of each text that has the value of a variable: `${TOKEN}`. They are not printed.
#[derive(Default)]
pub struct FilledSecrets(pub Vec<(String, String)>);

impl std::fmt::Debug for FilledSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FilledSecrets(..)")
    }
}

/// Fills in the variables of all texts, in the types and in the values.
pub struct Filling<'f> {
    pub folder: &'f FilePath,
    pub environment: &'f Environment<'f>,
    pub value: Value,
    /// Variables that are not set, with the pointers of their texts.
    pub missing: Vec<(String, String)>,
    /// What is wrong with a text, with its pointer.
    pub faults: Vec<(String, String)>,
    pub secrets: FilledSecrets,
}

impl Filling<'_> {
    pub fn fill_text(&mut self, at: &Path<'_>, kind: TextKind, text: &mut ConfigText) {
        let filled = match fill_variables(text.expose(), self.environment) {
            Ok(FilledText::Filled { text: filled, used }) => {
                // A path is for people. Another text may be a secret that begins with a word: `Bearer ${TOKEN}`.
                if (kind == TextKind::Plain || is_address(&filled)) && !used.is_empty() {
                    self.secrets.0.push((text.expose().to_owned(), filled.clone()));
                }
                let references = used.into_iter().map(|(name, value)| (format!("${{{name}}}"), value));
                self.secrets.0.extend(references);
                filled
            }
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
            _ if filled.starts_with("~/") || filled == "~" => {
                let message = "begins with ~, which stands for nothing here: write ${HOME}".to_owned();
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
