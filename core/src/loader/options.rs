//! The options of a load: parsed from JSON, with defaults.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::auth::Credentials;
use crate::convert::{
    ConversionOptions, Deprecated, OperationFilter, Overrides, RawTokenBudget, TokenBudget,
};
use crate::error::{Error, Problem, Result, excerpt};
use crate::json::{DuplicateKeyPolicy, OptionFault, read_options};
use crate::registry::ReportTargets;
use crate::retrieve::ReferencePolicy;
use crate::review::{CustomGates, GatePolicy};
use crate::spec::{ArgumentShape, ParseLimits, SpecSource};
use crate::tool::{CallLimits, name};
use crate::unicode::HiddenUnicode;

/// The options of a load.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The source's name. Default: the file's name without its ending, else the document's title.
    pub name: Option<String>,
    /// Which operations become tools, and what the tools have.
    pub conversion: ConversionOptions,
    /// Overlays, applied to the document in order before it is parsed. Default: none.
    pub overlays: Vec<SpecSource>,
    /// Which references out of the document may be read.
    pub references: ReferencePolicy,
    /// Limits on bytes, depth, nodes, operations and documents.
    pub limits: ParseLimits,
    /// The token budget. Default: none, and no tokens are counted.
    pub token_budget: Option<TokenBudget>,
    /// The gates that judge its changes: apply, hold or refuse.
    pub gates: GatePolicy,
    /// Custom gates, asked after the built-in ones. Default: none.
    pub custom_gates: Option<CustomGates>,
    /// The number of versions whose tools are kept for a rollback. Default: 10.
    pub keep_versions: KeptVersions,
    /// What happens to hidden Unicode in what a model reads. Default: [`HiddenUnicode::Strip`] for a document with any part
    /// from the network, [`HiddenUnicode::Flag`] for files and texts.
    pub definition_unicode: Option<HiddenUnicode>,
    /// The targets that the report judges. Default: none, because each costs about as much as the load.
    pub targets: ReportTargets,
}

/// The number of versions of a document whose tools are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct KeptVersions(pub usize);

