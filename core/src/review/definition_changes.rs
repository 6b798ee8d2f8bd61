//! Two definitions of one tool.

use super::change_finding::{ChangeFinding, FindingKind, finding as f};
use crate::schema::differences;
use crate::tool::{Annotations, ToolDefinition};

/// Every difference of two definitions. Versions are no difference: what they stand for is. Nor are limits of calls, but for the
/// rate that orchestrators are told of: they are its owner's word, and nobody sees them.
pub fn compare(old: &ToolDefinition, new: &ToolDefinition) -> Vec<ChangeFinding> {
    let mut found = Vec::new();
    let mut text = |kind: &FindingKind, pointer: &str, old: Option<&str>, new: Option<&str>| {
        if old != new {
            found.push(ChangeFinding::new(kind, pointer, old, new));
        }
    };
    text(&f::NAME_CHANGED, "/name", Some(&old.name), Some(&new.name));
    text(&f::TITLE_CHANGED, "/title", old.title.as_deref(), new.title.as_deref());
    text(&f::DESCRIPTION_CHANGED, "/description", Some(&old.description), Some(&new.description));
    text(&f::CATEGORY_CHANGED, "/category", old.category.as_deref(), new.category.as_deref());
    text(&f::TAGS_CHANGED, "/tags", Some(&sorted(&old.tags)), Some(&sorted(&new.tags)));
    let said = |flag: bool| Some(if flag { "true" } else { "false" });
    text(&f::DEPRECATED_CHANGED, "/deprecated", said(old.deprecated), said(new.deprecated));
    let limit = |tool: &ToolDefinition| tool.rate_limit.map(|limit| limit.to_string());
    text(&f::RATE_LIMIT_CHANGED, "/rateLimit", limit(old).as_deref(), limit(new).as_deref());
    let auth = if new.requires_auth { &f::AUTH_REQUIRED } else { &f::AUTH_NOT_REQUIRED };
    text(auth, "/requiresAuth", said(old.requires_auth), said(new.requires_auth));
    found.extend(hints(&old.annotations, &new.annotations));
    found.extend(differences(&old.input_schema, &new.input_schema).into_iter().map(Into::into));
    found
}

fn sorted(tags: &[String]) -> String {
    let mut tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    tags.sort_unstable();
    tags.join(", ")
}

/// A hint, what is assumed where it is not given, and which answer is the harmless one.
type Hint = (&'static str, fn(&Annotations) -> Option<bool>, bool, bool);

/// Source: MCP 2025-11-25, schema, `ToolAnnotations`.
const HINTS: [Hint; 4] = [
    ("readOnlyHint", |hints| hints.read_only_hint, false, true),
    ("destructiveHint", |hints| hints.destructive_hint, true, false),
    ("idempotentHint", |hints| hints.idempotent_hint, false, true),
    ("openWorldHint", |hints| hints.open_world_hint, true, false),
];

fn hints<'h>(old: &'h Annotations, new: &'h Annotations) -> impl Iterator<Item = ChangeFinding> + use<'h> {
    HINTS.iter().filter_map(|(name, of, assumed, harmless)| {
        let (was, is) = (of(old), of(new));
        let kind = match (was.unwrap_or(*assumed), is.unwrap_or(*assumed)) {
            _ if was == is => return None,
            (was, is) if was == is => &f::HINT_SAID,
            (_, is) if is == *harmless => &f::HINT_GIVEN,
            _ => &f::HINT_WITHDRAWN,
        };
        let said = |hint: Option<bool>| hint.map(|hint| if hint { "true" } else { "false" });
        Some(ChangeFinding::new(kind, &format!("/annotations/{name}"), said(was), said(is)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_count_by_what_is_assumed_without_them() {
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
