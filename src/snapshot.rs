//! The doors of one revision and of one tool in it.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use napi::Result;
use napi_derive::napi;
use serde_json::{Value, json};
use toolrack_core::error::{Error, ErrorCode};
use toolrack_core::exec::{CallRecord, Calls, Reply};
use toolrack_core::loader::tool_history;
use toolrack_core::registry::{CatalogOptions, Filter, Meter, OfferOptions, Request, Snapshot};
use toolrack_core::target::{Attachment, Target, fault};
use toolrack_core::tool::CallContext;

use crate::audit::NativeCallRecord;
use crate::door::{hand, read, read_call, reason, to_counter, to_number, wrong_option};
use crate::error::to_js;
use crate::tickets::Tickets;
use crate::tool::NativeTool;

/// One revision.
#[napi]
pub struct NativeSnapshot {
    held: RefCell<Option<Arc<Snapshot>>>,
    /// Who asked for it, where it was chosen for somebody.
    request: Request,
    calls: Arc<Calls>,
    tickets: Arc<Tickets>,
}

impl NativeSnapshot {
    pub(crate) fn new(core: Arc<Snapshot>, calls: Arc<Calls>, tickets: Arc<Tickets>) -> Self {
        Self { held: RefCell::new(Some(core)), request: Request::default(), calls, tickets }
    }

    fn core(&self) -> Result<Arc<Snapshot>> {
        hand(self.held.borrow().clone().ok_or(Error::Closed { what: "snapshot" }))
    }
}

#[napi]
impl NativeSnapshot {
    /// Its number.
    #[napi(getter, catch_unwind)]
    pub fn revision(&self) -> Result<f64> {
        Ok(to_number(self.core()?.revision()))
    }

    /// The keys of callers' metadata that routes look at; nothing where it makes no difference who calls.
    #[napi(catch_unwind)]
    pub fn looks_at(&self) -> Result<Option<Vec<String>>> {
        Ok(self.core()?.looks_at().map(|keys| keys.into_iter().map(ToOwned::to_owned).collect()))
    }

    /// What tells the view that is chosen for a caller from others; empty where that is this one.
    #[napi(catch_unwind)]
    pub fn choose(&self, context: Option<String>, versions: Option<String>) -> Result<String> {
        Ok(hand(self.core()?.choose(&asked(context.as_deref(), versions.as_deref())?))?.key())
    }

    /// The view that is chosen for a caller.
    #[napi(catch_unwind)]
    pub fn view(&self, context: Option<String>, versions: Option<String>) -> Result<Self> {
        let request = asked(context.as_deref(), versions.as_deref())?;
        let view = hand(self.core()?.view_for(&request))?;
        Ok(Self {
            held: RefCell::new(Some(view)),
            request,
            calls: Arc::clone(&self.calls),
            tickets: Arc::clone(&self.tickets),
        })
    }

    /// How many tools it has.
    #[napi(getter, catch_unwind)]
    pub fn size(&self) -> Result<u32> {
        Ok(u32::try_from(self.core()?.len()).unwrap_or(u32::MAX))
    }

    /// What the tool of a name was, as JSON.
    #[napi(catch_unwind)]
    pub fn history(&self, name: String) -> Result<String> {
        let core = self.core()?;
        hand(tool_history(&core, &name).map(|versions| json!(versions).to_string()))
    }

    /// Whether a tool of that name is there.
    #[napi(catch_unwind)]
    pub fn has(&self, name: String) -> Result<bool> {
        Ok(self.core()?.get(&name).is_some())
    }

    /// The tool of a name as JSON.
    #[napi(catch_unwind)]
    pub fn get(&self, name: String) -> Result<Option<String>> {
        Ok(self.core()?.get(&name).map(|tool| tool.to_json().to_string()))
    }

    /// The tool of a name whose definition has a hash, as JSON, though it may be gone.
    #[napi(catch_unwind)]
    pub fn definition(&self, name: String, schema_hash: String) -> Result<Option<String>> {
        Ok(self.core()?.defined(&name, &schema_hash).map(|tool| tool.to_json().to_string()))
    }

