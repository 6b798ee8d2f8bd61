//! Path templates: `/repos/{owner}/{repo}`, and those of RFC 6570: `/v1/{+name}`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::expression::{Expansion, Variable, variables};
use crate::error::excerpt;

/// One piece of a path template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that stands in every request.
    Literal(String),
    /// A variable.
    Variable(Variable),
}

/// A variable that a path sends as a parameter of the query: `?lat={latitude}`, or `{?latitude}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryVariable {
    /// Its name in the query.
    pub key: String,
    /// The variable.
    pub variable: Variable,
}

/// A path with variables, and what stands behind it in every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
    /// `action=list`: what the path itself has behind a `?`. Publishers tell operations of one path apart that way.
    query: Option<String>,
    query_variables: Vec<QueryVariable>,
    /// Members of the query whose variables are more or less than their value: `{field}=1`.
    query_members: Vec<Vec<Part>>,
    /// What was not right with the path as written.
    pub oddities: Vec<Oddity>,
}

/// What was not right with a path as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// It does not begin with a `/`.
    NoSlash,
    /// It begins with more than one `/`.
    Slashes,
    /// It has a fragment, which no request sends.
    Fragment,
}

impl Template {
    /// Reads a template of which no parameter is declared; the error says what is wrong with it.
    pub fn parse(path: &str) -> Result<Self, String> {
        Self::with_names(path, &|_| false)
    }

    /// Reads a template. `is_declared` says whether a parameter bears a name: that is a name then, and no expression.
    pub fn with_names(path: &str, is_declared: &dyn Fn(&str) -> bool) -> Result<Self, String> {
        let fault = |what: &str| format!("path \"{}\" {what}", excerpt(path).escape_debug());
        if path.contains("://") || path.chars().any(char::is_control) {
            return Err(fault("is more than a path"));
        }
        let mut oddities = Vec::new();
        let (own, fragment) = parted(path, '#');
        let (own, query) = parted(own, '?');
        let own: Cow<'_, str> = match own.trim_start_matches('/') {
            rest if rest.len() == own.len() => {
                oddities.push(Oddity::NoSlash);
                format!("/{own}").into()
            }
            rest if rest.len() + 1 == own.len() => own.into(),
            rest => {
                oddities.push(Oddity::Slashes);
                format!("/{rest}").into()
            }
        };
        if own.split('/').any(is_dots) || own.contains('\\') {
            return Err(fault("leads out of itself"));
        }
        let mut parts = parts(&own, is_declared).map_err(fault)?;
        let mut query_variables = Vec::new();
        let mut has_fragment = fragment.is_some();
        parts.retain(|part| match part {
            Part::Variable(variable) if variable.expansion == Expansion::Query => {
                let (key, variable) = (variable.name.clone(), variable.clone());
                query_variables.push(QueryVariable { key, variable });
                false
            }
            Part::Variable(variable) => {
                has_fragment |= variable.expansion == Expansion::Fragment;
                variable.expansion != Expansion::Fragment
            }
            Part::Literal(_) => true,
        });
        if has_fragment {
            oddities.push(Oddity::Fragment);
        }
        // A value that stands in the path and in the query is one argument.
        let is_filled = |name: &str| has_variable(parts.iter(), name);
        let mut own_query = Vec::new();
        let mut query_members = Vec::new();
        for member in query.unwrap_or_default().split('&').filter(|member| !member.is_empty()) {
            match Member::parse(member, is_declared).map_err(fault)? {
                Member::Literal => own_query.push(member),
                Member::Variable(of_query, parts) if is_filled(&of_query.variable.name) => {
                    query_members.push(parts);
                }
                Member::Variable(of_query, _) => query_variables.push(of_query),
                Member::Parts(parts) => query_members.push(parts),
            }
        }
        let query = (!own_query.is_empty()).then(|| own_query.join("&"));
        let template = Self { text: path.to_owned(), parts, query, query_variables, query_members, oddities };
        if template.has_twins() {
            return Err(fault("has one variable in two ways"));
        }
        Ok(template)
    }

    /// The template as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The pieces of the path in their order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What stands behind the `?` in every request.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The variables that are parameters of the query.
    pub fn query_variables(&self) -> &[QueryVariable] {
        &self.query_variables
    }

    /// Members of the query that are templates themselves: `{field}=1`. Their variables are filled as those of the path.
    pub fn query_members(&self) -> &[Vec<Part>] {
        &self.query_members
    }

    /// The variables that are filled in place, each once.
    pub fn variables(&self) -> Vec<&Variable> {
        let mut all: Vec<&Variable> = Vec::new();
        for variable in self.filled() {
            if !all.iter().any(|known| known.name == variable.name) {
                all.push(variable);
            }
        }
        all
    }

    /// The variable of a name, where the path has it.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.filled().find(|variable| variable.name == name)
    }

    /// Name and place of what the document declares as a parameter of some name and place: where the path has a variable
    /// of that name, it says where that goes.
    pub fn sent_as<'s>(&'s self, name: &'s str, place: &'s str) -> (&'s str, &'s str) {
        let in_query = self.query_variables.iter().find(|one| one.variable.name == name);
        match in_query {
            Some(one) if matches!(place, "path" | "query") => (&one.key, "query"),
            None if place == "query" && self.is_in_member(name) => (name, "path"),
            _ => (name, place),
        }
    }

    /// Whether a member of the query that is a template has such a variable.
    pub fn is_in_member(&self, name: &str) -> bool {
        has_variable(self.query_members.iter().flatten(), name)
    }

    /// Whether the path itself has such a variable.
    pub fn is_in_path(&self, name: &str) -> bool {
        has_variable(self.parts.iter(), name)
    }

    fn filled(&self) -> impl Iterator<Item = &Variable> {
        let parts = self.parts.iter().chain(self.query_members.iter().flatten());
        parts.filter_map(|part| match part {
            Part::Variable(variable) => Some(variable),
            Part::Literal(_) => None,
        })
    }

    /// Whether a value would have to be written in two ways.
    fn has_twins(&self) -> bool {
        let of_query = self.query_variables.iter().map(|one| &one.variable);
        let is_twin = |variable: &Variable| {
            let differs = |other: &&Variable| {
                other.name == variable.name
                    && (other.expansion, other.explode) != (variable.expansion, variable.explode)
            };
            self.filled().any(|other| differs(&other))
        };
        self.filled().chain(of_query).any(is_twin)
    }
}