impl Default for KeptVersions {
    fn default() -> Self {
        Self(10)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawLoadOptions {
    name: Option<String>,
    namespace: Option<String>,
    version: Option<String>,
    category: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    base_url: Option<String>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    headers: Map<String, Value>,
    auth: Option<Value>,
    #[serde(default)]
    auth_origins: Vec<String>,
    #[serde(default)]
    deprecated: Deprecated,
    include: Option<Value>,
    exclude: Option<Value>,
    overrides: Option<Value>,
    #[serde(default)]
    arguments: ArgumentShape,
    #[serde(default)]
    references: ReferencePolicy,
    #[serde(default)]
    limits: RawLimits,
    call_limits: Option<Value>,
    token_budget: Option<RawTokenBudget>,
    targets: Option<Value>,
    #[serde(default)]
    gates: Value,
    #[serde(default)]
    keep_versions: KeptVersions,
    definition_unicode: Option<HiddenUnicode>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawLimits {
    bytes: Option<usize>,
    depth: Option<usize>,
    nodes: Option<usize>,
    aliases: Option<usize>,
    operations: Option<usize>,
    documents: Option<usize>,
    definition_bytes: Option<usize>,
    duplicate_keys: Option<DuplicateKeys>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum DuplicateKeys {
    Refuse,
    Last,
}

impl RawLimits {
    fn over(self, defaults: ParseLimits) -> ParseLimits {
        ParseLimits {
            bytes: self.bytes.unwrap_or(defaults.bytes),
            depth: self.depth.unwrap_or(defaults.depth).min(defaults.depth),
            nodes: self.nodes.unwrap_or(defaults.nodes),
            aliases: self.aliases.unwrap_or(defaults.aliases),
            operations: self.operations.unwrap_or(defaults.operations),
            documents: self.documents.unwrap_or(defaults.documents),
            duplicates: match self.duplicate_keys {
                Some(DuplicateKeys::Last) => DuplicateKeyPolicy::Last,
                Some(DuplicateKeys::Refuse) | None => DuplicateKeyPolicy::Refuse,
            },
        }
    }
}

impl LoadOptions {
    /// Whether the tools depend on the bytes of the document alone: no overlays, no functions.
    pub(super) fn depends_on_bytes_alone(&self) -> bool {
        self.overlays.is_empty() && self.conversion.filter.is_none() && self.custom_gates.is_none()
    }

    /// Parses the options. `null` gives the defaults; an unknown option is an error. `filter`, custom gates and `overlays`
    /// have no JSON form: the caller sets their fields.
    pub fn parse(value: &Value) -> Result<Self> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let given: RawLoadOptions = read_options(value).map_err(|fault: OptionFault| {
            invalid("load", fault.with_further_options(&["filter", "overlays", "watch"]).to_string())
        })?;
        if let Some(namespace) = given.namespace.as_deref().filter(|text| !name::is_portable(text)) {
            return Err(invalid(
                "namespace",
                format!("\"{namespace}\" must match ^[a-zA-Z_][a-zA-Z0-9_-]{{0,63}}$"),
            ));
        }
        if given.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            return Err(invalid("name", "must not be empty; leave it out for the file's name".to_owned()));
        }
        let conversion = ConversionOptions {
            namespace: given.namespace,
            version: given.version,
            category: given.category,
            tags: given.tags,
            base_url: given.base_url.map(|text| base_url(&text)).transpose()?,
            hosts: given.hosts,
            headers: Arc::new(headers(&given.headers)?),
            auth: Arc::new(auth(given.auth.as_ref(), &given.auth_origins)?),
            origin_binding: Arc::default(),
            deprecated: given.deprecated,
            include: read("include", given.include, |value| OperationFilter::parse_all("include", value))?,
            exclude: read("exclude", given.exclude, |value| OperationFilter::parse_all("exclude", value))?
                .unwrap_or_default(),
            filter: None,
            overrides: read("overrides", given.overrides, Overrides::parse)?.unwrap_or_default(),
            arguments: given.arguments,
            definition_bytes: given.limits.definition_bytes,
            call_limits: read("callLimits", given.call_limits, |value| {
                let (limits, problems) = CallLimits::parse(value, "");
                if problems.is_empty() { Ok(limits) } else { Err(problems) }
            })?
            .unwrap_or_default(),
        };
        Ok(Self {
            name: given.name,
            conversion,
            overlays: Vec::new(),
            references: given.references,
            limits: given.limits.over(ParseLimits::default()),
            token_budget: given.token_budget.map(RawTokenBudget::parse).transpose()?,
            gates: GatePolicy::parse(&given.gates)?,
            custom_gates: None,
            keep_versions: given.keep_versions,
            definition_unicode: given.definition_unicode,
            targets: given.targets.as_ref().map(ReportTargets::parse).transpose()?.unwrap_or_default(),
        })
    }
}

/// Parses an option; the error has all of its problems.
fn read<T>(
    option: &'static str,
    given: Option<Value>,
    parse: impl FnOnce(&Value) -> Result<T, Vec<Problem>>,
) -> Result<Option<T>> {
    let Some(value) = given else { return Ok(None) };
    parse(&value).map(Some).map_err(|problems| Error::InvalidValue { option, problems })
}

fn base_url(text: &str) -> Result<Url> {
    let url =
        Url::parse(text).map_err(|error| invalid("baseUrl", format!("\"{text}\" is not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(invalid(
            "baseUrl",
            format!("\"{text}\" must be an http or https URL, such as https://api.example.com/v1"),
        ));
    }
    Ok(url)
}

fn auth(given: Option<&Value>, origins: &[String]) -> Result<Credentials> {
    for text in origins {
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let is_origin = |url: &Url| url.path() == "/" && url.query().is_none() && url.username().is_empty();
        if !url.is_some_and(|url| url.has_host() && is_origin(&url)) {
            return Err(invalid(
                "authOrigins",
                format!(
                    "\"{}\" must be an origin, such as https://api.example.com",
                    excerpt(text).escape_debug()
                ),
            ));
        }
    }
    let mut problems = Vec::new();
    let credentials = Credentials::parse(given, origins, &mut problems);
    if problems.is_empty() { Ok(credentials) } else { Err(Error::InvalidValue { option: "auth", problems }) }
}

fn headers(given: &Map<String, Value>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let text = value
            .as_str()
            .ok_or_else(|| invalid("headers", format!("the value of \"{name}\" must be a string")))?;
        let parsed = HeaderName::try_from(name.as_str()).ok().zip(HeaderValue::try_from(text).ok());
        let Some((name, mut value)) = parsed else {
            return Err(invalid(
                "headers",
                format!(
                    "\"{}\" must be a header name with a value of visible ASCII characters",
                    name.escape_debug()
                ),
            ));
        };
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

fn invalid(option: &str, reason: String) -> Error {
    Error::InvalidOptions { option: option.to_owned(), reason }
}
