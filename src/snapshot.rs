//! Snapshot: reads one revision: lists, definitions, deltas, token counts, and the tools to call.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use napi::Result;
use napi::bindgen_prelude::ClassInstance;
use napi_derive::napi;
use serde_json::{Value, json};
use toolrack_core::error::Error;
use toolrack_core::exec::CallRecord;
use toolrack_core::registry::{
    CatalogOptions, DeltaSince, Filter, OfferOptions, Snapshot, SnapshotFilter, TokenMeter, ViewRequest,
};
use toolrack_core::review::tool_history;
use toolrack_core::target::Target;
use toolrack_core::tool::CallContext;

use crate::audit::NativeCallRecord;
use crate::calls::Calls;
use crate::convert::{option_error, read, to_counter, to_napi, to_number};
use crate::mcp_listing::{NativeMcpListing, list_form};
use crate::tool::NativeTool;

/// Filters for a former revision, where they differ from those of the new one.
#[napi(object)]
#[derive(Default)]
pub struct NativeThen {
    /// The filter, as JSON.
    pub filter: Option<String>,
    /// The filter of the snapshot, as JSON.
    pub bound: Option<String>,
}

impl NativeThen {
    fn since(self, revision: f64) -> Result<DeltaSince> {
        let Self { filter, bound } = self;
        let value = |text: String| read(Some(&text), option_error("filter"));
        Ok(DeltaSince {
            revision: to_counter(revision),
            filter: filter.map(|text| to_napi(Filter::parse(&value(text)?))).transpose()?,
            snapshot_filter: bound.map(|text| to_napi(SnapshotFilter::parse(&value(text)?))).transpose()?,
        })
    }
}

/// One revision of a registry.
#[napi]
pub struct NativeSnapshot {
    held: RefCell<Option<Arc<Snapshot>>>,
    /// The caller and versions that the view was chosen for.
    request: ViewRequest,
    pub(crate) calls: Arc<Calls>,
}

impl NativeSnapshot {
    pub(crate) fn new(core: Arc<Snapshot>, calls: Arc<Calls>) -> Self {
        Self { held: RefCell::new(Some(core)), request: ViewRequest::default(), calls }
    }

    pub(crate) fn core(&self) -> Result<Arc<Snapshot>> {
        to_napi(self.held.borrow().clone().ok_or(Error::Closed { what: "snapshot" }))
    }
}

#[napi]
impl NativeSnapshot {
    /// Number of the revision.
    #[napi(getter, catch_unwind)]
    pub fn revision(&self) -> Result<f64> {
        Ok(to_number(self.core()?.revision()))
    }

    /// Metadata keys that version routes read; nothing if the caller makes no difference.
    #[napi(catch_unwind)]
    pub fn looks_at(&self) -> Result<Option<Vec<String>>> {
        Ok(self.core()?.tenant_keys().map(|keys| keys.into_iter().map(ToOwned::to_owned).collect()))
    }

    /// Returns the key of the view for a caller; empty if the view is this snapshot.
    #[napi(catch_unwind)]
    pub fn choose(&self, context: Option<String>, versions: Option<String>) -> Result<String> {
        Ok(to_napi(self.core()?.choose_versions(&asked(context.as_deref(), versions.as_deref())?))?.key())
    }

    /// Returns the view for a caller.
    #[napi(catch_unwind)]
    pub fn view(&self, context: Option<String>, versions: Option<String>) -> Result<Self> {
        let request = asked(context.as_deref(), versions.as_deref())?;
        let view = to_napi(self.core()?.view_for(&request))?;
        Ok(Self { held: RefCell::new(Some(view)), request, calls: Arc::clone(&self.calls) })
    }

    /// Returns a filtered snapshot, which knows no other tools.
    #[napi(catch_unwind)]
    pub fn bounded(&self, filter: String) -> Result<Self> {
        let bound = to_napi(SnapshotFilter::parse(&read(Some(&filter), option_error("filter"))?))?;
        Ok(Self {
            held: RefCell::new(Some(self.core()?.filtered(bound))),
            request: self.request.clone(),
            calls: Arc::clone(&self.calls),
        })
    }

    /// Resolves a wire name, or without `target` a name too, to the name of a tool.
    #[napi(catch_unwind)]
    pub fn resolve(&self, word: String, target: Option<String>) -> Result<Option<String>> {
        let target = target.map(|target| to_napi(Target::parse(&target))).transpose()?;
        let core = self.core()?;
        let tool = if target.is_some() { core.find_by_wire_name(&word) } else { core.find(&word) };
        Ok(tool.map(|tool| tool.name().to_owned()))
    }

