//! The option `overrides`: overrides of single operations, by operation id or by method and path.

use std::collections::HashMap;

use serde_json::Value;

use super::operation_override::{Override, OverrideAuthor};
use crate::error::Problem;
use crate::json::pointer;
use crate::spec::OperationSite;
use crate::unicode::strip_hidden;

/// The option `overrides`: by operation id, or by method and path (`GET /pets`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    entries: Vec<(String, Override)>,
    by_id: HashMap<String, usize>,
    by_method_and_path: HashMap<String, usize>,
}

impl Overrides {
    /// Parses the option.
    ///
    /// # Errors
    /// All problems of the option, so that the user can mend them in one go.
    pub fn parse(value: &Value) -> Result<Self, Vec<Problem>> {
        let Value::Object(map) = value else {
            return Err(vec![Problem::at("", "must be a map from operations to overrides")]);
        };
        let mut overrides = Self::default();
        let mut problems = Vec::new();
        for (i, (key, value)) in map.iter().enumerate() {
            let at = pointer::push("", key);
            let (parsed, faults) = Override::parse(value, &at, OverrideAuthor::Caller);
            problems.extend(faults);
            overrides.entries.push((key.clone(), parsed));
            overrides.by_id.insert(key.clone(), i);
            let route = key.split_once(' ').map(|(method, path)| method_and_path(method, path));
            if let Some(first) = route.and_then(|route| overrides.by_method_and_path.insert(route, i)) {
                let other = overrides.entries[first].0.escape_debug();
                let message = format!("is the same operation as \"{other}\": give one of the two");
                problems.push(Problem::at(at, message));
            }
        }
        if problems.is_empty() { Ok(overrides) } else { Err(problems) }
    }

    /// All overrides, with their keys.
    pub fn entries(&self) -> &[(String, Override)] {
        &self.entries
    }

    /// The override with this key: that of a tool that has no operation, by its name.
    pub fn find_named(&self, name: &str) -> Option<&Override> {
        self.by_id.get(name).map(|index| &self.entries[*index].1)
    }

    /// The indexes in [`Overrides::entries`] of an operation's overrides. Method and path come first: an id may belong to
    /// several operations.
    pub fn find(&self, site: &OperationSite<'_>) -> Vec<usize> {
        if self.entries.is_empty() {
            return Vec::new();
        }
        let route = |path: &str| self.by_method_and_path.get(&method_and_path(&site.method, path));
        let by_route = route(site.path).or_else(|| route(&strip_hidden(site.path)));
        // The caller copied the id from what a person sees: hidden Unicode characters of the document are not in it.
        let with_id = |id: &str| self.by_id.get(id).or_else(|| self.by_id.get(&*strip_hidden(id)));
        let by_id = site.id().and_then(with_id).filter(|index| Some(*index) != by_route);
        by_route.into_iter().chain(by_id).copied().collect()
    }
}

fn method_and_path(method: &str, path: &str) -> String {
    format!("{} {path}", method.to_ascii_uppercase())
}