fn has_variable<'p>(mut parts: impl Iterator<Item = &'p Part>, name: &str) -> bool {
    parts.any(|part| matches!(part, Part::Variable(variable) if variable.name == name))
}

/// What stands before a character that is in no braces, and what behind it.
fn parted(path: &str, sign: char) -> (&str, Option<&str>) {
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

/// A member of the query that a path has.
enum Member {
    Literal,
    /// All of its value is a variable; the pieces that say the same.
    Variable(QueryVariable, Vec<Part>),
    Parts(Vec<Part>),
}

impl Member {
    fn parse(text: &str, is_declared: &dyn Fn(&str) -> bool) -> Result<Self, &'static str> {
        if !text.contains(['{', '}']) {
            return Ok(Self::Literal);
        }
        let parts = parts(text, is_declared)?;
        let whole = match parts.as_slice() {
            [Part::Literal(key), Part::Variable(variable)] if is_key(key) => {
                let key = percent_decode_str(&key[..key.len() - 1]).decode_utf8_lossy().into_owned();
                Some(QueryVariable { key, variable: variable.clone() })
            }
            _ => None,
        };
        Ok(match whole {
            Some(variable) => Self::Variable(variable, parts),
            None => Self::Parts(parts),
        })
    }
}

/// `lat=`, and no more than that.
fn is_key(text: &str) -> bool {
    text.len() > 1 && text.find('=') == Some(text.len() - 1)
}

/// Whether a segment of a path is `.` or `..`, however it is written.
fn is_dots(segment: &str) -> bool {
    let (mut rest, mut dots) = (segment, 0);
    while let Some(behind) = [".", "%2e", "%2E"].iter().find_map(|dot| rest.strip_prefix(dot)) {
        (rest, dots) = (behind, dots + 1);
    }
    rest.is_empty() && matches!(dots, 1 | 2)
}

fn parts(path: &str, is_declared: &dyn Fn(&str) -> bool) -> Result<Vec<Part>, &'static str> {
    let mut parts = Vec::new();
    let mut rest = path;
    while let Some(start) = rest.find('{') {
        let length = rest[start..].find('}').ok_or("has an open brace")?;
        let name = &rest[start + 1..start + length];
        let all = variables(name, is_declared);
        let is_name = |one: &Variable| !one.name.trim().is_empty() && !one.name.contains(['{', '/']);
        if !all.iter().all(is_name) {
            return Err("has a variable without a name");
        }
        if start > 0 {
            parts.push(Part::Literal(rest[..start].to_owned()));
        }
        for (i, variable) in all.into_iter().enumerate() {
            let is_listed = matches!(variable.expansion, Expansion::Simple | Expansion::Reserved);
            if i > 0 && is_listed {
                parts.push(Part::Literal(",".to_owned()));
            }
            parts.push(Part::Variable(variable));
        }
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest.to_owned()));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(template: &Template) -> Vec<&str> {
        template.variables().into_iter().map(|variable| variable.name.as_str()).collect()
    }

    #[test]
    fn variables_are_found_wherever_they_stand() {
        let template = Template::parse("/a/{x}/{y}.{x}:go").expect("valid");
        assert_eq!(names(&template), ["x", "y"]);
        assert_eq!(template.parts().len(), 7);
    }

    #[test]
    fn what_is_odd_and_clear_is_taken() {
        let template = Template::parse("oauth/{id}?action=list#refresh").expect("valid");
        assert_eq!(template.parts()[0], Part::Literal("/oauth/".to_owned()));
        assert_eq!(template.query(), Some("action=list"));
        assert_eq!(template.oddities, [Oddity::NoSlash, Oddity::Fragment]);
        let template = Template::parse("//evil.com/x").expect("a path of this API");
        assert_eq!(template.parts(), [Part::Literal("/evil.com/x".to_owned())]);
        assert_eq!(template.oddities, [Oddity::Slashes]);
    }

    #[test]
    fn a_variable_behind_the_question_mark_is_a_parameter_of_the_query() {
        let template = Template::parse("/a/{id}?v=1&lat={latitude}&{field}=2&f%5Bx%5D={y}").expect("valid");
        assert_eq!(template.query(), Some("v=1"));
        let keys: Vec<_> = template.query_variables().iter().map(|one| one.key.as_str()).collect();
        assert_eq!(keys, ["lat", "f[x]"]);
        assert_eq!(names(&template), ["id", "field"]);
        assert_eq!(template.sent_as("latitude", "path"), ("lat", "query"));
        assert_eq!(template.sent_as("field", "query"), ("field", "path"));
        assert_eq!(template.sent_as("id", "path"), ("id", "path"));
        let template = Template::parse("/a{/id}{?x,y*}{&z}{#part}").expect("valid");
        assert_eq!((names(&template), template.query_variables().len()), (vec!["id"], 3));
        assert_eq!(template.oddities, [Oddity::Fragment]);
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
            assert!(Template::parse(path).is_err(), "{path}");
        }
    }
}