    /// Number of tools.
    #[napi(getter, catch_unwind)]
    pub fn size(&self) -> Result<u32> {
        Ok(u32::try_from(self.core()?.len()).unwrap_or(u32::MAX))
    }

    /// Returns the history of a tool as JSON.
    #[napi(catch_unwind)]
    pub fn history(&self, name: String) -> Result<String> {
        let core = self.core()?;
        to_napi(tool_history(&core, &name).map(|versions| json!(versions).to_string()))
    }

    /// Whether a name or wire name stands for a tool.
    #[napi(catch_unwind)]
    pub fn has(&self, word: String) -> Result<bool> {
        Ok(self.core()?.find(&word).is_some())
    }

    /// Returns a tool by name or wire name, as JSON.
    #[napi(catch_unwind)]
    pub fn get(&self, word: String) -> Result<Option<String>> {
        Ok(self.core()?.find(&word).map(|tool| tool.to_json().to_string()))
    }

    /// Returns the definition of a tool by name and schema hash as JSON; it may be a former one.
    #[napi(catch_unwind)]
    pub fn definition(&self, name: String, schema_hash: String) -> Result<Option<String>> {
        Ok(self.core()?.find_definition(&name, &schema_hash).map(|tool| tool.to_json().to_string()))
    }

    /// Returns the names of matching tools.
    #[napi(catch_unwind)]
    pub fn list(&self, filter: Option<String>) -> Result<Vec<String>> {
        let filter = to_napi(Filter::parse(&read(filter.as_deref(), option_error("filter"))?))?;
        Ok(self.core()?.matching(&filter).map(|tool| tool.name().to_owned()).collect())
    }

    /// Returns the OAuth scopes that any tool needs, sorted.
    #[napi(catch_unwind)]
    pub fn scopes(&self) -> Result<Vec<String>> {
        let core = self.core()?;
        let scopes: BTreeSet<&String> = core.tools().flat_map(|tool| &tool.definition.scopes).collect();
        Ok(scopes.into_iter().cloned().collect())
    }

    /// Returns matching tools as JSON.
    #[napi(catch_unwind)]
    pub fn tools(&self, filter: Option<String>) -> Result<String> {
        let filter = to_napi(Filter::parse(&read(filter.as_deref(), option_error("filter"))?))?;
        let tools: Value = self.core()?.matching(&filter).map(|tool| tool.to_json()).collect();
        Ok(tools.to_string())
    }

    /// Returns the definitions for a provider as JSON: for each tool a stamp and, unless `known` has the stamp, the
    /// definition. After a change of one tool in a thousand, JavaScript parses one definition.
    #[napi(catch_unwind)]
    pub fn definitions(
        &self,
        target: String,
        filter: Option<String>,
        options: Option<String>,
        known: Option<String>,
    ) -> Result<String> {
        let filter = to_napi(Filter::parse(&read(filter.as_deref(), option_error("filter"))?))?;
        let options = offer_options(&target, options.as_deref())?;
        let known: HashSet<&str> = known.iter().flat_map(|known| known.split(' ')).collect();
        let core = self.core()?;
        let offer = to_napi(core.request(&options, &filter))?;
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

    /// Returns the enabled tools as pages of a `tools/list` result of MCP. Parts of pages whose tools are unchanged are taken
    /// from `former`.
    #[napi(catch_unwind)]
    pub fn mcp_listing(
        &self,
        revision: String,
        limits: Option<String>,
        former: Option<ClassInstance<'_, NativeMcpListing>>,
    ) -> Result<NativeMcpListing> {
        let form = list_form(&revision, limits.as_deref())?;
        let former = former.as_ref().map(|former| &former.core);
        Ok(NativeMcpListing { core: self.core()?.mcp_listing(form, former) })
    }

    /// Reports the diagnostics of a request's definitions as JSON.
    #[napi(catch_unwind)]
    pub fn offer(&self, target: String, filter: Option<String>, options: Option<String>) -> Result<String> {
        let filter = to_napi(Filter::parse(&read(filter.as_deref(), option_error("filter"))?))?;
        let options = offer_options(&target, options.as_deref())?;
        let core = self.core()?;
        Ok(json!(core.offer(&options, &filter).report()).to_string())
    }

    /// Returns what changed in a provider's definitions since a revision, as JSON. `then` has the filters of that
    /// revision, if they differ.
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
        let filter = to_napi(Filter::parse(&read(filter.as_deref(), option_error("filter"))?))?;
        let since = then.unwrap_or_default().since(from)?;
        let delta = self.core()?.delta_for(&self.request, since, &options, &filter);
        Ok(json!(to_napi(delta)?).to_string())
    }

