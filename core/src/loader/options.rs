//! The options of a load: parsed from JSON, with defaults.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::option_groups::{KeptVersions, RawDocument, RawLimits, RawNetwork, told_places};
use crate::auth::Credentials;
use crate::convert::{ConversionOptions, OperationChoice, Overrides, RawTokenBudget, TokenBudget};
use crate::error::{Error, Problem, Result, excerpt};
use crate::json::{pointer, read_options};
use crate::registry::ReportTargets;
use crate::retrieve::ReferencePolicy;
use crate::review::{CustomGates, GatePolicy};
use crate::spec::{ParseLimits, SpecSource};
use crate::tool::{CallLimits, check_alias_limits, name, parse_rate_limit, parse_scopes};
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
    pub hidden_unicode: Option<HiddenUnicode>,
    /// The targets that the report judges. Default: none, because each costs about as much as the load.
    pub targets: ReportTargets,
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
    scopes: Option<Value>,
    include: Option<Value>,
    exclude: Option<Value>,
    #[serde(default)]
    output_schemas: bool,
    overrides: Option<Value>,
    auth: Option<Value>,
    base_url: Option<String>,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    gates: Value,
    targets: Option<Value>,
    rate_limit: Option<Value>,
    call_limits: Option<Value>,
    #[serde(default)]
    network: RawNetwork,
    #[serde(default)]
    document: RawDocument,
    #[serde(default)]
    limits: RawLimits,
}

impl LoadOptions {
    /// Whether the tools depend on the bytes of the document alone: no overlays, no functions.
    pub(super) fn depends_on_bytes_alone(&self) -> bool {
        self.overlays.is_empty() && self.conversion.selection.is_none() && self.custom_gates.is_none()
    }

    /// Parses the options. `null` gives the defaults; an unknown option is an error. functions, custom gates and overlays
    /// have no JSON form: the caller sets their fields.
    pub fn parse(value: &Value) -> Result<Self> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let given: RawLoadOptions =
            read_options(value).map_err(|fault| invalid("load", told_places(fault)))?;
        if let Some(namespace) = given.namespace.as_deref().filter(|text| !name::is_portable(text)) {
            return Err(invalid(
                "namespace",
                format!("\"{namespace}\" must match ^[a-zA-Z_][a-zA-Z0-9_-]{{0,63}}$"),
            ));
        }
        if given.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            return Err(invalid("name", "must not be empty; leave it out for the file's name".to_owned()));
        }
        check_aliases(given.overrides.as_ref())?;
        let conversion = ConversionOptions {
            namespace: given.namespace,
            version: given.version,
            category: given.category,
            tags: given.tags,
            scopes: read("scopes", given.scopes, |value| without_problems(parse_scopes(value, "")))?
                .unwrap_or_default(),
            base_url: given.base_url.map(|text| base_url(&text)).transpose()?,
            hosts: given.network.hosts,
            headers: Arc::new(headers(&given.headers)?),
            auth: Arc::new(auth(given.auth.as_ref(), &given.network.auth_origins)?),
            origin_binding: Arc::default(),
            deprecated: given.document.deprecated,
            include: read("include", given.include, |value| OperationChoice::parse_all("include", value))?,
            exclude: read("exclude", given.exclude, |value| OperationChoice::parse_all("exclude", value))?
                .unwrap_or_default(),
            selection: None,
            output_schemas: given.output_schemas,
            output_tokens: given.limits.output_tokens,
            overrides: read("overrides", given.overrides, Overrides::parse)?.unwrap_or_default(),
            arguments: given.document.arguments,
            definition_bytes: given.limits.definition_bytes,
            rate_limit: read("rateLimit", given.rate_limit, |value| {
                parse_rate_limit(value).map_err(|problem| vec![Problem::at("", problem)])
            })?,
            call_limits: read("callLimits", given.call_limits, |value| {
                without_problems(CallLimits::parse(value, ""))
            })?
            .unwrap_or_default(),
        };
        Ok(Self {
            name: given.name,
            conversion,
            overlays: Vec::new(),
            references: given.network.references,
            limits: given.limits.over(ParseLimits::default(), &given.document),
            token_budget: given.limits.tokens.map(RawTokenBudget::parse).transpose()?,
            gates: GatePolicy::parse(&given.gates)?,
            custom_gates: None,
            keep_versions: given.limits.versions,
            hidden_unicode: given.document.hidden_unicode,
            targets: given.targets.as_ref().map(ReportTargets::parse).transpose()?.unwrap_or_default(),
        })
    }
}

/// What was parsed, if nothing is wrong with it.
fn without_problems<T>((parsed, problems): (T, Vec<Problem>)) -> Result<T, Vec<Problem>> {
    if problems.is_empty() { Ok(parsed) } else { Err(problems) }
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

/// Refuses overrides with too many or too long aliases.
fn check_aliases(overrides: Option<&Value>) -> Result<()> {
    for (key, values) in overrides.and_then(Value::as_object).into_iter().flatten() {
        let at = pointer::push(&pointer::push("/overrides", key), "aliases");
        check_alias_limits(values.get("aliases"), "", &at)?;
    }
    Ok(())
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
                "network.authOrigins",
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