    /// The names that a filter means.
    #[napi(catch_unwind)]
    pub fn list(&self, filter: Option<String>) -> Result<Vec<String>> {
        let filter = hand(Filter::parse(&read(filter.as_deref(), wrong_option("filter"))?))?;
        Ok(self.core()?.matching(&filter).map(|tool| tool.name().to_owned()).collect())
    }

    /// The tools that a filter means, as JSON.
    #[napi(catch_unwind)]
    pub fn tools(&self, filter: Option<String>) -> Result<String> {
        let filter = hand(Filter::parse(&read(filter.as_deref(), wrong_option("filter"))?))?;
        let tools: Value = self.core()?.matching(&filter).map(|tool| tool.to_json()).collect();
        Ok(tools.to_string())
    }

    /// What a provider takes, as JSON. In the place of each tool stands its stamp and, unless `known` has that, the tool:
    /// one of a thousand changes, and what the thread has of the others it need not read again.
    #[napi(catch_unwind)]
    pub fn definitions(
        &self,
        target: String,
        filter: Option<String>,
        options: Option<String>,
        known: Option<String>,
    ) -> Result<String> {
        let filter = hand(Filter::parse(&read(filter.as_deref(), wrong_option("filter"))?))?;
        let options = offer_options(&target, options.as_deref())?;
        let known: HashSet<&str> = known.iter().flat_map(|known| known.split(' ')).collect();
        let core = self.core()?;
        let offer = hand(core.request(&options, &filter))?;
        Ok(offer.list(|offered, out| {
            let stamp = core.stamp(offered);
            out.push_str("[\"");
            out.push_str(&stamp);
            out.push('"');
            if !known.contains(stamp.as_str()) {
                out.push(',');
                offered.write(out);
            }
            out.push(']');
        }))
    }

    /// What becomes of the tools of a request beside their definitions, as JSON.
    #[napi(catch_unwind)]
    pub fn offer(&self, target: String, filter: Option<String>, options: Option<String>) -> Result<String> {
        let filter = hand(Filter::parse(&read(filter.as_deref(), wrong_option("filter"))?))?;
        let options = offer_options(&target, options.as_deref())?;
        let core = self.core()?;
        Ok(json!(core.offer(&options, &filter).report()).to_string())
    }

    /// What changed in what a provider takes since a revision, as JSON.
    #[napi(catch_unwind)]
    pub fn delta(
        &self,
        from: f64,
        target: String,
        filter: Option<String>,
        options: Option<String>,
    ) -> Result<String> {
        let filter = hand(Filter::parse(&read(filter.as_deref(), wrong_option("filter"))?))?;
        let options = offer_options(&target, options.as_deref())?;
        let delta = self.core()?.delta_for(&self.request, to_counter(from), &options, &filter);
        Ok(json!(hand(delta)?).to_string())
    }

    /// One tool as a target takes it, with all that was changed on the way, as JSON.
    #[napi(catch_unwind)]
    pub fn explain(&self, name: String, target: String, options: Option<String>) -> Result<String> {
        let form = offer_options(&target, options.as_deref())?.form();
        Ok(json!(hand(self.core()?.explain(&name, form))?).to_string())
    }

    /// What tools cost a target, as JSON.
    #[napi(catch_unwind)]
    pub fn tokens(&self, target: String, filter: Option<String>) -> Result<String> {
        let filter = hand(Filter::parse(&read(filter.as_deref(), wrong_option("filter"))?))?;
        Ok(json!(self.core()?.tokens(hand(Meter::parse(&target))?, &filter)).to_string())
    }

    /// The planner's catalog, as JSON.
    #[napi(catch_unwind)]
    pub fn catalog(&self, options: Option<String>) -> Result<String> {
        let options = hand(CatalogOptions::parse(&read(options.as_deref(), wrong_option("catalog"))?))?;
        Ok(self.core()?.catalog(&options).to_string())
    }

    /// Counts by source and category, as JSON.
    #[napi(catch_unwind)]
    pub fn summary(&self) -> Result<String> {
        Ok(self.core()?.summary().to_string())
    }

    /// A tool that can be called.
    #[napi(catch_unwind)]
    pub fn callable(&self, name: String) -> Result<NativeTool> {
        let core = self.core()?;
        let tool = hand(core.callable(&name).cloned())?;
        Ok(NativeTool::new(tool, core.revision(), Arc::clone(&self.calls), Arc::clone(&self.tickets)))
    }

