//! Numeric bounds, length bounds and `multipleOf`.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::compared_keywords::BoundKeyword;
use super::compared_pair::ComparedPair;
use super::comparer::Comparer;
use super::difference_kind::difference as d;
use super::exact_number;
use super::keyword_texts::brief;
use super::merged_schema::MergedSchema;
use super::type_set::TypeSet;

impl<'v> Comparer<'v> {
    pub fn bound(&mut self, bound: &BoundKeyword, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        let is_whole = |view: &MergedSchema<'_>| {
            !view.types().overlaps(TypeSet::NUMBER) || view.types().and(TypeSet::NUMBER) == TypeSet::INTEGER
        };
        // Fractions between two integers are values that the old schema did not accept.
        let (was, is) =
            (BoundLimit::of(bound, old, is_whole(old)), BoundLimit::of(bound, new, is_whole(old)));
        let here = path.key(bound.inclusive);
        let display = |limit: &Option<BoundLimit>| {
            limit.as_ref().map_or(Value::Null, |limit| Value::Number(limit.at.clone()))
        };
        match stricter(bound, was.as_ref(), is.as_ref()) {
            Ordering::Greater => self.report_change(&bound.stricter, &here, (&display(&was), &display(&is))),
            Ordering::Less => self.report_change(&bound.looser, &here, (&display(&was), &display(&is))),
            Ordering::Equal => {
                // The old schema accepts only integers. The bound of fractions shows what is new.
                let (was, is) =
                    (BoundLimit::of(bound, old, is_whole(old)), BoundLimit::of(bound, new, is_whole(new)));
                if stricter(bound, was.as_ref(), is.as_ref()) == Ordering::Less {
                    self.report_change(&bound.looser, &here, (&display(&was), &display(&is)));
                }
            }
        }
    }

    pub fn multiples(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        let of = |view: &MergedSchema<'v>| -> Vec<Number> {
            let one = (view.types().and(TypeSet::NUMBER) == TypeSet::INTEGER).then(|| Number::from(1));
            view.held("multipleOf").filter_map(|held| held.as_number().cloned()).chain(one).collect()
        };
        let (was, is) = (of(old), of(new));
        let implies = |these: &[Number], factor: &Number| {
            these.iter().any(|one| exact_number::is_multiple(one, factor))
        };
        let all = |numbers: &[Number]| brief(&numbers.iter().map(ToString::to_string).collect::<Vec<_>>());
        let here = path.key("multipleOf");
        let factors: Vec<Number> =
            new.held("multipleOf").filter_map(|held| held.as_number().cloned()).collect();
        if !factors.iter().all(|factor| implies(&was, factor)) {
            self.report_change(&d::MULTIPLE_OF_NARROWED, &here, (&all(&was), &all(&is)));
        } else if old.held("multipleOf").filter_map(Value::as_number).any(|factor| !implies(&is, factor)) {
            self.report_change(&d::MULTIPLE_OF_WIDENED, &here, (&all(&was), &all(&is)));
        }
    }
}

/// Value of a bound.
struct BoundLimit {
    at: Number,
    is_exclusive: bool,
}

impl BoundLimit {
    /// Returns the strictest bound of the merged schema.
    fn of(bound: &BoundKeyword, view: &MergedSchema<'_>, is_whole: bool) -> Option<Self> {
        let of = |keyword: &'static str, is_exclusive| {
            view.held(keyword)
                .filter_map(move |held| Some(Self { at: held.as_number()?.clone(), is_exclusive }))
        };
        let exclusive = bound.exclusive.into_iter().flat_map(|keyword| of(keyword, true));
        let limits = of(bound.inclusive, false).chain(exclusive);
        let limits = limits.map(|limit| if is_whole { limit.whole(bound.is_lower) } else { limit });
        let limit = limits.max_by(|one, other| stricter(bound, Some(other), Some(one)))?;
        // A minimum length of zero restricts nothing.
        let says_nothing = bound.exclusive.is_none() && bound.is_lower && limit.at.as_f64() == Some(0.0);
        (!says_nothing).then_some(limit)
    }

    /// Returns the equivalent inclusive bound for integers.
    fn whole(self, is_lower: bool) -> Self {
        let at = match (is_lower, self.is_exclusive) {
            (true, false) => exact_number::ceiling(&self.at),
            (true, true) => exact_number::floor(&self.at).saturating_add(1),
            (false, false) => exact_number::floor(&self.at),
            (false, true) => exact_number::ceiling(&self.at).saturating_sub(1),
        };
        match Number::from_i128(at) {
            Some(at) => Self { at, is_exclusive: false },
            None => self,
        }
    }
}

/// `Greater` if the new bound is stricter than the old one, `Less` if it is looser.
fn stricter(bound: &BoundKeyword, old: Option<&BoundLimit>, new: Option<&BoundLimit>) -> Ordering {
    let (Some(old), Some(new)) = (old, new) else { return new.is_some().cmp(&old.is_some()) };
    let order = exact_number::order(&new.at, &old.at);
    let order = if bound.is_lower { order } else { order.reverse() };
    order.then(new.is_exclusive.cmp(&old.is_exclusive))
}
