//! Model Context Protocol (MCP): a tool of a server's `tools/list`, in the form of three revisions.
//!
//! From 2026-07-28 on, any keyword of 2020-12 may stand beside `type: "object"`, and a schema goes out as it was
//! written. Before that, the root is an object with `properties` and `required`. A `$schema` stays in all of them
//! (SEP-1613). Source: `schema.ts` of each revision, modelcontextprotocol @b0f60ba, 2026-08-22.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::target::check::common_rules;
use crate::target::check::definition_check;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest, ToolParts};
use crate::target::diagnostic::TargetFinding;
use crate::target::exchange::attached_file::Attachment;
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::mcp_revision::McpRevision;
use crate::target::provider::mcp_header::{McpHeader, header_arguments};
use crate::target::provider::message_parts;
use crate::target::provider::{Provider, RenderMode, ToolSource};
use crate::target::rewrite::output_schema::{OutputRoot, OutputSchemaPlace};
use crate::target::rewrite::rewrite_rules::{RewriteRules, RootRule};
use crate::target::rewrite::schema_positions;

pub const RULES: RewriteRules =
    RewriteRules { root: RootRule::WithDialect, root_unions: false, ..RULES_2026 };
pub const RULES_2026: RewriteRules =
    RewriteRules { root: RootRule::AsWritten, bool_arguments: false, ..RewriteRules::ANY };

const CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "MCP_INPUT_SCHEMA",
        "inputSchema is missing or its type is not \"object\"; set it",
        "modelcontextprotocol @b0f60ba schema of every revision, 2026-08-22",
        RuleTest::Tool(|tool| {
            tool.schema.and_then(|schema| schema.get("type")).is_none_or(|kind| kind != "object")
        }),
    ),
    ProviderRule::disputed(
        "MCP_BOOLEAN_ARGUMENT",
        "a property schema is true or false, and clients of the first SDK refuse the whole list; write a schema object",
        "@modelcontextprotocol/sdk 1.32.2 types.ts ToolSchema, 2026-11",
        RuleTest::Root(|root| {
            let properties = root.get("properties").and_then(Value::as_object);
            properties.into_iter().flatten().any(|(_, property)| property.is_boolean())
        }),
    ),
    ProviderRule::advised(
        "MCP_NAME_SHOULD",
        "the tool name is not 1 to 128 letters, digits, _, . and -; rename the tool",
        "SEP-986, 2025-11-25",
        RuleTest::Tool(|tool| {
            !(1..=128).contains(&tool.name.len()) || !common_rules::has_only(tool.name, "_.-")
        }),
    ),
    ProviderRule::refused(
        "MCP_SCHEMA_NOT_2020_12",
        "the schema is not valid JSON Schema 2020-12, which holds without $schema; correct it or name its dialect in $schema",
        "SEP-1613, 2025-11-25",
        RuleTest::Tool(|tool| tool.schema.and_then(Value::as_object).is_some_and(is_other_dialect)),
    ),
    ProviderRule::advised(
        "REF_EXTERNAL",
        "a $ref leads out of the schema, and clients must not follow it; move its target into $defs",
        "modelcontextprotocol @b0f60ba 2026-07-28, tools",
        RuleTest::Schema(|schema, _| {
            schema.get("$ref").and_then(Value::as_str).is_some_and(|reference| !reference.starts_with('#'))
        }),
    ),
];

const CHECKS_2025: &[ProviderRule] = &[ProviderRule::refused(
    "MCP_OUTPUT_SCHEMA",
    "the type of outputSchema is not \"object\"; set it",
    "modelcontextprotocol @b0f60ba schema/2025-06-18 and 2025-11-25",
    RuleTest::Tool(|tool| {
        let output = tool.whole.get("outputSchema");
        output.is_some_and(|schema| schema.get("type").is_none_or(|kind| kind != "object"))
    }),
)];

