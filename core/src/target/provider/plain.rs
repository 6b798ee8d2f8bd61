//! Plain format: for frameworks with a format of their own, and for programs that read results themselves.
//!
//! A framework may send the schema to any provider. The schema therefore keeps to what all providers take, as for the
//! AI SDK.

use serde_json::{Value, json};

use crate::target::check::definition_check::{RuleGroups, ToolParts};
use crate::target::exchange::attached_file::Attachment;
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::mcp::input_schema_parts;
use crate::target::provider::message_parts;
use crate::target::provider::{Provider, RenderMode, ToolSource, ai_sdk};
use crate::target::rewrite::output_schema::{OutputRoot, OutputSchemaPlace};
use crate::target::rewrite::rewrite_rules::RewriteRules;

/// The plain format: `{ name, description, inputSchema }`.
pub struct Plain;

impl Provider for Plain {
    fn call_form(&self) -> &'static str {
        "plain ({ name, arguments })"
    }

    fn has_strict(&self) -> bool {
        false
    }

    fn rewrite_rules(&self, _: RenderMode) -> &'static RewriteRules {
        &ai_sdk::PLAIN
    }

    fn rule_groups(&self, _: RenderMode) -> RuleGroups {
        ai_sdk::GROUPS
    }

    fn output_schema_place(&self, _: RenderMode) -> Option<OutputSchemaPlace> {
        Some(OutputSchemaPlace { key: "outputSchema", root: OutputRoot::Any })
    }

    fn render_tool(&self, source: ToolSource<'_>) -> Value {
        let ToolSource { tool, name, schema, .. } = source;
        let description = tool.description.as_str();
        message_parts::object([
            ("name", name.into()),
            ("description", description.into()),
            ("inputSchema", schema),
        ])
    }

    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t> {
        input_schema_parts(tool)
    }

    fn read_call(&self, call: &Value) -> Option<ProviderCall> {
        let arguments = ["arguments", "args", "input"].into_iter().find_map(|key| call.get(key));
        Some(ProviderCall {
            id: call.get("id").and_then(Value::as_str).map(ToOwned::to_owned),
            wire_name: call.get("name")?.as_str()?.to_owned(),
            arguments: arguments.cloned().unwrap_or_default(),
        })
    }

    fn write_result(&self, _: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        match outcome {
            Ok(value) => json!({"ok": true, "value": value}),
            Err(fault) => json!({"ok": false, "error": fault["error"]}),
        }
    }

    fn write_file(&self, file: &Attachment, number: usize) -> Option<Value> {
        Some(json!({"mediaType": file.essence(), "name": file.label(number), "data": file.base64}))
    }

    fn attach_files(&self, mut message: Value, _: Option<String>, files: Vec<Value>) -> Value {
        message["files"] = Value::Array(files);
        message
    }
}
