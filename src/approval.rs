//! Approval (human in the loop): whether a model's call needs the approval of a person, before it is made.

use napi::Result;
use napi_derive::napi;
use toolrack_core::exec::context::{self, ContextFrom};
use toolrack_core::exec::{ValidatedArguments, check_nesting, validate_arguments};
use toolrack_core::tool::CallContext;

use crate::convert::to_napi;
use crate::model_call::CallStart;
use crate::snapshot::{NativeSnapshot, call_context, offer_options};

#[napi]
impl NativeSnapshot {
    /// Whether a model's call needs approval, as JSON: `true` or `false`; or the call of a closure as
    /// [`NativeSnapshot::respond`] has it, which JavaScript decides. A call that would fail needs none.
    #[napi(catch_unwind)]
    pub fn approval(
        &self,
        target: String,
        call: String,
        options: Option<String>,
        start: String,
    ) -> Result<String> {
        let (core, start) = (self.core()?, CallStart::read(&start)?);
        let form = offer_options(&target, options.as_deref())?.form();
        let (incoming, meant) = self.read_sent(&core, form, &call)?;
        let no = || Ok(false.to_string());
        let Ok((tool, mut arguments)) = meant else { return no() };
        if start.approved || !tool.definition.requires_approval.is_required() {
            return no();
        }
        // Context keys are no arguments; the call itself tells of them.
        let own = Some(CallContext::default());
        to_napi(context::take_context(&tool, &mut arguments, own, ContextFrom::default()))?;
        let is_closure = tool.executor.slot().is_some();
        if is_closure && !start.validates {
            return Ok(incoming.planned(&tool, &arguments, false));
        }
        let caller = call_context(start.context.get())?;
        let valid = context::require_user(&tool, &caller)
            .and_then(|()| check_nesting(&tool, &arguments))
            .and_then(|()| validate_arguments(&tool, arguments, self.calls.runner.coerce))
            // A person is not asked about a call that would not be made.
            .and_then(|valid| {
                tool.executor.check_arguments(tool.name(), &valid.arguments)?;
                Ok(valid)
            });
        match valid {
            Ok(ValidatedArguments { arguments, .. }) if is_closure => {
                Ok(incoming.planned(&tool, &arguments, true))
            }
            valid => Ok(valid.is_ok().to_string()),
        }
    }
}
