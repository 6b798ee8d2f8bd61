//! The options of a tool set: those of a document that mean the same for code.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::json::read_options;
use crate::loader::option_groups::KeptVersions;
use crate::loader::options::LoadOptions;

/// The number of versions whose code is kept by default. Each holds its closures.
const KEPT_VERSIONS: KeptVersions = KeptVersions(3);

/// The options as they are written. Each but `limits` is read as that of a document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawToolSetOptions {
    name: Option<Value>,
    namespace: Option<Value>,
    version: Option<Value>,
    category: Option<Value>,
    tags: Option<Value>,
    scopes: Option<Value>,
    overrides: Option<Value>,
    gates: Option<Value>,
    targets: Option<Value>,
    rate_limit: Option<Value>,
    call_limits: Option<Value>,
    #[serde(default)]
    limits: RawToolSetLimits,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct RawToolSetLimits {
    versions: Option<Value>,
}

impl LoadOptions {
    /// Parses the options of a tool set. `null` gives the defaults; an option of documents alone is an error.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` with the option, what is wrong and what would be right.
    pub fn parse_for_tool_set(value: &Value) -> Result<Self> {
        let defaults = Self { keep_versions: KEPT_VERSIONS, ..Self::default() };
        if value.is_null() {
            return Ok(defaults);
        }
        let invalid = |reason| Error::InvalidOptions { option: "modules".to_owned(), reason };
        let raw: RawToolSetOptions = read_options(value).map_err(|fault| invalid(fault.to_string()))?;
        let keeps_default = raw.limits.versions.is_none();
        let options = Self::parse(&raw.to_document_options())?;
        options.check_overrides()?;
        let keep_versions = if keeps_default { KEPT_VERSIONS } else { options.keep_versions };
        Ok(Self { keep_versions, ..options })
    }

    /// The parameters of code are its author's: an override cannot hide or fix one.
    fn check_overrides(&self) -> Result<()> {
        let entries = self.conversion.overrides.entries();
        let with_parameters = entries.iter().find(|(_, values)| !values.parameters.is_empty());
        let Some((tool, _)) = with_parameters else { return Ok(()) };
        let reason = format!(
            "overrides the parameters of \"{}\", which code declares itself; change its schema, or wrap the tool",
            tool.escape_debug()
        );
        Err(Error::InvalidOptions { option: "overrides".to_owned(), reason })
    }
}

impl RawToolSetOptions {
    /// The same as options of a document.
    fn to_document_options(&self) -> Value {
        let entries = [
            ("name", &self.name),
            ("namespace", &self.namespace),
            ("version", &self.version),
            ("category", &self.category),
            ("tags", &self.tags),
            ("scopes", &self.scopes),
            ("overrides", &self.overrides),
            ("gates", &self.gates),
            ("targets", &self.targets),
            ("rateLimit", &self.rate_limit),
            ("callLimits", &self.call_limits),
        ];
        let mut options: Map<String, Value> =
            entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?))).collect();
        if let Some(versions) = &self.limits.versions {
            options.insert("limits".to_owned(), Value::from_iter([("versions", versions.clone())]));
        }
        Value::Object(options)
    }
}
