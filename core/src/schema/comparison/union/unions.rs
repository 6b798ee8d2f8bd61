//! Unions (`anyOf`, `oneOf`): pairs the unions of both sides, and compares those that appear or disappear.
//!
//! A union that appears or disappears is compared branch by branch with the other side, in both directions:
//! `type: [string, null]` is often written as a union. `matched_unions.rs` compares a union with its counterpart.

use serde_json::{Value, json};

use super::branches::{TRIED_BRANCHES, union_keyword, without_split_differences};
use super::matched_unions::{CandidateBranches, MatchedUnion};
use crate::json::{HashSet, Path};
use crate::schema::comparison::compared_pair::{ComparedPair, PartsPair};
use crate::schema::comparison::comparer::{Comparer, ComparisonAttempt};
use crate::schema::comparison::difference_kind::{Difference, difference as d};
use crate::schema::comparison::merged_schema::{MergedSchema, SchemaPart, SchemaParts, SchemaUnion};

/// A union without a counterpart.
#[derive(Clone, Copy)]
enum UnmatchedUnion<'v> {
    /// Only the old side has it.
    Removed(SchemaUnion<'v>),
    /// Only the new side has it.
    Added(SchemaUnion<'v>),
}

impl<'v> Comparer<'v> {
    /// Compares the unions of both sides, and the value keywords beside them.
    pub fn unions(&mut self, parts: PartsPair<'_, 'v>, pair: &ComparedPair<'_, 'v>) {
        let (mut was, mut is) = (pair.old.unions(), pair.new.unions());
        let mut matched = Vec::new();
        was.retain(|union| {
            let found = is.iter().position(|other| self.is_same_union(*union, *other));
            matched.extend(found.map(|at| (*union, is.remove(at))));
            found.is_none()
        });
        match (was.as_slice(), is.as_slice()) {
            ([union], []) => {
                // Each case keeps the other unions, which are compared there.
                self.unmatched_union(UnmatchedUnion::Removed(*union), parts, pair);
                return;
            }
            ([], [union]) => self.unmatched_union(UnmatchedUnion::Added(*union), parts, pair),
            ([union], [with]) => {
                self.value_keywords(pair);
                matched.push((*union, *with));
            }
            (gone, fresh) => {
                self.value_keywords(pair);
                if !fresh.is_empty() {
                    self.report(&d::UNION_ADDED, pair.path);
                } else if !gone.is_empty() {
                    self.report(&d::UNION_REMOVED, pair.path);
                }
            }
        }
        for (old, new) in matched {
            let path = pair.path.key(union_keyword(new));
            self.matched_union(MatchedUnion { old, new, path: &path }, pair.old);
        }
    }

    fn is_same_union(&mut self, one: SchemaUnion<'v>, other: SchemaUnion<'v>) -> bool {
        if one.is_exclusive != other.is_exclusive || one.branches.len() != other.branches.len() {
            return false;
        }
        let keyword = union_keyword(one);
        match (one.holder.get(keyword), other.holder.get(keyword)) {
            (Some(one), Some(other)) => self.holds_same_alone(keyword, one, other),
            _ => false,
        }
    }

    /// Compares a union that one side has with the whole of the other side.
    fn unmatched_union(
        &mut self,
        union: UnmatchedUnion<'v>,
        parts: PartsPair<'_, 'v>,
        pair: &ComparedPair<'_, 'v>,
    ) {
        let breaks = match union {
            UnmatchedUnion::Removed(union) => self.removed_union_breaks(union, parts, pair),
            UnmatchedUnion::Added(union) => self.added_union_breaks(union, parts, pair),
        };
        // Without a breaking difference the schemas are equal if the reverse direction breaks nothing either.
        if !breaks && !self.is_one_way {
            let is_same = self.fits_backwards(parts, pair.path);
            self.report(if is_same { &d::UNION_REWRITTEN } else { &d::UNION_WIDENED }, pair.path);
        }
    }

    /// Each branch of the old union is a case that the new side must accept.
    fn removed_union_breaks(
        &mut self,
        union: SchemaUnion<'v>,
        parts: PartsPair<'_, 'v>,
        pair: &ComparedPair<'_, 'v>,
    ) -> bool {
        let here = pair.path.key(union_keyword(union));
        let mut breaks = false;
        for (old_index, branch) in union.branches.iter().enumerate() {
            let mut case = pair.old.without(union);
            case.push(SchemaPart::Whole(branch));
            let below = here.index(old_index);
            let case = PartsPair { old: &case, ..parts };
            let attempt = self.attempt(|this| this.compare(case, &below));
            if attempt.fits() {
                self.keep_case(attempt, &below);
            } else {
                breaks = true;
                self.report_change(&d::UNION_BRANCH_REMOVED, &below, (branch, &Value::Null));
                self.found.extend(attempt.differences.into_iter().filter(Difference::is_breaking));
            }
        }
        breaks
    }

    /// Some branch of the new union must accept the old side: as a whole, or each of its cases.
    fn added_union_breaks(
        &mut self,
        union: SchemaUnion<'v>,
        parts: PartsPair<'_, 'v>,
        pair: &ComparedPair<'_, 'v>,
    ) -> bool {
        let here = pair.path.key(union_keyword(union));
        let rest = self.attempt(|this| this.value_keywords(pair));
        let mut breaks = !rest.fits();
        self.keep_case(rest, pair.path);
        let (mut cases, mut is_split) = (vec![parts.old.clone()], false);
        let candidates = CandidateBranches { union, taken: &HashSet::default(), path: &here };
        while let Some(case) = cases.pop() {
            if let Some((new_index, attempt)) = self.accepting_branch(&case, &candidates) {
                self.keep_case(attempt, &here.index(new_index));
                if union.is_exclusive && !self.is_disjoint_from_others((&case, self.old), union, new_index) {
                    breaks = true;
                    self.report(&d::UNION_OVERLAP, &here.index(new_index));
                }
                continue;
            }
            if !is_split {
                is_split = true;
                cases = split_cases(parts.old, pair.old);
                if !cases.is_empty() {
                    continue;
                }
            }
            breaks = true;
            self.report_change(&d::UNION_ADDED, &here, (&Value::Null, &json!(union.branches)));
        }
        breaks
    }

    /// Applies the comparison of a case, without the differences that result from the split into cases.
    fn keep_case(&mut self, attempt: ComparisonAttempt, path: &Path<'_>) {
        let differences = self.keep(attempt);
        self.found.extend(without_split_differences(differences, path));
    }
}

/// Splits a schema into cases, by value or by type.
fn split_cases<'v>(all: &SchemaParts<'v>, view: &MergedSchema<'v>) -> Vec<SchemaParts<'v>> {
    let parts: Vec<SchemaPart<'v>> = match &view.listed {
        Some(values) if values.len() <= TRIED_BRANCHES => {
            values.iter().map(|value| SchemaPart::Just(value)).collect()
        }
        Some(_) => Vec::new(),
        None => view.types().each().map(SchemaPart::Only).collect(),
    };
    let cases = parts.into_iter().map(|part| all.iter().copied().chain([part]).collect());
    let cases: Vec<SchemaParts<'v>> = cases.collect();
    if cases.len() > 1 { cases } else { Vec::new() }
}
