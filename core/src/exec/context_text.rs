//! Context placeholders: `{context.userId}` in a header, a query, a path or a body, filled from the caller's context and
//! never from arguments.

use serde_json::{Map, Value};

use crate::error::{Error, Result, describe_unknown};
use crate::tool::CallContext;
use crate::unicode::invisible;

/// The words of placeholders, as errors list them.
const PLACEHOLDERS: [&str; 3] = ["context.userId", "context.auditingId", "context.metadata.KEY"];

/// A value of the caller's context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextKey {
    /// `context.userId`.
    UserId,
    /// `context.auditingId`.
    AuditingId,
    /// `context.metadata.a.b`: the path to a member, each name one level.
    Metadata(Vec<String>),
}

/// A text with at least one placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextText {
    parts: Vec<TextPart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum TextPart {
    Literal(String),
    Key(ContextKey),
}

impl ContextKey {
    /// Parses the name of a placeholder: `context.userId`.
    ///
    /// # Errors
    /// What would be right.
    pub fn parse(name: &str) -> Result<Self, String> {
        match name {
            "context.userId" => return Ok(Self::UserId),
            "context.auditingId" => return Ok(Self::AuditingId),
            _ => {}
        }
        let path: Option<Vec<String>> = name
            .strip_prefix("context.metadata.")
            .map(|path| path.split('.').map(ToOwned::to_owned).collect());
        match path.filter(|path| path.iter().all(|step| !step.is_empty())) {
            Some(path) => Ok(Self::Metadata(path)),
            None => Err(format!(
                "has the placeholder {{{name}}}, which {}",
                describe_unknown(name, &PLACEHOLDERS)
            )),
        }
    }

    /// The key as errors name it: `metadata.tenant`.
    pub fn name(&self) -> String {
        match self {
            Self::UserId => "userId".to_owned(),
            Self::AuditingId => "auditingId".to_owned(),
            Self::Metadata(path) => format!("metadata.{}", path.join(".")),
        }
    }

    /// The value in a context: a text with a visible character, a number or a boolean.
    ///
    /// # Errors
    /// `MISSING_CONTEXT`.
    fn value<'c>(&self, tool: &str, context: &'c CallContext) -> Result<&'c Value> {
        let member = |held: &'c Value, step: &String| {
            held.as_object().and_then(|members: &Map<_, _>| members.get(step))
        };
        let value = match self {
            Self::UserId => Some(&context.user_id).filter(|_| context.has_user()),
            Self::AuditingId => Some(&context.auditing_id),
            Self::Metadata(path) => path.iter().try_fold(&context.metadata, member),
        };
        let is_usable = |value: &&Value| match value {
            Value::String(text) => text.chars().any(invisible::is_seen),
            Value::Number(_) | Value::Bool(_) => true,
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        };
        let missing = || Error::MissingContext { tool: tool.to_owned(), key: self.name().into() };
        value.filter(is_usable).ok_or_else(missing)
    }
}

impl ContextText {
    /// Parses a text; `None` where it has no placeholder. Braces around anything but a name are literal text.
    ///
    /// # Errors
    /// A placeholder that is unknown, and what would be right.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        let (mut parts, mut literal, mut rest) = (Vec::new(), String::new(), text);
        while let Some(start) = rest.find('{') {
            let (before, opened) = rest.split_at(start);
            let name = name_in_braces(opened);
            let Some(name) = name else {
                literal.push_str(before);
                literal.push('{');
                rest = &opened[1..];
                continue;
            };
            literal.push_str(before);
            parts.extend(
                Some(std::mem::take(&mut literal)).filter(|text| !text.is_empty()).map(TextPart::Literal),
            );
            parts.push(TextPart::Key(ContextKey::parse(name)?));
            rest = &opened[name.len() + 2..];
        }
        if parts.is_empty() {
            return Ok(None);
        }
        literal.push_str(rest);
        parts.extend(Some(literal).filter(|text| !text.is_empty()).map(TextPart::Literal));
        Ok(Some(Self { parts }))
    }

    /// The text of one placeholder alone.
    pub fn of_key(key: ContextKey) -> Self {
        Self { parts: vec![TextPart::Key(key)] }
    }

    /// The keys of its placeholders.
    pub fn keys(&self) -> impl Iterator<Item = &ContextKey> {
        self.parts.iter().filter_map(|part| match part {
            TextPart::Key(key) => Some(key),
            TextPart::Literal(_) => None,
        })
    }

    /// The text with the values of a context. A placeholder alone keeps the type of its value.
    ///
    /// # Errors
    /// `MISSING_CONTEXT`.
    pub fn fill(&self, tool: &str, context: &CallContext) -> Result<Value> {
        if let [TextPart::Key(key)] = self.parts.as_slice() {
            return key.value(tool, context).cloned();
        }
        self.fill_text(tool, context).map(Value::String)
    }

    /// The text with the values of a context.
    ///
    /// # Errors
    /// `MISSING_CONTEXT`.
    pub fn fill_text(&self, tool: &str, context: &CallContext) -> Result<String> {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                TextPart::Literal(text) => filled.push_str(text),
                TextPart::Key(key) => match key.value(tool, context)? {
                    Value::String(text) => filled.push_str(text),
                    other => filled.push_str(&other.to_string()),
                },
            }
        }
        Ok(filled)
    }
}

