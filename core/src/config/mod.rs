//! Configuration file: bytes of YAML or JSON → types, with every mistake told by line and column.
//!
//! People who write no program say in one file which documents, modules, MCP servers and HTTP tools a registry has. They
//! make mistakes, so that all of them are told at once, each with file, line, JSON pointer and the nearest key. Secrets
//! stay in the environment: `${TOKEN}` is filled in here, after the types were read, so that no error can have a value.
//! A source whose variable is not set is left out and told; the others load.
//!
//! - `located_yaml.rs` (the one door of `serde_yaml`) and `located_json.rs` read texts into located values. Documents keep a
//!   reader of their own, which is faster and keeps numbers as they are written.
//! - `settings/` has the types. The JSON Schema that editors complete by, `schema/config.json`, is made of them.
//! - `config_reader.rs` is the trip: text → values → types → variables and paths.
//!
//! ```
//! use std::path::Path;
//! use toolrack_core::config::{ConfigFile, ConfigFormat, ConfigInput};
//!
//! let text = "documents:\n  crm:\n    source: ./crm.yaml\n    headers: { authorization: 'Bearer ${TOKEN}' }\n";
//! let input = ConfigInput {
//!     bytes: text.as_bytes(),
//!     format: ConfigFormat::Yaml,
//!     file: "toolrack.config.yaml",
//!     folder: Path::new("/srv/agent"),
//! };
//! let file = ConfigFile::read(&input, &|name| (name == "TOKEN").then(|| "t0p-5ecret".to_owned()))?;
//! let (name, crm) = &file.config.documents.0[0];
//! assert_eq!((name.as_str(), crm.source.0.expose()), ("crm", "/srv/agent/crm.yaml"));
//! assert!(!format!("{file:?}").contains("t0p-5ecret"));
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! Limits: 4 MiB, 64 levels, one document, 50 problems at once; in YAML 200,000 values, of which aliases repeat 20,000.
//! Ranges of numbers, globs and addresses are judged by what takes the options, such as the loader.

mod alternatives;
#[expect(clippy::module_inception, reason = "the type is looked for under this name")]
mod config;
mod config_checks;
mod config_reader;
mod config_source;
mod config_text;
mod disabled_parts;
mod filled_texts;
mod located_json;
mod located_value;
mod located_yaml;
#[cfg(test)]
mod schema_file;
#[cfg(test)]
mod schema_of_values;
mod settings;
mod text_place;
mod variables;

pub use alternatives::{FlagOr, NamedParts, OffOr, OneOrList, WordOr};
pub use config::Config;
pub use config_reader::{ConfigFile, ConfigInput};
pub use config_source::{ConfigFormat, MOST_BYTES};
pub use config_text::{ConfigLocation, ConfigText, ModuleLocation};
pub use disabled_parts::DisabledPart;
pub use settings::*;
pub use variables::{Environment, FilledText, fill_variables, required_variables};