const CHECKS_2026: &[ProviderRule] = &[
    ProviderRule::refused(
        "MCP_HEADER_DUPLICATE",
        "two x-mcp-header names differ only in case; rename one",
        "modelcontextprotocol @b0f60ba 2026-07-28, x-mcp-header",
        RuleTest::Tool(|tool| {
            let mut seen = HashSet::new();
            let found =
                tool.schema.and_then(Value::as_object).map(|root| headers(root, true)).unwrap_or_default();
            !found.into_iter().all(|header| seen.insert(header.name.to_ascii_lowercase()))
        }),
    ),
    ProviderRule::refused(
        "MCP_HEADER_NOT_STATIC",
        "an x-mcp-header is below another keyword than properties; move the argument to properties",
        "modelcontextprotocol @b0f60ba 2026-07-28, x-mcp-header",
        RuleTest::Tool(|tool| {
            let found =
                tool.schema.and_then(Value::as_object).map(|root| headers(root, true)).unwrap_or_default();
            found.iter().any(|header| !header.is_static)
        }),
    ),
    ProviderRule::refused(
        "MCP_HEADER_VALUE",
        "an argument with x-mcp-header is not a string, integer or boolean, or its header name is not a token; change its type or the name",
        "modelcontextprotocol @b0f60ba 2026-07-28, x-mcp-header",
        RuleTest::Tool(|tool| {
            let found =
                tool.schema.and_then(Value::as_object).map(|root| headers(root, true)).unwrap_or_default();
            found.iter().any(|header| !header.is_plain || !is_token(header.name))
        }),
    ),
];

pub const GROUPS: RuleGroups = &[CHECKS, CHECKS_2025];
pub const GROUPS_2026: RuleGroups = &[CHECKS, CHECKS_2026];

/// Whether a schema claims 2020-12, by its `$schema` or without one, and is not valid in it.
fn is_other_dialect(root: &Map<String, Value>) -> bool {
    let dialect = root.get("$schema").and_then(Value::as_str);
    dialect.is_none_or(|dialect| dialect.contains("2020-12")) && has_malformed(root)
}

fn has_malformed(schema: &Map<String, Value>) -> bool {
    schema.iter().any(|(keyword, held)| {
        let visit = |_, value: &Value| match value {
            Value::Object(map) if has_malformed(map) => Err(()),
            _ => Ok(()),
        };
        common_rules::is_malformed(keyword, held)
            || schema_positions::visit_subschemas(keyword, held, visit).is_err()
    })
}

struct HeaderArgument<'s> {
    name: &'s str,
    is_static: bool,
    is_plain: bool,
}

/// The arguments that clients send in headers (`x-mcp-header`).
fn headers<'s>(schema: &'s Map<String, Value>, is_static: bool) -> Vec<HeaderArgument<'s>> {
    let mut found = Vec::new();
    if let Some(Value::String(name)) = schema.get("x-mcp-header") {
        let plain = ["string", "integer", "boolean"];
        let is_plain = schema.get("type").and_then(Value::as_str).is_some_and(|kind| plain.contains(&kind));
        found.push(HeaderArgument { name, is_static, is_plain });
    }
    for (keyword, held) in schema {
        let visit = |_, value: &'s Value| {
            if let Value::Object(map) = value {
                found.extend(headers(map, is_static && keyword == "properties"));
            }
            Ok::<_, ()>(())
        };
        schema_positions::visit_subschemas(keyword, held, visit).unwrap_or_default();
    }
    found
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && common_rules::has_only(name, "!#$%&'*+-.^_`|~")
}

/// Finds name, description and `inputSchema`.
pub fn input_schema_parts(tool: &Value) -> ToolParts<'_> {
    message_parts::parts(tool, tool, "inputSchema")
}

const LIST_RESULT: &[ProviderRule] = &[ProviderRule::refused(
    "MCP_LIST_TTL_REQUIRED",
    "the list result has no ttlMs of 0 or more or no cacheScope; set ttlMs, and cacheScope to public or private",
    "modelcontextprotocol @b0f60ba schema/2026-07-28 ListToolsResult",
    RuleTest::Tool(|result| {
        let lasts = result.whole.get("ttlMs").and_then(Value::as_f64).is_some_and(|ttl| ttl >= 0.0);
        let scope = result.whole.get("cacheScope").and_then(Value::as_str);
        !lasts || !scope.is_some_and(|scope| scope == "public" || scope == "private")
    }),
)];

/// A Model Context Protocol server.
pub struct Mcp;

