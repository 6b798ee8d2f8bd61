//! Registry options: parsing, defaults and limits.

use std::sync::{Arc, Weak};

use napi::Result;
use serde::Deserialize;
use serde_json::{Value, json};
use toolrack_core::clock::Clock;
use toolrack_core::error::Error;
use toolrack_core::exec::CallRunner;
use toolrack_core::exec::context::ContextFrom;
use toolrack_core::json::read_options;
use toolrack_core::limit::{Limiter, LimiterOptions};
use toolrack_core::registry::{OnConflict, SearchSettings};
use toolrack_core::tool::{CallLimits, ToolDefinition, parse_rate_limit};
use toolrack_core::unicode::HiddenUnicode;

use crate::convert::{option_error, read, time, to_napi};
use crate::dispatcher::Dispatcher;
use crate::error::to_js;

/// Options as JavaScript passes them; it has checked names and types.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawOptions {
    on_conflict: Option<String>,
    context_from: Option<String>,
    coerce: bool,
    timeout_ms: f64,
    enforce_rate_limits: bool,
    #[serde(default)]
    hidden_unicode: HiddenUnicode,
    rate_limit: Option<Value>,
    call_limits: Option<Value>,
    #[serde(default)]
    limits: RawLimits,
    #[serde(default)]
    search: Value,
}

/// Size limits of a registry.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct RawLimits {
    definition_bytes: Option<usize>,
}

/// Parsed options of a registry.
pub struct RegistryOptions {
    /// What happens to a definition whose name is taken.
    pub on_conflict: OnConflict,
    /// Size limit of a tool's definition, in bytes of JSON.
    pub definition_bytes: usize,
    /// How calls are executed.
    pub calls: CallRunner,
    /// How tools are searched.
    pub search: SearchSettings,
}

impl RegistryOptions {
    /// Parses the options. Events of calls, such as evicted idempotency keys, go to `thread`.
    /// `clock` measures the limits of calls.
    pub fn read(text: &str, thread: Weak<Dispatcher>, clock: Arc<dyn Clock>) -> Result<Self> {
        let value = read(Some(text), option_error("options"))?;
        let given = read_options::<RawOptions>(&value);
        let given = given.map_err(|fault| to_js(&option_error("options")(fault.to_string())))?;
        let limits = given.call_limits.map(|limits| CallLimits::parse_of_registry(&limits)).transpose();
        let (defaults, idempotency_bytes) = match limits {
            Ok(limits) => limits.unwrap_or_default(),
            Err(problems) => return to_napi(Err(Error::InvalidValue { option: "callLimits", problems })),
        };
        let rate_limit = given.rate_limit.as_ref().map(parse_rate_limit).transpose();
        let invalid = option_error("rateLimit");
        let rate_limit = to_napi(rate_limit.map_err(|reason| invalid(reason.to_owned())))?;
        let enforce_rates = given.enforce_rate_limits;
        let options = LimiterOptions { rate_limit, defaults, enforce_rates, idempotency_bytes };
        let limiter = Limiter::new(options, clock);
        limiter.on_eviction(move |keys| {
            if let Some(thread) = thread.upgrade() {
                let bytes = idempotency_bytes.unwrap_or(CallLimits::IDEMPOTENCY_BYTES);
                thread.tell("idempotencyEvicted", &json!({"keys": keys, "idempotencyBytes": bytes}));
            }
        });
        let calls = CallRunner {
            context_from: match given.context_from.as_deref() {
                Some("caller") => ContextFrom::Caller,
                _ => ContextFrom::Params,
            },
            coerce: given.coerce,
            limiter: Arc::new(limiter),
            timeout: time(given.timeout_ms),
            hidden_unicode: given.hidden_unicode,
        };
        let on_conflict = match given.on_conflict.as_deref() {
            Some("replace") => OnConflict::Replace,
            _ => OnConflict::Refuse,
        };
        let definition_bytes = given.limits.definition_bytes.unwrap_or(ToolDefinition::MAX_BYTES);
        let search = to_napi(SearchSettings::parse(&given.search))?;
        Ok(Self { on_conflict, definition_bytes, calls, search })
    }
}
