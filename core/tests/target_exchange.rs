//! What each provider hands over as a call, what it takes as the answer, and the shapes that a tool goes out in.

use serde_json::{Map, Value, json};
use toolrack_core::target::{McpRevision, Strict, Target, TargetForm};
use toolrack_core::tool::ToolDefinition;

/// A call of the tool `t` with these arguments, as each provider sends it.
fn calls(arguments: &Value) -> Vec<(Target, Value)> {
    let text = arguments.to_string();
    let chat = json!({"id": "1", "type": "function", "function": {"name": "t", "arguments": text}});
    let gemini = json!({"functionCall": {"id": "1", "name": "t", "args": arguments}});
    vec![
        (Target::OpenAi, json!({"type": "function_call", "call_id": "1", "name": "t", "arguments": text})),
        (Target::OpenAiChat, chat.clone()),
        (Target::Mistral, chat.clone()),
        (Target::Cohere, chat),
        (Target::Anthropic, json!({"type": "tool_use", "id": "1", "name": "t", "input": arguments})),
        (Target::Gemini, gemini.clone()),
        (Target::GeminiOpenApi, gemini),
        (Target::Bedrock, json!({"toolUse": {"toolUseId": "1", "name": "t", "input": arguments}})),
        (
            Target::Mcp,
            json!({"jsonrpc": "2.0", "id": "1", "method": "tools/call",
                "params": {"name": "t", "arguments": arguments}}),
        ),
        (Target::AiSdk, json!({"type": "tool-call", "toolCallId": "1", "toolName": "t", "input": arguments})),
        (Target::Plain, json!({"id": "1", "name": "t", "arguments": arguments})),
    ]
}

#[test]
fn every_provider_is_read_and_answered_in_its_own_words() {
    let (value, fault) = (json!({"a": 1}), json!({"error": {"code": "X", "message": "m"}}));
    let told = value.to_string();
    let failed = fault.to_string();
    for (target, call) in calls(&json!({"n": 9_007_199_254_740_993_i64})) {
        let sent = target.read(&call).expect("a call");
        assert_eq!((sent.id.as_deref(), sent.wire_name.as_str()), (Some("1"), "t"), "{target:?}");
        assert_eq!(Value::Object(sent.map().expect("a map")), json!({"n": 9_007_199_254_740_993_i64}));
        let answers = (target.answer(&sent, Ok(value.clone())), target.answer(&sent, Err(fault.clone())));
        let expected = match target {
            Target::OpenAi => (
                json!({"type": "function_call_output", "call_id": "1", "output": told}),
                json!({"type": "function_call_output", "call_id": "1", "output": failed}),
            ),
            Target::OpenAiChat => (
                json!({"role": "tool", "tool_call_id": "1", "content": told}),
                json!({"role": "tool", "tool_call_id": "1", "content": failed}),
            ),
            Target::Mistral | Target::Cohere => (
                json!({"role": "tool", "toolCallId": "1", "content": told}),
                json!({"role": "tool", "toolCallId": "1", "content": failed}),
            ),
            Target::Anthropic => (
                json!({"type": "tool_result", "tool_use_id": "1", "content": told}),
                json!({"type": "tool_result", "tool_use_id": "1", "content": failed, "is_error": true}),
            ),
            Target::Gemini | Target::GeminiOpenApi => (
                json!({"functionResponse": {"name": "t", "response": {"output": value}, "id": "1"}}),
                json!({"functionResponse": {"name": "t", "response": fault, "id": "1"}}),
            ),
            Target::Bedrock => (
                json!({"toolResult": {"toolUseId": "1", "content": [{"json": value}], "status": "success"}}),
                json!({"toolResult": {"toolUseId": "1", "content": [{"json": fault}], "status": "error"}}),
            ),
            Target::Mcp => (
                json!({"content": [{"type": "text", "text": told}], "structuredContent": value}),
                json!({"content": [{"type": "text", "text": failed}], "isError": true}),
            ),
            Target::AiSdk => (
                json!({"type": "tool-result", "toolCallId": "1", "toolName": "t",
                    "output": {"type": "json", "value": value}}),
                json!({"type": "tool-result", "toolCallId": "1", "toolName": "t",
                    "output": {"type": "error-json", "value": fault}}),
            ),
            Target::Plain => (
                json!({"ok": true, "value": value}),
                json!({"ok": false, "error": {"code": "X", "message": "m"}}),
            ),
        };
        assert_eq!(answers, expected, "{target:?}");
    }
}

#[test]
fn a_call_without_arguments_is_one_with_none() {
    for arguments in [json!(""), json!("  "), json!("{}"), json!({}), Value::Null] {
        for (target, mut call) in calls(&json!({})) {
            let places = [
                "/arguments",
                "/function/arguments",
                "/input",
                "/functionCall/args",
                "/toolUse/input",
                "/params/arguments",
            ];
            for place in places {
                if let Some(held) = call.pointer_mut(place) {
                    *held = arguments.clone();
                }
            }
            assert_eq!(target.read(&call).expect("a call").map(), Ok(Map::new()), "{target:?} {arguments}");
        }
    }
    let sent =
        Target::OpenAi.read(&json!({"call_id": "1", "name": "t", "arguments": "[1]"})).expect("a call");
    assert!(sent.map().is_err());
    assert!(Target::Bedrock.read(&json!({"name": "t"})).is_err());
}

