//! Path templates: `/repos/{owner}/{repo}`, and those of RFC 6570: `/v1/{+name}`.

use std::borrow::Cow;

use crate::error::excerpt;
use crate::json::HashMap;
use crate::spec::uri_template::expression::TemplateVariable;
use crate::spec::uri_template::path_query::{PathQuery, TWO_EXPANSIONS};
use crate::spec::uri_template::template_part::{
    PlacedParts, QueryVariable, TemplatePart, split_outside_braces,
};

/// A path template with its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathTemplate {
    text: String,
    parts: Vec<TemplatePart>,
    /// The literal query: `action=list`. Publishers tell operations of one path apart with it.
    query: Option<String>,
    /// Sorted by the names of the variables.
    query_variables: Vec<QueryVariable>,
    /// Query members that are templates: `{field}=1`.
    query_members: Vec<Vec<TemplatePart>>,
    /// Sorted by name.
    filled: Vec<FilledVariable>,
    /// Repairs of the path as written.
    pub repairs: Vec<PathRepair>,
}

/// A variable that is filled in place, once or more often.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FilledVariable {
    variable: TemplateVariable,
    /// Its number among them, from 1.
    number: usize,
    /// Whether the path itself has it.
    in_path: bool,
    /// Whether a query member has it.
    in_member: bool,
}

/// A repair of a path that was not right as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathRepair {
    /// A leading `/` was added.
    SlashAdded,
    /// All leading `/` but one were dropped.
    SlashesDropped,
    /// The fragment was dropped: no request sends one.
    FragmentDropped,
}

impl PathTemplate {
    /// Parses a template without declared parameters. The error says what is wrong with it.
    pub fn parse(path: &str) -> Result<Self, String> {
        Self::with_names(path, &|_| false)
    }

    /// Parses a template. `is_declared` says whether a parameter has a name, which is then no expression.
    pub fn with_names(path: &str, is_declared: &dyn Fn(&str) -> bool) -> Result<Self, String> {
        let fault = |what: &str| format!("path \"{}\" {what}", excerpt(path).escape_debug());
        if path.contains("://") || path.chars().any(char::is_control) {
            return Err(fault("is more than a path"));
        }
        let mut repairs = Vec::new();
        let (own, fragment) = split_outside_braces(path, '#');
        let (own, query) = split_outside_braces(own, '?');
        let own: Cow<'_, str> = match own.trim_start_matches('/') {
            rest if rest.len() == own.len() => {
                repairs.push(PathRepair::SlashAdded);
                format!("/{own}").into()
            }
            rest if rest.len() + 1 == own.len() => own.into(),
            rest => {
                repairs.push(PathRepair::SlashesDropped);
                format!("/{rest}").into()
            }
        };
        if own.split('/').any(is_dot_segment) || own.contains('\\') {
            return Err(fault("leads out of itself"));
        }
        let path_parts = PlacedParts::parse(&own, is_declared).map_err(fault)?;
        let PathQuery { literals, variables, members, has_fragment } =
            PathQuery::parse(query.unwrap_or_default(), &path_parts, is_declared).map_err(fault)?;
        if fragment.is_some() || path_parts.has_fragment || has_fragment {
            repairs.push(PathRepair::FragmentDropped);
        }
        let parts = path_parts.in_place;
        let filled = filled(&parts, &members).map_err(fault)?;
        let template = Self {
            text: path.to_owned(),
            parts,
            query: (!literals.is_empty()).then(|| literals.join("&")),
            query_variables: variables,
            query_members: members,
            filled,
            repairs,
        };
        if template.query_variables.iter().any(|one| template.variable(&one.variable.name).is_some()) {
            return Err(fault(TWO_EXPANSIONS));
        }
        Ok(template)
    }

    /// The template as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The parts of the path in order.
    pub fn parts(&self) -> &[TemplatePart] {
        &self.parts
    }

    /// The literal query.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The variables that are query parameters.
    pub fn query_variables(&self) -> &[QueryVariable] {
        &self.query_variables
    }

    /// Query members that are templates: `{field}=1`. Their variables are filled in place.
    pub fn query_members(&self) -> &[Vec<TemplatePart>] {
        &self.query_members
    }

    /// The variables that are filled in place, each once, in order.
    pub fn variables(&self) -> Vec<&TemplateVariable> {
        let mut all: Vec<&FilledVariable> = self.filled.iter().collect();
        all.sort_unstable_by_key(|filled| filled.number);
        all.into_iter().map(|filled| &filled.variable).collect()
    }

    /// The variable of a name that is filled in place.
    pub fn variable(&self, name: &str) -> Option<&TemplateVariable> {
        Some(&self.filled(name)?.variable)
    }

    /// The number of a variable among those that are filled in place, from 1.
    pub fn number(&self, name: &str) -> Option<usize> {
        Some(self.filled(name)?.number)
    }

    /// Name and location of a declared parameter as it is sent: a variable of its name in the path decides.
    pub fn sent_as<'s>(&'s self, name: &'s str, place: &'s str) -> (&'s str, &'s str) {
        let in_query = self.query_variables.binary_search_by(|one| one.variable.name.as_str().cmp(name));
        match in_query {
            Ok(found) if matches!(place, "path" | "query") => (&self.query_variables[found].key, "query"),
            Err(_) if place == "query" && self.is_in_member(name) => (name, "path"),
            _ => (name, place),
        }
    }

    /// Whether a query member has such a variable.
    pub fn is_in_member(&self, name: &str) -> bool {
        self.filled(name).is_some_and(|filled| filled.in_member)
    }

    /// Whether the path itself has such a variable.
    pub fn is_in_path(&self, name: &str) -> bool {
        self.filled(name).is_some_and(|filled| filled.in_path)
    }

    fn filled(&self, name: &str) -> Option<&FilledVariable> {
        let found = self.filled.binary_search_by(|filled| filled.variable.name.as_str().cmp(name));
        found.ok().map(|found| &self.filled[found])
    }
}

