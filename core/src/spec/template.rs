//! Path templates: `/repos/{owner}/{repo}`.

/// One piece of a path template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that stands in every request.
    Literal(String),
    /// The name of a variable.
    Variable(String),
}

/// A path with variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

impl Template {
    /// Reads a template; the error says what is wrong with it.
    pub fn parse(path: &str) -> Result<Self, String> {
        if !path.starts_with('/') {
            return Err(format!("path \"{path}\" does not start with \"/\""));
        }
        if path.starts_with("//") || path.contains(['?', '#']) || path.chars().any(char::is_control) {
            return Err(format!("path \"{path}\" is more than a path"));
        }
        if path.split('/').any(|segment| segment == "." || segment == "..") {
            return Err(format!("path \"{path}\" leads out of itself"));
        }
        let mut parts = Vec::new();
        let mut rest = path;
        while let Some(start) = rest.find('{') {
            let length =
                rest[start..].find('}').ok_or_else(|| format!("path \"{path}\" has an open brace"))?;
            let name = &rest[start + 1..start + length];
            if name.is_empty() || name.contains(['{', '/']) {
                return Err(format!("path \"{path}\" has a variable without a name"));
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
        Ok(Self { text: path.to_owned(), parts })
    }

    /// The template as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The pieces in their order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The names of the variables, each once.
    pub fn variables(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for part in &self.parts {
            if let Part::Variable(name) = part
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
        names
    }
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
    fn what_is_no_path_is_refused() {
        for path in ["a", "/{", "/{}", "/{a{b}}", "//evil.com/x", "/a?b={c}", "/a/../b", "/a\n"] {
            assert!(Template::parse(path).is_err(), "{path}");
        }
    }
}
