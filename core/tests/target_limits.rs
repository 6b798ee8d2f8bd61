//! Schemas that are too deep or too large, and requests with too many tools: each ends with a result or a reason.

use serde_json::{Map, Value, json};
use toolrack_core::schema::Schema;
use toolrack_core::target::{
    DeliveryOptions, OfferCandidate, RenderCache, Strict, Target, TargetForm, ToolOffer, Weight,
};
use toolrack_core::tool::{Annotations, ToolDefinition};

fn forms() -> impl Iterator<Item = TargetForm> {
    let strict = |target: Target| TargetForm { strict: Strict::On, ..target.into() };
    Target::ALL.into_iter().flat_map(move |target| [TargetForm::from(target), strict(target)])
}

fn nested(depth: usize, around: impl Fn(Value) -> Value) -> Value {
    let inner = (0..depth).fold(json!({"type": "string"}), |inner, _| around(inner));
    json!({"type": "object", "properties": {"a": inner}, "required": ["a"]})
}

#[test]
fn a_deep_schema_ends_with_a_result_or_a_reason() {
    // The stack of Node's main thread: copying and dropping such a value costs frames too.
    let deep = || [40, 100, 190, 300, 1_000].into_iter().for_each(write_nested);
    std::thread::Builder::new().stack_size(8 << 20).spawn(deep).expect("a thread").join().expect("no panic");
}

fn write_nested(depth: usize) {
    {
        for schema in [
            nested(depth, |inner| json!({"type": "object", "properties": {"a": inner}, "required": ["a"]})),
            nested(depth, |inner| json!({"type": "array", "items": inner})),
            nested(depth, |inner| json!({"anyOf": [inner]})),
            nested(depth, |inner| json!({"allOf": [inner, {"minLength": 1}]})),
            nested(depth, |inner| json!({"not": inner})),
        ] {
            for form in forms() {
                let written = form.schema(schema.clone(), form.strict == Strict::On);
                assert!(depth < 200 || written.is_err(), "{form:?} {depth}");
                form.restore(&schema, json!({"a": {"a": [null]}}), true);
            }
        }
    }
}

#[test]
fn a_chain_of_definitions_ends_with_a_result_or_a_reason() {
    let link = |i: usize| {
        let schema = json!({"type": "object", "properties": {"next": {"$ref": format!("#/$defs/D{}", i + 1)},
            "i": {"allOf": [{"$ref": format!("#/$defs/D{}", i + 1)}, {"title": "t"}]}}});
        (format!("D{i}"), if i == 999 { json!({"type": "string"}) } else { schema })
    };
    let definitions: Map<_, _> = (0..1_000).map(link).collect();
    let schema = json!({"type": "object", "properties": {"d": {"$ref": "#/$defs/D0"}}, "$defs": definitions});
    for form in forms() {
        let written = form.schema(schema.clone(), form.strict == Strict::On);
        if form.target == Target::GeminiOpenApi {
            assert!(written.is_err(), "2^1,000 schemas are not written out");
        }
        form.restore(&schema, json!({"d": {"next": {"next": null}}}), true);
    }
}

#[test]
fn references_that_lead_nowhere_but_to_themselves_end() {
    for definitions in [
        json!({"A": {"$ref": "#/$defs/A"}, "B": {}}),
        json!({"A": {"$ref": "#/$defs/B", "description": "d"}, "B": {"$ref": "#/$defs/A", "type": "object"}}),
        json!({"A": {"allOf": [{"$ref": "#/$defs/B"}, {"minLength": 1}]},
            "B": {"allOf": [{"$ref": "#/$defs/A"}, {"type": "string"}]}}),
        json!({"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]},
            "B": {"oneOf": [{"$ref": "#/$defs/B"}]}}),
    ] {
        for root in [
            json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"},
                "b": {"$ref": "#/$defs/A", "title": "t"}}}),
            json!({"type": "object", "allOf": [{"$ref": "#/$defs/A"}]}),
            json!({"$ref": "#/$defs/A"}),
            json!({"type": "object", "anyOf": [{"$ref": "#"}, {"$ref": "#/$defs/A"}]}),
        ] {
            let mut schema = root.clone();
            schema["$defs"] = definitions.clone();
            for form in forms() {
                let _ = form.schema(schema.clone(), form.strict == Strict::On);
                form.restore(&schema, json!({"a": {"x": null}, "b": [null]}), true);
            }
        }
    }
}

/// Forms that rewrite most, each in its own way.
fn rewriting() -> [TargetForm; 4] {
    let strict = |target: Target| TargetForm { strict: Strict::On, ..target.into() };
    [Target::GeminiOpenApi.into(), Target::Gemini.into(), strict(Target::OpenAi), strict(Target::Anthropic)]
}

