//! Query of a path template: `?limit=10&lat={latitude}`.

use percent_encoding::percent_decode_str;

use crate::json::HashMap;
use crate::spec::uri_template::template_part::{
    PlacedParts, QueryVariable, TemplatePart, split_outside_braces,
};

/// The message for a path with two expansions of one variable.
pub const TWO_EXPANSIONS: &str = "has one variable in two ways";

/// The query of a path.
#[derive(Default)]
pub struct PathQuery {
    /// Members without variables.
    pub literals: Vec<String>,
    /// Variables that are query parameters, sorted by name.
    pub variables: Vec<QueryVariable>,
    /// Members that are templates: `{field}=1`.
    pub members: Vec<Vec<TemplatePart>>,
    /// Whether there is an expression for the fragment.
    pub has_fragment: bool,
}

impl PathQuery {
    /// Parses the query behind a path.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn parse(
        text: &str,
        path: &PlacedParts,
        is_declared: &dyn Fn(&str) -> bool,
    ) -> Result<Self, &'static str> {
        let mut query = Self { variables: path.query.clone(), ..Self::default() };
        let mut whole = Vec::new();
        for member in members(text) {
            let ParsedMember { member, moved, has_fragment } = ParsedMember::parse(member, is_declared)?;
            query.variables.extend(moved);
            query.has_fragment |= has_fragment;
            match member {
                QueryMember::Literal(text) => query.literals.extend((!text.is_empty()).then_some(text)),
                QueryMember::Variable(variable, parts) => whole.push((variable, parts)),
                QueryMember::Parts(parts) => query.members.push(parts),
            }
        }
        // A variable that occurs more than once is one argument, and is filled in place.
        let mut count: HashMap<String, usize> = HashMap::default();
        let in_path = path.in_place.iter().filter_map(TemplatePart::variable);
        let in_query = whole.iter().map(|(member, _)| &member.variable);
        for variable in in_path.chain(in_query) {
            *count.entry(variable.name.clone()).or_default() += 1;
        }
        for (variable, parts) in whole {
            if count[&variable.variable.name] == 1 {
                query.variables.push(variable);
            } else {
                query.members.push(parts);
            }
        }
        query.variables.sort_by(|one, other| one.variable.name.cmp(&other.variable.name));
        query.variables.dedup();
        let has_two = query.variables.windows(2).any(|two| two[0].variable.name == two[1].variable.name);
        if has_two { Err(TWO_EXPANSIONS) } else { Ok(query) }
    }
}

/// The members of a query. An `&` within braces does not separate.
fn members(query: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(query);
    std::iter::from_fn(move || {
        let (member, behind) = split_outside_braces(rest?, '&');
        rest = behind;
        Some(member)
    })
}

/// A member of the query.
enum QueryMember {
    Literal(String),
    /// A member whose whole value is a variable, with its parts.
    Variable(QueryVariable, Vec<TemplatePart>),
    Parts(Vec<TemplatePart>),
}

/// A member of the query, without the expressions that are sent elsewhere: `a=1{&b}`.
struct ParsedMember {
    member: QueryMember,
    moved: Vec<QueryVariable>,
    has_fragment: bool,
}

impl ParsedMember {
    fn parse(text: &str, is_declared: &dyn Fn(&str) -> bool) -> Result<Self, &'static str> {
        if !text.contains(['{', '}']) {
            let member = QueryMember::Literal(text.to_owned());
            return Ok(Self { member, moved: Vec::new(), has_fragment: false });
        }
        let PlacedParts { in_place, query: moved, has_fragment } = PlacedParts::parse(text, is_declared)?;
        Ok(Self { member: QueryMember::of(in_place), moved, has_fragment })
    }
}

impl QueryMember {
    fn of(parts: Vec<TemplatePart>) -> Self {
        if parts.iter().all(|part| part.variable().is_none()) {
            let literal = |part| if let TemplatePart::Literal(text) = part { text } else { String::new() };
            return Self::Literal(parts.into_iter().map(literal).collect());
        }
        let whole = match parts.as_slice() {
            [TemplatePart::Literal(key), TemplatePart::Variable(variable)] if is_key(key) => {
                let key = percent_decode_str(&key[..key.len() - 1]).decode_utf8_lossy().into_owned();
                Some(QueryVariable { key, variable: variable.clone() })
            }
            _ => None,
        };
        match whole {
            Some(variable) => Self::Variable(variable, parts),
            None => Self::Parts(parts),
        }
    }
}

/// Whether a text is a key alone: `lat=`.
fn is_key(text: &str) -> bool {
    text.len() > 1 && text.find('=') == Some(text.len() - 1)
}