impl Provider for Mcp {
    fn call_form(&self) -> &'static str {
        "an MCP client (\"tools/call\")"
    }

    fn has_strict(&self) -> bool {
        false
    }

    fn has_revisions(&self) -> bool {
        true
    }

    fn rewrite_rules(&self, mode: RenderMode) -> &'static RewriteRules {
        match mode.mcp {
            McpRevision::July2026 => &RULES_2026,
            McpRevision::June2025 | McpRevision::November2025 => &RULES,
        }
    }

    fn rule_groups(&self, mode: RenderMode) -> RuleGroups {
        match mode.mcp {
            McpRevision::July2026 => GROUPS_2026,
            McpRevision::June2025 | McpRevision::November2025 => GROUPS,
        }
    }

    fn output_schema_place(&self, mode: RenderMode) -> Option<OutputSchemaPlace> {
        let root = match mode.mcp {
            McpRevision::July2026 => OutputRoot::Any,
            McpRevision::June2025 | McpRevision::November2025 => OutputRoot::Object,
        };
        Some(OutputSchemaPlace { key: "outputSchema", root })
    }

    fn render_tool(&self, source: ToolSource<'_>) -> Value {
        let ToolSource { tool, name, schema, .. } = source;
        let mut definition = json!({"name": name});
        if let Some(title) = &tool.title {
            definition["title"] = json!(title);
        }
        definition["description"] = json!(tool.description);
        definition["inputSchema"] = schema;
        if !tool.annotations.is_empty() {
            definition["annotations"] = json!(tool.annotations);
        }
        definition
    }

    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t> {
        input_schema_parts(tool)
    }

    fn read_call(&self, call: &Value) -> Option<ProviderCall> {
        let params = call.get("params").unwrap_or(call);
        let id = call.get("id").map(|id| id.as_str().map_or_else(|| id.to_string(), ToOwned::to_owned));
        Some(ProviderCall {
            id,
            wire_name: params.get("name")?.as_str()?.to_owned(),
            arguments: params.get("arguments").cloned().unwrap_or_default(),
        })
    }

    fn write_result(&self, _: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        let is_error = outcome.is_err();
        let (Ok(value) | Err(value)) = outcome;
        let mut result = json!({"content": [{"type": "text", "text": message_parts::text(&value)}]});
        if is_error {
            result["isError"] = json!(true);
        } else if value.is_object() {
            result["structuredContent"] = value;
        }
        result
    }

    fn write_file(&self, file: &Attachment, number: usize) -> Option<Value> {
        let (media, data) = (file.essence(), &file.base64);
        let media_kind = media.split_once('/').map(|(kind, _)| kind);
        if let Some(kind) = media_kind.filter(|kind| ["image", "audio"].contains(kind)) {
            return Some(json!({"type": kind, "data": data, "mimeType": media}));
        }
        let uri = format!("toolrack://result/{number}");
        Some(json!({"type": "resource", "resource": {"uri": uri, "mimeType": media, "blob": data}}))
    }

    fn attach_files(&self, mut message: Value, text: Option<String>, files: Vec<Value>) -> Value {
        message["content"] = message_parts::text_before("text", text, files);
        message
    }

    fn headers(&self, tool: &Value, mode: RenderMode) -> Vec<McpHeader> {
        if mode.mcp != McpRevision::July2026 {
            return Vec::new();
        }
        tool.get("inputSchema").and_then(Value::as_object).map(header_arguments).unwrap_or_default()
    }

    fn has_structured_content(&self) -> bool {
        true
    }

    fn with_structured_content(&self, mut message: Value, data: Option<Value>) -> Value {
        let Some(members) = message.as_object_mut() else { return message };
        members.remove("structuredContent");
        if let Some(data) = data {
            // A client that reads the text alone parses it: a string is JSON there too.
            if let (Value::String(own), Some(text)) = (&data, message.pointer_mut("/content/0/text"))
                && text == own
            {
                *text = Value::String(data.to_string());
            }
            message["structuredContent"] = data;
        }
        message
    }

    fn check_list_result(&self, result: &Value, mode: RenderMode) -> Vec<TargetFinding> {
        if mode.mcp != McpRevision::July2026 {
            return Vec::new();
        }
        let parts = ToolParts { whole: result, name: "", description: None, schema: None };
        definition_check::check_tool(&parts, &[LIST_RESULT])
    }
}
