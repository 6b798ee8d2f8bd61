//! Path templates: fills variables with values and refuses path traversal.

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
    /// The problems, in the order of the template.
    pub problems: Vec<PathProblem<'e>>,
}

/// Why a path cannot be sent.
pub enum PathProblem<'e> {
    /// A required variable has no value.
    Missing(&'e str),
    /// Path traversal: the argument at this JSON pointer fills a segment that a server may resolve as `.` or `..`.
    Traversal(String),
}

/// The messages of a serialized value that cannot be sent in a path.
pub fn path_value_problems(
    wire: &ValueSerialization,
    text: &str,
) -> impl Iterator<Item = &'static str> + use<> {
    let is_dot_segment = text.is_empty() || text == "." || text == "..";
    let has_empty_segment = |segments: &str| segments.split('/').any(str::is_empty);
    let is_broken = match wire.style {
        ParameterStyle::Reserved => !text.is_empty() && has_empty_segment(text),
        ParameterStyle::PathSegment => text.strip_prefix('/').is_some_and(has_empty_segment),
        _ => false,
    };
    let dots = is_dot_segment.then_some("cannot be empty, \".\" or \"..\" in a path");
    let broken = is_broken.then_some("cannot begin or end with \"/\", or have \"//\" in it, in a path");
    dots.into_iter().chain(broken)
}

/// Fills the variables of a template below `base_path`.
pub fn fill_path<'e>(
    template: &'e PathTemplate,
    base_path: &str,
    values: &[PathValue<'_>],
) -> FilledPath<'e> {
    let mut path = FilledPath { text: base_path.to_owned(), problems: Vec::new() };
    // A segment can hold several variables, and together they can make `..`: each segment is checked whole.
    let (mut start, mut pointers) = (path.text.len(), Vec::new());
    for part in template.parts() {
        match part {
            TemplatePart::Literal(text) => {
                let slash = text.find('/').unwrap_or(text.len());
                path.text.push_str(&text[..slash]);
                if slash < text.len() {
                    path.check_segment(start, &pointers);
                    pointers.clear();
                    path.text.push_str(&text[slash..]);
                    start = path.text.rfind('/').map_or(path.text.len(), |last| last + 1);
                }
            }
            TemplatePart::Variable(variable) => match find_value(values, &variable.name) {
                Some(value) => {
                    path.text.push_str(&value.text);
                    pointers.push(value.pointer.as_str());
                }
                None if variable.may_be_absent() => {}
                None => path.problems.push(PathProblem::Missing(&variable.name)),
            },
        }
    }
    path.check_segment(start, &pointers);
    path
}

/// Fills the query members of a template. A member whose variable has no value is left out.
pub fn fill_query_members(template: &PathTemplate, values: &[PathValue<'_>]) -> Vec<String> {
    let fill_part = |part: &TemplatePart| match part {
        TemplatePart::Literal(text) => Some(text.clone()),
        TemplatePart::Variable(variable) => Some(find_value(values, &variable.name)?.text.clone()),
    };
    let members = template.query_members().iter();
    members.filter_map(|member| member.iter().map(fill_part).collect()).collect()
}

/// The last value of a variable: a fixed value comes after that of the argument.
fn find_value<'v>(values: &'v [PathValue<'_>], variable: &str) -> Option<&'v PathValue<'v>> {
    values.iter().rfind(|value| *value.name == *variable)
}

impl FilledPath<'_> {
    fn check_segment(&mut self, start: usize, pointers: &[&str]) {
        if !pointers.is_empty() && escape::has_dot_segment(&self.text[start..]) {
            self.problems
                .extend(pointers.iter().map(|pointer| PathProblem::Traversal((*pointer).to_owned())));
        }
    }
}
