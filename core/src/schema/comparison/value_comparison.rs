//! Value keywords: types, `enum`, `pattern`, `format`, `readOnly` and content keywords.

use serde_json::{Value, json};

use super::comparable_value;
use super::compared_keywords::{self, BOUNDS, FlagKeyword, READ_ONLY, UNIQUE_ITEMS};
use super::compared_pair::ComparedPair;
use super::comparer::Comparer;
use super::difference_kind::difference as d;
use super::keyword_texts::{brief, sorted, texts};
use super::merged_schema::MergedSchema;
use super::result_kinds as r;
use super::type_set::TypeSet;
use crate::json::HashSet;

impl<'v> Comparer<'v> {
    /// Compares all keywords except unions.
    pub fn value_keywords(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        if !self.types(pair) {
            return;
        }
        let are_judged = self.listed(pair);
        let types = old.types();
        for bound in BOUNDS.iter().filter(|bound| bound.of.overlaps(types)) {
            if !(are_judged && bound.of.and(TypeSet::NUMBER.or(TypeSet::STRING)) == bound.of) {
                self.bound(bound, pair);
            }
        }
        if types.overlaps(TypeSet::NUMBER) && !are_judged {
            self.multiples(pair);
        }
        if types.overlaps(TypeSet::STRING) && !are_judged {
            self.pattern(pair);
        }
        if !are_judged {
            self.format(pair);
        }
        self.flag(&READ_ONLY, pair);
        for keyword in compared_keywords::CONTENT.into_iter().filter(|_| types.overlaps(TypeSet::STRING)) {
            let (was, is) = (texts(old, keyword), texts(new, keyword));
            if was != is {
                self.report_change(&d::CONTENT_CHANGED, &path.key(keyword), (&brief(&was), &brief(&is)));
            }
        }
        if types.overlaps(TypeSet::ARRAY) {
            self.flag(&UNIQUE_ITEMS, pair);
            self.arrays(pair);
        }
        if types.overlaps(TypeSet::OBJECT) {
            self.objects(pair);
        }
        self.conditions(pair);
    }

    /// Compares types. Returns true if both sides have a common type, so that the other keywords matter.
    fn types(&mut self, pair: &ComparedPair<'_, 'v>) -> bool {
        let ComparedPair { old, new, path, .. } = *pair;
        let (was, is) = (old.types(), new.declared_types);
        let here = path.key("type");
        let display_value =
            |types: TypeSet| if types == TypeSet::ALL { json!("any") } else { types.to_value() };
        if !was.overlaps(is) {
            self.report_change(&d::TYPE_CHANGED, &here, (&display_value(was), &display_value(is)));
            return false;
        }
        if !was.is_within(is) {
            self.report_change(&d::TYPE_NARROWED, &here, (&display_value(was), &display_value(is)));
        }
        if !is.is_within(old.declared_types) && !new.types().is_within(was) {
            self.report_change(
                &d::TYPE_WIDENED,
                &here,
                (&display_value(old.declared_types), &display_value(is)),
            );
        }
        true
    }

    /// Compares `enum` and `const`. Returns true if each old value was validated by the new schema, so that
    /// value keywords need no comparison.
    fn listed(&mut self, pair: &ComparedPair<'_, 'v>) -> bool {
        let ComparedPair { old, new, path, .. } = *pair;
        let here = path.key("enum");
        let all = |values: &[&Value]| values.iter().copied().cloned().collect::<Value>();
        match (&old.listed, &new.listed) {
            (None, None) => return false,
            (None, Some(is)) => self.report_change(&d::ENUM_ADDED, &here, (&Value::Null, &all(is))),
            (Some(was), None) => self.report_change(&d::ENUM_REMOVED, &here, (&all(was), &Value::Null)),
            (Some(was), Some(is)) => {
                let keys = |values: &[&Value]| {
                    values.iter().map(|value| comparable_value::key(value)).collect::<HashSet<_>>()
                };
                let (known, listed) = (keys(was), keys(is));
                let lacks = |values: &[&'v Value], among: &HashSet<String>| -> Vec<&'v Value> {
                    values
                        .iter()
                        .copied()
                        .filter(|value| !among.contains(&comparable_value::key(value)))
                        .collect()
                };
                let (gone, fresh) = (lacks(was, &listed), lacks(is, &known));
                if !gone.is_empty() {
                    self.report_change(&d::ENUM_VALUE_REMOVED, &here, (&all(&gone), &Value::Null));
                }
                if !fresh.is_empty() {
                    self.report_change(&d::ENUM_VALUE_ADDED, &here, (&Value::Null, &all(&fresh)));
                }
            }
        }
        let Some(was) = &old.listed else { return false };
        if was.iter().any(|value| value.is_array() || value.is_object()) {
            return false;
        }
        // If the new values are listed too, a refused value is absent from the list and reported.
        let judge = new.listed.is_none().then(|| new.judge()).flatten();
        let refused: Vec<&Value> = judge.map_or_else(Vec::new, |judge| {
            was.iter().copied().filter(|value| !judge.problems(value).is_empty()).collect()
        });
        if !refused.is_empty() {
            self.report_change(&d::ENUM_VALUE_REMOVED, &here, (&all(&refused), &Value::Null));
        }
        true
    }

    fn pattern(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        let (was, is) = (texts(old, "pattern"), texts(new, "pattern"));
        let fresh = is.iter().any(|pattern| !was.contains(pattern));
        let gone = was.iter().any(|pattern| !is.contains(pattern));
        let kind = match (fresh, gone) {
            (true, true) => &d::PATTERN_CHANGED,
            (true, false) => &d::PATTERN_ADDED,
            (false, true) => &d::PATTERN_REMOVED,
            (false, false) => return,
        };
        self.report_change(kind, &path.key("pattern"), (&brief(&was), &brief(&is)));
    }

    fn format(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        let of = |view: &MergedSchema<'v>| -> Vec<&'v str> {
            view.held("format").filter_map(Value::as_str).collect()
        };
        let (all_was, all_is) = (of(old), of(new));
        let hard = |formats: &[&'v str]| -> Vec<&'v str> {
            formats.iter().copied().filter(|format| compared_keywords::is_format_of_values(format)).collect()
        };
        let (was, is) = (hard(&all_was), hard(&all_is));
        let implied = |these: &[&str], format: &str| {
            these.iter().any(|one| compared_keywords::is_format_within(one, format))
        };
        let kind = if is.iter().any(|format| !implied(&was, format)) {
            if was.is_empty() { &d::FORMAT_ADDED } else { &d::FORMAT_CHANGED }
        } else if was.iter().any(|format| !implied(&is, format)) {
            if is.is_empty() { &d::FORMAT_REMOVED } else { &d::FORMAT_WIDENED }
        } else if sorted(&all_was) != sorted(&all_is) {
            &d::FORMAT_HINT_CHANGED
        } else {
            return;
        };
        self.report_change(kind, &path.key("format"), (&brief(&all_was), &brief(&all_is)));
    }

    fn flag(&mut self, flag: &FlagKeyword, pair: &ComparedPair<'_, 'v>) {
        let here = pair.path.key(flag.keyword);
        match (pair.old.flag(flag.keyword), pair.new.flag(flag.keyword)) {
            (was, is) if was != is && self.is_of_results && flag.keyword == "readOnly" => {
                self.report(&r::READ_ONLY_CHANGED, &here);
            }
            (false, true) => self.report(&flag.added, &here),
            (true, false) => self.report(&flag.removed, &here),
            _ => {}
        }
    }
}
