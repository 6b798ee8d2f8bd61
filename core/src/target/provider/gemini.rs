//! Gemini with `parametersJsonSchema`, and what both forms of Gemini share: names, calls, results, limits.
//!
//! Strict mode is `functionCallingConfig.mode: "VALIDATED"` of the request. It adds no rules for schemas.

use serde_json::{Map, Value, json};

use crate::target::check::common_rules;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest, ToolParts};
use crate::target::exchange::attached_file::{Attachment, PDF, is_model_image};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::message_parts;
use crate::target::provider::{Provider, RenderMode, ToolSource};
use crate::target::request::request_limits::{RequestLimit, TOOL_NAME_CONFLICT};
use crate::target::rewrite::output_schema::{OutputRoot, OutputSchemaPlace};
use crate::target::rewrite::rewrite_rules::{ArgumentNameRule, EnumRule, ReferenceRule, RewriteRules, only};

/// Keywords that Gemini takes, and those that are rewritten into them. Sources: types of @google/genai 3.1.0;
/// `pattern`, lengths and `default`, which gemini-cli, the AI SDK and pydantic-ai send. 2026-11.
const TAKEN: [&str; 25] = [
    "$defs",
    "$ref",
    "type",
    "format",
    "title",
    "description",
    "enum",
    "const",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "anyOf",
    "oneOf",
    "allOf",
    "properties",
    "additionalProperties",
    "required",
    "propertyOrdering",
    "pattern",
    "minLength",
    "maxLength",
    "default",
];

pub const RULES: RewriteRules = RewriteRules {
    fate: |keyword, _| only(&TAKEN, keyword),
    root_unions: false,
    keys: ArgumentNameRule::Everywhere,
    references: ReferenceRule::InlinedBeside,
    merged: true,
    format: |format, is_text| !is_text || format == "date-time",
    values: EnumRule::Enums,
    inclusive: true,
    ..RewriteRules::ANY
};

/// Function names, for both forms of Gemini.
pub const NAMES: &[ProviderRule] = &[
    ProviderRule::refused(
        "NAME_PATTERN",
        "the tool name is not a letter or _ followed by letters, digits, _, ., : and -; rename the tool",
        "error text, ccs#25, 2025-11; voipbin#644, 2026-03",
        RuleTest::Tool(|tool| !is_name(tool.name)),
    ),
    ProviderRule::refused(
        "NAME_TOO_LONG",
        "the tool name is longer than 64 characters; shorten it",
        "error text, ccs#219; voipbin#644, 2026-03 (the types of @google/genai 3.1.0 say 128)",
        RuleTest::Tool(|tool| tool.name.len() > 64),
    ),
];

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && common_rules::has_only(name, "_.:-")
}

const JSON_CHECKS: &[ProviderRule] = &[
    common_rules::root_is_object("GEMJ_ROOT_TYPE", "@google/genai 3.1.0 types, 2026-11"),
    ProviderRule::refused(
        "GEMJ_REF_SIBLINGS",
        "a schema has other keywords beside $ref; write the reference out or remove them",
        "error text, opencode#12295, 2026-02; @google/genai 3.1.0 types",
        RuleTest::Schema(|schema, _| {
            schema.contains_key("$ref")
                && schema.keys().any(|keyword| {
                    !keyword.starts_with('$') && keyword != "description" && keyword != "default"
                })
        }),
    ),
    ProviderRule::refused(
        "GEMJ_REF_DANGLING",
        "a $ref has no target; add the definition",
        "error text, gemini-cli#13326, 2025",
        RuleTest::Schema(leads_nowhere),
    ),
    PROPERTY_KEY,
    common_rules::of_2020_12("GEMJ_NOT_2020_12", "@google/genai 3.1.0 types, 2026-11"),
    ProviderRule::disputed(
        "GEM_COMPLEXITY",
        "the sum of all maxItems exceeds 960; lower them",
        "measured by a reporter, python-genai#2170; vercel/ai#21192, 2026",
        RuleTest::Census(|census| census.max_items > 960),
    ),
];

fn leads_nowhere(schema: &Map<String, Value>, tool: &ToolParts<'_>) -> bool {
    let Some(Value::String(reference)) = schema.get("$ref") else { return false };
    let place = reference.strip_prefix('#');
    place.is_none_or(|place| tool.schema.is_none_or(|root| root.pointer(place).is_none()))
}

/// Property names, for both forms of Gemini.
pub const PROPERTY_KEY: ProviderRule = ProviderRule::refused(
    "GEM_PROPERTY_KEY",
    "a property name is not 1 to 64 letters, digits and _ without a digit first; rename the property",
    "@google/genai 3.1.0 types, 2026-11",
    RuleTest::Schema(|schema, _| {
        let names = schema.get("properties").and_then(Value::as_object);
        names.is_some_and(|names| names.keys().any(|name| !ArgumentNameRule::Everywhere.allows(name)))
    }),
);

