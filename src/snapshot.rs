//! The doors of one revision and of one tool in it.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use napi::Result;
use napi_derive::napi;
use serde_json::{Value, json};
use toolrack_core::error::Error;
use toolrack_core::exec::{CallRecord, Calls};
use toolrack_core::registry::{
    CatalogOptions, DeltaSince, Filter, OfferOptions, Snapshot, SnapshotFilter, TokenMeter, ViewRequest,
};
use toolrack_core::review::tool_history;
use toolrack_core::target::Target;
use toolrack_core::tool::CallContext;

use crate::audit::NativeCallRecord;
use crate::door::{hand, read, read_call, to_counter, to_number, wrong_option};
use crate::tickets::Tickets;
use crate::tool::NativeTool;

/// Which tools of a former revision are meant, where that is not for the same filters to say.
#[napi(object)]
#[derive(Default)]
pub struct NativeThen {
    /// The filter, as JSON.
    pub filter: Option<String>,
    /// What bounds the part, as JSON.
    pub bound: Option<String>,
}

impl NativeThen {
    fn since(self, revision: f64) -> Result<DeltaSince> {
        let Self { filter, bound } = self;
        let value = |text: String| read(Some(&text), wrong_option("filter"));
        Ok(DeltaSince {
            revision: to_counter(revision),
            filter: filter.map(|text| hand(Filter::parse(&value(text)?))).transpose()?,
            snapshot_filter: bound.map(|text| hand(SnapshotFilter::parse(&value(text)?))).transpose()?,
        })
    }
}

/// One revision.
#[napi]
pub struct NativeSnapshot {
    held: RefCell<Option<Arc<Snapshot>>>,
    /// Who asked for it, where it was chosen for somebody.
    request: ViewRequest,
    calls: Arc<Calls>,
    tickets: Arc<Tickets>,
}

impl NativeSnapshot {
    pub(crate) fn new(core: Arc<Snapshot>, calls: Arc<Calls>, tickets: Arc<Tickets>) -> Self {
        Self { held: RefCell::new(Some(core)), request: ViewRequest::default(), calls, tickets }
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
        Ok(self.core()?.tenant_keys().map(|keys| keys.into_iter().map(ToOwned::to_owned).collect()))
    }