/// The variables that are filled in place, each once, sorted by name.
fn filled(
    parts: &[TemplatePart],
    members: &[Vec<TemplatePart>],
) -> Result<Vec<FilledVariable>, &'static str> {
    let mut by_name: HashMap<&str, FilledVariable> = HashMap::default();
    let of_members = members.iter().flatten().map(|part| (part, false));
    for (part, is_path) in parts.iter().map(|part| (part, true)).chain(of_members) {
        let TemplatePart::Variable(variable) = part else { continue };
        let number = by_name.len() + 1;
        let new = || FilledVariable { variable: variable.clone(), number, in_path: false, in_member: false };
        let known = by_name.entry(&variable.name).or_insert_with(new);
        if known.variable != *variable {
            return Err(TWO_EXPANSIONS);
        }
        known.in_path |= is_path;
        known.in_member |= !is_path;
    }
    let mut all: Vec<FilledVariable> = by_name.into_values().collect();
    all.sort_unstable_by(|one, other| one.variable.name.cmp(&other.variable.name));
    Ok(all)
}

/// Whether a segment of a path is `.` or `..`, however it is written.
fn is_dot_segment(segment: &str) -> bool {
    let (mut rest, mut dots) = (segment, 0);
    while let Some(behind) = [".", "%2e", "%2E"].iter().find_map(|dot| rest.strip_prefix(dot)) {
        (rest, dots) = (behind, dots + 1);
    }
    rest.is_empty() && matches!(dots, 1 | 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(template: &PathTemplate) -> Vec<&str> {
        template.variables().into_iter().map(|variable| variable.name.as_str()).collect()
    }

    #[test]
    fn variables_are_found_wherever_they_stand() {
        let template = PathTemplate::parse("/a/{x}/{y}.{x}:go").expect("valid");
        assert_eq!(names(&template), ["x", "y"]);
        assert_eq!(template.parts().len(), 7);
    }

    #[test]
    fn what_is_odd_and_clear_is_taken() {
        let template = PathTemplate::parse("oauth/{id}?action=list#refresh").expect("valid");
        assert_eq!(template.parts()[0], TemplatePart::Literal("/oauth/".to_owned()));
        assert_eq!(template.query(), Some("action=list"));
        assert_eq!(template.repairs, [PathRepair::SlashAdded, PathRepair::FragmentDropped]);
        let template = PathTemplate::parse("//evil.com/x").expect("a path of this API");
        assert_eq!(template.parts(), [TemplatePart::Literal("/evil.com/x".to_owned())]);
        assert_eq!(template.repairs, [PathRepair::SlashesDropped]);
    }

    #[test]
    fn a_variable_behind_the_question_mark_is_a_parameter_of_the_query() {
        let template =
            PathTemplate::parse("/a/{id}?v=1&lat={latitude}&{field}=2&f%5Bx%5D={y}").expect("valid");
        assert_eq!(template.query(), Some("v=1"));
        let keys: Vec<_> = template.query_variables().iter().map(|one| one.key.as_str()).collect();
        assert_eq!(keys, ["lat", "f[x]"]);
        assert_eq!(names(&template), ["id", "field"]);
        assert_eq!(template.sent_as("latitude", "path"), ("lat", "query"));
        assert_eq!(template.sent_as("field", "query"), ("field", "path"));
        assert_eq!(template.sent_as("id", "path"), ("id", "path"));
        let twice = PathTemplate::parse("/a/{id}?from={day}&to={day}&of={id}").expect("valid");
        assert_eq!((names(&twice), twice.query_members().len()), (vec!["id", "day"], 3));
        assert_eq!(twice.query_variables(), []);
        let template = PathTemplate::parse("/a?v=1{&x,y*}&w={id}{#part}").expect("valid");
        assert_eq!(
            (template.query(), template.repairs.as_slice()),
            (Some("v=1"), &[PathRepair::FragmentDropped][..])
        );
        let keys: Vec<_> = template.query_variables().iter().map(|one| one.key.as_str()).collect();
        assert_eq!(keys, ["w", "x", "y"]);
        let template = PathTemplate::parse("/a{/id}{?x,y*}{&z,x}{#part}").expect("valid");
        assert_eq!((names(&template), template.query_variables().len()), (vec!["id"], 3));
        assert_eq!(template.repairs, [PathRepair::FragmentDropped]);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for path in [
            "/{",
            "/{}",
            "/{ }",
            "/{a{b}}",
            "/{a/b}",
            "https://evil.com/x",
            "/a?b={c",
            "/{+a}?b={a}",
            "/a/../b",
            "/a/%2e%2E/b",
            "/a\\..\\b",
            "/a\n",
            "/{+a}/{a}",
        ] {
            assert!(PathTemplate::parse(path).is_err(), "{path}");
        }
    }
}
