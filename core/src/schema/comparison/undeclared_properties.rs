//! Undeclared properties: `patternProperties`, `additionalProperties` and `dependentRequired`.

use serde_json::{Map, Value, json};

use super::compared_pair::{ComparedPair, PartsPair};
use super::comparer::Comparer;
use super::difference_kind::difference as d;
use super::merged_schema::{MergedSchema, SchemaPart, SchemaParts};
use super::property_schemas::says_nothing;
use crate::json::{HashMap, HashSet};

impl<'v> Comparer<'v> {
    /// Compares `patternProperties`.
    pub fn pattern_properties(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        let of = |view: &MergedSchema<'v>| -> HashMap<&'v str, SchemaParts<'v>> {
            let mut all: HashMap<&'v str, SchemaParts<'v>> = HashMap::default();
            for (pattern, schema) in view.held("patternProperties").filter_map(Value::as_object).flatten() {
                all.entry(pattern).or_default().push(SchemaPart::Whole(schema));
            }
            all
        };
        let (were, are) = (of(old), of(new));
        if were.is_empty() && are.is_empty() {
            return;
        }
        let words = ["properties", "patternProperties", "additionalProperties"];
        let parts = |view: &MergedSchema<'v>| -> Vec<&'v Map<String, Value>> {
            let has = |node: &&Map<String, Value>| words.iter().any(|word| node.contains_key(*word));
            view.nodes.iter().map(|(node, _)| *node).filter(has).collect()
        };
        let here = path.key("patternProperties");
        // Pattern properties of one node interact with the other names of another node.
        let (of_old, mut of_new) = (parts(old), parts(new));
        let is_plain = (of_old.len() <= 1 && of_new.len() <= 1)
            || (of_old.len() == of_new.len()
                && of_old.into_iter().all(|one| {
                    let found = of_new.iter().position(|other| self.same_under(&words, one, other));
                    found.map(|at| of_new.remove(at)).is_some()
                }));
        let is_open = new.held("additionalProperties").all(says_nothing);
        let is_told = is_plain && are.keys().all(|pattern| were.contains_key(pattern));
        let gone = were.keys().any(|pattern| !are.contains_key(pattern));
        if !is_told || (gone && !is_open) {
            self.report_change(
                &d::PATTERN_PROPERTIES_CHANGED,
                &here,
                (&json!(named(&were)), &json!(named(&are))),
            );
            return;
        }
        if gone {
            self.report_change(
                &d::PATTERN_PROPERTIES_REMOVED,
                &here,
                (&json!(named(&were)), &json!(named(&are))),
            );
        }
        for pattern in named(&are) {
            let (was, is) = (were.get(pattern).cloned(), are.get(pattern).cloned());
            self.compare(
                PartsPair::new(&was.unwrap_or_default(), &is.unwrap_or_default()),
                &here.key(pattern),
            );
        }
    }

    /// Compares `additionalProperties`.
    pub fn additional_properties(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        let here = path.key("additionalProperties");
        let of = |view: &MergedSchema<'v>| -> Vec<&'v Value> {
            view.held("additionalProperties").filter(|held| !says_nothing(held)).collect()
        };
        let (was, is) = (of(old), of(new));
        let is_closed = |all: &[&Value]| all.iter().any(|schema| **schema == Value::Bool(false));
        let whole = |all: Vec<&'v Value>| all.into_iter().map(SchemaPart::Whole).collect::<SchemaParts<'v>>();
        match (is_closed(&was), is_closed(&is)) {
            (true, true) => {}
            (true, false) => self.report(&d::ADDITIONAL_PROPERTIES_OPENED, &here),
            (false, true) => self.report(&d::ADDITIONAL_PROPERTIES_CLOSED, &here),
            (false, false) => self.compare(PartsPair::new(&whole(was), &whole(is)), &here),
        }
    }

    /// Compares `dependentRequired`.
    pub fn dependent_required(&mut self, pair: &ComparedPair<'_, 'v>, must: &HashSet<&'v str>) {
        let ComparedPair { old, new, path, .. } = *pair;
        let of = |view: &MergedSchema<'v>| -> HashSet<(&'v str, &'v str)> {
            let maps = view.held("dependentRequired").filter_map(Value::as_object);
            let lists = maps.flatten().filter_map(|(name, list)| Some((name.as_str(), list.as_array()?)));
            lists
                .flat_map(|(name, list)| list.iter().filter_map(Value::as_str).map(move |one| (name, one)))
                .collect()
        };
        let here = path.key("dependentRequired");
        let (was, is) = (of(old), of(new));
        let lacks = |from: &HashSet<(&'v str, &'v str)>, among: &HashSet<(&'v str, &'v str)>| {
            let mut lacking: Vec<_> = from.iter().filter(|one| !among.contains(*one)).copied().collect();
            lacking.sort_unstable();
            lacking
        };
        let fresh: Vec<_> =
            lacks(&is, &was).into_iter().filter(|(_, wanted)| !must.contains(wanted)).collect();
        if !fresh.is_empty() {
            self.report_change(&d::DEPENDENT_REQUIRED_ADDED, &here, (&Value::Null, &json!(fresh)));
        }
        let gone = lacks(&was, &is);
        if !gone.is_empty() {
            self.report_change(&d::DEPENDENT_REQUIRED_REMOVED, &here, (&json!(gone), &Value::Null));
        }
    }
}

fn named<'v>(patterns: &HashMap<&'v str, SchemaParts<'v>>) -> Vec<&'v str> {
    let mut names: Vec<&str> = patterns.keys().copied().collect();
    names.sort_unstable();
    names
}
