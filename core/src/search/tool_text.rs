//! Text of a tool: what a search reads of it.

use std::borrow::Cow;

/// What is searched of one tool.
#[derive(Clone, Debug, Default)]
pub struct ToolText<'t> {
    /// Its name.
    pub name: &'t str,
    /// The name that providers are sent.
    pub wire_name: &'t str,
    /// The operation that it was made from.
    pub operation: Option<OperationText<'t>>,
    /// The title for people.
    pub title: Option<&'t str>,
    /// Its description. A blank line, or the end of a sentence, ends the part that counts most.
    pub description: &'t str,
    /// The category.
    pub category: Option<&'t str>,
    /// The tags.
    pub tags: &'t [String],
    /// Its source.
    pub source: &'t str,
    /// The namespace of its name.
    pub namespace: Option<&'t str>,
    /// Other names that requests may use. They are never shown.
    pub aliases: &'t [String],
    /// The schema of its arguments as JSON, without definitions.
    pub parameters: Cow<'t, str>,
    /// Whether it is deprecated.
    pub is_deprecated: bool,
}

/// The operation of a document that a tool was made from.
#[derive(Clone, Copy, Debug)]
pub struct OperationText<'t> {
    /// The method in capitals; empty for none.
    pub method: &'t str,
    /// The path, with parameters in braces.
    pub path: &'t str,
    /// The `operationId`.
    pub id: Option<&'t str>,
}
