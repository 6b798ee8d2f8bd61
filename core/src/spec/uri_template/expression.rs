//! Expressions of path templates: a variable name, or an expression of RFC 6570.

/// How a variable is expanded. Source: RFC 6570, section 3.2, one subsection each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableExpansion {
    /// `{a}`: one segment, or a part of one; `/` is escaped.
    Simple,
    /// `{+a}`: reserved characters stay, `/` among them.
    Reserved,
    /// `{.a}`: `.value`.
    Label,
    /// `{/a}`: `/value`.
    PathSegment,
    /// `{;a}`: `;a=value`.
    Matrix,
    /// `{?a}` and `{&a}`: a parameter of the query.
    Query,
    /// `{#a}`: the fragment, which no request sends.
    Fragment,
}

/// A variable of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateVariable {
    /// Its name.
    pub name: String,
    /// Its expansion.
    pub expansion: VariableExpansion,
    /// `{a*}`: each member of a list or map is written separately.
    pub explode: bool,
}

impl TemplateVariable {
    /// A variable without an operator.
    pub fn simple(name: &str) -> Self {
        Self { name: name.to_owned(), expansion: VariableExpansion::Simple, explode: false }
    }

    /// Whether a path is valid without it: its operator writes the separator.
    pub const fn may_be_absent(&self) -> bool {
        matches!(
            self.expansion,
            VariableExpansion::Label | VariableExpansion::PathSegment | VariableExpansion::Matrix
        )
    }
}

/// Parses an expression. A declared name is a name, whatever it looks like; `{proxy+}` of API Gateway is `{+proxy}`; all other
/// text is a name.
pub fn parse_expression(text: &str, is_declared: &dyn Fn(&str) -> bool) -> Vec<TemplateVariable> {
    if is_declared(text) {
        return vec![TemplateVariable::simple(text)];
    }
    let (expansion, list) = match text.strip_suffix('+').filter(|name| is_name(name)) {
        Some(name) => (VariableExpansion::Reserved, name),
        None => operator(text),
    };
    let one = |written: &str| {
        let (name, explode) = written.strip_suffix('*').map_or((written, false), |name| (name, true));
        is_name(name).then(|| TemplateVariable { name: name.to_owned(), expansion, explode })
    };
    let all: Option<Vec<_>> = list.split(',').map(one).collect();
    let is_list = |all: &Vec<TemplateVariable>| {
        all.len() == 1
            || expansion != VariableExpansion::Simple
            || all.iter().all(|one| is_declared(&one.name))
    };
    all.filter(is_list).unwrap_or_else(|| vec![TemplateVariable::simple(text)])
}

/// RFC 6570, section 2.2: the operator of an expression, and its variables.
fn operator(text: &str) -> (VariableExpansion, &str) {
    let operators = [
        ('+', VariableExpansion::Reserved),
        ('.', VariableExpansion::Label),
        ('/', VariableExpansion::PathSegment),
        (';', VariableExpansion::Matrix),
        ('?', VariableExpansion::Query),
        ('&', VariableExpansion::Query),
        ('#', VariableExpansion::Fragment),
    ];
    let found = operators.iter().find_map(|(sign, expansion)| Some((*expansion, text.strip_prefix(*sign)?)));
    found.unwrap_or((VariableExpansion::Simple, text))
}

/// RFC 6570, section 2.3, and `-` and `$`, which publishers use.
fn is_name(text: &str) -> bool {
    let may_stand = |c: char| c.is_alphanumeric() || "_.-$%".contains(c);
    !text.is_empty() && text.chars().all(may_stand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operator_of_rfc_6570_says_how_its_variables_are_expanded() {
        let none = |_: &str| false;
        for (text, expansion, names) in [
            ("a", VariableExpansion::Simple, &["a"][..]),
            ("+name", VariableExpansion::Reserved, &["name"]),
            ("proxy+", VariableExpansion::Reserved, &["proxy"]),
            (".type", VariableExpansion::Label, &["type"]),
            ("/a,b", VariableExpansion::PathSegment, &["a", "b"]),
            (";a", VariableExpansion::Matrix, &["a"]),
            ("?a,b", VariableExpansion::Query, &["a", "b"]),
            ("&a", VariableExpansion::Query, &["a"]),
            ("#a", VariableExpansion::Fragment, &["a"]),
            // None of these is an expression: they are names, as they always were.
            ("a,b", VariableExpansion::Simple, &["a,b"]),
            ("id:[0-9]+", VariableExpansion::Simple, &["id:[0-9]+"]),
            ("+", VariableExpansion::Simple, &["+"]),
            ("a b", VariableExpansion::Simple, &["a b"]),
        ] {
            let found = parse_expression(text, &none);
            let names_found: Vec<_> = found.iter().map(|one| one.name.as_str()).collect();
            assert_eq!((found[0].expansion, names_found.as_slice()), (expansion, names), "{text}");
        }
        assert!(parse_expression("/list*", &none)[0].explode);
    }

    #[test]
    fn a_declared_name_is_a_name_whatever_it_looks_like() {
        assert_eq!(parse_expression("+name", &|name| name == "+name"), [TemplateVariable::simple("+name")]);
        let both = parse_expression("a,b", &|name| matches!(name, "a" | "b"));
        assert_eq!(both, [TemplateVariable::simple("a"), TemplateVariable::simple("b")]);
    }
}
