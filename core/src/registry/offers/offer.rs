//! Offers: the tool definitions for one request to a provider, with its options and limits.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Error, Result, describe_unknown};
use crate::registry::{Filter, RegisteredTool, Snapshot};
use crate::target::{DeliveryOptions, OfferedTool, TargetForm, ToolOffer, ToolRendering};

/// What happens to tools beyond a provider's limits for one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OverLimit {
    /// The request is refused with `NOT_REPRESENTABLE` and the figures.
    #[default]
    Refuse,
    /// The last tools are left out.
    Trim,
    /// All are returned; the caller must choose among them.
    Send,
}

/// Options of a request to a target.
#[derive(Debug)]
pub struct OfferOptions {
    form: TargetForm,
    deferred: Vec<Filter>,
    is_cached: bool,
    over_limit: OverLimit,
}

impl OfferOptions {
    /// Reads the options of a target; null gives the defaults.
    ///
    /// - `strict`, `revision`: as [`TargetForm::parse`] reads them.
    /// - `deferLoading`: a filter or several. The provider's tool search loads the matching tools on demand. Default: none.
    /// - `cache`: whether the provider caches the definitions. Default: false.
    /// - `overLimit`: `"throw"`, `"trim"` or `"send"`. Default: `"throw"`.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown target, option or value.
    pub fn parse(target: &str, options: &Value) -> Result<Self> {
        let mut remaining = match options {
            Value::Null => Map::new(),
            Value::Object(options) => options.clone(),
            _ => return Err(invalid_option("options", "must be an object")),
        };
        let known = [&TargetForm::OPTIONS[..], &["deferLoading", "cache", "overLimit"]].concat();
        if let Some(key) = remaining.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(invalid_option(key, &describe_unknown(key, &known)));
        }
        let mut take_option = |key: &str| remaining.shift_remove(key).filter(|value| !value.is_null());
        let deferred = match take_option("deferLoading") {
            None => Vec::new(),
            Some(Value::Array(filters)) => filters.iter().map(Filter::parse).collect::<Result<_>>()?,
            Some(filter) => vec![Filter::parse(&filter)?],
        };
        let is_cached = match take_option("cache") {
            None => false,
            Some(Value::Bool(cached)) => cached,
            Some(_) => return Err(invalid_option("cache", "must be true or false")),
        };
        let over_limit = match take_option("overLimit").as_ref().map(Value::as_str) {
            None | Some(Some("throw")) => OverLimit::Refuse,
            Some(Some("trim")) => OverLimit::Trim,
            Some(Some("send")) => OverLimit::Send,
            Some(_) => return Err(invalid_option("overLimit", "is none of throw, trim, send")),
        };
        let form = TargetForm::parse(target, &Value::Object(remaining))?;
        Ok(Self { form, deferred, is_cached, over_limit })
    }

    /// A target with default options.
    pub const fn plain(form: TargetForm) -> Self {
        Self { form, deferred: Vec::new(), is_cached: false, over_limit: OverLimit::Refuse }
    }

    /// The target and its strict mode.
    pub const fn form(&self) -> TargetForm {
        self.form
    }
}

/// One tool as a target is sent it, with both of its names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Its name in calls, limits and the audit log.
    pub name: String,
    /// Its name for providers.
    pub wire_name: String,
    /// The definition that is sent, with every change and finding.
    #[serde(flatten)]
    pub rendering: ToolRendering,
}

impl Snapshot {
    /// Renders the tools that a filter matches for one request: the definitions, the quarantined tools with reasons, and the
    /// limits that the request exceeds.
    pub fn offer(&self, options: &OfferOptions, filter: &Filter) -> ToolOffer<'_> {
        let matching = self.tools().filter(|tool| filter.matches(tool));
        options.form.offer(matching.map(|tool| tool.candidate()), &self.delivery_options(options))
    }

    /// Renders an offer as [`Snapshot::offer`] does, and checks the limits unless the options say to send anyway.
    ///
    /// # Errors
    /// `NOT_REPRESENTABLE` where the request exceeds a limit of the provider.
    pub fn request(&self, options: &OfferOptions, filter: &Filter) -> Result<ToolOffer<'_>> {
        let offer = self.offer(options, filter);
        if options.over_limit != OverLimit::Send {
            offer.check()?;
        }
        Ok(offer)
    }

    /// An id for an offered definition, unique among all that a registry sends for the same options: the tool's position,
    /// the revision in which it last changed, and the variant that is sent.
    pub fn stamp(&self, offered: &OfferedTool<'_>) -> String {
        let tool = self.get(&offered.candidate.tool.name);
        let (position, revision) =
            tool.map_or((u64::MAX, self.revision()), |tool| (tool.position, tool.revision));
        let variant = offered.variant().iter().fold(0, |bits, is| bits << 1 | u8::from(*is));
        format!("{position}.{revision}.{variant}")
    }

    /// Explains how one tool is sent in the request of a filter, with every change and finding. A tool outside of the request
    /// is rendered alone.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` where no tool has the name or wire name.
    pub fn explain(&self, word: &str, options: &OfferOptions, filter: &Filter) -> Result<Explanation> {
        let tool = self.find(word).ok_or_else(|| self.unknown_tool(word))?;
        let form = options.form;
        // Only a shared strict budget or a cache mark makes a tool depend on the others of its request.
        let is_shared = form.has_strict_budget() || (options.is_cached && form.target.marks_last());
        let offer = is_shared.then(|| self.offer(options, filter));
        let is_wanted = |offered: &&OfferedTool<'_>| offered.candidate.tool.name == tool.name();
        let rendering = match offer.as_ref().and_then(|offer| offer.tools.iter().find(is_wanted)) {
            Some(offered) => offered.rendering(form),
            None => {
                let alone = form.offer(std::iter::once(tool.candidate()), &self.delivery_options(options));
                alone.tools.first().map(|offered| offered.rendering(form))
            }
            .unwrap_or_else(|| form.render(&tool.definition, tool.wire_name())),
        };
        Ok(Explanation { name: tool.name().to_owned(), wire_name: tool.wire_name().to_owned(), rendering })
    }

    fn delivery_options(&self, options: &OfferOptions) -> DeliveryOptions {
        let is_deferred =
            |tool: &&Arc<RegisteredTool>| options.deferred.iter().any(|filter| filter.matches(tool));
        DeliveryOptions {
            deferred: self.tools().filter(is_deferred).map(|tool| tool.name().to_owned()).collect(),
            cached: options.is_cached,
            trimmed: options.over_limit == OverLimit::Trim,
        }
    }
}

fn invalid_option(option: &str, reason: &str) -> Error {
    Error::InvalidOptions { option: option.to_owned(), reason: reason.to_owned() }
}
