//! What a caller wants of a target's definitions beside the tools that they are of.

use serde_json::{Map, Value};

use super::{Filter, Snapshot};
use crate::error::{Error, Result};
use crate::target::{Form, Offer, Wishes};

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
    form: Form,
    deferred: Option<Filter>,
    is_cached: bool,
    over_limit: OverLimit,
}

impl OfferOptions {
    /// Reads the options of a target: `strict`, `revision`, `deferLoading` (a filter: which tools the provider's search
    /// finds when they are needed), `cache` (whether the provider is told to cache the tools) and `overLimit` (`"throw"`,
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
        let deferred = take("deferLoading").map(|filter| Filter::parse(&filter)).transpose()?;
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
        let form = Form::parse(target, &Value::Object(own))?;
        Ok(Self { form, deferred, is_cached, over_limit })
    }

    /// The target, and whether its strict mode is asked for.
    pub const fn form(&self) -> Form {
        self.form
    }
}

impl Snapshot {
    /// The tools that a filter means as a target takes them in one request.
    ///
    /// # Errors
    /// `NOT_REPRESENTABLE` where the whole breaks a limit of the provider, unless the options say what then.
    pub fn offered(&self, options: &OfferOptions, filter: &Filter) -> Result<Offer> {
        let deferred = options.deferred.iter().flat_map(|filter| self.matching(filter));
        let wishes = Wishes {
            deferred: deferred.map(|tool| tool.name().to_owned()).collect(),
            cached: options.is_cached,
            trimmed: options.over_limit == OverLimit::Trim,
        };
        let offer = self.offer(options.form, filter, &wishes);
        if options.over_limit != OverLimit::Send {
            offer.check()?;
        }
        Ok(offer)
    }
}

fn wrong(option: &str, reason: &str) -> Error {
    Error::InvalidOptions { option: option.to_owned(), reason: reason.to_owned() }
}
