//! Render cache: a tool is rendered once for each form and kept as JSON text beside the tool.
//!
//! After a reload that changes one of a thousand tools, one tool is rendered.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::Value;

use crate::target::diagnostic::TargetFinding;
use crate::target::mcp_revision::McpRevision;
use crate::target::provider::mcp_header::McpHeader;
use crate::target::request::rendering::{TargetForm, ToolRendering};
use crate::target::request::request_limits::RequestFacts;
use crate::target::rewrite::json_text;
use crate::target::rewrite::json_text::JsonTextPlaces;
use crate::target::targets::Strict;
use crate::tool::ToolDefinition;
use crate::tool::sha256::sha256;

/// One rendered tool.
#[derive(Debug)]
pub struct RenderedTool {
    /// The definition as JSON text; `None` for a tool that the target would refuse.
    pub text: Option<Box<str>>,
    /// Whether it is in strict mode.
    pub strict: bool,
    /// Whether the definition has the output schema of the tool.
    pub has_output_schema: bool,
    /// Rules that the definition breaks without a refusal, or why the tool is refused.
    pub findings: Vec<TargetFinding>,
    /// Why it is not in strict mode, although that was requested.
    pub downgraded: Vec<TargetFinding>,
    /// The arguments that HTTP clients of MCP repeat in headers.
    pub headers: Box<[McpHeader]>,
    pub(in crate::target) facts: RequestFacts,
    /// The places of strings that hold JSON, found at the first call. `None` for a definition without such strings.
    texts: Option<OnceLock<Option<JsonTextPlaces>>>,
    digest: OnceLock<[u8; 32]>,
}

impl RenderedTool {
    fn new(form: TargetForm, rendering: ToolRendering) -> Self {
        let ToolRendering { definition, strict, has_output_schema, diagnostics, findings, downgraded } =
            rendering;
        let provider = form.target.provider();
        let facts = |definition: &Value| RequestFacts::new(definition, provider.strict_cost(definition));
        let headers = |definition: &Value| provider.headers(definition, form.mode(strict));
        Self {
            headers: definition.as_ref().map(headers).unwrap_or_default().into_boxed_slice(),
            facts: definition.as_ref().map(facts).unwrap_or_default(),
            text: definition.map(|definition| definition.to_string().into_boxed_str()),
            strict,
            has_output_schema,
            findings,
            downgraded,
            texts: json_text::is_json_text_noted(&diagnostics).then(OnceLock::new),
            digest: OnceLock::new(),
        }
    }

    /// SHA-256 of the text, computed at the first request; that of no bytes for a refused tool.
    pub fn digest(&self) -> &[u8; 32] {
        self.digest.get_or_init(|| sha256(self.text.as_deref().unwrap_or_default().as_bytes()))
    }

    /// Restores the arguments that a model sent for this rendering.
    pub fn restore(&self, form: TargetForm, schema: &Value, sent: Value) -> Value {
        let texts = self.texts.as_ref().filter(|_| json_text::may_have_json_text(&sent));
        let places =
            texts.and_then(|texts| texts.get_or_init(|| form.text_places(schema, self.strict)).as_ref());
        form.restore_by(schema, sent, self.strict, places)
    }
}

/// Maximum number of forms kept for one tool. One form of the Kubernetes API takes 15 MB.
const KEPT: usize = 8;

/// The rendered forms of one tool, each made at the first request.
#[derive(Clone, Default)]
pub struct RenderCache(Arc<Mutex<KeptRenderings>>);

type KeptRenderings = Vec<(TargetForm, Arc<RenderedTool>)>;

impl RenderCache {
    /// The tool in a form. A cache always belongs to one tool and name.
    pub fn of(&self, form: TargetForm, tool: &ToolDefinition, wire_name: &str) -> Arc<RenderedTool> {
        let form = distinguished(form);
        let known = |made: &KeptRenderings| {
            made.iter().find(|(known, _)| *known == form).map(|(_, rendered)| Arc::clone(rendered))
        };
        if let Some(rendered) = known(&self.made()) {
            return rendered;
        }
        // Rendering happens without the lock: a large schema takes long, and another thread may need another form.
        let rendered = Arc::new(RenderedTool::new(form, form.render(tool, wire_name)));
        let mut made = self.made();
        known(&made).unwrap_or_else(|| {
            if made.len() == KEPT {
                made.remove(0);
            }
            made.push((form, Arc::clone(&rendered)));
            rendered
        })
    }

    /// A poisoned lock is safe: a thread that panics has not changed the list.
    fn made(&self) -> MutexGuard<'_, KeptRenderings> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RenderCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.made().iter().map(|(form, _)| form)).finish()
    }
}

/// The form without options that its target ignores.
fn distinguished(form: TargetForm) -> TargetForm {
    let strict = if form.target.has_strict() { form.strict } else { Strict::Off };
    let mcp = if form.target.provider().has_revisions() { form.mcp } else { McpRevision::default() };
    TargetForm { strict, mcp, ..form }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::targets::Target;
    use serde_json::json;

    #[test]
    fn where_strings_hold_json_is_found_once() {
        let tool = json!({"name": "a", "description": "d", "inputSchema": {"type": "object", "properties": {"x": {}}}});
        let tool = ToolDefinition::parse(&tool, true).expect("a tool");
        let form = TargetForm::from(Target::GeminiOpenApi);
        let rendered = RenderCache::default().of(form, &tool, "a");
        let places =
            || rendered.texts.as_ref().expect("the model is told of one").get().and_then(Option::as_ref);
        let schema = tool.input_schema.value();
        let restored = |sent: Value| rendered.restore(form, &schema, sent);
        assert_eq!((restored(json!({"x": "words"})), places().is_none()), (json!({"x": "words"}), true));
        assert_eq!(restored(json!({"x": "[1]"})), json!({"x": [1]}));
        let first = places().map(std::ptr::from_ref);
        assert_eq!(restored(json!({"x": "2"})), json!({"x": 2}));
        assert_eq!((places().map(std::ptr::from_ref), first.is_some()), (first, true));
    }

    #[test]
    fn each_form_is_written_once() {
        let tool = json!({"name": "a", "description": "d", "parameters": {"x": {"type": "string"}}});
        let tool = ToolDefinition::parse(&tool, true).expect("a tool");
        let renderings = RenderCache::default();
        let of = |form: TargetForm| renderings.of(form, &tool, "a");
        let first = of(Target::OpenAi.into());
        assert!(Arc::ptr_eq(&first, &of(Target::OpenAi.into())));
        let strict = of(TargetForm { strict: Strict::On, ..Target::OpenAi.into() });
        assert_eq!((first.strict, strict.strict), (false, true));
        let gemini = of(Target::Gemini.into());
        assert!(Arc::ptr_eq(&gemini, &of(TargetForm { strict: Strict::On, ..Target::Gemini.into() })));
        for target in Target::ALL {
            of(target.into());
        }
        assert_eq!(renderings.made().len(), KEPT);
        assert_eq!(of(Target::OpenAi.into()).text, first.text);
    }
}
