//! Tool namespaces of OpenAI's Responses API: a group of tools with a name and a description.

use serde_json::Value;

use crate::json::Path;
use crate::target::check::definition_check::{self, ProviderRule, RuleGroups, RuleTest};
use crate::target::diagnostic::{TargetFinding, Weight};
use crate::target::provider::message_parts;

const NAMESPACE_SOURCE: &str = "openai-openapi @f85dbe2 NamespaceToolParam, 2026-08";

const NAMESPACE_NESTED: ProviderRule = ProviderRule::refused(
    "NAMESPACE_NESTED",
    "a namespace contains a namespace; list its tools directly",
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
        "the namespace has no description; add one",
        NAMESPACE_SOURCE,
        RuleTest::Tool(|tool| tool.description.is_none()),
    ),
    ProviderRule::refused(
        "NAMESPACE_EMPTY",
        "the namespace has no tools; add one or remove the namespace",
        NAMESPACE_SOURCE,
        RuleTest::Tool(|tool| tool.whole.get("tools").and_then(Value::as_array).is_none_or(Vec::is_empty)),
    ),
];

const MEMBER_NAME: ProviderRule = ProviderRule {
    code: "NAME_TOO_LONG",
    weight: Weight::Refused,
    says: "the tool name is longer than 128 characters; shorten it",
    source: "openai-openapi @f85dbe2 FunctionToolParam, 2026-08",
    test: RuleTest::Tool(|tool| tool.name.len() > 128),
};

/// Finds the rules that a namespace and its tools break.
pub fn check_namespace(
    namespace: &Value,
    member_groups: RuleGroups,
    strict_groups: RuleGroups,
) -> Vec<TargetFinding> {
    let mut findings =
        definition_check::check_tool(&message_parts::parts(namespace, namespace, "parameters"), &[NAMESPACE]);
    let at = Path::at("/tools");
    for (index, member) in namespace.get("tools").and_then(Value::as_array).into_iter().flatten().enumerate()
    {
        let strict = member.get("strict").is_some_and(|strict| *strict == Value::Bool(true));
        let mut own =
            definition_check::check_tool(&message_parts::parts(member, member, "parameters"), member_groups);
        if strict {
            own.extend(definition_check::check_tool(
                &message_parts::parts(member, member, "parameters"),
                strict_groups,
            ));
        }
        if message_parts::parts(member, member, "parameters").name.len() > 128 {
            own.push(MEMBER_NAME.finding(None, &Path::at("")));
        }
        let is_tool = member.get("type").is_none_or(|kind| kind == "function");
        findings.extend(own.into_iter().filter(|_| is_tool).map(|mut finding| {
            finding.pointer.insert_str(0, &at.index(index).pointer());
            finding
        }));
    }
    findings
}
