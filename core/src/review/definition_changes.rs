//! Compares two definitions of one tool: texts, annotations, required user, approval of calls and schemas.

use super::change_finding::{ChangeFinding, finding as f};
use crate::schema::{Schema, differences, result_differences};
use crate::tool::{Annotations, ToolDefinition};

/// All differences of two definitions. A version is no difference: its contents are. Call limits are none either, apart from
/// the recommended rate limit: no model and no orchestrator sees them.
pub fn compare(old: &ToolDefinition, new: &ToolDefinition) -> Vec<ChangeFinding> {
    let text = ChangeFinding::between;
    let limit = |tool: &ToolDefinition| tool.rate_limit.map(|limit| limit.to_string());
    let auth = if new.requires_auth { &f::AUTH_REQUIRED } else { &f::AUTH_NOT_REQUIRED };
    let (was, is) = (old.requires_approval, new.requires_approval);
    let approval = if is > was { &f::CALL_APPROVAL_REQUIRED } else { &f::CALL_APPROVAL_NOT_REQUIRED };
    let texts = [
        text(&f::NAME_CHANGED, "/name", Some(&old.name), Some(&new.name)),
        text(&f::TITLE_CHANGED, "/title", old.title.as_deref(), new.title.as_deref()),
        text(&f::DESCRIPTION_CHANGED, "/description", Some(&old.description), Some(&new.description)),
        text(&f::CATEGORY_CHANGED, "/category", old.category.as_deref(), new.category.as_deref()),
        text(&f::TAGS_CHANGED, "/tags", Some(&sorted(&old.tags)), Some(&sorted(&new.tags))),
        text(&f::ALIASES_CHANGED, "/aliases", Some(&sorted(&old.aliases)), Some(&sorted(&new.aliases))),
        text(&f::DEPRECATED_CHANGED, "/deprecated", Some(flag(old.deprecated)), Some(flag(new.deprecated))),
        text(&f::RATE_LIMIT_CHANGED, "/rateLimit", limit(old).as_deref(), limit(new).as_deref()),
        text(auth, "/requiresAuth", Some(flag(old.requires_auth)), Some(flag(new.requires_auth))),
        text(approval, "/requiresApproval", Some(was.describe()), Some(is.describe())),
        text(&f::SCOPES_CHANGED, "/scopes", Some(&sorted(&old.scopes)), Some(&sorted(&new.scopes))),
    ];
    let schemas = differences(&old.input_schema, &new.input_schema).into_iter().map(Into::into);
    let results = output_findings(old.output_schema.as_deref(), new.output_schema.as_deref());
    let hints = hints(&old.annotations, &new.annotations);
    texts.into_iter().flatten().chain(hints).chain(schemas).chain(results).collect()
}

/// What a change of the output schema means to programs that read results.
fn output_findings(old: Option<&Schema>, new: Option<&Schema>) -> Vec<ChangeFinding> {
    let whole = |kind| vec![ChangeFinding::new(kind, "/outputSchema", None, None)];
    match (old, new) {
        (None, None) => Vec::new(),
        (None, Some(_)) => whole(&f::OUTPUT_SCHEMA_ADDED),
        (Some(_), None) => whole(&f::OUTPUT_SCHEMA_REMOVED),
        (Some(old), Some(new)) => result_differences(old, new).iter().map(ChangeFinding::of_result).collect(),
    }
}

