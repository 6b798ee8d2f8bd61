//! `include` and `exclude`: operations by tag, method, path glob and operation id glob.

use serde_json::{Map, Value};

use super::glob::Glob;
use crate::error::Problem;
use crate::json::pointer;
use crate::spec::OperationSite;

/// A filter over operations. Every key that is given has to match; of a list, any item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationFilter {
    /// Where the caller wrote it: `include`, or `exclude/2` for the third of a list.
    pub name: String,
    tags: Option<Vec<String>>,
    methods: Option<Vec<String>>,
    paths: Option<Vec<Glob>>,
    ids: Option<Vec<Glob>>,
}

const KEYS: [&str; 4] = ["tags", "methods", "paths", "operationIds"];

impl OperationFilter {
    /// Parses one filter or a list of them. Faults go to `problems`, so that all are told at once.
    pub fn parse_all(option: &str, value: &Value, problems: &mut Vec<Problem>) -> Vec<Self> {
        match value {
            Value::Array(list) => {
                let one =
                    |(i, value)| Self::parse(format!("{option}/{i}"), &format!("/{i}"), value, problems);
                list.iter().enumerate().filter_map(one).collect()
            }
            value => Self::parse(option.to_owned(), "", value, problems).into_iter().collect(),
        }
    }

    fn parse(name: String, at: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let Value::Object(map) = value else {
            problems.push(Problem::at(at, "must be a map"));
            return None;
        };
        for key in map.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            problems.push(Problem::at(pointer::push(at, key), format!("is none of {}", KEYS.join(", "))));
        }
        if map.is_empty() {
            // An empty filter would match everything, which nobody means by it.
            problems.push(Problem::at(at, format!("says nothing: give any of {}", KEYS.join(", "))));
        }
        let text = |text: &str| Ok(text.to_owned());
        Some(Self {
            tags: list(map, at, "tags", text, problems),
            methods: list(map, at, "methods", text, problems),
            paths: list(map, at, "paths", Glob::of_path, problems),
            ids: list(map, at, "operationIds", Glob::of_id, problems),
            name,
        })
    }

    /// Whether the filter matches an operation.
    pub fn means(&self, site: &OperationSite<'_>, tags: &[String]) -> bool {
        fn any<T>(list: Option<&Vec<T>>, is_it: impl Fn(&T) -> bool) -> bool {
            list.is_none_or(|list| list.iter().any(is_it))
        }
        any(self.methods.as_ref(), |method| method.eq_ignore_ascii_case(&site.method))
            && any(self.tags.as_ref(), |tag| tags.contains(tag))
            && any(self.paths.as_ref(), |path| path.matches(site.path))
            && any(self.ids.as_ref(), |id| site.id().is_some_and(|own| id.matches(own)))
    }
}

fn list<T>(
    map: &Map<String, Value>,
    at: &str,
    key: &str,
    read: impl Fn(&str) -> Result<T, Problem>,
    problems: &mut Vec<Problem>,
) -> Option<Vec<T>> {
    let here = pointer::push(at, key);
    let Value::Array(items) = map.get(key)? else {
        problems.push(Problem::at(here, "must be a list of strings"));
        return None;
    };
    let mut list = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let outcome = item.as_str().ok_or_else(|| Problem::at("", "must be a string")).and_then(&read);
        match outcome {
            Ok(item) => list.push(item),
            Err(problem) => problems.push(Problem::at(format!("{here}/{i}"), problem.message)),
        }
    }
    Some(list)
}