/// The name between the braces at the start of a text; `None` for braces around anything else. It reads no further than a
/// name goes, so that many braces take linear time.
fn name_in_braces(opened: &str) -> Option<&str> {
    let inner =
        opened.strip_prefix('{').filter(|inner| inner.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.'))?;
    inner[end..].starts_with('}').then_some(&inner[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn context() -> CallContext {
        let metadata = json!({"tenant": "acme", "org": {"id": 7}, "list": [1], "empty": " \u{200b}"});
        CallContext { user_id: json!("ada"), auditing_id: json!(42), metadata }
    }

    #[test]
    fn a_placeholder_is_the_value_of_the_context() {
        for (text, expected) in [
            ("{context.userId}", json!("ada")),
            ("{context.auditingId}", json!(42)),
            ("{context.metadata.org.id}", json!(7)),
            ("user={context.userId};org={context.metadata.org.id}", json!("user=ada;org=7")),
            (r#"{"by": "{context.userId}"}"#, json!(r#"{"by": "ada"}"#)),
            ("{{context.userId}}", json!("{ada}")),
        ] {
            let parsed = ContextText::parse(text).expect(text).expect(text);
            assert_eq!(parsed.fill("t", &context()), Ok(expected), "{text}");
        }
        for literal in ["", "plain", r#"{"a": 1}"#, "{}", "{ context.userId }", "a{", "}{"] {
            assert_eq!(ContextText::parse(literal), Ok(None), "{literal}");
        }
    }

    #[test]
    fn a_context_without_the_value_is_missing_context() {
        for (text, key) in [
            ("{context.metadata.none}", "metadata.none"),
            ("{context.metadata.list}", "metadata.list"),
            ("{context.metadata.org}", "metadata.org"),
            ("{context.metadata.empty}", "metadata.empty"),
            ("{context.metadata.tenant.id}", "metadata.tenant.id"),
        ] {
            let parsed = ContextText::parse(text).expect(text).expect(text);
            let missing = Error::MissingContext { tool: "t".to_owned(), key: key.into() };
            assert_eq!(parsed.fill("t", &context()), Err(missing), "{text}");
        }
        let user = ContextText::of_key(ContextKey::UserId);
        for user_id in [json!(null), json!(""), json!(0), json!("\u{200b}"), json!({}), json!(true)] {
            let nobody = CallContext { user_id, ..CallContext::default() };
            assert!(user.fill("t", &nobody).is_err(), "{nobody:?}");
        }
    }

    #[test]
    fn an_unknown_placeholder_is_told_the_nearest() {
        for (text, told) in [
            ("{context.userid}", "nearest: context.userId"),
            ("{userId}", "nearest: context.userId"),
            ("{context.metadata}", "context.metadata.KEY"),
            ("{context.metadata.}", "context.metadata.KEY"),
            ("{customerId}", "is none of"),
        ] {
            let reason = ContextText::parse(text).expect_err(text);
            assert!(reason.contains(told), "{text}: {reason}");
        }
    }
}
