//! What a target finds wrong with a definition that somebody else wrote: a tool, a namespace of tools, or a whole request.

use serde_json::Value;

use crate::json::Path;
use crate::target::check::definition_check;
use crate::target::check::definition_check::{ProviderRule, RuleTest};
use crate::target::diagnostic::{TargetFinding, Weight};
use crate::target::provider::{Provider, openai};
use crate::target::request::rendering::TargetForm;
use crate::target::request::request_limits;
use crate::target::request::request_limits::RequestTool;
use crate::target::targets::{Strict, Target};

const NAMESPACE_SOURCE: &str = "openai-openapi @f85dbe2 NamespaceToolParam, 2026-08";

const NAMESPACE_NESTED: ProviderRule = ProviderRule::refused(
    "NAMESPACE_NESTED",
    "a namespace stands in a namespace",
    NAMESPACE_SOURCE,
    RuleTest::Tool(|tool| {
        let members = tool.whole.get("tools").and_then(Value::as_array);
        members.into_iter().flatten().any(|member| member.get("type").is_some_and(|kind| kind == "namespace"))
    }),
);

const NAMESPACE: &[ProviderRule] = &[
    NAMESPACE_NESTED,
    ProviderRule::refused(
        "NAMESPACE_DESCRIPTION",
        "a namespace has no description",
        NAMESPACE_SOURCE,
        RuleTest::Tool(|tool| tool.description.is_none()),
    ),
    ProviderRule::refused(
        "NAMESPACE_EMPTY",
        "a namespace has no tools",
        NAMESPACE_SOURCE,
        RuleTest::Tool(|tool| tool.whole.get("tools").and_then(Value::as_array).is_none_or(Vec::is_empty)),
    ),
];

const REFERENCES: &[ProviderRule] = &[
    ProviderRule::refused(
        "NAME_TOO_LONG",
        "a reference names a tool with more than 64 characters",
        "error text, claude-code#21492, 2026-01-28",
        RuleTest::Tool(|tool| tool.name.len() > 64),
    ),
    ProviderRule::refused(
        "TOOL_REFERENCE_UNRESOLVED",
        "a reference names a tool that is not there",
        "error text, tool search guide: \"has no corresponding tool definition\", 2026-11",
        RuleTest::Tool(|tool| {
            let tools = tool.whole.get("tools").and_then(Value::as_array);
            tools.is_some_and(|tools| {
                !tools.iter().any(|other| other.get("name").is_some_and(|name| name == tool.name))
            })
        }),
    ),
];

const LIST_RESULT: &[ProviderRule] = &[ProviderRule::refused(
    "MCP_LIST_TTL_REQUIRED",
    "a list result does not say ttlMs of 0 or more and cacheScope public or private",
    "modelcontextprotocol @b0f60ba schema/2026-07-28 ListToolsResult",
    RuleTest::Tool(|result| {
        let lasts = result.whole.get("ttlMs").and_then(Value::as_f64).is_some_and(|ttl| ttl >= 0.0);
        let scope = result.whole.get("cacheScope").and_then(Value::as_str);
        !lasts || !scope.is_some_and(|scope| scope == "public" || scope == "private")
    }),
)];

impl TargetForm {
    /// Every rule that a definition breaks, whatever becomes of it: [`Weight::Refused`] for what the target refuses. A
    /// definition is one tool as the target takes it; also a list of them, `{tools: […]}` and what else holds a list, to
    /// which the limits of a request apply; for `OpenAI`'s Responses a namespace, for Anthropic a `tool_reference`, for MCP
    /// a `tools/list` result. A tool that says `strict: true` is held to that, and so is any where this form is strict.
    pub fn validate(self, definition: &Value) -> Vec<TargetFinding> {
        if let Some(tools) = self.tools_of(definition) {
            return self.whole_request(definition, &tools);
        }
        match self.target {
            Target::OpenAi if definition.get("type").is_some_and(|kind| kind == "namespace") => {
                Self::namespace(definition)
            }
            Target::Anthropic if definition.get("tool_reference").is_some() => {
                let name = definition
                    .pointer("/tool_reference/tool_name")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                let shown =
                    definition_check::ToolParts { whole: definition, name, description: None, schema: None };
                definition_check::broken(&shown, &[REFERENCES])
            }
            _ => self.tool(definition),
        }
    }

    /// The rules that one tool breaks.
    fn tool(self, tool: &Value) -> Vec<TargetFinding> {
        let shown = self.target.provider().tool_parts(tool);
        let said = ["/strict", "/function/strict", "/toolSpec/strict"]
            .iter()
            .find_map(|place| tool.pointer(place)?.as_bool());
        let strict = said.unwrap_or(self.strict == Strict::On) && self.target.has_strict();
        definition_check::broken(&shown, self.groups(strict))
    }

