//! `include` and `exclude`: operations by tag, method, path glob and operation id glob.

use serde_json::{Map, Value};

use super::glob::Glob;
use crate::error::{Problem, describe_unknown};
use crate::json::pointer;
use crate::spec::OperationSite;

/// A selection of operations. Every key that is given has to match; of a list, any item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationChoice {
    /// Where the caller wrote it: `include`, or `exclude/2` for the third of a list.
    pub name: String,
    tags: Option<Vec<String>>,
    methods: Option<Vec<String>>,
    paths: Option<Vec<Glob>>,
    ids: Option<Vec<Glob>>,
}

const KEYS: [&str; 4] = ["tags", "methods", "paths", "operationIds"];

impl OperationChoice {
    /// Parses one selection or a list of them; `option` is the option's name.
    ///
    /// # Errors
    /// All problems of the option, so that the user can mend them in one go.
    pub fn parse_all(option: &str, value: &Value) -> Result<Vec<Self>, Vec<Problem>> {
        let parsed: Vec<_> = match value {
            Value::Array(list) => {
                let one = |(i, value)| Self::parse(format!("{option}/{i}"), &format!("/{i}"), value);
                list.iter().enumerate().map(one).collect()
            }
            value => vec![Self::parse(option.to_owned(), "", value)],
        };
        all_or_problems(parsed)
    }

    fn parse(name: String, at: &str, value: &Value) -> Result<Self, Vec<Problem>> {
        let Value::Object(map) = value else { return Err(vec![Problem::at(at, "must be a map")]) };
        if map.is_empty() {
            // An empty selection would match everything, which nobody means by it.
            let message = format!("is empty: give at least one of {}", KEYS.join(", "));
            return Err(vec![Problem::at(at, message)]);
        }
        let unknown_key = |key: &String| Problem::at(pointer::push(at, key), describe_unknown(key, &KEYS));
        let mut problems: Vec<Problem> =
            map.keys().filter(|key| !KEYS.contains(&key.as_str())).map(unknown_key).collect();
        let text = |text: &str| Ok(text.to_owned());
        let tags = list(map, at, "tags", text);
        let methods = list(map, at, "methods", text);
        let paths = list(map, at, "paths", Glob::parse_path);
        let ids = list(map, at, "operationIds", Glob::parse_id);
        match (tags, methods, paths, ids) {
            (Ok(tags), Ok(methods), Ok(paths), Ok(ids)) if problems.is_empty() => {
                Ok(Self { name, tags, methods, paths, ids })
            }
            (tags, methods, paths, ids) => {
                let faults = [tags.err(), methods.err(), paths.err(), ids.err()];
                problems.extend(faults.into_iter().flatten().flatten());
                Err(problems)
            }
        }
    }

    /// Whether the selection matches an operation with these tags.
    pub fn matches(&self, site: &OperationSite<'_>, tags: &[String]) -> bool {
        fn any<T>(list: Option<&Vec<T>>, matches: impl Fn(&T) -> bool) -> bool {
            list.is_none_or(|list| list.iter().any(matches))
        }
        any(self.methods.as_ref(), |method| method.eq_ignore_ascii_case(&site.method))
            && any(self.tags.as_ref(), |tag| tags.contains(tag))
            && any(self.paths.as_ref(), |path| path.matches(site.path))
            && any(self.ids.as_ref(), |id| site.id().is_some_and(|own| id.matches(own)))
    }
}

/// The list at a key, where there is one.
fn list<T>(
    map: &Map<String, Value>,
    at: &str,
    key: &str,
    parse: impl Fn(&str) -> Result<T, Problem>,
) -> Result<Option<Vec<T>>, Vec<Problem>> {
    let Some(value) = map.get(key) else { return Ok(None) };
    let at = pointer::push(at, key);
    let Value::Array(items) = value else { return Err(vec![Problem::at(at, "must be a list of strings")]) };
    let item = |(i, item): (usize, &Value)| {
        let parsed = item.as_str().ok_or_else(|| Problem::at("", "must be a string")).and_then(&parse);
        parsed.map_err(|problem| vec![Problem::at(format!("{at}/{i}"), problem.message)])
    };
    all_or_problems(items.iter().enumerate().map(item)).map(Some)
}

fn all_or_problems<T>(
    parsed: impl IntoIterator<Item = Result<T, Vec<Problem>>>,
) -> Result<Vec<T>, Vec<Problem>> {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for one in parsed {
        match one {
            Ok(one) => all.push(one),
            Err(faults) => problems.extend(faults),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}
