//! What the core makes of the vectors that speak of targets, and whether that is what they want.

use serde_json::{Value, json};
use toolrack_core::schema::Schema;
use toolrack_core::target::{
    DeliveryOptions, McpRevision, OfferCandidate, RenderCache, Strict, Target, TargetForm, Weight,
};
use toolrack_core::tool::{Annotations, ToolDefinition};

/// The form that a vector's target means, and whether it is strict.
fn form(target: &str) -> Option<(TargetForm, bool)> {
    let (name, strict) = target.strip_suffix("-strict").map_or((target, false), |name| (name, true));
    let known = match name {
        "gemini-jsonschema" => Target::Gemini,
        "any" => Target::Anthropic,
        name if name.starts_with("mcp") => Target::Mcp,
        name => Target::parse(name).ok()?,
    };
    let mut form = TargetForm::from(known);
    if let Some((_, revision)) = McpRevision::NAMES.iter().find(|(revision, _)| name.ends_with(revision)) {
        form.mcp = *revision;
    }
    if strict {
        form.strict = Strict::On;
    }
    Some((form, strict))
}

/// What the core makes of a vector's input; `None` for a vector of something else.
pub fn made(vector: &Value) -> Option<Value> {
    let input = &vector["input"];
    let (form, strict) = form(vector["target"].as_str()?)?;
    match vector["kind"].as_str()? {
        "schema-convert" => Some(converted(form, input, strict)),
        "wire-shape" => Some(shown(form, input)),
        "provider-check" | "mcp-tool" => Some(checked(form, input)),
        "mcp-rpc" if input.get("result").is_some() => Some(checked(form, input)),
        "tool-convert" => Some(match form.mend(input) {
            Ok((tool, _)) => json!({"tool": tool}),
            Err(finding) => json!({"error": finding.code}),
        }),
        "reverse-args" => Some(restored(form, input, strict)),
        _ => None,
    }
}

/// A schema as the target takes it, if its checks let it pass.
fn converted(form: TargetForm, schema: &Value, strict: bool) -> Value {
    let (written, diagnostics) = match form.schema(schema.clone(), strict) {
        Ok(done) => done,
        Err(finding) => return json!({"error": finding.code, "at": finding.pointer}),
    };
    let tool = shape(form.target, "t", "d", &written, strict);
    let refused = form.validate(&tool).into_iter().find(|finding| finding.weight == Weight::Refused);
    if let Some(refused) = refused {
        return json!({"error": refused.code, "at": refused.pointer});
    }
    json!({"schema": written, "diagnostics": diagnostics.iter().map(|one| json!([one.code, one.effect,
        one.pointer])).collect::<Vec<_>>()})
}

/// A tool as somebody else would write it for a target.
fn shape(target: Target, name: &str, description: &str, schema: &Value, strict: bool) -> Value {
    match target {
        Target::Anthropic => {
            json!({"name": name, "description": description, "input_schema": schema, "strict": strict})
        }
        Target::Gemini => json!({"name": name, "description": description, "parametersJsonSchema": schema}),
        _ => json!({"name": name, "description": description, "parameters": schema, "strict": strict}),
    }
}

fn shown(mut form: TargetForm, input: &Value) -> Value {
    let text = |key: &str| input[key].as_str().expect("a text").to_owned();
    form.strict = if input["strict"] == true { Strict::On } else { Strict::Off };
    let tool = ToolDefinition {
        name: text("name"),
        title: None,
        description: text("description"),
        category: None,
        tags: Vec::new(),
        aliases: Vec::new(),
        input_schema: Schema::new(&input["inputSchema"]),
        output_schema: None,
        version: None,
        requires_auth: false,
        requires_approval: toolrack_core::tool::CallApproval::NotRequired,
        scopes: Vec::new(),
        rate_limit: None,
        call_limits: toolrack_core::tool::CallLimits::default(),
        deprecated: false,
        annotations: Annotations::default(),
    };
    let candidate =
        OfferCandidate { wire_name: &tool.name, tool: &tool, renderings: &RenderCache::default() };
    let request = form.offer(std::iter::once(candidate), &DeliveryOptions::default()).request();
    serde_json::from_str::<Value>(&request).expect("JSON")[0].take()
}

fn checked(form: TargetForm, input: &Value) -> Value {
    let definition = generated(form.target, input).unwrap_or_else(|| input.clone());
    let findings = form.validate(&definition);
    let codes: Vec<_> = findings.iter().map(|finding| finding.code.to_string()).collect();
    json!({"accept": findings.iter().all(|finding| finding.weight == Weight::Advised), "codes": codes})
}

fn restored(form: TargetForm, input: &Value, strict: bool) -> Value {
    let args = form.restore(&input["canonical"], input["provider_args"].clone(), strict);
    let problems = Schema::new(&input["canonical"]).problems(&args);
    if problems.is_empty() { json!({"args": args}) } else { json!({"error": "ARGS_INVALID"}) }
}