fn tool(schema: &Value) -> ToolDefinition {
    let tool = json!({"name": "t", "title": "T", "description": "d", "inputSchema": schema,
        "annotations": {"readOnlyHint": true}});
    ToolDefinition::parse(&tool, true).expect("a tool")
}

#[test]
fn strict_is_said_outright_where_the_provider_has_the_word() {
    let tool = tool(&json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}));
    for target in Target::ALL {
        for strict in [Strict::Off, Strict::On, Strict::Auto] {
            let shown =
                TargetForm { strict, ..target.into() }.render(&tool, "t").definition.expect("goes out");
            let said = ["/strict", "/function/strict", "/toolSpec/strict"]
                .iter()
                .find_map(|place| shown.pointer(place));
            let has_none = !target.has_strict() || target == Target::Cohere;
            let expected = (!has_none).then(|| json!(strict != Strict::Off));
            assert_eq!(said, expected.as_ref(), "{target:?}");
        }
    }
}

#[test]
fn auto_is_strict_where_nothing_is_lost_but_undeclared_properties() {
    let auto = TargetForm { strict: Strict::Auto, ..Target::OpenAi.into() };
    let on = TargetForm { strict: Strict::On, ..auto };
    for (schema, is_auto, is_on) in [
        (json!({"type": "object", "properties": {"a": {"type": "string"}}}), true, true),
        (json!({"type": "object", "properties": {"a": {"type": ["string", "null"]}}}), false, true),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": true}),
            false,
            true,
        ),
        (json!({"type": "object", "properties": {"a": {"type": "object"}}}), false, false),
    ] {
        let (auto, on) = (auto.render(&tool(&schema), "t"), on.render(&tool(&schema), "t"));
        assert_eq!((auto.strict, on.strict), (is_auto, is_on), "{schema}");
        let told = |one: &toolrack_core::target::ToolRendering| {
            one.diagnostics.iter().any(|one| one.code == "STRICT_DOWNGRADED")
        };
        assert_eq!((told(&auto), auto.downgraded.is_empty()), (!is_auto, is_auto));
        assert_eq!((told(&on), on.downgraded.is_empty()), (!is_on, is_on));
    }
}

#[test]
fn mcp_has_a_shape_for_each_revision() {
    let union = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}]});
    for (name, revision) in McpRevision::NAMES {
        let form = TargetForm::parse("mcp", &json!({"revision": name})).expect("a form");
        assert_eq!(form.mcp, revision);
        let shown = form.render(&tool(&union), "t").definition.expect("goes out");
        assert_eq!((&shown["title"], &shown["annotations"]), (&json!("T"), &json!({"readOnlyHint": true})));
        assert_eq!(shown["inputSchema"].get("anyOf").is_some(), revision == McpRevision::July2026, "{name}");
    }
}

#[test]
fn mcp_keeps_the_dialect_and_a_root_that_is_an_object_as_it_was_written() {
    let dialect = json!("https://json-schema.org/draft/2020-12/schema");
    let joined = json!([{"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}]);
    let whole =
        json!({"$schema": dialect, "type": "object", "properties": {"a": true, "b": {}}, "allOf": joined});
    let shown = |schema: &Value, revision: &str| {
        let form = TargetForm::parse("mcp", &json!({"revision": revision})).expect("a form");
        form.render(&tool(schema), "t").definition.expect("goes out")["inputSchema"].clone()
    };
    for (revision, _) in McpRevision::NAMES {
        assert_eq!(shown(&whole, revision)["$schema"], dialect, "{revision}");
        let union = json!({"$schema": dialect, "type": "object", "anyOf": [{}]});
        assert_eq!(shown(&union, revision)["$schema"], dialect, "{revision}");
    }
    assert_eq!(shown(&whole, "2026-07-28")["allOf"], joined);
    assert_eq!(shown(&whole, "2025-11-25").get("allOf"), None);
    let openai = TargetForm::from(Target::OpenAi).render(&tool(&whole), "t").definition.expect("goes out");
    assert_eq!(openai["parameters"].get("$schema"), None);
}

#[test]
fn a_form_is_read_from_options_and_refuses_others() {
    let form = TargetForm::parse("openai-responses", &json!({"strict": "auto"})).expect("a form");
    assert_eq!((form.target, form.strict), (Target::OpenAi, Strict::Auto));
    assert_eq!(TargetForm::parse("openai", &Value::Null).expect("a form"), TargetForm::from(Target::OpenAi));
    for (target, options) in [
        ("open-ai", json!({})),
        ("mcp", json!({"revision": "2024-01-01"})),
        ("openai", json!({"strict": "yes"})),
        ("openai", json!({"stricter": true})),
        ("openai", json!([])),
    ] {
        assert!(TargetForm::parse(target, &options).is_err(), "{target} {options}");
    }
    for target in Target::ALL {
        assert_eq!(Target::parse(target.as_str()), Ok(target));
    }
}
