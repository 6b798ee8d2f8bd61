//! The text of a configuration file: bytes → located values, and the places of problems in it.

use super::located_json::read_json;
use super::located_value::LocatedValue;
use super::located_yaml::read_yaml;
use super::text_place::{PlaceFinder, SyntaxFault, TextPlace};
use crate::error::ConfigProblem;

/// The most bytes of a configuration file.
pub const MOST_BYTES: usize = 4 << 20;

/// The most levels of lists and maps.
const MOST_LEVELS: usize = 64;

/// The syntax of a configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigFormat {
    /// JSON, as RFC 8259 has it.
    Json,
    /// YAML 1.2, core schema.
    Yaml,
}

/// The text of a configuration file with its values.
pub struct ConfigSource<'t> {
    file: &'t str,
    places: PlaceFinder<'t>,
    pub root: LocatedValue,
}

impl<'t> ConfigSource<'t> {
    /// Reads the bytes of the file of this name; the name is empty for an object of a program.
    ///
    /// # Errors
    /// What is wrong with its bytes or its syntax.
    pub fn read(bytes: &'t [u8], format: ConfigFormat, file: &'t str) -> Result<Self, ConfigProblem> {
        let whole =
            |place: TextPlace, message: &str| problem(file, Some(place), "", format!("the file {message}"));
        if bytes.len() > MOST_BYTES {
            return Err(whole(TextPlace::START, &format!("is over the limit of {MOST_BYTES} bytes")));
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let place = PlaceFinder::new(&valid).find_place(valid.len());
                return Err(whole(place, "is not UTF-8: save it in this encoding"));
            }
        };
        if text.trim().is_empty() {
            return Err(whole(TextPlace::START, EMPTY));
        }
        let read = match format {
            ConfigFormat::Json => read_json(text, MOST_LEVELS),
            ConfigFormat::Yaml => read_yaml(text, MOST_LEVELS),
        };
        let refused = |fault: SyntaxFault| whole(fault.place, &fault.message);
        Ok(Self { file, places: PlaceFinder::new(text), root: read.map_err(refused)? })
    }

    /// A problem of the member at a JSON pointer.
    pub fn problem(&self, pointer: &str, message: String) -> ConfigProblem {
        self.problem_at(self.root.offset(pointer), pointer, message)
    }

    /// A problem at a byte offset.
    pub fn problem_at(&self, offset: usize, pointer: &str, message: String) -> ConfigProblem {
        problem(self.file, Some(self.places.find_place(offset)), pointer, message)
    }
}

/// What is wrong with a file that says nothing.
pub const EMPTY: &str = "is empty: write documents, modules, mcpServers or tools";

/// A problem of a file, or of an object, which has no lines.
fn problem(file: &str, place: Option<TextPlace>, pointer: &str, message: String) -> ConfigProblem {
    let place = place.filter(|_| !file.is_empty());
    ConfigProblem {
        file: file.to_owned(),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        pointer: pointer.to_owned(),
        message,
    }
}