/// What a vector describes in words: they are too large to be written out.
fn generated(target: Target, input: &Value) -> Option<Value> {
    let kind = input["generate"]["kind"].as_str()?;
    let object = |properties: Value| {
        let names: Vec<_> = properties.as_object().expect("a map").keys().cloned().collect();
        json!({"type": "object", "properties": properties, "required": names, "additionalProperties": false})
    };
    let tool = |schema: Value| shape(target, "t", "d", &schema, true);
    let values = |count: usize, length: usize| -> Value {
        (0..count).map(|i| json!(format!("{i:0length$}"))).collect()
    };
    let optional = |schema: &Value, count: usize| {
        let properties: Value = (0..count).map(|i| (format!("p{i}"), schema.clone())).collect();
        json!({"type": "object", "properties": properties, "additionalProperties": false})
    };
    let many = |count: usize| -> Vec<Value> {
        let named =
            |i| shape(target, &format!("t{i}"), "d", &json!({"type": "object", "properties": {}}), false);
        (0..count).map(named).collect()
    };
    Some(match kind {
        "strict object with one string enum of N short values" => {
            tool(object(json!({"e": {"type": "string", "enum": values(1001, 4)}})))
        }
        "one string enum of 251 values totalling 15001 characters" => {
            let mut all = values(251, 59);
            all[0] = json!("x".repeat(15_001 - 250 * 59));
            tool(object(json!({"e": {"type": "string", "enum": all}})))
        }
        "property names+definition names+enum+const totalling 120001 characters" => {
            let properties: Value =
                (0..1000).map(|i| (format!("{i:0120}"), json!({"type": "string"}))).collect();
            let mut schema = object(properties);
            schema["properties"]["x"] = json!({"type": "string"});
            schema["required"].as_array_mut().expect("a list").push(json!("x"));
            tool(schema)
        }
        "5001 object properties in total" => {
            tool(object((0..5001).map(|i| (format!("p{i}"), json!({"type": "string"}))).collect()))
        }
        "tools array" => json!({"tools": many(129)}),
        "513 functionDeclarations in one Tool" => json!({"functionDeclarations": many(513)}),
        "strict tools whose schemas sum to 25 optional parameters" => {
            let schema = json!({"type": "string"});
            json!({"tools": [tool(optional(&schema, 12)), shape(target, "u", "d", &optional(&schema, 13), true)]})
        }
        "strict tools whose schemas sum to 24 optional parameters" => {
            let schema = json!({"type": "string"});
            json!({"tools": [tool(optional(&schema, 12)), shape(target, "u", "d", &optional(&schema, 12), true)]})
        }
        kind if kind.starts_with("strict tools whose schemas sum to 17 union") => {
            let union = json!({"type": ["string", "null"]});
            let all = |count: usize| object(optional(&union, count)["properties"].clone());
            json!({"tools": [tool(all(8)), shape(target, "u", "d", &all(9), true)]})
        }
        "parametersJsonSchema whose maxItems sum to > 960" => {
            let list = json!({"type": "array", "items": {"type": "string"}, "maxItems": 481});
            shape(target, "t", "d", &json!({"type": "object", "properties": {"a": list, "b": list}}), false)
        }
        other => panic!("nobody knows how to make \"{other}\""),
    })
}

/// Whether what was made is not what a vector wants. Of a check, that the code is among the findings counts.
pub fn differs(vector: &Value, made: &Value) -> bool {
    let wanted = &vector["expected"];
    if let Some(code) = wanted.get("error") {
        return made.get("error") != Some(code);
    }
    if let Some(accept) = wanted.get("accept") {
        let found = |code: &Value| made["codes"].as_array().is_some_and(|codes| codes.contains(code));
        return made["accept"] != *accept || wanted.get("code").is_some_and(|code| !found(code));
    }
    if vector["kind"] == "wire-shape" {
        return plain(made) != plain(wanted);
    }
    if let Some(tool) = wanted.get("tool") {
        return made.get("tool") != Some(tool);
    }
    if let Some(args) = wanted.get("args") {
        return made.get("args") != Some(args);
    }
    plain(&wanted["schema"]) != plain(&made["schema"])
        || told(&made["diagnostics"]) != told(&vector["diagnostics"])
}

/// Diagnostics in an order of their own.
fn told(diagnostics: &Value) -> Vec<String> {
    let mut told: Vec<_> = diagnostics.as_array().into_iter().flatten().map(Value::to_string).collect();
    told.sort();
    told
}

/// A value as it is compared: without the order of `required` and of types, and an empty `required`.
pub fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, value)| *key != "required" || **value != json!([]));
            let members = kept.map(|(key, value)| match (key.as_str(), value) {
                ("required" | "type", Value::Array(items)) => {
                    let mut items: Vec<_> = items.iter().map(Value::to_string).collect();
                    items.sort();
                    (key.clone(), json!(items))
                }
                // Hints are compared by what they say, not by how they are grouped.
                ("description", Value::String(text)) => (key.clone(), json!(text.replace(")\n(", "; "))),
                _ => (key.clone(), plain(value)),
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}
