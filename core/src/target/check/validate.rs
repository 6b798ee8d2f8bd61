//! Validation of definitions that toolrack did not render: a tool, a namespace of tools, or a whole request.

use serde_json::Value;

use crate::target::check::definition_check;
use crate::target::diagnostic::TargetFinding;
use crate::target::request::rendering::TargetForm;
use crate::target::request::request_limits::{self, RequestFacts, RequestTool};
use crate::target::targets::{Strict, Target};

impl TargetForm {
    /// Finds every rule that a definition breaks; a finding of weight `Refused` means that the target refuses the
    /// request.
    ///
    /// The definition is one tool in the target's format, or a list of tools, `{tools: […]}` and other holders of a
    /// list. The limits of a request apply to lists. It may also be a namespace (OpenAI's Responses API), a
    /// `tool_reference` (Anthropic) or a `tools/list` result (MCP). A tool with `strict: true` is checked in strict
    /// mode, and every tool if this form is strict.
    pub fn validate(self, definition: &Value) -> Vec<TargetFinding> {
        if let Some(tools) = self.tools_of(definition) {
            return self.whole_request(definition, &tools);
        }
        self.target.provider().check_other(definition).unwrap_or_else(|| self.tool(definition))
    }

    /// Finds the rules that one tool breaks.
    fn tool(self, tool: &Value) -> Vec<TargetFinding> {
        let parts = self.target.provider().tool_parts(tool);
        let own_strict = ["/strict", "/function/strict", "/toolSpec/strict"]
            .iter()
            .find_map(|place| tool.pointer(place)?.as_bool());
        let strict = own_strict.unwrap_or(self.strict == Strict::On) && self.target.has_strict();
        definition_check::check_tool(&parts, self.groups(strict))
    }

    /// The tools of a request or of a part of one, each with its JSON pointer.
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
        let provider = self.target.provider();
        if let Some(result) = whole.get("result") {
            findings.extend(provider.check_list_result(result, self.mode(false)));
        }
        let member = |tool| RequestTool {
            name: provider.tool_parts(tool).name,
            is_deferred: request_limits::is_deferred(tool),
            facts: RequestFacts::new(tool, provider.strict_cost(tool)),
        };
        let members = tools.iter().map(|(_, tool)| member(*tool));
        findings.extend(request_limits::check_request(provider.request_limits(), members));
        for (place, tool) in tools.iter().filter(|(_, tool)| !provider.is_builtin_tool(tool)) {
            // Only OpenAI's Responses API has namespaces. Its rules apply to a namespace in any list.
            let own = Target::OpenAi.provider().check_other(tool).unwrap_or_else(|| self.tool(tool));
            findings.extend(own.into_iter().map(|mut finding| {
                finding.pointer.insert_str(0, place);
                finding
            }));
        }
        findings
    }
}

/// The items of a list, each with its JSON pointer.
fn listed<'d>(list: &'d Value, place: &str) -> Option<Vec<(String, &'d Value)>> {
    let items = list.as_array()?.iter().enumerate();
    Some(items.map(|(index, item)| (format!("{place}/{index}"), item)).collect())
}

/// The functions in a tool that holds several, each with its JSON pointer.
fn in_tool<'d>(place: &str, tool: &'d Value, key: &str) -> Option<Vec<(String, &'d Value)>> {
    listed(tool.get(key)?, &format!("{place}/{key}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::provider::Provider;
    use crate::target::provider::anthropic;
    use serde_json::json;

    #[test]
    fn a_namespace_in_a_list_is_checked_as_one_for_every_target() {
        let member = json!({"type": "function", "name": "a.b", "parameters": {"type": "object"}});
        let list = json!([
            {"name": "n", "type": "namespace"},
            {"name": "m", "description": "d", "type": "namespace", "tools": [member]},
        ]);
        for target in Target::ALL {
            // Anthropic and Bedrock take entries with another type as built-in tools.
            let is_builtin = matches!(target, Target::Anthropic | Target::Bedrock);
            let findings = TargetForm::from(target).validate(&list);
            let codes: Vec<_> =
                findings.iter().map(|finding| (&*finding.code, finding.pointer.as_str())).collect();
            for expected in
                [("NAMESPACE_DESCRIPTION", "/0"), ("NAMESPACE_EMPTY", "/0"), ("NAME_PATTERN", "/1/tools/0")]
            {
                assert_eq!(codes.contains(&expected), !is_builtin, "{}: {codes:?}", target.as_str());
            }
        }
    }

    #[test]
    fn a_tool_reference_in_a_list_is_checked_as_a_tool() {
        let name = "x".repeat(70);
        let tool =
            json!({"name": "a", "input_schema": {"type": "object"}, "tool_reference": {"tool_name": name}});
        let form = TargetForm::from(Target::Anthropic);
        assert_eq!(form.validate(&json!([tool])), []);
        let codes: Vec<_> = form.validate(&tool).into_iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["NAME_TOO_LONG"]);
    }

    #[test]
    fn every_finding_of_a_request_says_which_tool_it_is_of() {
        let form = TargetForm::from(Target::Anthropic);
        let tool = |name: &str| json!({"name": name, "input_schema": {"type": "object"}});
        let findings = form.validate(&json!({"tools": [tool("a"), tool("a.b")]}));
        let told: Vec<_> =
            findings.iter().map(|finding| (&*finding.code, finding.pointer.as_str())).collect();
        assert_eq!(told, [("NAME_PATTERN", "/tools/1")]);
        assert!(
            definition_check::check_tool(&anthropic::Anthropic.tool_parts(&tool("a")), anthropic::GROUPS)
                .is_empty()
        );
    }
}
