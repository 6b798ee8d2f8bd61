//! Parts of path templates: literal text, and variables in braces.

use crate::spec::uri_template::expression::{TemplateVariable, VariableExpansion, parse_expression};

/// One part of a path template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// Literal text.
    Literal(String),
    /// A variable.
    Variable(TemplateVariable),
}

impl TemplatePart {
    /// The variable, if the part is one.
    pub const fn variable(&self) -> Option<&TemplateVariable> {
        match self {
            Self::Variable(variable) => Some(variable),
            Self::Literal(_) => None,
        }
    }
}

/// A variable that is a query parameter: `?lat={latitude}` or `{?latitude}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryVariable {
    /// Its name in the query.
    pub key: String,
    /// The variable.
    pub variable: TemplateVariable,
}

/// The parts of a text by where they are sent: `{?a}` and `{&a}` go to the query wherever they stand.
#[derive(Default)]
pub struct PlacedParts {
    /// Parts that are filled in place.
    pub in_place: Vec<TemplatePart>,
    /// Variables that are sent in the query.
    pub query: Vec<QueryVariable>,
    /// Whether there is an expression for the fragment, `{#a}`.
    pub has_fragment: bool,
}

impl PlacedParts {
    /// Parses a text. `is_declared` returns true for the name of a declared parameter, which is then no expression.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str, is_declared: &dyn Fn(&str) -> bool) -> Result<Self, &'static str> {
        let mut placed = Self::default();
        for part in parse_parts(text, is_declared)? {
            match part {
                TemplatePart::Variable(variable) if variable.expansion == VariableExpansion::Query => {
                    placed.query.push(QueryVariable { key: variable.name.clone(), variable });
                }
                TemplatePart::Variable(variable) if variable.expansion == VariableExpansion::Fragment => {
                    placed.has_fragment = true;
                }
                part => placed.in_place.push(part),
            }
        }
        Ok(placed)
    }
}

/// Splits a text at a character outside of braces.
pub fn split_outside_braces(path: &str, sign: char) -> (&str, Option<&str>) {
    let mut is_inside = false;
    let mut found = path.char_indices().filter(|(_, c)| {
        is_inside = if is_inside { *c != '}' } else { *c == '{' };
        !is_inside && *c == sign
    });
    match found.next() {
        Some((at, _)) => (&path[..at], Some(&path[at + 1..])),
        None => (path, None),
    }
}

fn parse_parts(text: &str, is_declared: &dyn Fn(&str) -> bool) -> Result<Vec<TemplatePart>, &'static str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let length = rest[start..].find('}').ok_or("has an open brace")?;
        let name = &rest[start + 1..start + length];
        let all = parse_expression(name, is_declared);
        let is_name = |one: &TemplateVariable| !one.name.trim().is_empty() && !one.name.contains(['{', '/']);
        if !all.iter().all(is_name) {
            return Err("has a variable without a name");
        }
        if start > 0 {
            parts.push(TemplatePart::Literal(rest[..start].to_owned()));
        }
        for (i, variable) in all.into_iter().enumerate() {
            let is_listed =
                matches!(variable.expansion, VariableExpansion::Simple | VariableExpansion::Reserved);
            if i > 0 && is_listed {
                parts.push(TemplatePart::Literal(",".to_owned()));
            }
            parts.push(TemplatePart::Variable(variable));
        }
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        parts.push(TemplatePart::Literal(rest.to_owned()));
    }
    Ok(parts)
}