    fn namespace(namespace: &Value) -> Vec<TargetFinding> {
        let mut findings = definition_check::broken(&openai::OpenAi.tool_parts(namespace), &[NAMESPACE]);
        let at = Path::at("/tools");
        for (index, member) in
            namespace.get("tools").and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            let strict = member.get("strict").is_some_and(|strict| *strict == Value::Bool(true));
            let mut own = definition_check::broken(&openai::OpenAi.tool_parts(member), openai::MEMBER_GROUPS);
            if strict {
                own.extend(definition_check::broken(
                    &openai::OpenAi.tool_parts(member),
                    &[openai::STRICT_CHECKS],
                ));
            }
            if openai::OpenAi.tool_parts(member).name.len() > 128 {
                own.push(MEMBER_NAME.broken(None, &Path::at("")));
            }
            let is_tool = member.get("type").is_none_or(|kind| kind == "function");
            findings.extend(own.into_iter().filter(|_| is_tool).map(|mut finding| {
                finding.pointer.insert_str(0, &at.index(index).pointer());
                finding
            }));
        }
        findings
    }

    /// The tools of what is a whole request, or the part of one that holds them, each with its place.
    fn tools_of(self, definition: &Value) -> Option<Vec<(String, &Value)>> {
        if let Some(tools) = listed(definition, "") {
            // A tool of Gemini holds several functions.
            let nested = self.target.provider().nested_tools();
            let held: Vec<_> =
                tools.iter().filter_map(|(place, tool)| in_tool(place, tool, nested?)).collect();
            let holds = !held.is_empty();
            return Some(if holds { held.into_iter().flatten().collect() } else { tools });
        }
        if definition.get("type").is_some() || definition.get("tool_reference").is_some() {
            return None;
        }
        ["/tools", "/toolConfig/tools", "/functionDeclarations", "/result/tools"]
            .iter()
            .find_map(|place| listed(definition.pointer(place)?, place))
    }

    fn whole_request(self, whole: &Value, tools: &[(String, &Value)]) -> Vec<TargetFinding> {
        let mut findings = Vec::new();
        let is_result = whole.get("result").is_some();
        if self.target == Target::Mcp && self.mcp == crate::target::McpRevision::July2026 && is_result {
            let result = whole.get("result").unwrap_or(whole);
            let shown =
                definition_check::ToolParts { whole: result, name: "", description: None, schema: None };
            findings.extend(definition_check::broken(&shown, &[LIST_RESULT]));
        }
        // Tools of the provider's own have a type and no schema.
        let is_own = |tool: &Value| match self.target {
            Target::Anthropic => tool.get("type").is_some_and(|kind| kind != "custom"),
            Target::OpenAi => tool.get("type").is_some_and(|kind| kind != "function" && kind != "namespace"),
            Target::Bedrock => tool.get("toolSpec").is_none(),
            _ => false,
        };
        findings.extend(request_limits::broken(
            self,
            tools.iter().map(|(_, tool)| RequestTool::of(self.target, tool)),
        ));
        for (place, tool) in tools.iter().filter(|(_, tool)| !is_own(tool)) {
            let is_namespace = tool.get("type").is_some_and(|kind| kind == "namespace");
            let own = if is_namespace { Self::namespace(tool) } else { self.tool(tool) };
            findings.extend(own.into_iter().map(|mut finding| {
                finding.pointer.insert_str(0, place);
                finding
            }));
        }
        findings
    }
}

/// The items of a list, each with its place.
fn listed<'d>(list: &'d Value, place: &str) -> Option<Vec<(String, &'d Value)>> {
    let items = list.as_array()?.iter().enumerate();
    Some(items.map(|(index, item)| (format!("{place}/{index}"), item)).collect())
}

/// The functions of a tool that holds several, each with its place.
fn in_tool<'d>(place: &str, tool: &'d Value, key: &str) -> Option<Vec<(String, &'d Value)>> {
    listed(tool.get(key)?, &format!("{place}/{key}"))
}

const MEMBER_NAME: ProviderRule = ProviderRule {
    code: "NAME_TOO_LONG",
    weight: Weight::Refused,
    says: "the name is longer than 128",
    source: "openai-openapi @f85dbe2 FunctionToolParam, 2026-08",
    test: RuleTest::Tool(|tool| tool.name.len() > 128),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::provider::anthropic;
    use serde_json::json;

    #[test]
    fn every_finding_of_a_request_says_which_tool_it_is_of() {
        let form = TargetForm::from(Target::Anthropic);
        let tool = |name: &str| json!({"name": name, "input_schema": {"type": "object"}});
        let findings = form.validate(&json!({"tools": [tool("a"), tool("a.b")]}));
        let told: Vec<_> =
            findings.iter().map(|finding| (&*finding.code, finding.pointer.as_str())).collect();
        assert_eq!(told, [("NAME_PATTERN", "/tools/1")]);
        assert!(
            definition_check::broken(&anthropic::Anthropic.tool_parts(&tool("a")), anthropic::GROUPS)
                .is_empty()
        );
    }
}