    /// Returns the matching tools of a former revision as JSON.
    #[napi(catch_unwind)]
    pub fn former_tools(&self, from: f64, then: NativeThen) -> Result<String> {
        let tools = to_napi(self.core()?.former_tools(&self.request, then.since(from)?))?;
        Ok(tools.iter().map(|tool| tool.to_json()).collect::<Value>().to_string())
    }

    /// Explains one tool for a target as JSON: its definition with every rewrite.
    #[napi(catch_unwind)]
    pub fn explain(
        &self,
        name: String,
        target: String,
        filter: Option<String>,
        options: Option<String>,
    ) -> Result<String> {
        let filter = to_napi(Filter::parse(&read(filter.as_deref(), option_error("filter"))?))?;
        let options = offer_options(&target, options.as_deref())?;
        Ok(json!(to_napi(self.core()?.explain(&name, &options, &filter))?).to_string())
    }

    /// Returns token counts for a target as JSON.
    #[napi(catch_unwind)]
    pub fn tokens(&self, target: String, filter: Option<String>) -> Result<String> {
        let filter = to_napi(Filter::parse(&read(filter.as_deref(), option_error("filter"))?))?;
        Ok(json!(self.core()?.tokens(to_napi(TokenMeter::parse(&target))?, &filter)).to_string())
    }

    /// Returns the catalog for planners as JSON.
    #[napi(catch_unwind)]
    pub fn catalog(&self, options: Option<String>) -> Result<String> {
        let options = to_napi(CatalogOptions::parse(&read(options.as_deref(), option_error("catalog"))?))?;
        Ok(to_napi(self.core()?.catalog(&options))?.to_string())
    }

    /// Returns counts by source and category as JSON.
    #[napi(catch_unwind)]
    pub fn summary(&self) -> Result<String> {
        Ok(self.core()?.summary().to_string())
    }

    /// Returns a callable tool by name or wire name. `must_be_newest`: see [`Calls::check_revision`].
    #[napi(catch_unwind)]
    pub fn callable(&self, word: String, must_be_newest: bool) -> Result<NativeTool> {
        let core = self.core()?;
        self.calls.check_revision(core.revision(), must_be_newest)?;
        let tool = to_napi(core.callable(&word).cloned())?;
        let tenant_key = core.tenant_key(&tool.origin.source).into();
        Ok(NativeTool::new(tool, core.revision(), tenant_key, Arc::clone(&self.calls)))
    }

    /// Begins the audit record of a call, if the audit log has calls.
    #[napi(catch_unwind)]
    pub fn begin_call(&self, name: String, call_id: String) -> Result<Option<NativeCallRecord>> {
        Ok(CallRecord::begin(&*self.core()?, &name, &call_id).map(NativeCallRecord::new))
    }

    /// Releases the revision before the garbage collector does.
    #[napi(catch_unwind)]
    pub fn release(&self) {
        self.held.replace(None);
    }
}

/// Parses the caller and versions of a view.
fn asked(context: Option<&str>, versions: Option<&str>) -> Result<ViewRequest> {
    let context = context.map(call_context).transpose()?.unwrap_or_default();
    to_napi(ViewRequest::parse(context, &read(versions, option_error("versions"))?))
}

/// Checks a foreign definition against the rules of a target. Returns the diagnostics as JSON.
#[napi(catch_unwind)]
pub fn validate_definition(definition: String, target: String, options: Option<String>) -> Result<String> {
    let form = offer_options(&target, options.as_deref())?.form();
    let definition = read(Some(&definition), option_error("definition"))?;
    Ok(json!(form.validate(&definition)).to_string())
}

pub fn offer_options(target: &str, options: Option<&str>) -> Result<OfferOptions> {
    to_napi(OfferOptions::parse(target, &read(options, option_error("options"))?))
}

pub fn call_context(text: &str) -> Result<CallContext> {
    let read = serde_json::from_str(text);
    to_napi(
        read.map_err(|error| Error::InvalidOptions {
            option: "context".to_owned(),
            reason: error.to_string(),
        }),
    )
}
