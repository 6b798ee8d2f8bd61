//! Path templates: `/repos/{owner}/{repo}`.

use std::borrow::Cow;

use crate::error::excerpt;

/// One piece of a path template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that stands in every request.
    Literal(String),
    /// The name of a variable.
    Variable(String),
}

/// A path with variables, and what stands behind it in every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
    /// `action=list`: what the path itself has behind a `?`. Publishers tell operations of one path apart that way.
    query: Option<String>,
    /// What was not right with the path as written.
    pub oddities: Vec<Oddity>,
}

/// What was not right with a path as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// It does not begin with a `/`.
    NoSlash,
    /// It has a fragment, which no request sends.
    Fragment,
}

impl Template {
    /// Reads a template; the error says what is wrong with it.
    pub fn parse(path: &str) -> Result<Self, String> {
        let mut oddities = Vec::new();
        if path.starts_with("//") || path.contains("://") || path.chars().any(char::is_control) {
            return Err(format!("path \"{}\" is more than a path", excerpt(path).escape_debug()));
        }
        let (own, fragment) = path.split_once('#').map_or((path, None), |(own, rest)| (own, Some(rest)));
        if fragment.is_some() {
            oddities.push(Oddity::Fragment);
        }
        let (own, query) = own.split_once('?').map_or((own, None), |(own, query)| (own, Some(query)));
        if query.is_some_and(|query| query.contains(['{', '}'])) {
            return Err(format!("path \"{}\" has a variable behind its \"?\"", excerpt(path)));
        }
        let own: Cow<'_, str> = if own.starts_with('/') {
            own.into()
        } else {
            oddities.push(Oddity::NoSlash);
            format!("/{own}").into()
        };
        if own.split('/').any(is_dots) || own.contains('\\') {
            return Err(format!("path \"{}\" leads out of itself", excerpt(path)));
        }
        let parts = parts(&own).map_err(|fault| format!("path \"{}\" {fault}", excerpt(path)))?;
        let query = query.filter(|query| !query.is_empty()).map(ToOwned::to_owned);
        Ok(Self { text: path.to_owned(), parts, query, oddities })
    }

    /// The template as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The pieces in their order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What stands behind the `?` in every request.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The names of the variables, each once.
    pub fn variables(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for part in &self.parts {
            if let Part::Variable(name) = part
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        }
        names
    }
}

/// Whether a segment of a path is `.` or `..`, however it is written.
fn is_dots(segment: &str) -> bool {
    let (mut rest, mut dots) = (segment, 0);
    while let Some(behind) = [".", "%2e", "%2E"].iter().find_map(|dot| rest.strip_prefix(dot)) {
        (rest, dots) = (behind, dots + 1);
    }
    rest.is_empty() && matches!(dots, 1 | 2)
}

fn parts(path: &str) -> Result<Vec<Part>, &'static str> {
    let mut parts = Vec::new();
    let mut rest = path;
    while let Some(start) = rest.find('{') {
        let length = rest[start..].find('}').ok_or("has an open brace")?;
        let name = &rest[start + 1..start + length];
        if name.trim().is_empty() || name.contains(['{', '/']) {
            return Err("has a variable without a name");
        }
        if start > 0 {
            parts.push(Part::Literal(rest[..start].to_owned()));
        }
        parts.push(Part::Variable(name.to_owned()));
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

    #[test]
    fn variables_are_found_wherever_they_stand() {
        let template = Template::parse("/a/{x}/{y}.{x}:go").expect("valid");
        assert_eq!(template.variables(), ["x", "y"]);
        assert_eq!(template.parts().len(), 7);
    }

    #[test]
    fn what_is_odd_and_clear_is_taken() {
        let template = Template::parse("oauth/{id}?action=list#refresh").expect("valid");
        assert_eq!(template.parts()[0], Part::Literal("/oauth/".to_owned()));
        assert_eq!(template.query(), Some("action=list"));
        assert_eq!(template.oddities, [Oddity::Fragment, Oddity::NoSlash]);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for path in [
            "/{",
            "/{}",
            "/{ }",
            "/{a{b}}",
            "//evil.com/x",
            "https://evil.com/x",
            "/a?b={c}",
            "/a/../b",
            "/a/%2e%2E/b",
            "/a\\..\\b",
            "/a\n",
        ] {
            assert!(Template::parse(path).is_err(), "{path}");
        }
    }
}