#[test]
fn unions_that_refer_to_one_another_end() {
    let led = |j: usize| json!({"$ref": format!("#/$defs/D{j}")});
    let named = |i: usize, held: Value| (format!("D{i}"), held);
    let all = |j: usize, with: Value| (0..j).map(led).chain([with]).collect::<Vec<_>>();
    let object = json!({"type": "object", "properties": {"x.y": {"type": "string"}}, "required": ["x.y"]});
    for definitions in [
        (0..12)
            .map(|i| named(i, json!({"anyOf": all(12, json!({"type": "string"}))})))
            .collect::<Map<_, _>>(),
        (0..12).map(|i| named(i, json!({"oneOf": all(12, object.clone())}))).collect(),
        (0..12).map(|i| named(i, json!({"anyOf": all(i, json!({"type": "string"}))}))).collect(),
    ] {
        let schema = json!({"type": "object", "properties": {"a": led(11), "b": {"anyOf": [led(11), led(10)]}},
            "$defs": definitions});
        for form in rewriting() {
            let _ = form.schema(schema.clone(), form.strict == Strict::On);
            form.restore(&schema, json!({"a": {"z": null, "x_y": [null]}, "b": null}), true);
        }
    }
}

#[test]
fn parts_that_double_with_each_level_end_with_a_result_or_a_reason() {
    let led = |i: usize| json!({"$ref": format!("#/$defs/D{}", i + 1)});
    let part = |i: usize| json!({"allOf": [led(i), {"minProperties": 1}]});
    for link in [
        &(|i: usize| json!({"type": "object", "properties": {"a": part(i), "b": part(i)}}))
            as &dyn Fn(usize) -> Value,
        &|i: usize| json!({"type": "object", "properties": {"x": {"type": "string"}}, "anyOf": [led(i), led(i)]}),
    ] {
        let last = json!({"type": "object", "properties": {"z": {"type": "string"}}});
        let definitions: Map<_, _> =
            (0..40).map(|i| (format!("D{i}"), if i == 39 { last.clone() } else { link(i) })).collect();
        let schema =
            json!({"type": "object", "properties": {"d": {"$ref": "#/$defs/D0"}}, "$defs": definitions});
        for form in rewriting() {
            let _ = form.schema(schema.clone(), form.strict == Strict::On);
        }
    }
}

#[test]
fn a_large_schema_is_written() {
    let member = |i: usize| {
        let choice = json!({"oneOf": [{"const": "a"}, {"const": "b"}], "description": "d"});
        (
            format!("p.{i}"),
            json!({"type": "object", "properties": {"x": {"type": "integer", "exclusiveMinimum": 0}, "y": choice}}),
        )
    };
    let members: Map<_, _> = (0..20_000).map(member).collect();
    let schema = json!({"type": "object", "properties": members});
    for form in [
        TargetForm::from(Target::OpenAi),
        Target::Anthropic.into(),
        TargetForm { strict: Strict::On, ..Target::Anthropic.into() },
    ] {
        let (written, _) = form.schema(schema.clone(), form.strict == Strict::On).expect("can be written");
        assert_eq!(written["properties"].as_object().map(Map::len), Some(20_000));
    }
}

/// A tool, and what was made of it.
struct Tool(ToolDefinition, RenderCache);

fn tool(name: &str, schema: &Value) -> Tool {
    let definition = ToolDefinition {
        name: name.to_owned(),
        title: None,
        description: "d".to_owned(),
        category: None,
        tags: Vec::new(),
        aliases: Vec::new(),
        input_schema: Schema::new(schema),
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
    Tool(definition, RenderCache::default())
}

fn offered<'t>(form: TargetForm, tools: &'t [Tool], wishes: &DeliveryOptions) -> ToolOffer<'t> {
    let candidate =
        |tool: &'t Tool| OfferCandidate { tool: &tool.0, wire_name: &tool.0.name, renderings: &tool.1 };
    form.offer(tools.iter().map(candidate), wishes)
}

fn sent(offer: &ToolOffer<'_>) -> Value {
    serde_json::from_str(&offer.request()).expect("JSON")
}

fn many(count: usize, schema: &Value) -> Vec<Tool> {
    (0..count).map(|i| tool(&format!("t{i}"), schema)).collect()
}

fn codes(offer: &ToolOffer<'_>) -> Vec<String> {
    offer
        .findings
        .iter()
        .filter(|finding| finding.weight == Weight::Refused)
        .map(|finding| finding.code.to_string())
        .collect()
}