pub const GROUPS: RuleGroups = &[NAMES, JSON_CHECKS];

/// Gemini takes a list of tools; one tool holds all functions.
const ENVELOPE: (&str, &str) = (r#"[{"functionDeclarations":["#, "]}]");

/// Reads a part with `functionCall`, or the call alone.
fn read_function_call(call: &Value) -> Option<ProviderCall> {
    let call = call.get("functionCall").unwrap_or(call);
    Some(ProviderCall {
        id: call.get("id").and_then(Value::as_str).map(ToOwned::to_owned),
        wire_name: call.get("name")?.as_str()?.to_owned(),
        arguments: call.get("args").cloned().unwrap_or_default(),
    })
}

/// Writes a `functionResponse`: `output` for a result, `error` for a failure, as the types of @google/genai name them.
fn write_function_response(call: &ProviderCall, outcome: Result<Value, Value>) -> Value {
    let response = match outcome {
        Ok(value) => json!({"output": value}),
        Err(fault) => fault,
    };
    let mut answer = json!({"name": call.wire_name, "response": response});
    if let Some(id) = &call.id {
        answer["id"] = json!(id);
    }
    json!({"functionResponse": answer})
}

/// Writes an image or a PDF as `inlineData`. Function responses take no GIF.
fn write_inline_data(file: &Attachment) -> Option<Value> {
    let media = file.essence();
    let is_taken = (is_model_image(media) && media != "image/gif") || media == PDF;
    is_taken.then(|| json!({"inlineData": {"mimeType": media, "data": file.base64}}))
}

/// Puts files beside the response.
fn attach_inline_data(mut message: Value, files: Vec<Value>) -> Value {
    message["functionResponse"]["parts"] = Value::Array(files);
    message
}

/// Maximum number of functions in one request.
const MAX_TOOLS: usize = 512;

/// The limits of a request, for both forms of Gemini.
const LIMITS: &[RequestLimit] = &[
    RequestLimit {
        code: "TOO_MANY_TOOLS",
        says: "more than 512 functions",
        next: "offer fewer tools, or set overLimit to \"trim\"",
        source: "@google/genai 3.1.0 types, 2026-11",
        breaks: |figures| figures.tools > MAX_TOOLS,
        figure: |figures| figures.tools,
    },
    TOOL_NAME_CONFLICT,
];

/// The Gemini API, which takes a schema under one of two keys.
pub struct GeminiApi {
    /// The key of the schema in a function declaration.
    pub schema_key: &'static str,
    /// The key of the output schema.
    pub output_key: &'static str,
    /// How the schema under that key is rewritten.
    pub rewrite_rules: &'static RewriteRules,
    /// What the API refuses.
    pub rule_groups: RuleGroups,
}

/// The Gemini API with `parametersJsonSchema`.
pub const GEMINI: GeminiApi = GeminiApi {
    schema_key: "parametersJsonSchema",
    output_key: "responseJsonSchema",
    rewrite_rules: &RULES,
    rule_groups: GROUPS,
};

impl Provider for GeminiApi {
    fn call_form(&self) -> &'static str {
        "Gemini (\"functionCall\")"
    }

    fn has_strict(&self) -> bool {
        false
    }

    fn list_envelope(&self) -> Option<(&'static str, &'static str)> {
        Some(ENVELOPE)
    }

    fn nested_tools(&self) -> Option<&'static str> {
        Some("functionDeclarations")
    }

    fn rewrite_rules(&self, _: RenderMode) -> &'static RewriteRules {
        self.rewrite_rules
    }

    fn rule_groups(&self, _: RenderMode) -> RuleGroups {
        self.rule_groups
    }

    fn output_schema_place(&self, _: RenderMode) -> Option<OutputSchemaPlace> {
        Some(OutputSchemaPlace { key: self.output_key, root: OutputRoot::Rewritten })
    }

    fn render_tool(&self, source: ToolSource<'_>) -> Value {
        let ToolSource { tool, name, schema, .. } = source;
        let description = tool.description.as_str();
        message_parts::object([
            ("name", name.into()),
            ("description", description.into()),
            (self.schema_key, schema),
        ])
    }

    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t> {
        message_parts::parts(tool, tool, self.schema_key)
    }

    fn read_call(&self, call: &Value) -> Option<ProviderCall> {
        read_function_call(call)
    }

    fn write_result(&self, call: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        write_function_response(call, outcome)
    }

    fn write_file(&self, file: &Attachment, _: usize) -> Option<Value> {
        write_inline_data(file)
    }

    fn attach_files(&self, message: Value, _: Option<String>, files: Vec<Value>) -> Value {
        attach_inline_data(message, files)
    }

    fn request_limits(&self) -> &'static [RequestLimit] {
        LIMITS
    }

    fn max_tools(&self) -> Option<usize> {
        Some(MAX_TOOLS)
    }
}