const fn flag(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn sorted(tags: &[String]) -> String {
    let mut tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    tags.sort_unstable();
    tags.join(", ")
}

/// An annotation of a tool's effects.
struct Hint {
    name: &'static str,
    value: fn(&Annotations) -> Option<bool>,
    /// The default value.
    default: bool,
    /// The value that claims that the tool is harmless.
    harmless: bool,
}

/// Source: MCP 2025-11-25, schema, `ToolAnnotations`.
const HINTS: [Hint; 4] = [
    Hint { name: "readOnlyHint", value: |hints| hints.read_only_hint, default: false, harmless: true },
    Hint { name: "destructiveHint", value: |hints| hints.destructive_hint, default: true, harmless: false },
    Hint { name: "idempotentHint", value: |hints| hints.idempotent_hint, default: false, harmless: true },
    Hint { name: "openWorldHint", value: |hints| hints.open_world_hint, default: true, harmless: false },
];

fn hints<'h>(old: &'h Annotations, new: &'h Annotations) -> impl Iterator<Item = ChangeFinding> + use<'h> {
    HINTS.iter().filter_map(|hint| {
        let (old, new) = ((hint.value)(old), (hint.value)(new));
        let kind = match (old.unwrap_or(hint.default), new.unwrap_or(hint.default)) {
            _ if old == new => return None,
            (was, is) if was == is => &f::HINT_SAID,
            (_, is) if is == hint.harmless => &f::HINT_GIVEN,
            _ => &f::HINT_WITHDRAWN,
        };
        let pointer = format!("/annotations/{}", hint.name);
        Some(ChangeFinding::new(kind, &pointer, old.map(flag), new.map(flag)))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::review::ChangeClass;

    #[test]
    fn a_call_that_needs_a_person_less_often_is_another_finding_than_one_that_does_more_often() {
        let tool = |value: &Value| {
            let definition = json!({"name": "a", "description": "d", "requiresApproval": value});
            ToolDefinition::parse(&definition, true).expect("a definition")
        };
        let [never, some, always] = [json!(false), json!("predicate"), json!(true)];
        for (old, new, code, message) in [
            (&never, &some, "CALL_APPROVAL_REQUIRED", "a function"),
            (&never, &always, "CALL_APPROVAL_REQUIRED", "true"),
            (&some, &always, "CALL_APPROVAL_REQUIRED", "a function"),
            (&always, &some, "CALL_APPROVAL_NOT_REQUIRED", "a function"),
            (&always, &never, "CALL_APPROVAL_NOT_REQUIRED", "false"),
            (&some, &never, "CALL_APPROVAL_NOT_REQUIRED", "false"),
        ] {
            let findings = compare(&tool(old), &tool(new));
            let [finding] = &findings[..] else { panic!("one finding: {findings:?}") };
            assert_eq!((finding.code, &*finding.pointer), (code, "/requiresApproval"));
            assert!(finding.message.contains(message), "{}", finding.message);
        }
        assert_eq!(compare(&tool(&some), &tool(&some)), []);
    }

    #[test]
    fn a_result_that_may_be_wider_is_breaking_and_a_narrower_one_is_not() {
        let tool = |schema: &Value| {
            let definition = json!({"name": "a", "description": "d", "outputSchema": schema});
            ToolDefinition::parse(&definition, true).expect("a definition")
        };
        let [none, any, text, titled] =
            [json!(null), json!({}), json!({"type": "string"}), json!({"type": "string", "title": "t"})];
        for (old, new, code, class) in [
            (&none, &text, "OUTPUT_SCHEMA_ADDED", ChangeClass::Widening),
            (&text, &none, "OUTPUT_SCHEMA_REMOVED", ChangeClass::Breaking),
            (&any, &text, "OUTPUT_NARROWED", ChangeClass::Widening),
            (&text, &any, "OUTPUT_WIDENED", ChangeClass::Breaking),
            (&text, &titled, "OUTPUT_WORDING_CHANGED", ChangeClass::Wording),
        ] {
            let findings = compare(&tool(old), &tool(new));
            let [finding] = &findings[..] else { panic!("one finding: {findings:?}") };
            assert_eq!((finding.code, finding.class), (code, class));
            assert!(finding.pointer.starts_with("/outputSchema"), "{}", finding.pointer);
        }
        assert_eq!(compare(&tool(&text), &tool(&text)), []);
    }

    #[test]
    fn other_scopes_are_of_the_class_auth_and_another_order_is_no_change() {
        let tool = |scopes: Value| {
            let definition = json!({"name": "a", "description": "d", "scopes": scopes});
            ToolDefinition::parse(&definition, true).expect("a definition")
        };
        for other in [json!([]), json!(["x"]), json!(["x", "y", "z"])] {
            let findings = compare(&tool(json!(["x", "y"])), &tool(other));
            let [finding] = &findings[..] else { panic!("one finding: {findings:?}") };
            assert_eq!((finding.code, &*finding.pointer), ("SCOPES_CHANGED", "/scopes"));
        }
        assert_eq!(compare(&tool(json!(["x", "y"])), &tool(json!(["y", "x"]))), []);
    }

    #[test]
    fn a_missing_annotation_counts_as_its_default() {
        let read_only = |hint| Annotations { read_only_hint: hint, ..Annotations::default() };
        let destructive = |hint| Annotations { destructive_hint: hint, ..Annotations::default() };
        for (old, new, code) in [
            (read_only(Some(true)), read_only(Some(false)), "HINT_WITHDRAWN"),
            (read_only(Some(true)), read_only(None), "HINT_WITHDRAWN"),
            (read_only(None), read_only(Some(false)), "HINT_SAID"),
            (read_only(None), read_only(Some(true)), "HINT_GIVEN"),
            (destructive(Some(false)), destructive(None), "HINT_WITHDRAWN"),
            (destructive(Some(true)), destructive(Some(false)), "HINT_GIVEN"),
        ] {
            let codes: Vec<_> = hints(&old, &new).map(|one| one.code).collect();
            assert_eq!(codes, [code], "{old:?} {new:?}");
        }
        assert_eq!(hints(&read_only(None), &read_only(None)).count(), 0);
    }
}
