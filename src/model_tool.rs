//! Model tool: what all calls that models of one target make of one tool share, so that a call crosses less often.

use napi::Result;
use napi_derive::napi;
use serde_json::{Value, json};
use toolrack_core::exec::Reply;
use toolrack_core::target::{ProviderCall, Target};

use crate::convert::to_napi;
use crate::model_call::{ModelCall, NativeOutcome};
use crate::snapshot::{NativeSnapshot, offer_options};

/// One tool of one revision, as models of one target call it. It outlives the revision.
#[napi]
pub struct NativeModelTool {
    name: String,
    takes_as_sent: bool,
    target: Target,
    wire_name: String,
    reply: Reply,
}

/// What JavaScript keeps of a tool.
#[napi(object, object_from_js = false)]
pub struct NativeModelPlan {
    /// The name in the registry.
    pub name: String,
    /// Truncation limit and handling of hidden characters of a reply, as JSON.
    pub reply: String,
    /// Whether the arguments of a model are those of the tool as they are: its schema is not rewritten for the target.
    pub takes_as_sent: bool,
}

#[napi]
impl NativeSnapshot {
    /// Finds a tool by its name at the provider. Throws `UNKNOWN_TOOL`.
    #[napi(catch_unwind)]
    pub fn model_tool(
        &self,
        target: String,
        wire_name: String,
        options: Option<String>,
    ) -> Result<NativeModelTool> {
        let core = self.core()?;
        let form = offer_options(&target, options.as_deref())?.form();
        let tool = to_napi(core.callable_by_model(&wire_name))?;
        Ok(NativeModelTool {
            name: tool.name().to_owned(),
            takes_as_sent: tool.takes_as_sent(form),
            target: form.target,
            reply: self.calls.runner.reply(Some(tool), form),
            wire_name,
        })
    }
}

#[napi]
impl NativeModelTool {
    /// What JavaScript keeps of the tool.
    #[napi(catch_unwind)]
    pub fn plan(&self) -> NativeModelPlan {
        let (name, takes_as_sent) = (self.name.clone(), self.takes_as_sent);
        NativeModelPlan { name, reply: json!(self.reply).to_string(), takes_as_sent }
    }

    /// Writes the reply of a call, see [`crate::model_call::answer_call`].
    #[napi(catch_unwind)]
    pub fn answer(
        &self,
        id: Option<String>,
        is_ok: bool,
        outcome: String,
        files: Option<String>,
        structured: Option<String>,
    ) -> Result<String> {
        let sent = ProviderCall { id, wire_name: self.wire_name.clone(), arguments: Value::Null };
        let call = ModelCall { target: self.target, sent, reply: self.reply };
        to_napi(call.answer_outcome(&NativeOutcome { outcome, is_ok, files, structured }))
    }
}
