//! Annotations: title, description, examples, default, and keywords outside the table.

use serde_json::{Value, json};

use super::compared_pair::ComparedPair;
use super::comparer::Comparer;
use super::difference_kind::difference as d;
use super::keyword_texts::{brief, sorted, texts};
use super::merged_schema::MergedSchema;
use super::result_kinds as r;
use super::{comparable_value, compared_keywords};
use crate::json::HashSet;
use crate::schema::keywords;
use crate::schema::validation::Validator;

impl<'v> Comparer<'v> {
    /// Compares annotations and unknown keywords.
    pub fn annotations(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        let is_known = |keyword: &str| {
            keywords::expected_value(keyword).is_some()
                || compared_keywords::READ_ELSEWHERE.contains(&keyword)
        };
        for (keyword, kind) in &compared_keywords::WORDS {
            let (was, is) = (texts(old, keyword), texts(new, keyword));
            if was != is {
                self.report_change(kind, &path.key(keyword), (&brief(&was), &brief(&is)));
            }
        }
        let both = old.nodes.iter().chain(&new.nodes).flat_map(|(node, _)| node.keys());
        let unknown: Vec<&'v str> = both.map(String::as_str).filter(|keyword| !is_known(keyword)).collect();
        let unknown: HashSet<&'v str> = unknown.into_iter().collect();
        for keyword in sorted(&unknown.into_iter().collect::<Vec<_>>()) {
            let of = |view: &MergedSchema<'v>| {
                let held = view.nodes.iter().filter_map(|(node, _)| node.get(keyword));
                sorted(&held.map(comparable_value::key).collect::<Vec<_>>())
            };
            let (was, is) = (of(old), of(new));
            if was != is {
                let kind =
                    if keyword.starts_with("x-") { &d::EXTENSION_CHANGED } else { &d::KEYWORD_UNKNOWN };
                self.report_change(kind, &path.key(keyword), (&brief(&was), &brief(&is)));
            }
        }
    }

    /// Compares `default`.
    pub fn defaults(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, filled, path } = *pair;
        let here = path.key("default");
        let (was, is) = (old.held("default").next(), new.held("default").next());
        match (was, is) {
            (None, Some(is)) => self.report_change(&d::DEFAULT_ADDED, &here, (&Value::Null, is)),
            (Some(was), None) => self.report_change(&d::DEFAULT_REMOVED, &here, (was, &Value::Null)),
            (Some(was), Some(is)) if comparable_value::key(was) != comparable_value::key(is) => {
                let kind = if self.is_of_results { &r::DEFAULT_CHANGED } else { &d::DEFAULT_CHANGED };
                self.report_change(kind, &here, (was, is));
            }
            _ => {}
        }
        // A filled default is validated like any other value.
        if let (Some(filled), Some(is)) = (filled, is)
            && filled.new.get("default").is_some()
            && was.is_none_or(|was| comparable_value::key(was) != comparable_value::key(is))
            && !self.accepts(filled.new, is)
        {
            self.report_change(&d::DEFAULT_REFUSED, &here, (&Value::Null, is));
        }
    }

    /// Returns true if a subschema of the new schema accepts the value.
    fn accepts(&self, schema: &Value, value: &Value) -> bool {
        let mut whole = json!({"allOf": [schema]});
        if let Some(definitions) = self.new.0.get("$defs").filter(|_| schema.to_string().contains("\"$ref\""))
        {
            whole["$defs"] = definitions.clone();
        }
        Validator::compile(&whole).is_ok_and(|judge| judge.problems(value).is_empty())
    }
}
