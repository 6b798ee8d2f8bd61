//! Conditions: `not`, `if`, `contains`, `dependentSchemas` and `unevaluated…`, whose effect is known only if they are equal.

use serde_json::{Map, Value, json};

use super::compared_keywords;
use super::compared_pair::ComparedPair;
use super::comparer::Comparer;
use super::difference_kind::difference as d;
use super::merged_schema::MergedSchema;
use crate::schema::keywords;

impl<'v> Comparer<'v> {
    /// Compares conditions: keywords whose effect is known only if they are equal.
    pub fn conditions(&mut self, pair: &ComparedPair<'_, 'v>) {
        self.unequal_conditions(pair);
        self.unevaluated(pair);
    }

    fn unequal_conditions(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        for (keywords, _) in
            compared_keywords::CONDITIONS.iter().filter(|(_, types)| types.overlaps(old.types()))
        {
            let here = path.key(keywords[0]);
            let of = |view: &MergedSchema<'v>| -> Vec<&'v Map<String, Value>> {
                let has =
                    |node: &Map<String, Value>| keywords.iter().any(|keyword| node.contains_key(*keyword));
                view.nodes.iter().map(|(node, _)| *node).filter(|node| has(node)).collect()
            };
            let (was, mut is) = (of(old), of(new));
            let mut gone = false;
            for one in was {
                let found = is.iter().position(|other| self.same_under(keywords, one, other));
                gone |= found.map(|at| is.remove(at)).is_none();
            }
            if !is.is_empty() {
                self.report_change(&d::CONDITION_CHANGED, &here, (&Value::Null, &json!(keywords)));
            } else if gone {
                self.report_change(&d::CONDITION_REMOVED, &here, (&json!(keywords), &Value::Null));
            }
        }
    }

    /// Compares `unevaluatedProperties` and `unevaluatedItems`. Their effect depends on all other keywords.
    fn unevaluated(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        if compared_keywords::UNEVALUATED.iter().any(|keyword| new.held(keyword).next().is_some()) {
            let is_same = old.nodes.len() == new.nodes.len()
                && old.nodes.iter().zip(&new.nodes).all(|((one, _), (other, _))| {
                    let all: Vec<&str> = one.keys().chain(other.keys()).map(String::as_str).collect();
                    let all: Vec<&str> =
                        all.into_iter().filter(|keyword| keywords::is_assertion(keyword)).collect();
                    self.same_under(&all, one, other)
                });
            if !is_same {
                self.report(&d::UNEVALUATED_CHANGED, path);
            }
        } else if compared_keywords::UNEVALUATED.iter().any(|keyword| old.held(keyword).next().is_some()) {
            self.report_change(
                &d::CONDITION_REMOVED,
                path,
                (&json!(compared_keywords::UNEVALUATED), &Value::Null),
            );
        }
    }

    /// Returns true if two schemas have equal values under the keywords.
    pub fn same_under(
        &mut self,
        keywords: &[&str],
        old: &'v Map<String, Value>,
        new: &'v Map<String, Value>,
    ) -> bool {
        keywords.iter().all(|keyword| match (old.get(*keyword), new.get(*keyword)) {
            (None, None) => true,
            (Some(one), Some(other)) => self.holds_same_alone(keyword, one, other),
            _ => false,
        })
    }
}