    /// What tells the view that is chosen for a caller from others; empty where that is this one.
    #[napi(catch_unwind)]
    pub fn choose(&self, context: Option<String>, versions: Option<String>) -> Result<String> {
        Ok(hand(self.core()?.choose_versions(&asked(context.as_deref(), versions.as_deref())?))?.key())
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

    /// The part of it that a filter means: no door of that knows of other tools.
    #[napi(catch_unwind)]
    pub fn bounded(&self, filter: String) -> Result<Self> {
        let bound = hand(SnapshotFilter::parse(&read(Some(&filter), wrong_option("filter"))?))?;
        Ok(Self {
            held: RefCell::new(Some(self.core()?.filtered(bound))),
            request: self.request.clone(),
            calls: Arc::clone(&self.calls),
            tickets: Arc::clone(&self.tickets),
        })
    }

    /// The name of the tool that a word means: for a target the name that it was told, without one its own name too.
    #[napi(catch_unwind)]
    pub fn resolve(&self, word: String, target: Option<String>) -> Result<Option<String>> {
        let target = target.map(|target| hand(Target::parse(&target))).transpose()?;
        let core = self.core()?;
        let tool = if target.is_some() { core.find_by_wire_name(&word) } else { core.find(&word) };
        Ok(tool.map(|tool| tool.name().to_owned()))
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

    /// Whether a word means a tool.
    #[napi(catch_unwind)]
    pub fn has(&self, word: String) -> Result<bool> {
        Ok(self.core()?.find(&word).is_some())
    }

    /// The tool that a word means, as JSON.
    #[napi(catch_unwind)]
    pub fn get(&self, word: String) -> Result<Option<String>> {
        Ok(self.core()?.find(&word).map(|tool| tool.to_json().to_string()))
    }

    /// The tool of a name whose definition has a hash, as JSON, though it may be gone.
    #[napi(catch_unwind)]
    pub fn definition(&self, name: String, schema_hash: String) -> Result<Option<String>> {
        Ok(self.core()?.find_definition(&name, &schema_hash).map(|tool| tool.to_json().to_string()))
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

    /// What changed in what a provider takes since a revision, as JSON. `then` says which tools of that revision are meant, where
    /// that is not for the same filters to say.
    #[napi(catch_unwind)]
    pub fn delta(
        &self,
        from: f64,
        target: String,
        filter: Option<String>,
        options: Option<String>,
        then: Option<NativeThen>,
    ) -> Result<String> {
        let options = offer_options(&target, options.as_deref())?;
        let filter = hand(Filter::parse(&read(filter.as_deref(), wrong_option("filter"))?))?;
        let since = then.unwrap_or_default().since(from)?;
        let delta = self.core()?.delta_for(&self.request, since, &options, &filter);
        Ok(json!(hand(delta)?).to_string())
    }

    /// The tools that are meant of a former revision, as JSON.
    #[napi(catch_unwind)]
    pub fn former_tools(&self, from: f64, then: NativeThen) -> Result<String> {
        let tools = hand(self.core()?.former_tools(&self.request, then.since(from)?))?;
        Ok(tools.iter().map(|tool| tool.to_json()).collect::<Value>().to_string())
    }

    /// One tool as a target takes it, with all that was changed on the way, as JSON.
    #[napi(catch_unwind)]
    pub fn explain(
        &self,
        name: String,
        target: String,
        filter: Option<String>,
        options: Option<String>,
    ) -> Result<String> {
        let filter = hand(Filter::parse(&read(filter.as_deref(), wrong_option("filter"))?))?;
        let options = offer_options(&target, options.as_deref())?;
        Ok(json!(hand(self.core()?.explain(&name, &options, &filter))?).to_string())
    }

    /// What tools cost a target, as JSON.
    #[napi(catch_unwind)]
    pub fn tokens(&self, target: String, filter: Option<String>) -> Result<String> {
        let filter = hand(Filter::parse(&read(filter.as_deref(), wrong_option("filter"))?))?;
        Ok(json!(self.core()?.tokens(hand(TokenMeter::parse(&target))?, &filter)).to_string())
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

    /// The tool that a word means, which can be called.
    #[napi(catch_unwind)]
    pub fn callable(&self, word: String) -> Result<NativeTool> {
        let core = self.core()?;
        let tool = hand(core.callable(&word).cloned())?;
        let tenant_key = core.tenant_key(&tool.origin.source).into();
        let (calls, tickets) = (Arc::clone(&self.calls), Arc::clone(&self.tickets));
        Ok(NativeTool::new(tool, core.revision(), tenant_key, calls, tickets))
    }

    /// A call that begins, where calls are written down.
    #[napi(catch_unwind)]
    pub fn begin_call(&self, name: String, call_id: String) -> Result<Option<NativeCallRecord>> {
        Ok(CallRecord::begin(&*self.core()?, &name, &call_id).map(NativeCallRecord::new))
    }

    /// A provider's call as `{ name, arguments }` of the tool it means, or a `fault`, and how it is answered: `id`, `wireName` and `reply`;
    /// as JSON.
    #[napi(catch_unwind)]
    pub fn incoming(&self, target: String, call: String, options: Option<String>) -> Result<String> {
        let form = offer_options(&target, options.as_deref())?.form();
        let sent = hand(form.target.read(&read_call(&call)))?;
        let core = self.core()?;
        let meant = core.callable_by_model(&sent.wire_name).and_then(|tool| {
            let map = sent.map()?;
            Ok((tool.name(), tool.arguments(form, map)))
        });
        let reply = |name: Option<&str>| {
            let tool = name.and_then(|name| core.get(name));
            json!(self.calls.reply(tool.map(|tool| &**tool)))
        };
        let mut said = match meant {
            Ok((name, arguments)) => {
                json!({"name": name, "arguments": arguments, "reply": reply(Some(name))})
            }
            Err(error) => json!({"fault": crate::error::to_json(&error), "reply": reply(None)}),
        };
        said["wireName"] = json!(sent.wire_name);
        if let Some(id) = &sent.id {
            said["id"] = json!(id);
        }
        Ok(said.to_string())
    }

    /// Lets go of the revision before the garbage collector does.
    #[napi(catch_unwind)]
    pub fn release(&self) {
        self.held.replace(None);
    }
}

/// Who asks for a view, and for which versions.
fn asked(context: Option<&str>, versions: Option<&str>) -> Result<ViewRequest> {
    let context = context.map(call_context).transpose()?.unwrap_or_default();
    hand(ViewRequest::parse(context, &read(versions, wrong_option("versions"))?))
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

pub fn call_context(text: &str) -> Result<CallContext> {
    let read = serde_json::from_str(text);
    hand(
        read.map_err(|error| Error::InvalidOptions {
            option: "context".to_owned(),
            reason: error.to_string(),
        }),
    )
}
