//! What a caller wants of a target's definitions beside the tools that they are of.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Filter, RegisteredTool, Snapshot};
use crate::error::{Error, Result};
use crate::target::{DeliveryOptions, OfferedTool, TargetForm, ToolOffer, ToolRendering};

/// What becomes of tools beyond a provider's limits for one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OverLimit {
    /// The definitions are refused, with the figures.
    #[default]
    Refuse,
    /// The last tools are left out.
    Trim,
    /// All are handed out: the caller chooses among them.
    Send,
}

/// How tools are offered to a target.
#[derive(Debug)]
pub struct OfferOptions {
    form: TargetForm,
    deferred: Vec<Filter>,
    is_cached: bool,
    over_limit: OverLimit,
}

impl OfferOptions {
    /// Reads the options of a target: `strict`, `revision`, `deferLoading` (a filter or several: which tools the
    /// provider's search finds when they are needed), `cache` (whether the provider is told to cache the tools) and `overLimit` (`"throw"`,
    /// `"trim"`, `"send"`).
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for a target, an option or a value that there is not.
    pub fn parse(target: &str, options: &Value) -> Result<Self> {
        let mut own = match options {
            Value::Null => Map::new(),
            Value::Object(options) => options.clone(),
            _ => return Err(wrong("options", "must be an object")),
        };
        let mut take = |key: &str| own.shift_remove(key).filter(|value| !value.is_null());
        let deferred = match take("deferLoading") {
            None => Vec::new(),
            Some(Value::Array(filters)) => filters.iter().map(Filter::parse).collect::<Result<_>>()?,
            Some(filter) => vec![Filter::parse(&filter)?],
        };
        let is_cached = match take("cache") {
            None => false,
            Some(Value::Bool(cached)) => cached,
            Some(_) => return Err(wrong("cache", "must be true or false")),
        };
        let over_limit = match take("overLimit").as_ref().map(Value::as_str) {
            None | Some(Some("throw")) => OverLimit::Refuse,
            Some(Some("trim")) => OverLimit::Trim,
            Some(Some("send")) => OverLimit::Send,
            Some(_) => return Err(wrong("overLimit", "is none of throw, trim, send")),
        };
        let form = TargetForm::parse(target, &Value::Object(own))?;
        Ok(Self { form, deferred, is_cached, over_limit })
    }

    /// A target with nothing wished for.
    pub const fn plain(form: TargetForm) -> Self {
        Self { form, deferred: Vec::new(), is_cached: false, over_limit: OverLimit::Refuse }
    }

    /// The target, and whether its strict mode is asked for.
    pub const fn form(&self) -> TargetForm {
        self.form
    }
}

/// One tool as a target takes it, under both of its names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Its own name: that of calls, limits and the audit log.
    pub name: String,
    /// The name that providers are told.
    pub wire_name: String,
    /// What goes out, with every change and every finding.
    #[serde(flatten)]
    pub rendering: ToolRendering,
}

impl Snapshot {
    /// The tools that a filter means as a target takes them in one request: what goes out, what is quarantined and why, and
    /// the limits that the whole breaks.
    pub fn offer(&self, options: &OfferOptions, filter: &Filter) -> ToolOffer<'_> {
        let meant = self.tools().filter(|tool| filter.matches(tool));
        options.form.offer(meant.map(|tool| tool.candidate()), &self.wishes(options))
    }

    /// The same, where the options do not say that a limit counts for nothing.
    ///
    /// # Errors
    /// `NOT_REPRESENTABLE` where the whole breaks a limit of the provider.
    pub fn request(&self, options: &OfferOptions, filter: &Filter) -> Result<ToolOffer<'_>> {
        let offer = self.offer(options, filter);
        if options.over_limit != OverLimit::Send {
            offer.check()?;
        }
        Ok(offer)
    }

    /// What tells that which goes out of a tool from all else that a registry ever sends for the same options: the tool's
    /// place, the revision in which it became what it is, and how it is sent.
    pub fn stamp(&self, offered: &OfferedTool<'_>) -> String {
        let tool = self.get(&offered.candidate.tool.name);
        let (place, revision) = tool.map_or((u64::MAX, self.revision()), |tool| (tool.place, tool.revision));
        let variant = offered.variant().iter().fold(0, |bits, is| bits << 1 | u8::from(*is));
        format!("{place}.{revision}.{variant}")
    }

    /// One tool as a target takes it in the request of these options and this filter, with every change and every finding.
    /// A tool that the request does not have is told as if it were alone.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` for a word that means no tool.
    pub fn explain(&self, word: &str, options: &OfferOptions, filter: &Filter) -> Result<Explanation> {
        let tool = self.find(word).ok_or_else(|| self.unknown(word))?;
        let form = options.form;
        // Most requests send a tool as they would send it alone, and the others need not be written for it.
        let is_shared = form.has_strict_budget() || (options.is_cached && form.target.marks_last());
        let offer = is_shared.then(|| self.offer(options, filter));
        let is_it = |offered: &&OfferedTool<'_>| offered.candidate.tool.name == tool.name();
        let rendering = match offer.as_ref().and_then(|offer| offer.tools.iter().find(is_it)) {
            Some(offered) => offered.rendering(form),
            None => {
                let alone = form.offer(std::iter::once(tool.candidate()), &self.wishes(options));
                alone.tools.first().map(|offered| offered.rendering(form))
            }
            .unwrap_or_else(|| form.render(&tool.definition, tool.wire_name())),
        };
        Ok(Explanation { name: tool.name().to_owned(), wire_name: tool.wire_name().to_owned(), rendering })
    }

    fn wishes(&self, options: &OfferOptions) -> DeliveryOptions {
        let is_deferred =
            |tool: &&Arc<RegisteredTool>| options.deferred.iter().any(|filter| filter.matches(tool));
        DeliveryOptions {
            deferred: self.tools().filter(is_deferred).map(|tool| tool.name().to_owned()).collect(),
            cached: options.is_cached,
            trimmed: options.over_limit == OverLimit::Trim,
        }
    }
}

fn wrong(option: &str, reason: &str) -> Error {
    Error::InvalidOptions { option: option.to_owned(), reason: reason.to_owned() }
}