#[test]
fn too_many_tools_are_told_or_trimmed_on_request() {
    let tools = many(130, &json!({"type": "object", "properties": {}}));
    let offer = offered(Target::OpenAi.into(), &tools, &DeliveryOptions::default());
    assert_eq!((offer.tools.len(), codes(&offer)), (130, vec!["TOO_MANY_TOOLS".to_owned()]));
    assert_eq!(
        offer.findings[0].message,
        "more than 128 tools (130); offer fewer tools, or set overLimit to \"trim\""
    );
    let offer = offered(
        Target::OpenAi.into(),
        &tools,
        &DeliveryOptions { trimmed: true, ..DeliveryOptions::default() },
    );
    assert_eq!((offer.tools.len(), codes(&offer)), (128, vec![]));
    assert_eq!(offer.trimmed, ["t128", "t129"]);
    assert_eq!(
        codes(&offered(Target::Gemini.into(), &tools, &DeliveryOptions::default())),
        Vec::<String>::new()
    );
    assert_eq!(codes(&offered(Target::Bedrock.into(), &[], &DeliveryOptions::default())), ["TOOLS_EMPTY"]);
}

#[test]
fn strict_tools_that_only_read_or_cost_most_are_downgraded_first() {
    let form = TargetForm { strict: Strict::On, ..Target::Anthropic.into() };
    let optional = |count: usize| -> Value {
        let members: Map<_, _> = (0..count).map(|i| (format!("p{i}"), json!({"type": "string"}))).collect();
        json!({"type": "object", "properties": members})
    };
    let tools = [tool("dear", &optional(20)), tool("cheap", &optional(2)), tool("fair", &optional(10))];
    let offer = offered(form, &tools, &DeliveryOptions::default());
    let strict: Vec<_> =
        offer.tools.iter().map(|one| (one.candidate.tool.name.as_str(), one.rendered.strict)).collect();
    assert_eq!(strict, [("dear", false), ("cheap", true), ("fair", true)]);
    let downgraded = offer.report().downgraded;
    assert_eq!((downgraded.len(), &*downgraded[0].name), (1, "dear"));
    assert_eq!(downgraded[0].findings[0].code, "ANTS_OPTIONAL_BUDGET");
    assert_eq!(sent(&offer)[0]["strict"], json!(false));
    assert_eq!(codes(&offer), Vec::<String>::new());
    let mut reading = tool("reading", &optional(0));
    reading.0.annotations.read_only_hint = Some(true);
    let writing = many(20, &optional(0));
    let tools: Vec<Tool> = std::iter::once(reading).chain(writing).collect();
    let offer = offered(form, &tools, &DeliveryOptions::default());
    assert_eq!(offer.report().downgraded[0].name, "reading", "a wrong argument does least harm there");
    let many = many(25, &optional(0));
    let offer = offered(form, &many, &DeliveryOptions::default());
    assert_eq!(offer.tools.iter().filter(|one| one.rendered.strict).count(), 20);
    assert!(offer.tools[..20].iter().all(|one| one.rendered.strict), "the first stay strict");
}

#[test]
fn the_cache_ends_at_the_last_tool_that_is_not_deferred() {
    let tools = many(3, &json!({"type": "object", "properties": {}}));
    let deferred = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let wishes = DeliveryOptions { deferred: deferred(&["t2"]), cached: true, ..DeliveryOptions::default() };
    let offer = sent(&offered(Target::Anthropic.into(), &tools, &wishes));
    assert_eq!(offer[1]["cache_control"], json!({"type": "ephemeral"}));
    assert_eq!((&offer[2]["defer_loading"], offer[2].get("cache_control")), (&json!(true), None));
    let offer = sent(&offered(Target::Bedrock.into(), &tools, &wishes));
    assert_eq!(
        (offer.as_array().map(Vec::len), &offer[3]),
        (Some(4), &json!({"cachePoint": {"type": "default"}}))
    );
    let wishes = DeliveryOptions { deferred: deferred(&["t0", "t1", "t2"]), ..DeliveryOptions::default() };
    assert_eq!(codes(&offered(Target::Anthropic.into(), &tools, &wishes)), ["ALL_DEFERRED"]);
}

#[test]
fn a_tool_that_one_target_refuses_goes_to_the_others() {
    let clash =
        json!({"type": "object", "properties": {"p": {"allOf": [{"type": "string"}, {"type": "integer"}]}}});
    let tools = [tool("fine", &json!({"type": "object", "properties": {}})), tool("clash", &clash)];
    let offer = offered(Target::Gemini.into(), &tools, &DeliveryOptions::default());
    let away: Vec<_> =
        offer.quarantined.iter().map(|one| (one.name.as_str(), &*one.findings[0].code)).collect();
    assert_eq!((offer.tools.len(), away), (1, vec![("clash", "ALLOF_UNMERGEABLE")]));
    assert_eq!(offered(Target::OpenAi.into(), &tools, &DeliveryOptions::default()).tools.len(), 2);
}
