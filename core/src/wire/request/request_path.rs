//! Path templates: variables filled with values, and path traversal refused.

use crate::spec::{ParameterStyle, PathTemplate, TemplatePart, ValueSerialization};
use crate::wire::escape;

/// The serialized value of one path variable.
pub struct PathValue<'e> {
    /// The variable.
    pub name: &'e str,
    /// The value, percent-encoded.
    pub text: String,
    /// JSON pointer of the argument that it comes from.
    pub pointer: String,
}

/// A path with its variables filled.
pub struct FilledPath<'e> {
    /// The path below the base URL, percent-encoded.
    pub text: String,
    /// What is wrong with it, in the order of the template.
    pub problems: Vec<PathProblem<'e>>,
}

/// Why a path cannot be sent.
pub enum PathProblem<'e> {
    /// A required variable has no value.
    Missing(&'e str),
    /// The argument at this JSON pointer fills a segment that a server may resolve as `.` or `..`.
    LeadsOut(String),
}

/// Why a serialized value cannot stand in a path.
pub fn value_problems(wire: &ValueSerialization, text: &str) -> impl Iterator<Item = &'static str> + use<> {
    let is_dots = text.is_empty() || text == "." || text == "..";
    let has_gap = |segments: &str| segments.split('/').any(str::is_empty);
    let is_broken = match wire.style {
        ParameterStyle::Reserved => !text.is_empty() && has_gap(text),
        ParameterStyle::PathSegment => text.strip_prefix('/').is_some_and(has_gap),
        _ => false,
    };
    let dots = is_dots.then_some("cannot be empty, \".\" or \"..\" in a path");
    let broken = is_broken.then_some("cannot begin or end with \"/\", or have \"//\" in it, in a path");
    dots.into_iter().chain(broken)
}

/// Fills the variables of a template below `base_path`.
pub fn filled_path<'e>(
    template: &'e PathTemplate,
    base_path: &str,
    values: &[PathValue<'_>],
) -> FilledPath<'e> {
    let mut path = FilledPath { text: base_path.to_owned(), problems: Vec::new() };
    // Several variables can stand in one segment: a segment is judged as a whole, not value by value.
    let (mut start, mut pointers) = (path.text.len(), Vec::new());
    for part in template.parts() {
        match part {
            TemplatePart::Literal(text) => {
                let slash = text.find('/').unwrap_or(text.len());
                path.text.push_str(&text[..slash]);
                if slash < text.len() {
                    path.judge_segment(start, &pointers);
                    pointers.clear();
                    path.text.push_str(&text[slash..]);
                    start = path.text.rfind('/').map_or(path.text.len(), |last| last + 1);
                }
            }
            TemplatePart::Variable(variable) => match value_of(values, &variable.name) {
                Some(value) => {
                    path.text.push_str(&value.text);
                    pointers.push(value.pointer.as_str());
                }
                None if variable.may_be_absent() => {}
                None => path.problems.push(PathProblem::Missing(&variable.name)),
            },
        }
    }
    path.judge_segment(start, &pointers);
    path
}

/// The templates of the query with their variables filled; a member whose variable has no value is left out.
pub fn filled_query_members(template: &PathTemplate, values: &[PathValue<'_>]) -> Vec<String> {
    let filled = |part: &TemplatePart| match part {
        TemplatePart::Literal(text) => Some(text.clone()),
        TemplatePart::Variable(variable) => Some(value_of(values, &variable.name)?.text.clone()),
    };
    let members = template.query_members().iter();
    members.filter_map(|member| member.iter().map(filled).collect()).collect()
}

/// The last value of a variable: a fixed value comes after the argument's.
fn value_of<'v>(values: &'v [PathValue<'_>], variable: &str) -> Option<&'v PathValue<'v>> {
    values.iter().rfind(|value| *value.name == *variable)
}

impl FilledPath<'_> {
    fn judge_segment(&mut self, start: usize, pointers: &[&str]) {
        if !pointers.is_empty() && escape::leads_out(&self.text[start..]) {
            self.problems.extend(pointers.iter().map(|pointer| PathProblem::LeadsOut((*pointer).to_owned())));
        }
    }
}