    /// A call that begins, where calls are written down.
    #[napi(catch_unwind)]
    pub fn begin_call(&self, name: String, call_id: String) -> Result<Option<NativeCallRecord>> {
        Ok(CallRecord::begin(&*self.core()?, &name, &call_id).map(NativeCallRecord::new))
    }

    /// A provider's call as `{ name, arguments, reply }` of the tool it means, as JSON.
    #[napi(catch_unwind)]
    pub fn incoming(&self, target: String, call: String, options: Option<String>) -> Result<String> {
        let form = offer_options(&target, options.as_deref())?.form();
        let sent = hand(form.target.read(&read_call(&call)))?;
        let core = self.core()?;
        let meant = core.told(&sent.wire_name).and_then(|tool| {
            let map = sent.map()?;
            Ok((tool.name(), tool.arguments(form, map)))
        });
        let reply = |name: Option<&str>| {
            let tool = name.and_then(|name| core.get(name));
            json!(self.calls.reply(tool.map(|tool| &**tool)))
        };
        Ok(match meant {
            Ok((name, arguments)) => {
                json!({"name": name, "arguments": arguments, "reply": reply(Some(name))})
            }
            Err(error) => json!({"fault": crate::error::to_json(&error), "reply": reply(None)}),
        }
        .to_string())
    }

    /// Lets go of the revision before the garbage collector does.
    #[napi(catch_unwind)]
    pub fn release(&self) {
        self.held.replace(None);
    }
}

/// Who asks for a view, and for which versions.
fn asked(context: Option<&str>, versions: Option<&str>) -> Result<Request> {
    let context = context.map(call_context).transpose()?.unwrap_or_default();
    hand(Request::parse(context, &read(versions, wrong_option("versions"))?))
}

/// The rules of a target that a definition breaks which somebody else wrote, as JSON.
#[napi(catch_unwind)]
pub fn validate_definition(definition: String, target: String, options: Option<String>) -> Result<String> {
    let form = offer_options(&target, options.as_deref())?.form();
    let definition = read(Some(&definition), wrong_option("definition"))?;
    Ok(json!(form.validate(&definition)).to_string())
}

fn offer_options(target: &str, options: Option<&str>) -> Result<OfferOptions> {
    hand(OfferOptions::parse(target, &read(options, wrong_option("options"))?))
}

/// The provider's answer to its call, as JSON: `outcome` is the value, or code, message and details of the fault; `files` are those
/// that came with the value, `reply` is what [`NativeSnapshot::incoming`] said. The revision may be gone.
#[napi(catch_unwind)]
pub fn answer_call(
    target: String,
    call: String,
    reply: String,
    ok: bool,
    outcome: String,
    files: Option<String>,
) -> Result<String> {
    let target = hand(Target::parse(&target))?;
    let sent = hand(target.read(&read_call(&call)))?;
    let outcome =
        match (ok, serde_json::from_str::<Value>(if outcome.is_empty() { "null" } else { &outcome })) {
            (true, Ok(value)) => Ok(value),
            (false, Ok(error)) => {
                let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
                Err(fault(text("code"), text("message"), &error["details"]))
            }
            (_, Err(error)) => {
                let message = format!("the result of \"{}\" {}", sent.wire_name, reason(&error));
                Err(fault(ErrorCode::ToolFailed.as_str(), &message, &Value::Null))
            }
        };
    let unreadable = |error: serde_json::Error| to_js(&Error::Internal { reason: error.to_string() });
    let reply: Reply = serde_json::from_str(&reply).map_err(unreadable)?;
    let files: Option<Vec<Attachment>> =
        files.map(|text| serde_json::from_str(&text).map_err(unreadable)).transpose()?;
    Ok(reply.to(target, &sent, outcome, &files.unwrap_or_default()).to_string())
}

pub fn call_context(text: &str) -> Result<CallContext> {
    let read = serde_json::from_str(text);
    hand(
        read.map_err(|error| Error::InvalidOptions {
            option: "context".to_owned(),
            reason: error.to_string(),
        }),
    )
}
